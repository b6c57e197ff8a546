"""Says what happens where files are written."""
