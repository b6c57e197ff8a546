"""Opens a native session on the chosen device, and proves that it works before any photo is touched."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photocolor.engine.early_session import take_early_session
from photocolor.engine.native import CUDA, TENSORRT, create_native
from photocolor.engine.onnx_errors import first_line, is_out_of_memory, runtime_errors
from photocolor.engine.probe import CPU, load_obstacle
from photocolor.engine.providers import AUTO, DeviceChoice, cpu_instead, short_name
from photocolor.engine.runtime import load_runtime, swallowed_output
from photocolor.errors import DeviceUnavailable, ModelInvalid, OutOfMemory
from photocolor.models.card import FACE_SEGMENTS, ModelCard
from photocolor.models.registry import ModelFile
from photocolor.system.machine import usable_cpus

PARITY_AB = 2.0
"""CIELAB units by which another device may differ from the CPU: half precision stays below, a defect does not."""


class _Unusable(Exception):
    """Raised if a device does not do what the probe found; the text is the cause."""


class _Full(_Unusable):
    """Raised if the device has no memory left for the model."""


@dataclass(frozen=True, slots=True)
class OpenedModel:
    """Holds a model that ONNX Runtime has opened.

    Attributes:
        native: ONNX Runtime's session.
        choice: the device that it really runs on.
        open_again: one more session, of the same bytes on the same device; it keeps the bytes and raises ONNX Runtime's
            own errors. Other threads may be at work.
    """

    native: Any
    choice: DeviceChoice
    open_again: Callable[[], Any]


def open_native(model: ModelFile, choice: DeviceChoice, threads: int | None) -> OpenedModel:
    """Opens the model on the chosen device, or on the one that `auto` falls back to.

    A device other than the CPU has to color a small picture as the CPU does. If it does not, `auto` goes to the CPU.

    Raises:
        DeviceUnavailable: a device asked for by name does not work, or has no memory left.
        ModelInvalid: ONNX Runtime cannot read the model, or its file changed after it had been checked.
        OutOfMemory: on the CPU there is not even memory for the model.
    """
    early = take_early_session(model, threads or usable_cpus()) if choice.provider == CPU else None
    if early is not None:
        return OpenedModel(early, choice, lambda: create_native(model.read(), choice, threads))
    data = model.read()  # the bytes that were checked; under the path there may be others at any time
    try:
        native = _open(data, model, choice, threads)
        if choice.provider != CPU:
            _prove(native, data, model, choice)
    except _Unusable as unusable:
        if choice.requested != AUTO:
            raise DeviceUnavailable(
                f"device {choice.requested} cannot be used: {unusable}", _hint(choice, unusable)
            ) from unusable
        choice = cpu_instead(choice, str(unusable))
        native = _open(data, model, choice, threads)
    return OpenedModel(native, choice, lambda: create_native(data, choice, threads))


def open_on_cpu(data: bytes, path: Path, threads: int | None) -> Any:
    """Returns ONNX Runtime's session of any graph on the CPU.

    Raises:
        ModelInvalid: ONNX Runtime cannot read it.
        OutOfMemory: there is no memory for it.
    """
    try:
        return create_native(data, DeviceChoice("cpu", CPU), threads)
    except runtime_errors() as error:
        if is_out_of_memory(error):
            raise OutOfMemory(f"no memory to open the model {path.name}: {first_line(error)}") from error
        raise ModelInvalid(f"ONNX Runtime cannot open {path}: {first_line(error)}") from error


def feeds(
    card: ModelCard,
    lightness: NDArray[np.float32],
    hints: NDArray[np.float32] | None,
    faces: NDArray[np.float32] | None = None,
) -> dict[str, Any]:
    """Returns the inputs by name; those that the model does not take are left out, and no faces stand for nobody."""
    inputs = {"lightness": np.ascontiguousarray(lightness, np.float32)}
    if card.has_hints and hints is not None:
        inputs["hints"] = np.ascontiguousarray(hints, np.float32)
    if card.has_faces:
        nobody = (len(lightness), len(FACE_SEGMENTS), *lightness.shape[2:])
        inputs["faces"] = np.zeros(nobody, np.float32) if faces is None else np.ascontiguousarray(faces, np.float32)
    return inputs


def _open(data: bytes, model: ModelFile, choice: DeviceChoice, threads: int | None) -> Any:
    ort = load_runtime()
    on_cpu = choice.provider == CPU
    try:
        with nullcontext() if on_cpu else swallowed_output():
            if choice.provider in (CUDA, TENSORRT):
                ort.preload_dlls(directory="")  # NVIDIA's wheels first; the default may take PyTorch's older libraries
            native = create_native(data, choice, threads)
    except runtime_errors() as error:
        if is_out_of_memory(error):
            cause = f"no memory to open the model {model.path.name}: {first_line(error)}"
            raise (OutOfMemory if on_cpu else _Full)(cause) from error
        if on_cpu:
            raise ModelInvalid(f"ONNX Runtime cannot open {model.path}: {first_line(error)}") from error
        raise _Unusable(first_line(error)) from error
    if native.get_providers()[0] != choice.provider:
        raise _Unusable(load_obstacle(short_name(choice.provider)))
    return native


def _prove(native: Any, data: bytes, model: ModelFile, choice: DeviceChoice) -> None:
    """Runs the smallest picture on the device and on the CPU, and compares the results."""
    side = model.card.at_least(0)
    ramp = np.linspace(0.0, 100.0, side * side, dtype=np.float32).reshape(1, 1, side, side)
    inputs = feeds(model.card, ramp, np.zeros((1, 3, side, side), np.float32))
    try:
        with swallowed_output():
            ab = native.run(["ab"], inputs)[0]
    except runtime_errors() as error:
        kind = _Full if is_out_of_memory(error) else _Unusable
        raise kind(f"the model does not run on it: {first_line(error)}") from error
    reference = _open(data, model, DeviceChoice(choice.requested, CPU), None).run(["ab"], inputs)[0]
    distance = float(np.abs(ab - reference).max()) if ab.shape == reference.shape else float("nan")
    if not distance <= PARITY_AB:
        raise _Unusable(f"its colors differ from the CPU's by {distance:.1f} CIELAB units (at most {PARITY_AB:g})")


def _hint(choice: DeviceChoice, cause: _Unusable) -> str:
    if isinstance(cause, _Full):
        return "End other programs that use the device, name another one of several (cuda:1), or use --device auto."
    if choice.provider == CUDA and sys.platform != "darwin":
        return 'Install NVIDIA\'s libraries with: pip install "photocolor[cuda]"; or use --device auto.'
    return ""
