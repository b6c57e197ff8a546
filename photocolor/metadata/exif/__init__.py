"""Reads the EXIF block, corrects it in place, and takes fields out of it."""
