"""Shows a window over the same pipeline and batch as the command line."""
