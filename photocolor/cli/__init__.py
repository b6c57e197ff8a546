"""The command line; nothing here knows color, files or batches."""
