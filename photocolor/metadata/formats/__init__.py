"""Reads and writes metadata in each file format."""
