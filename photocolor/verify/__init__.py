"""Verifies that a result is still its photograph, from the two files alone."""
