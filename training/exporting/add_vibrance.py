"""`vibrance`: learns from photos how much duller a model is than they are, and writes one that makes up for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from photocolor.models.registry import find_model
from training.color import lab_of_photo, photo_of_lab
from training.data.crops import central_crop, square
from training.data.prepared import Prepared, load
from training.errors import CheckpointMismatch
from training.evaluation.metrics import colorfulness
from training.exporting.export import OPSET
from training.exporting.model_file import save_model
from training.exporting.vibrance import Reading, Vibrance, answer_statistics, has_vibrance, with_vibrance
from training.writing import check_writable

if TYPE_CHECKING:
    from onnx import ModelProto

RECTIFIERS = ("Relu", "LeakyRelu", "Clip")
"""Operators whose values are a network's features."""
FEATURES = "/network/up.1/blocks/blocks.1/Relu_output_0"
"""The value of the shipped model's graph that is read: the decoder's features at an eighth of the size."""

RIDGE = 100.0
"""What the squares of the weights of scaled features count, in squared errors."""

BLACK = 3.0
"""Is added to both colorfulnesses before they are divided: below it nobody sees a difference."""


def add_vibrance(
    model: Path,
    data: Path,
    out: Path,
    vibrance: Vibrance,
    console: Console,
    *,
    features: str = FEATURES,
    every: int = 4,
    version: str = "",
) -> None:
    """Writes a model file whose timid answers are strengthened.

    Args:
        model: a file of the model contract, of free size.
        data: a set that `prepare` made; its training photos are learned from, its validation photos measured.
        out: the file to write.
        vibrance: how far it goes.
        console: for progress, and the one line it prints.
        features: name of the graph's value (N, C, H, W) that is read.
        every: each Nth training photo is looked at.
        version: of the new model; "" keeps that of the card.

    Raises:
        ModelNotFound: there is no such file.
        ModelInvalid: it is no model of the contract.
        CheckpointMismatch: the graph has no such value, has vibrance already, or has another opset than `export`'s.
        MissingData: there is no such set.
        DiskFull, OutputError: `out` cannot be written, which is found out before the photos are looked at.
    """
    import onnx

    check_writable(out)
    card = find_model(model).card
    plain = onnx.load(str(model))
    if has_vibrance(plain):
        raise CheckpointMismatch(f"{model} has vibrance already", "Give the file that it was made of.")
    if (opset := plain.opset_import[0].version) != OPSET:
        raise CheckpointMismatch(f"{model} is of opset {opset}, not {OPSET}", "Give a file that `export` wrote.")
    if not any(features in node.output for node in plain.graph.node):
        named = ", ".join(node.output[0] for node in plain.graph.node if node.op_type in RECTIFIERS)
        hint = f"Name a value (N, C, H, W) of its graph with --features; its rectified features are {named}."
        raise CheckpointMismatch(f"no operator of {model} gives {features}", hint)
    photos = _Photos(plain, features, card.working_px, console)
    told, wanted = photos.of(load(data, "train"), every)
    reading = read_of(features, told, wanted)
    told, wanted = photos.of(load(data, "val"), 1)
    read = told @ reading.weights + reading.bias
    strengthened = with_vibrance(plain, reading, vibrance)
    onnx.checker.check_model(strengthened)
    words = {
        "vibrance": f"{vibrance.share:g} of what is missing, {vibrance.least:g} to {vibrance.most:g}; shadows "
        f"{vibrance.shadows:g}, skin {1 - vibrance.skin:g}"
    }
    if version:
        words["version"] = version
    save_model(strengthened, out, {f"photocolor.{key}": value for key, value in words.items()})
    correlation = float(np.corrcoef(read, wanted)[0, 1])
    console.print(f"{out}: what is read and what is missing correlate by {correlation:.2f} on {len(wanted)} photos")


def read_of(features: str, told: NDArray[np.float64], wanted: NDArray[np.float64]) -> Reading:
    """Returns the ridge regression of what is missing on what a graph tells.

    Args:
        features: name of the value whose channels' means come first.
        told: (photos, columns).
        wanted: (photos,), logarithms.
    """
    mean, spread = told.mean(0), told.std(0) + 1e-6
    scaled = (told - mean) / spread
    weights = np.linalg.solve(scaled.T @ scaled + RIDGE * np.eye(scaled.shape[1]), scaled.T @ (wanted - wanted.mean()))
    weights = weights / spread
    return Reading(features, weights.astype(np.float32), float(wanted.mean() - mean @ weights))


class _Photos:
    """Shows a model photos, and keeps what its graph tells and what its colorfulness lacks."""

    def __init__(self, plain: ModelProto, features: str, px: int, console: Console) -> None:
        import onnx
        from onnxruntime import InferenceSession

        open_graph = onnx.ModelProto()
        open_graph.CopyFrom(plain)
        open_graph.graph.output.append(onnx.helper.make_empty_tensor_value_info(features))
        self._session = InferenceSession(open_graph.SerializeToString())
        self._hinted = any(port.name == "hints" for port in plain.graph.input)
        self._features, self._px, self._console = features, px, console

    def of(self, data: Prepared, every: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Returns what is told of central squares (photos, columns), and the logarithm of what each lacks (photos,)."""
        rows = [
            self._of_one(square(pixels, central_crop(index, (pixels.shape[0], pixels.shape[1])), self._px))
            for index in track(
                range(0, len(data), every), "reading", console=self._console, disable=not self._console.is_terminal
            )
            for pixels in [data.photo(index)]
        ]
        values = np.array(rows, np.float64)
        return values[:, :-1], values[:, -1]

    def _of_one(self, rgb: NDArray[np.uint8]) -> list[float]:
        lightness, _ = lab_of_photo(rgb)
        given = {"lightness": lightness[None, None]}
        if self._hinted:
            given["hints"] = np.zeros((1, 3, *lightness.shape), np.float32)
        ab, features = self._session.run(["ab", self._features], given)
        mine = colorfulness(photo_of_lab(lightness, np.ascontiguousarray(ab[0].transpose(1, 2, 0))))
        lacks = np.log((colorfulness(rgb) + BLACK) / (mine + BLACK))
        return [*features[0].mean((1, 2)).tolist(), *answer_statistics(ab[0]), float(lacks)]
