"""The engine: the only place that knows ONNX Runtime; lightness in, ab out."""
