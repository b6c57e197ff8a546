"""The window: a shell over the same pipeline and batch as the command line."""
