"""Metadata: carried from the source byte by byte, and completed with provenance."""
