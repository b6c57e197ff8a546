"""Runs that read from or write to a remote storage."""
