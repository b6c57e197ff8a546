"""Decodes pictures from files and encodes them."""
