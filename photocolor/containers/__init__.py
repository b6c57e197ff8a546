"""Knows the syntax of file formats: which there are, and where their parts lie."""
