"""Where each file format keeps its metadata, and how it gets into a result of that format."""
