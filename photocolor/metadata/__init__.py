"""Carries the source's metadata into the result, with the provenance of its color."""
