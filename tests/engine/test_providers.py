"""The machine decides which device is used, and every refusal has its cause."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from photocolor.engine.probe import PROVIDERS, is_built_in
from photocolor.engine.providers import DeviceChoice, choose, cpu_instead, provider_states, short_name
from photocolor.engine.runtime import load_runtime
from photocolor.engine.session import OnnxSession
from photocolor.errors import DeviceUnavailable, ExitCode, UsageError
from photocolor.models.registry import find_model

CPU = "CPUExecutionProvider"
CUDA = "CUDAExecutionProvider"

needs_cuda_build = pytest.mark.skipif(
    sys.platform != "linux" or not is_built_in("cuda"), reason="the installed ONNX Runtime has no CUDA on Linux"
)
needs_compiler = pytest.mark.skipif(shutil.which("cc") is None, reason="a stand-in for the driver needs a C compiler")

DRIVER = """
int cuInit(unsigned flags) {{ return {init}; }}
int cuDeviceGetCount(int *count) {{ *count = {count}; return 0; }}
int cuDriverGetVersion(int *version) {{ *version = {version}; return 0; }}
int cuDeviceGet(int *device, int index) {{ *device = index; return 0; }}
int cuDeviceGetName(char *name, int size, int device) {{ name[0] = 'A' + device; name[1] = 0; return 0; }}
"""

ASK = """
import json, sys
from photocolor.engine.probe import cuda_devices
from photocolor.engine.providers import choose
from photocolor.errors import DeviceUnavailable
from photocolor.engine.session import OnnxSession
from photocolor.models.registry import find_model
asked, opened = sys.argv[1], len(sys.argv) > 2
try:
    choice = choose(asked)
    if opened:
        choice = OnnxSession(find_model("default"), choice).choice
    print(json.dumps([choice.provider, choice.reason, choice.fallback, choice.notice, cuda_devices()]))
except DeviceUnavailable as error:
    print(json.dumps([int(error.exit_code), error.message, error.hint]))
"""


def driver(folder: Path, init: int = 0, count: int = 1, version: int = 99_000) -> Path:
    """A stand-in for NVIDIA's driver library that answers as told, in `folder`."""
    source = folder / "driver.c"
    source.write_text(DRIVER.format(init=init, count=count, version=version))
    subprocess.run(["cc", "-shared", "-fPIC", "-o", str(folder / "libcuda.so.1"), str(source)], check=True)
    return folder


def no_driver(folder: Path) -> Path:
    """A file in the driver's place that is none; it hides a real driver."""
    (folder / "libcuda.so.1").write_bytes(b"not a library")
    return folder


def ask(libraries: Path, *arguments: str, **environment: str) -> list[Any]:
    """The answer of a fresh process that finds `libraries` first; it must not print anything else."""
    environment = os.environ | {"LD_LIBRARY_PATH": str(libraries)} | environment
    done = subprocess.run(
        [sys.executable, "-c", ASK, *arguments], capture_output=True, text=True, env=environment, check=False
    )
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1
    answer: list[Any] = json.loads(done.stdout)
    return answer


def test_the_cpu_is_always_there():
    assert choose("cpu") == DeviceChoice("cpu", CPU, {}, "asked for")
    assert choose("cpu").notice == ""


@pytest.mark.parametrize(
    "device", ["", "gpu", "CUDA", "cuda:", "cuda:x", "cuda:-1", "cuda:1:2", "cpu:0", "auto:0", "cuda:²"]
)
def test_a_device_that_is_no_name_is_a_usage_error(device: str):
    with pytest.raises(UsageError) as caught:
        choose(device)
    assert caught.value.exit_code is ExitCode.USAGE
    assert "cuda" in caught.value.hint


@pytest.mark.parametrize("device", sorted(PROVIDERS.keys() - {"cpu", "cuda", "tensorrt"}))
def test_a_provider_the_build_lacks_is_unavailable_and_the_right_distribution_is_named(device: str):
    if is_built_in(device):
        pytest.skip(f"the installed ONNX Runtime has {device}")
    with pytest.raises(DeviceUnavailable, match=r"built without it; onnxruntime.* has it") as caught:
        choose(device)
    assert caught.value.exit_code is ExitCode.ENVIRONMENT


@needs_cuda_build
def test_cuda_without_a_driver_is_unavailable_with_the_cause(tmp_path: Path):
    code, message, hint = ask(no_driver(tmp_path), "cuda")
    assert code == ExitCode.ENVIRONMENT
    assert message == "device cuda cannot be used: no NVIDIA driver: libcuda.so.1 cannot be loaded"
    assert "auto" in hint


@needs_cuda_build
def test_auto_without_a_driver_is_the_cpu_and_says_why(tmp_path: Path):
    provider, reason, fallback, notice, devices = ask(no_driver(tmp_path), "auto", "opened")
    assert (provider, fallback, devices) == (CPU, True, [])
    assert reason == "no NVIDIA driver: libcuda.so.1 cannot be loaded"
    assert notice == f"Using the CPU: {reason}."


@needs_cuda_build
@needs_compiler
@pytest.mark.parametrize(
    ("answers", "device", "cause"),
    [
        ({"init": 999}, "cuda", "cuInit gives error 999"),
        ({"init": 100}, "cuda", "shows no device"),
        ({"count": 0}, "cuda", "shows no device"),
        ({"count": 2}, "cuda:2", "no device 2: the NVIDIA driver shows 2"),
        ({"version": 11_040}, "cuda", "supports CUDA 11.4"),
        ({}, "tensorrt", "no TensorRT"),
    ],
)
def test_a_driver_that_cannot_serve_is_refused_with_its_own_cause(
    tmp_path: Path, answers: dict[str, int], device: str, cause: str
):
    code, message, _ = ask(driver(tmp_path, **answers), device)
    assert code == ExitCode.ENVIRONMENT
    assert cause in message


@needs_cuda_build
@needs_compiler
def test_hidden_devices_are_named_as_the_cause(tmp_path: Path):
    _, message, _ = ask(driver(tmp_path, count=0), "cuda", CUDA_VISIBLE_DEVICES="-1")
    assert "CUDA_VISIBLE_DEVICES=-1" in message


@needs_cuda_build
@needs_compiler
def test_a_driver_with_a_device_is_chosen_by_auto(tmp_path: Path):
    provider, _, fallback, _, devices = ask(driver(tmp_path, count=2), "auto")
    assert (provider, fallback, devices) == (CUDA, False, ["A", "B"])


@needs_cuda_build
@needs_compiler
def test_auto_goes_to_the_cpu_when_the_chosen_device_does_not_open(tmp_path: Path):
    """The driver answers, but it is hollow or CUDA's libraries are missing: only the opened session can tell."""
    provider, reason, fallback, notice, _ = ask(driver(tmp_path), "auto", "opened")
    assert (provider, fallback) == (CPU, True)
    assert reason
    assert reason in notice


@needs_cuda_build
@needs_compiler
def test_a_device_by_name_that_does_not_open_is_unavailable_and_never_the_cpu(tmp_path: Path):
    code, message, hint = ask(driver(tmp_path), "cuda", "opened")
    assert code == ExitCode.ENVIRONMENT
    assert message.startswith("device cuda cannot be used: ")
    assert "photocolor[cuda]" in hint


@needs_cuda_build
@needs_compiler
def test_cuda_gets_the_number_and_the_options_that_spare_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("photocolor.engine.providers.obstacle", lambda _name, _index: "")
    options = choose("cuda:1").options
    assert options["device_id"] == "1"
    assert options["arena_extend_strategy"] == "kSameAsRequested"
    assert options["cudnn_conv_algo_search"] == "HEURISTIC"
    assert (options["use_tf32"], options["cudnn_conv_use_max_workspace"]) == ("0", "1")
    assert "gpu_mem_limit" not in options


def test_every_provider_has_a_row_and_the_cpu_comes_first():
    rows = provider_states()
    assert [row.name for row in rows] == list(PROVIDERS)
    assert (rows[0].name, rows[0].cause) == ("cpu", "")
    assert [short_name(row.provider) for row in rows] == [row.name for row in rows]


def test_a_choice_travels_between_processes():
    choice = cpu_instead(DeviceChoice("auto", CUDA, {"device_id": "0"}), "the cause")
    assert pickle.loads(pickle.dumps(choice)) == choice  # noqa: S301
    assert choice.notice == "Using the CPU: the cause."


@pytest.mark.parametrize("words", ["CUDA failure 2: out of memory ; GPU=0", "Failed to allocate memory for requested"])
def test_a_device_that_is_full_already_is_left_by_auto_and_named_otherwise(monkeypatch: pytest.MonkeyPatch, words: str):
    """Another program holds its memory: that is what ONNX Runtime says when it starts the provider."""
    runtime = load_runtime()
    open_really = runtime.InferenceSession

    def full(data: bytes, options: object, chain: list[tuple[str, dict[str, str]]], **rest: object) -> object:
        if chain[0][0] != CPU:
            raise RuntimeError(words)
        return open_really(data, options, chain, **rest)

    monkeypatch.setattr(runtime, "InferenceSession", full)
    model = find_model("default")
    session = OnnxSession(model, DeviceChoice("auto", CUDA))
    assert (session.provider, session.choice.fallback) == (CPU, True)
    assert words in session.choice.notice
    with pytest.raises(DeviceUnavailable, match="device cuda cannot be used: no memory") as raised:
        OnnxSession(model, DeviceChoice("cuda", CUDA))
    assert "--device auto" in raised.value.hint
    assert "pip install" not in raised.value.hint
