"""Damage that is painted over: what may be, what is left, and the mask beside the result that says so."""
