"""Parts of the TIFF codec: pages, strips and tiles, compressions, and writing."""
