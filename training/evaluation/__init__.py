"""Evaluates models: metrics, comparisons with other models, and sheets of pictures."""
