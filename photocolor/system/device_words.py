"""Names devices in words that people use, instead of the names that ONNX Runtime has for them."""

from __future__ import annotations

_WORDS = {
    "CPU": "the processor",
    "CUDA": "an NVIDIA GPU",
    "Tensorrt": "an NVIDIA GPU (TensorRT)",
    "CoreML": "Apple's accelerator",
    "Dml": "a GPU (DirectML)",
    "ROCM": "an AMD GPU",
    "OpenVINO": "OpenVINO",
}
_PROVIDER = "ExecutionProvider"


def device_words(provider: str) -> str:
    """Returns the device behind one or several names of ONNX Runtime, which are joined by " + "; "" for none."""
    names = (name.removesuffix(_PROVIDER) for name in provider.split(" + "))
    return " and ".join(_WORDS.get(name, name) for name in names) if provider else ""
