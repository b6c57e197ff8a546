"""Named stand-ins for the engine's session, and tiny real ONNX models; for tests only."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photocolor.errors import BadModelOutput, Canceled, OutOfMemory
from photocolor.models.card import ModelCard

Planes = NDArray[np.float32]

CPU = "CPUExecutionProvider"
CUDA = "CUDAExecutionProvider"

CARD = ModelCard(
    name="tint", version="1.0", contract=1, multiple=32, min_px=64, working_px=256, license="Apache-2.0", has_doubt=True
)
"""The card of the fakes: free sizes, hints and doubt, as the bundled model but with a smaller working size."""


def tint(lightness: Planes, hints: Planes | None) -> Planes:
    """The color of all fakes and of `write_model`: each pixel by its own lightness and hint, so tiles cannot disagree.

    a* = 0.4 (L* - 50), b* = 0.2 (L* - 30), moved toward the hint by its weight.

    Args:
        lightness: (N, 1, H, W) float32.
        hints: (N, 3, H, W) float32 or None.

    Returns:
        (N, 2, H, W) float32.
    """
    own = np.concatenate(((lightness - 50) * np.float32(0.4), (lightness - 30) * np.float32(0.2)), axis=1)
    if hints is None:
        return own.astype(np.float32)
    weight = hints[:, 2:]
    return ((1 - weight) * own + weight * hints[:, :2]).astype(np.float32)


class TintSession:
    """Colors by `tint`, deterministic and thread-safe; counts its runs.

    Args:
        card: what it says it is; without hint channels it ignores hints.
        provider: the device it says it runs on.
        rim: CIELAB units added at the very edge of each picture, falling to zero over `rim_px`: the zero-padding
            error of real convolutions, which makes seams wherever overlap and blending do not do their work.
        drift: CIELAB units added per unit of the picture's mean L* minus 50: tiles that disagree as a whole.
        rim_px: width of the rim, in pixels.
    """

    def __init__(
        self,
        card: ModelCard = CARD,
        provider: str = CPU,
        *,
        rim: float = 0.0,
        drift: float = 0.0,
        rim_px: int = 16,
    ) -> None:
        self.card = card
        self.provider = provider
        self.rim = rim
        self.drift = drift
        self.rim_px = rim_px
        self.shapes: list[tuple[int, ...]] = []
        self._canceled = threading.Event()

    @property
    def canceled(self) -> bool:
        """True after `cancel`."""
        return self._canceled.is_set()

    def run(self, lightness: Planes, hints: Planes | None = None) -> tuple[Planes, Planes | None]:
        """ab by `tint`, and a doubt of 0.25 everywhere if the card has it."""
        if self.canceled:
            raise Canceled("the run was canceled")
        self._check(lightness, hints)
        self.shapes.append(lightness.shape)
        ab = tint(lightness, hints if self.card.has_hints else None)
        if self.drift:
            ab += np.float32(self.drift) * (lightness.mean(axis=(1, 2, 3), keepdims=True) - 50)
        if self.rim:
            ab += np.float32(self.rim) * rim_weight(lightness.shape[2], lightness.shape[3], self.rim_px)
        return ab, np.full_like(lightness, 0.25) if self.card.has_doubt else None

    def cancel(self) -> None:
        """Refuses all later runs."""
        self._canceled.set()

    def _check(self, lightness: Planes, hints: Planes | None) -> None:
        """The same strictness as the real session's."""
        count, channels, height, width = lightness.shape
        if lightness.dtype != np.float32 or channels != 1:
            raise ValueError(f"lightness {lightness.shape} {lightness.dtype}")
        if not (self.card.takes(height) and self.card.takes(width)):
            raise ValueError(f"the card does not take {height} × {width} px")
        if self.card.fixed_batch not in (None, count):
            raise ValueError(f"the card does not take a batch of {count}")
        if self.card.has_hints and (hints is None or hints.shape != (count, 3, height, width)):
            raise ValueError(f"hints {None if hints is None else hints.shape} for lightness {lightness.shape}")


def rim_weight(height: int, width: int, rim_px: int) -> Planes:
    """(H, W) float32: 1 at the edge, falling to 0 at `rim_px` from it."""
    rows = np.minimum(np.arange(height), np.arange(height)[::-1])[:, None]
    columns = np.minimum(np.arange(width), np.arange(width)[::-1])[None, :]
    return np.clip(1 - np.minimum(rows, columns) / rim_px, 0, 1).astype(np.float32)


class OutOfMemorySession(TintSession):
    """Has memory only for pictures up to `until_tile` px a side, and `until_batch` of them at a time."""

    def __init__(self, until_tile: int = 256, until_batch: int | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.until_tile = until_tile
        self.until_batch = until_batch

    def run(self, lightness: Planes, hints: Planes | None = None) -> tuple[Planes, Planes | None]:
        """As `TintSession`, if it fits."""
        count, _, height, width = lightness.shape
        if max(height, width) > self.until_tile or (self.until_batch is not None and count > self.until_batch):
            raise OutOfMemory(f"memory ran out for {count} × {height} × {width} px on {self.provider}")
        return super().run(lightness, hints)


class NotANumberSession(TintSession):
    """A model that gives NaN, as the real session reports it; from run number `from_run` on, counted from 0."""

    def __init__(self, from_run: int = 0, **options: Any) -> None:
        super().__init__(**options)
        self.from_run = from_run

    def run(self, lightness: Planes, hints: Planes | None = None) -> tuple[Planes, Planes | None]:
        """Raises `BadModelOutput` once it is time."""
        if len(self.shapes) >= self.from_run:
            raise BadModelOutput(f"the model's ab has NaN or infinity on {self.provider}")
        return super().run(lightness, hints)


class SlowSession(TintSession):
    """Takes `seconds` for every run; `cancel` ends a run in flight at once, as the real session does."""

    def __init__(self, seconds: float = 1.0, **options: Any) -> None:
        super().__init__(**options)
        self.seconds = seconds
        self.started = threading.Event()

    def run(self, lightness: Planes, hints: Planes | None = None) -> tuple[Planes, Planes | None]:
        """As `TintSession`, later."""
        self.started.set()
        if self._canceled.wait(self.seconds):
            raise Canceled("the run was canceled")
        return super().run(lightness, hints)


class FixedSizeSession(TintSession):
    """A model that takes pictures of one size only, one at a time."""

    def __init__(self, fixed_px: int = 150, *, has_hints: bool = True, **options: Any) -> None:
        super().__init__(card=fixed_card(fixed_px, has_hints=has_hints), **options)


def fixed_card(fixed_px: int, *, has_hints: bool = True) -> ModelCard:
    """The card of a model exported at one size."""
    free = replace(CARD, name=f"fixed-{fixed_px}", fixed_batch=1, has_hints=has_hints)
    return replace(free, multiple=fixed_px, min_px=fixed_px, working_px=fixed_px, fixed_px=fixed_px)


def wait_until(condition: Any, seconds: float = 5.0) -> None:
    """Returns when `condition()` is true; fails the test if that takes too long."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the condition did not come true"
        time.sleep(0.005)


METADATA = {
    "name": "tint",
    "version": "1.0",
    "contract": "1",
    "size_multiple": "32",
    "min_size": "64",
    "working_size": "256",
    "license": "Apache-2.0",
    "training": "none",
}
"""The card of `write_model`'s files, without the prefix photocolor."""


def write_model(
    path: Path,
    *,
    hints: bool = True,
    doubt: bool = True,
    faces: bool = False,
    fixed_px: int | None = None,
    fault: str = "",
    metadata: dict[str, str | None] | None = None,
) -> Path:
    """Writes a real ONNX file that colors by `tint`, so that `OnnxSession` and `TintSession` give the same.

    Args:
        path: the file to write.
        hints: whether it has the `hints` input.
        doubt: whether it has the `doubt` output.
        faces: whether it has the `faces` input; it adds 10 to a* on a face and 10 to b* on hair.
        fixed_px: the only side it takes (batch 1), or None for free sizes.
        fault: "" for a sound model; "nan" (ab is NaN), "infinite" (doubt is infinite), "shape" (ab has half the rows),
            "gray" (ab is 0 everywhere), "channels" (lightness has 3), "names" (the output is called "colors"),
            "double" (float64), "batch" (always 4), "segments" (faces has 3).
        metadata: entries to change or, with None, to leave out; see `METADATA`.
    """
    import onnx
    from onnx import TensorProto, helper

    kind = TensorProto.DOUBLE if fault == "double" else TensorProto.FLOAT
    size: list[Any] = [fixed_px, fixed_px] if fixed_px else ["h", "w"]
    batch = 4 if fault == "batch" else (1 if fixed_px else "n")
    channels = 3 if fault == "channels" else 1

    def port(name: str, depth: int, free: bool = False) -> Any:
        return helper.make_tensor_value_info(name, kind, [batch, depth, *(["oh", "ow"] if free else size)])

    out = "colors" if fault == "names" else "ab"
    graph = helper.make_graph(
        _nodes(kind, out, {"hints": hints, "doubt": doubt, "faces": faces}, fault),
        "tint",
        [
            port("lightness", channels),
            *([port("hints", 3)] if hints else []),
            *([port("faces", 3 if fault == "segments" else 4)] if faces else []),
        ],
        [port(out, 2, free=True), *([port("doubt", 1)] if doubt else [])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    wanted = METADATA | ({f"{key}_size": str(fixed_px) for key in ("min", "working")} if fixed_px else {})
    entries = {key: value for key, value in (wanted | (metadata or {})).items() if value is not None}
    helper.set_model_props(model, {f"photocolor.{key}": value for key, value in entries.items()})
    onnx.save(model, str(path))
    return path


def _nodes(kind: int, out: str, parts: dict[str, bool], fault: str) -> list[Any]:
    """The graph of `tint`, with its fault at the end."""
    from onnx import helper

    nodes: list[Any] = []

    def constant(name: str, value: float) -> str:
        nodes.append(helper.make_node("Constant", [], [name], value=helper.make_tensor(name, kind, [], [value])))
        return name

    def node(operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def part(tensor: str, start: int, stop: int, axis: int, output: str) -> str:
        bounds = []
        for name, value in (("start", start), ("stop", stop), ("axis", axis)):
            tensor_of = helper.make_tensor(f"{output}_{name}", 7, [1], [value])  # 7 is INT64
            bounds.append(f"{output}_{name}")
            nodes.append(helper.make_node("Constant", [], [bounds[-1]], value=tensor_of))
        return node("Slice", [tensor, *bounds], output)

    light = part("lightness", 0, 1, 1, "light")
    a = node("Mul", [node("Sub", [light, constant("c50", 50.0)], "la"), constant("c04", 0.4)], "a")
    b = node("Mul", [node("Sub", [light, constant("c30", 30.0)], "lb"), constant("c02", 0.2)], "b")
    ab = node("Concat", [a, b], "own", axis=1)
    if parts["hints"]:
        weight = part("hints", 2, 3, 1, "weight")
        rest = node("Sub", [constant("one", 1.0), weight], "rest")
        told = node("Mul", [weight, part("hints", 0, 2, 1, "told_ab")], "told")
        ab = node("Add", [node("Mul", [rest, ab], "kept"), told], "mixed")
    if parts["faces"]:
        two = part("faces", 0, 2, 1, "face_and_hair")
        ab = node("Add", [ab, node("Mul", [two, constant("c10", 10.0)], "on_faces")], "with_faces")
    if fault == "shape":
        ab = part(ab, 0, 32, 2, "half")
    factor = {"nan": float("nan"), "gray": 0.0}.get(fault, 1.0)
    node("Mul", [ab, constant("factor", factor)], out)
    if parts["doubt"]:
        offset = float("inf") if fault == "infinite" else 0.25
        zero = node("Mul", [light, constant("zero", 0.0)], "nothing")
        node("Add", [zero, constant("quarter", offset)], "doubt")
    return nodes


FINDER_METADATA = {
    "name": "bright",
    "version": "1.0",
    "finder_contract": "1",
    "kinds": "dust,hair",
    "thresholds": "0.5,0.5",
    "size_multiple": "16",
}
"""The card of `write_finder`'s files, without the prefix photocolor."""


def write_finder(path: Path, metadata: dict[str, str | None] | None = None, output: str = "damage") -> Path:
    """Writes a real ONNX file that finds damage: pixels with L* above 90 are dust, those below 10 are hair.

    Args:
        path: the file to write.
        metadata: entries to change or, with None, to leave out; see `FINDER_METADATA`.
        output: name of the output.
    """
    import onnx
    from onnx import TensorProto, helper

    def number(name: str, value: float) -> Any:
        tensor = helper.make_tensor(name, TensorProto.FLOAT, [], [value])
        return helper.make_node("Constant", [], [name], value=tensor)

    nodes = [
        number("high", 90.0),
        number("low", 10.0),
        helper.make_node("Greater", ["lightness", "high"], ["bright"]),
        helper.make_node("Less", ["lightness", "low"], ["dark"]),
        helper.make_node("Cast", ["bright"], ["dust"], to=TensorProto.FLOAT),
        helper.make_node("Cast", ["dark"], ["hair"], to=TensorProto.FLOAT),
        helper.make_node("Concat", ["dust", "hair"], [output], axis=1),
    ]
    ports = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", depth, "h", "w"])
        for name, depth in (("lightness", 1), (output, 2))
    ]
    graph = helper.make_graph(nodes, "bright", ports[:1], ports[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    entries = {key: value for key, value in (FINDER_METADATA | (metadata or {})).items() if value is not None}
    helper.set_model_props(model, {f"photocolor.{key}": value for key, value in entries.items()})
    onnx.save(model, str(path))
    return path


CLASSIFIER_METADATA = {
    "negatives_contract": "1",
    "name": "dark",
    "version": "1",
    "threshold": "5",
    "first_px": "32",
    "side_px": "64",
    "size_multiple": "16",
}
"""The card of `write_classifier`."""


def write_classifier(path: Path, metadata: dict[str, str | None] | None = None, output: str = "evidence") -> Path:
    """Writes a real ONNX file that takes dark pictures for negatives: its evidence is 50 minus the mean L*.

    Args:
        path: the file to write.
        metadata: entries to change or, with None, to leave out; see `CLASSIFIER_METADATA`.
        output: name of the output.
    """
    import onnx
    from onnx import TensorProto, helper

    middle = helper.make_node("Constant", [], ["middle"], value=helper.make_tensor("", TensorProto.FLOAT, [], [50.0]))
    mean = helper.make_node("ReduceMean", ["lightness"], ["mean"], axes=[1, 2, 3], keepdims=0)
    given = helper.make_tensor_value_info("lightness", TensorProto.FLOAT, ["n", 1, "h", "w"])
    answer = helper.make_tensor_value_info(output, TensorProto.FLOAT, ["n"])
    nodes = [middle, mean, helper.make_node("Sub", ["middle", "mean"], [output])]
    graph = helper.make_graph(nodes, "dark", [given], [answer])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    entries = {key: value for key, value in (CLASSIFIER_METADATA | (metadata or {})).items() if value is not None}
    helper.set_model_props(model, {f"photocolor.{key}": value for key, value in entries.items()})
    onnx.save(model, str(path))
    return path
