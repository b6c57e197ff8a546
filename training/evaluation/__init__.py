"""Judges a model: metrics, other models beside it, and sheets for people."""
