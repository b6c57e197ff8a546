"""Holds the parts of AVIF and HEIC: which pictures a file has, whether they are whole, and how one is written."""
