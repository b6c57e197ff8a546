"""Trains the models that photocolor runs: from folders of photos to an ONNX file of the model contract."""
