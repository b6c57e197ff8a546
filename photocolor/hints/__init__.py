"""Color hints: a user's color points and polygons, in a sidecar file and as channels for the model."""
