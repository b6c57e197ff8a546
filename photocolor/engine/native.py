"""ONNX Runtime's session, with the options that photocolor gives it."""

from __future__ import annotations

from typing import Any

from photocolor.engine.probe import CPU
from photocolor.engine.providers import DeviceChoice, cuda_options
from photocolor.engine.runtime import load_runtime
from photocolor.system.machine import usable_cpus

CUDA = "CUDAExecutionProvider"
TENSORRT = "TensorrtExecutionProvider"


def create_native(data: bytes, choice: DeviceChoice, threads: int | None) -> Any:
    """Returns ONNX Runtime's session of a model's bytes; its own errors are raised."""
    # enable_fallback=0, or it prints a banner on stdout and goes to the CPU, in a run as well as here
    return load_runtime().InferenceSession(data, _options(choice, threads), _chain(choice), enable_fallback=0)


def _options(choice: DeviceChoice, threads: int | None) -> Any:
    ort = load_runtime()
    options = ort.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = threads or usable_cpus()
    options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    options.enable_cpu_mem_arena = False  # memory goes back after each run; see OnnxSession
    options.enable_mem_pattern = False
    options.use_deterministic_compute = True
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # leaves the cores to decoders
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    # what the bytes begin with decides otherwise, and they may be a graph that was checked and one of its own format
    options.add_session_config_entry("session.load_model_format", "ONNX")
    if choice.provider != CPU:  # of which none was measured with integers; CUDA makes floats of them at each run
        options.add_session_config_entry("session.disable_quant_qdq", "1")
    return options


def _chain(choice: DeviceChoice) -> list[tuple[str, dict[str, str]]]:
    """Returns the providers in order: the device, and those that take the nodes that it does not support."""
    chain = [(choice.provider, choice.options)]
    if choice.provider == TENSORRT:
        chain.append((CUDA, cuda_options(choice.options.get("device_id", "0"))))
    return chain if choice.provider == CPU else [*chain, (CPU, {})]
