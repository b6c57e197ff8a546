"""The mask of damage that a person paints over a photo."""
