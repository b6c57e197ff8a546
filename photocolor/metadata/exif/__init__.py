"""The EXIF block: read, corrected in place, and lifted out of its file."""
