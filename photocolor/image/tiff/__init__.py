"""Holds the parts of TIFF: pages, strips and tiles, their codings, and writing."""
