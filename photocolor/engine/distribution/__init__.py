"""The distribution of colors that a model computes and does not give."""
