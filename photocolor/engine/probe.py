"""Probes whether the machine has what a provider needs; reports the cause if it has not."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable
from pathlib import Path

from photocolor.engine.runtime import load_runtime, runtime_distributions

CPU = "CPUExecutionProvider"
PROVIDERS = {
    "cpu": CPU,
    "cuda": "CUDAExecutionProvider",
    "tensorrt": "TensorrtExecutionProvider",
    "coreml": "CoreMLExecutionProvider",
    "openvino": "OpenVINOExecutionProvider",
    "migraphx": "MIGraphXExecutionProvider",
    "rocm": "ROCMExecutionProvider",
    "directml": "DmlExecutionProvider",
}
"""Short names, as --device takes them, and ONNX Runtime's."""

INDEXED = frozenset({"cuda", "tensorrt", "migraphx", "rocm", "directml"})
"""Providers of which a machine can have several devices."""

_DISTRIBUTION_OF = {
    "cuda": "onnxruntime-gpu",
    "tensorrt": "onnxruntime-gpu",
    "coreml": "onnxruntime on macOS",
    "openvino": "onnxruntime-openvino",
    "migraphx": "onnxruntime-migraphx",
    "rocm": "onnxruntime-rocm",
    "directml": "onnxruntime-directml on Windows",
}
_WINDOWS = sys.platform == "win32"
_CUDA_DRIVER = "nvcuda.dll" if _WINDOWS else "libcuda.so.1"
_TENSORRT = "nvinfer_10.dll" if _WINDOWS else "libnvinfer.so.10"
_CUDA_NO_DEVICE = 100  # CUDA_ERROR_NO_DEVICE
_AMD_DEVICE = Path("/dev/kfd")


def is_built_in(name: str) -> bool:
    """Returns True if the installed ONNX Runtime was built with the provider, whatever the machine has."""
    return PROVIDERS[name] in load_runtime().get_available_providers()


def obstacle(name: str, index: int = 0) -> str:
    """Returns what keeps the provider from working here, as a phrase; empty if nothing known does.

    Only an opened session proves that a provider works: `OnnxSession` does that.
    """
    if not is_built_in(name):
        installed = ", ".join(f"{dist} {version}" for dist, version in runtime_distributions().items())
        return f"{installed or 'this ONNX Runtime'} is built without it; {_DISTRIBUTION_OF[name]} has it"
    check = _CHECKS.get(name)
    return check(index) if check else ""


def load_obstacle(name: str) -> str:
    """Returns why the provider's own library did not load although the machine has the device, as a phrase."""
    library = Path(load_runtime().__file__).parent / "capi" / f"libonnxruntime_providers_{name}.so"
    if not library.is_file():
        return f"ONNX Runtime could not start {PROVIDERS[name]}"
    try:
        ctypes.CDLL(str(library))
    except OSError as error:
        return f"its library cannot be loaded: {str(error).removesuffix(': No such file or directory')}"
    return f"ONNX Runtime could not start {PROVIDERS[name]}"


def cuda_devices() -> tuple[str, ...]:
    """Returns the names of the NVIDIA devices that the driver lists; empty without driver or device."""
    if _cuda_obstacle(0):
        return ()
    driver, names = ctypes.CDLL(_CUDA_DRIVER), []
    for index in range(_cuda_count(driver)):
        device, text = ctypes.c_int(), ctypes.create_string_buffer(256)
        driver.cuDeviceGet(ctypes.byref(device), index)
        driver.cuDeviceGetName(text, len(text), device)
        names.append(text.value.decode(errors="replace"))
    return tuple(names)


def _cuda_obstacle(index: int) -> str:
    """Returns what the CUDA driver reports as an obstacle. Source: docs.nvidia.com/cuda/cuda-driver-api, cuInit."""
    try:
        driver = ctypes.CDLL(_CUDA_DRIVER)
    except OSError:
        return f"no NVIDIA driver: {_CUDA_DRIVER} cannot be loaded"
    code = int(driver.cuInit(0))
    count = 0 if code else _cuda_count(driver)
    if code not in (0, _CUDA_NO_DEVICE):
        return f"the NVIDIA driver does not start: cuInit gives error {code}"
    if count == 0:
        visible = os.environ.get("CUDA_VISIBLE_DEVICES")
        return "the NVIDIA driver shows no device" + (
            f" (CUDA_VISIBLE_DEVICES={visible})" if visible is not None else ""
        )
    if index >= count:
        return f"there is no device {index}: the NVIDIA driver shows {count}, counted from 0"
    return _cuda_version_obstacle(driver)


def _cuda_count(driver: ctypes.CDLL) -> int:
    count = ctypes.c_int()
    return count.value if driver.cuDeviceGetCount(ctypes.byref(count)) == 0 else 0


def _cuda_version_obstacle(driver: ctypes.CDLL) -> str:
    """Returns an obstacle if the driver is older than CUDA's major version that the provider needs."""
    version, built_for = ctypes.c_int(), str(getattr(load_runtime(), "cuda_version", "") or "")
    major = built_for.split(".")[0]
    if not major.isdigit() or driver.cuDriverGetVersion(ctypes.byref(version)) != 0:
        return ""
    if version.value // 1000 >= int(major):
        return ""
    has = f"{version.value // 1000}.{version.value % 1000 // 10}"
    return f"the NVIDIA driver supports CUDA {has}, this ONNX Runtime needs {major}; update the driver"


def _tensorrt_obstacle(index: int) -> str:
    return _cuda_obstacle(index) or _library_obstacle(_TENSORRT, "TensorRT")


def _amd_obstacle(_index: int) -> str:
    return "" if _AMD_DEVICE.exists() else f"no AMD compute driver: {_AMD_DEVICE} does not exist"


def _library_obstacle(library: str, product: str) -> str:
    try:
        ctypes.CDLL(library)
    except OSError:
        return f"no {product}: {library} cannot be loaded"
    return ""


_CHECKS: dict[str, Callable[[int], str]] = {
    "cuda": _cuda_obstacle,
    "tensorrt": _tensorrt_obstacle,
    "migraphx": _amd_obstacle,
    "rocm": _amd_obstacle,
}
