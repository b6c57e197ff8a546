"""Stores weights as float16, which halves the file; those that colors depend on most stay float32, by measurement."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from photocolor.engine.runtime import load_runtime
from training.exporting.contract import inputs_for

if TYPE_CHECKING:
    from onnx import ModelProto

LEAST_NUMBERS = 64
"""Arrays with fewer numbers stay float32; they weigh nothing."""
SENSITIVITY_PHOTOS = 2
"""Photos on which each array is rounded alone; the whole file is checked on all of them."""


@dataclass(frozen=True, slots=True)
class Halved:
    """Reports how a model's weights were converted.

    Attributes:
        arrays: how many were candidates; 0 where none was asked for.
        kept: names of those that stayed float32 because the colors need it.
        kept_bytes: what they weigh.
        error: the file's largest difference from the network, CIELAB units.
    """

    arrays: int
    kept: tuple[str, ...]
    kept_bytes: int
    error: float

    def __str__(self) -> str:
        if not self.arrays:
            return "float32"
        if not self.kept:
            return "float16"
        return f"float16, {len(self.kept)} of {self.arrays} arrays ({self.kept_bytes / 1e3:.0f} kB) float32"


def halve(path: Path, photos: list[NDArray[np.float32]], error: Callable[[], float], bound: float) -> Halved:
    """Rewrites a float32 model with float16 weights; the most sensitive stay float32 until `error` is in bounds.

    Inputs, outputs and arithmetic stay float32. How sensitive an array is, is measured: the largest change of ab when
    it alone is rounded. Such changes add up like independent errors, by their squares; so arrays with the largest
    square for each byte stay float32 first. If even float32 everywhere is out of bounds, the file is left so; `error`
    of the result tells.

    Args:
        path: the ONNX file, rewritten.
        photos: (H, W) L*, to measure on.
        error: the file's present difference from the network, CIELAB units.
        bound: the largest difference allowed.
    """
    import onnx

    full = onnx.load(str(path))
    weights = _large(full)
    onnx.save(_with_casts(full, weights.keys()), str(path))
    if (now := error()) <= bound:
        return Halved(len(weights), (), 0, now)
    change = changes(full, photos[:SENSITIVITY_PHOTOS])
    order = sorted(weights, key=lambda name: change[name] ** 2 / weights[name].nbytes, reverse=True)

    def error_with(count: int) -> float:
        onnx.save(_with_casts(full, weights.keys() - set(order[:count])), str(path))
        return error()

    # bisection for the smallest number that is in bounds; all arrays in float32 are the last resort
    too_few, enough = 0, len(order)
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        too_few, enough = (too_few, middle) if error_with(middle) <= bound else (middle, enough)
    now = error_with(enough)
    in_float32 = tuple(order[:enough])
    return Halved(len(weights), in_float32, sum(weights[name].nbytes for name in in_float32), now)


def changes(full: ModelProto, photos: list[NDArray[np.float32]]) -> dict[str, float]:
    """Returns, for each array, the largest change of ab in CIELAB units when it alone is rounded to float16.

    Args:
        full: a model with float32 weights.
        photos: (H, W) L*.
    """
    import onnx

    weights = _large(full)
    ports = [port.name for port in full.graph.input]
    open_model = onnx.ModelProto()
    open_model.CopyFrom(full)
    # a weight that is also an input can be replaced for one run: one session for all
    open_model.graph.input.extend(
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, value.shape) for name, value in weights.items()
    )
    options = load_runtime().SessionOptions()
    options.log_severity_level = 3
    session = load_runtime().InferenceSession(open_model.SerializeToString(), options, ["CPUExecutionProvider"])
    worst = dict.fromkeys(weights, 0.0)
    for lightness in photos:
        feed = inputs_for(lightness, ports)
        expected = session.run(["ab"], feed)[0]
        for name, value in weights.items():
            got = session.run(["ab"], feed | {name: value.astype(np.float16).astype(np.float32)})[0]
            worst[name] = max(worst[name], float(np.abs(got - expected).max()))
    return worst


def _large(model: ModelProto) -> dict[str, NDArray[np.float32]]:
    from onnx import TensorProto, numpy_helper

    return {
        weight.name: numpy_helper.to_array(weight)
        for weight in model.graph.initializer
        if weight.data_type == TensorProto.FLOAT and np.prod(weight.dims) >= LEAST_NUMBERS
    }


def _with_casts(full: ModelProto, names: Set[str]) -> ModelProto:
    """Returns a copy with these weights as float16 behind Cast nodes."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    model = onnx.ModelProto()
    model.CopyFrom(full)
    casts = []
    for weight in model.graph.initializer:
        if weight.name not in names:
            continue
        name = weight.name
        half = numpy_helper.from_array(numpy_helper.to_array(weight).astype(np.float16), f"{name}_half")
        weight.CopyFrom(half)
        casts.append(helper.make_node("Cast", [half.name], [name], name=f"{name}_cast", to=TensorProto.FLOAT))
    nodes = list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend([*casts, *nodes])
    onnx.checker.check_model(model)
    return model
