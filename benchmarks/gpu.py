"""What a GPU does: tiles per second, share of time at work, traffic, other precisions, TensorRT, and a full memory.

On an H200 the first rows of each kind have run (docs/performance.md); float16, bfloat16 and less than 2 GB of free
memory have not. Without a GPU every row says why. `python -m benchmarks.run --only gpu` on a
machine that has one writes the rows, `python -m benchmarks.gpu_session` them and all else that is to be known. The full
memory is real: all but a little of the device's memory is taken by this process while a photo is colored in another,
and the report of that run must name the steps of the ladder.
"""

from __future__ import annotations

import ctypes
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from photocolor.engine.onnx_errors import runtime_errors
from photocolor.engine.probe import load_obstacle, obstacle
from photocolor.engine.providers import choose, short_name
from photocolor.engine.runtime import load_runtime
from photocolor.engine.session import OnnxSession
from photocolor.errors import PhotocolorError
from photocolor.models.registry import find_model

TILE_PX = 512
SECONDS = 5.0
BATCHES = (1, 4, 8, 16)
LEFT_BYTES = (4_000_000_000, 2_000_000_000, 1_000_000_000, 600_000_000)
"""Left free on a full device. CUDA's context and libraries take some hundred megabytes of it, a batch of tiles more."""
LADDER_S = 40.0

Planes = NDArray[np.float32]
Row = dict[str, Any]


def measure(photo: Path, folder: Path) -> dict[str, Any]:
    """All rows, or the reason why there are none."""
    try:
        OnnxSession(find_model("default"), choose("cuda"))
    except PhotocolorError as error:
        return {"none": error.message}
    return dict([*paces(folder), *full_devices(photo, folder)])


def paces(folder: Path) -> Iterator[tuple[str, Row]]:
    """What the device does with tiles, each row when it is there; on a machine where CUDA works."""
    model = find_model("default")
    session, reference = OnnxSession(model, choose("cuda")), _on_cpu(_tiles(1))
    yield "cuda, against the CPU", {"ab_apart": _apart(session.run(*_tiles(1))[0], reference)}
    for batch in BATCHES:
        yield f"cuda, batch {batch}", _pace(partial(session.run, *_tiles(batch)), batch)
    yield "cuda, IO binding, batch 8", _bound(8)
    yield "cuda, float16", _other_precision(folder, reference)
    cuda = choose("cuda")
    yield "cuda, with TF32", _native([(cuda.provider, cuda.options | {"use_tf32": "1"})], model.path, reference)
    for name, extra in (
        ("tensorrt", {}),
        ("tensorrt, fp16", {"trt_fp16_enable": "1"}),
        ("tensorrt, bf16", {"trt_bf16_enable": "1"}),
    ):
        chain = [("TensorrtExecutionProvider", extra), (cuda.provider, cuda.options)]
        missing = obstacle("tensorrt")
        yield name, {"failed": missing} if missing else _native(chain, model.path, reference)


def full_devices(photo: Path, folder: Path) -> Iterator[tuple[str, Row]]:
    """One photo on a device with less and less room; it has so many megapixels that its tiles need some."""
    for left in LEFT_BYTES:
        yield f"all but {left / 1e9:g} GB of the device taken", _ladder(photo, folder, left)


def _tiles(count: int) -> tuple[Planes, Planes]:
    rng = np.random.default_rng(0)
    lightness = rng.uniform(0, 100, (count, 1, TILE_PX, TILE_PX)).astype(np.float32)
    return lightness, np.zeros((count, 3, TILE_PX, TILE_PX), np.float32)


def _on_cpu(given: tuple[Planes, Planes]) -> Planes:
    return OnnxSession(find_model("default"), choose("cpu")).run(*given)[0]


def _apart(ab: Planes, reference: Planes) -> float:
    return float(np.abs(ab - reference).max())


def _pace(run: Callable[[], object], batch: int) -> Row:
    """Tiles per second, the share of time that the device works, and what goes to and fro."""
    run()
    runs, started = 0, time.perf_counter()
    with _utilization() as shares:
        while time.perf_counter() - started < SECONDS:
            run()
            runs += 1
    wall = time.perf_counter() - started
    traffic = batch * TILE_PX**2 * 4 * (1 + 3 + 2 + 1)  # lightness and hints in, ab and doubt out, float32
    return {
        "tiles_per_s": runs * batch / wall,
        "device_busy": float(np.mean(shares)) if shares else float("nan"),
        "mb_per_s": runs * traffic / wall / 1e6,
    }


@contextmanager
def _utilization() -> Iterator[list[float]]:
    """Samples of the device's share of busy time, as nvidia-smi tells it, taken while the block lasts."""
    shares: list[float] = []
    over = threading.Event()

    def sample() -> None:
        command = ["nvidia-smi", "--query-gpu=utilization.gpu", "--format=csv,noheader,nounits", "-i", "0"]
        while not over.wait(0.5):
            said = subprocess.run(command, capture_output=True, text=True, check=False)
            if said.returncode == 0:
                shares.append(float(said.stdout.split()[0]) / 100)

    thread = threading.Thread(target=sample)
    if shutil.which("nvidia-smi"):
        thread.start()
    try:
        yield shares
    finally:
        over.set()
        if thread.is_alive():
            thread.join()


def _session(chain: list[Any], path: Path) -> Any:
    """A session of these providers, told by ONNX Runtime itself, and then the CPU.

    Raises:
        RuntimeError: the first of them does not work; ONNX Runtime alone would quietly go on with the next.
    """
    ort = load_runtime()
    options = ort.SessionOptions()
    options.log_severity_level = 4
    with redirect_stdout(sys.stderr):  # it prints what it does not find
        ort.preload_dlls(directory="")
        session = ort.InferenceSession(str(path), options, [*chain, ("CPUExecutionProvider", {})], enable_fallback=0)
    provider = chain[0][0]
    if session.get_providers()[0] != provider:
        raise RuntimeError(load_obstacle(short_name(provider)))
    return session


def _native(chain: list[Any], path: Path, reference: Planes) -> Row:
    """One chain of providers; a failure is a row too."""
    try:
        session = _session(chain, path)
        given = dict(zip(("lightness", "hints"), _tiles(1), strict=True))
        row = _pace(lambda: session.run(None, given), 1)
        row["ab_apart"] = _apart(session.run(["ab"], given)[0], reference)
    except (PhotocolorError, *runtime_errors()) as error:
        return {"failed": str(error).splitlines()[0][:200]}
    return row | {"provider": session.get_providers()[0]}


def _bound(batch: int) -> Row:
    """Inputs that lie on the device already, and outputs that stay there: what the traffic costs."""
    ort = load_runtime()

    cuda = choose("cuda")
    session = _session([(cuda.provider, cuda.options)], find_model("default").path)
    binding = session.io_binding()
    for name, planes in zip(("lightness", "hints"), _tiles(batch), strict=True):
        binding.bind_ortvalue_input(name, ort.OrtValue.ortvalue_from_numpy(planes, "cuda", 0))
    for name in ("ab", "doubt"):
        binding.bind_output(name, "cuda", 0)

    def run() -> None:
        session.run_with_iobinding(binding)
        binding.synchronize_outputs()

    return _pace(run, batch)


def _other_precision(folder: Path, reference: Planes) -> dict[str, Any]:
    """The model with float16 arithmetic, inputs and outputs as they are."""
    from onnxruntime.transformers.float16 import convert_float_to_float16

    path = folder / "float16.onnx"
    onnx.save(convert_float_to_float16(onnx.load(find_model("default").path), keep_io_types=True), path)
    cuda = choose("cuda")
    return _native([(cuda.provider, cuda.options)], path, reference)


def _ladder(photo: Path, folder: Path, left_bytes: int) -> Row:
    """A photo colored while the device has little room: it must end well and say in which smaller way."""
    started = time.perf_counter()
    with _filled(left_bytes), tempfile.TemporaryDirectory(dir=folder) as out:
        how = ["--out", out, "--device", "cuda", "--detail", "4096", "--tile", "1024", "--json"]
        command = [sys.executable, "-m", "photocolor", "restore", str(photo), *how]
        try:
            ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LADDER_S)
        except subprocess.TimeoutExpired:
            return {"failed": f"not done after {LADDER_S:g} s"}
    lines = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{")]
    told: Row = next((line for line in lines if "degraded" in line), {})
    return {
        "exit_code": ran.returncode,
        "seconds": time.perf_counter() - started,
        "device": told.get("device"),
        "degraded": told.get("degraded"),
        "said": ran.stderr[-300:],
    }


@contextmanager
def _filled(left_bytes: int) -> Iterator[None]:
    """Takes the device's memory but for so much, by the driver itself, as long as the block lasts."""
    cuda = ctypes.CDLL("libcuda.so.1")
    device, context = ctypes.c_int(), ctypes.c_void_p()
    free, total, block = ctypes.c_size_t(), ctypes.c_size_t(), ctypes.c_uint64()
    for call, *arguments in (
        (cuda.cuInit, 0),
        (cuda.cuDeviceGet, ctypes.byref(device), 0),
        (cuda.cuDevicePrimaryCtxRetain, ctypes.byref(context), device),
        (cuda.cuCtxSetCurrent, context),
        (cuda.cuMemGetInfo_v2, ctypes.byref(free), ctypes.byref(total)),
    ):
        _checked(call(*arguments))
    _checked(cuda.cuMemAlloc_v2(ctypes.byref(block), ctypes.c_size_t(free.value - left_bytes)))
    try:
        yield
    finally:
        cuda.cuMemFree_v2(block)


def _checked(code: int) -> None:
    if code:
        raise RuntimeError(f"the CUDA driver answers {code}")
