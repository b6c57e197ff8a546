"""Color hints: what a person says about a photo's colors, in a sidecar file and as planes for the model."""
