"""Gives a model's graph *vibrance*, as photo editors call it: timid answers become stronger, colorful ones hardly.

A network that learned to be near the truth is duller than it, the more so the less it knows. How much duller can be
read off what it makes of a photo: a linear reading of its features and its answer says what the answer's colorfulness
has to be multiplied with, and a part of that is taken. Mid-tones become stronger. Shadows lose color, for black things
are black; highlights keep what they have; skin, which the network knows well, takes part by less. Where a
hint says a color, nothing changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from onnx import GraphProto, ModelProto, NodeProto

PREFIX, PLAIN = "vibrance/", "plain/ab"
"""Begins the names of all values that this module adds; and the name that the answer before it gets."""

SHADOWS_L, HIGHLIGHTS_L = (10.0, 50.0), (80.0, 100.0)
"""L* between which the mid-tones begin and end."""

SKIN_HUE, SKIN_NEAR, SKIN_CHROMA = 50.0, (0.8, 1.0), (5.0, 15.0)
"""Hue of skin in degrees of CIELAB, cosines of the distance to it between which a color becomes one of skin (37° and
0°), and the chroma that it needs."""


@dataclass(frozen=True, slots=True)
class Vibrance:
    """Says how far a timid answer is strengthened.

    Attributes:
        share: of the logarithm of what would make the answer as colorful as is expected, from 0 to 1.
        least, most: bounds of a photo's factor.
        shadows: factor of the darkest colors, at L* 10 and below.
        skin: share of the change that the colors of skin do not take part in.
    """

    share: float = 0.65
    least: float = 0.9
    most: float = 1.4
    shadows: float = 0.75
    skin: float = 0.4


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads off a photo's features what its colorfulness has to be multiplied with, as a logarithm.

    Attributes:
        features: name of the graph's value (N, C, H, W) that is read.
        weights: (C + 4,) float32, of its channels' means and of the four that `answer_statistics` describes.
        bias: what is added.
    """

    features: str
    weights: NDArray[np.float32]
    bias: float


def answer_statistics(ab: NDArray[np.floating]) -> tuple[float, float, float, float]:
    """Returns what is read of an answer (2, H, W), CIELAB: mean and root mean square of chroma, and log(1 + each)."""
    chroma = np.hypot(*ab.astype(np.float64))
    mean, square = float(chroma.mean()), float(np.sqrt((chroma**2).mean()))
    return mean, square, float(np.log1p(mean)), float(np.log1p(square))


def with_vibrance(plain: ModelProto, reading: Reading, vibrance: Vibrance) -> ModelProto:
    """Returns the graph whose answer is strengthened.

    Args:
        plain: a model of the contract whose graph has the value that is read; left as it is.
        reading: what a photo's factor is read from.
        vibrance: how far it goes.
    """
    import onnx

    strengthened = onnx.ModelProto()
    strengthened.CopyFrom(plain)
    graph = strengthened.graph
    _rename_answer(graph, "ab", PLAIN)
    hints = "hints" if any(port.name == "hints" for port in graph.input) else ""
    graph.node.extend(_Builder(graph).nodes(reading, vibrance, hints))
    return strengthened


def without_vibrance(model: ModelProto) -> ModelProto:
    """Returns the graph as it was before; one that has no vibrance, as it is."""
    import onnx

    if not has_vibrance(model):
        return model
    plain = onnx.ModelProto()
    plain.CopyFrom(model)
    graph = plain.graph
    nodes = [node for node in graph.node if node.output[0] != "ab" and not node.output[0].startswith(PREFIX)]
    weights = [weight for weight in graph.initializer if not weight.name.startswith(PREFIX)]
    del graph.node[:], graph.initializer[:]
    graph.node.extend(nodes)
    graph.initializer.extend(weights)
    _rename_answer(graph, PLAIN, "ab")
    return plain


def has_vibrance(model: ModelProto) -> bool:
    """Returns whether a graph's answer is strengthened."""
    return any(weight.name.startswith(PREFIX) for weight in model.graph.initializer)


def _rename_answer(graph: GraphProto, before: str, after: str) -> None:
    for node in graph.node:
        node.input[:] = [after if name == before else name for name in node.input]
        node.output[:] = [after if name == before else name for name in node.output]


class _Builder:
    """Builds the operators behind the answer, in the opset of `OPSET`."""

    def __init__(self, graph: GraphProto) -> None:
        self._graph = graph
        self._number = 0

    def nodes(self, reading: Reading, vibrance: Vibrance, hints: str) -> list[NodeProto]:
        """Returns the operators that make ab of the plain answer."""
        self._nodes: list[NodeProto] = []
        square = self._sum_of_channels(self._op("Mul", PLAIN, PLAIN))
        chroma = self._op("Sqrt", square)
        change = self._op("Sub", self._photo_factor(reading, vibrance, chroma, square), self._constant(1))
        middle = self._smooth_step("lightness", *SHADOWS_L)
        below_white = self._one_minus(self._smooth_step("lightness", *HIGHLIGHTS_L))
        not_skin = self._one_minus(self._op("Mul", self._skin(chroma), self._constant(vibrance.skin)))
        changed = self._op("Mul", self._op("Mul", change, below_white), not_skin)
        lighter = self._op("Add", changed, self._constant(1 - vibrance.shadows))
        factor = self._op("Add", self._op("Mul", middle, lighter), self._constant(vibrance.shadows))
        if hints:
            ends = [self._constant([value], np.int64) for value in (2, 3, 1)]
            told = self._op("Greater", self._op("Slice", hints, *ends), self._constant(0))
            factor = self._op("Where", told, self._constant(1), factor)
        self._op("Mul", PLAIN, factor, into="ab")
        return self._nodes

    def _photo_factor(self, reading: Reading, vibrance: Vibrance, chroma: str, square: str) -> str:
        """Returns (N, 1, 1, 1): what each photo is to be multiplied with."""
        mean = self._op("ReduceMean", chroma, axes=[2, 3])
        root = self._op("Sqrt", self._op("ReduceMean", square, axes=[2, 3]))
        logs = [self._op("Log", self._op("Add", value, self._constant(1))) for value in (mean, root)]
        channels = self._op("ReduceMean", reading.features, axes=[2, 3])
        told = self._op("Concat", channels, mean, root, *logs, axis=1)
        weights = self._constant((vibrance.share * reading.weights).reshape(1, -1, 1, 1))
        wanted = self._sum_of_channels(self._op("Mul", told, weights))
        wanted = self._op("Add", wanted, self._constant(vibrance.share * reading.bias))
        return self._op("Clip", self._op("Exp", wanted), self._constant(vibrance.least), self._constant(vibrance.most))

    def _skin(self, chroma: str) -> str:
        """Returns (N, 1, H, W): how far a color is one of skin, from 0 to 1."""
        hue = [cos(radians(SKIN_HUE)), sin(radians(SKIN_HUE))]
        along = self._sum_of_channels(self._op("Mul", PLAIN, self._constant(np.reshape(hue, (1, 2, 1, 1)))))
        near = self._op("Div", along, self._op("Add", chroma, self._constant(1e-3)))
        return self._op("Mul", self._smooth_step(near, *SKIN_NEAR), self._smooth_step(chroma, *SKIN_CHROMA))

    def _smooth_step(self, value: str, start: float, end: float) -> str:
        """Returns 3 t² - 2 t³ of t, which rises from 0 at the start to 1 at the end."""
        part = self._op("Div", self._op("Sub", value, self._constant(start)), self._constant(end - start))
        part = self._op("Clip", part, self._constant(0), self._constant(1))
        bent = self._op("Sub", self._constant(3), self._op("Mul", part, self._constant(2)))
        return self._op("Mul", self._op("Mul", part, part), bent)

    def _one_minus(self, value: str) -> str:
        return self._op("Sub", self._constant(1), value)

    def _sum_of_channels(self, value: str) -> str:
        return self._op("ReduceSum", value, self._constant([1], np.int64))

    def _constant(self, values: object, dtype: type[np.generic] = np.float32) -> str:
        import onnx

        name = self._name()
        self._graph.initializer.append(onnx.numpy_helper.from_array(np.array(values, dtype), name))
        return name

    def _op(self, kind: str, *inputs: str, into: str = "", **settings: Any) -> str:
        from onnx.helper import make_node

        name = into or self._name()
        self._nodes.append(make_node(kind, inputs, [name], **settings))
        return name

    def _name(self) -> str:
        self._number += 1
        return f"{PREFIX}{self._number}"
