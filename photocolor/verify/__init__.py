"""Proof: whether a result is still its photograph, checked from the two files alone."""
