"""Photograph and color kept apart: the layers that together are a result, in files that picture editors open."""
