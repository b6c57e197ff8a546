"""Gives a model's graph a second look: it sees each picture at two sizes and answers with the mean of both.

The two answers err in different places, so their mean is nearer to the truth than either. It is duller, too: two hues
that differ cancel out (`training.exporting.vibrance` gives back what is missing).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from training.exporting.integers import without_integers
from training.exporting.vibrance import without_vibrance

if TYPE_CHECKING:
    from onnx import GraphProto, ModelProto, NodeProto

OWN, SMALL = "own/", "small/"
"""Begin the names of the first look's answers, and of everything that belongs to the second look."""


@dataclass(frozen=True, slots=True)
class SecondLook:
    """Says how a model looks a second time.

    Attributes:
        scale: size of the second look's picture, as a share of the first one's; below 1.
        weight: of the second answer in the mean, from 0 to 1.
        working_px: size in pixels at which the product then shows the model a whole photo; 0 keeps that of the card.
        version: of the new model; "" keeps that of the card.
    """

    scale: float = 0.625
    weight: float = 1 / 3
    working_px: int = 0
    version: str = ""


def with_second_look(once: ModelProto, look: SecondLook, multiple: int, least_px: int) -> ModelProto:
    """Returns the graph with a second copy of its operators on the same weights, and the mean of both answers.

    Args:
        once: a model of the contract; left as it is.
        look: how it looks again.
        multiple: sides of its pictures are multiples of so many pixels.
        least_px: no side may be smaller.
    """
    import onnx

    twice = onnx.ModelProto()
    twice.CopyFrom(once)
    graph = twice.graph
    inputs, outputs = ([port.name for port in ports] for ports in (graph.input, graph.output))
    nodes = list(graph.node)
    fixed = {weight.name for weight in graph.initializer}
    of_weights = _depending_on_weights_alone(nodes, fixed)
    own = {output: OWN + output for output in outputs}
    for node in nodes:
        _rename(node, own)
    changing = [node for node in nodes if not of_weights.issuperset(node.output)]
    names = {name: SMALL + name for node in changing for name in node.output if name}
    names |= {name: SMALL + name for name in inputs}
    again = []
    for node in changing:
        copy = onnx.NodeProto()
        copy.CopyFrom(node)
        copy.name = node.name and SMALL + node.name
        _rename(copy, names)
        again.append(copy)
    build = _Builder(graph)
    before = list(build.smaller(inputs, look.scale, multiple, least_px))
    after = list(build.mean(own, look))
    del graph.node[:]
    graph.node.extend([*before, *nodes, *again, *after])
    return twice


def first_look(model: ModelProto) -> ModelProto:
    """Returns the graph without vibrance, integers, the second look and the mean; of one that has none, the same graph.

    Args:
        model: of the contract; left as it is.
    """
    import onnx

    model = without_integers(without_vibrance(model))
    if not looks_twice(model):
        return model
    once = onnx.ModelProto()
    once.CopyFrom(model)
    outputs = [port.name for port in once.graph.output]
    mixed = {f"{OWN}{name}/{part}" for name in outputs for part in ("share", "mean")} | set(outputs)  # mean: default 7
    nodes = [
        node for node in once.graph.node if not any(name.startswith(SMALL) or name in mixed for name in node.output)
    ]
    for node in nodes:
        _rename(node, {OWN + name: name for name in outputs})
    weights = [weight for weight in once.graph.initializer if not weight.name.startswith(SMALL)]
    del once.graph.node[:], once.graph.initializer[:]
    once.graph.node.extend(nodes)
    once.graph.initializer.extend(weights)
    return once


def looks_twice(model: ModelProto) -> bool:
    """Returns whether a graph has a second look."""
    return any(weight.name.startswith(SMALL) for weight in model.graph.initializer)


def _depending_on_weights_alone(nodes: list[NodeProto], fixed: set[str]) -> set[str]:
    """Returns the names of all values that are the same for each picture."""
    same = set(fixed)
    for node in nodes:
        if all(name in same for name in node.input if name):
            same.update(node.output)
    return same


def _rename(node: NodeProto, names: Mapping[str, str]) -> None:
    node.input[:] = [names.get(name, name) for name in node.input]
    node.output[:] = [names.get(name, name) for name in node.output]


class _Builder:
    """Builds the operators around the two copies."""

    def __init__(self, graph: GraphProto) -> None:
        self._graph = graph

    def _constant(self, name: str, values: object, dtype: type[np.generic]) -> str:
        import onnx

        self._graph.initializer.append(onnx.numpy_helper.from_array(np.array(values, dtype), SMALL + name))
        return SMALL + name

    def smaller(self, inputs: list[str], scale: float, multiple: int, least_px: int) -> Iterator[NodeProto]:
        """Yields what makes the inputs smaller: lightness and faces by interpolation; hints keep their values."""
        from onnx.helper import make_node

        steps = self._constant("steps", scale / multiple, np.float32)
        least = self._constant("least", -(-least_px // multiple), np.float32)
        whole = self._constant("multiple", multiple, np.float32)
        bounds = [self._constant(name, [value], np.int64) for name, value in (("from", 2), ("to", 4))]
        yield make_node("Shape", [inputs[0]], [SMALL + "shape"])
        yield make_node("Slice", [SMALL + "shape", *bounds], [SMALL + "sides"])
        yield make_node("Cast", [SMALL + "sides"], [SMALL + "sides_float"], to=1)
        yield make_node("Mul", [SMALL + "sides_float", steps], [SMALL + "multiples"])
        yield make_node("Round", [SMALL + "multiples"], [SMALL + "rounded"])
        yield make_node("Max", [SMALL + "rounded", least], [SMALL + "enough"])
        yield make_node("Mul", [SMALL + "enough", whole], [SMALL + "smaller_float"])
        yield make_node("Cast", [SMALL + "smaller_float"], [SMALL + "smaller"], to=7)
        for name in inputs:
            yield from self._resized(name, SMALL + name, SMALL + "smaller", "nearest" if name == "hints" else "linear")

    def _resized(self, name: str, into: str, sides: str, mode: str) -> Iterator[NodeProto]:
        from onnx.helper import make_node

        first = [self._constant(f"{into}/{word}", [value], np.int64) for word, value in (("from", 0), ("to", 2))]
        yield make_node("Shape", [name], [into + "/shape"])
        yield make_node("Slice", [into + "/shape", *first], [into + "/batch"])
        yield make_node("Concat", [into + "/batch", sides], [into + "/sizes"], axis=0)
        how = {"nearest_mode": "floor"} if mode == "nearest" else {}
        yield make_node(
            "Resize",
            [name, "", "", into + "/sizes"],
            [into],
            mode=mode,
            coordinate_transformation_mode="half_pixel",
            **how,
        )

    def mean(self, own: Mapping[str, str], look: SecondLook) -> Iterator[NodeProto]:
        """Yields what mixes both answers."""
        from onnx.helper import make_node

        first, second = (
            self._constant(name, value, np.float32)
            for name, value in (("weight_first", 1 - look.weight), ("weight_second", look.weight))
        )
        for output, answer in own.items():
            other = SMALL + answer
            yield from self._resized(other, f"{other}/enlarged", SMALL + "sides", "linear")
            yield make_node("Mul", [answer, first], [f"{answer}/share"])
            yield make_node("Mul", [f"{other}/enlarged", second], [f"{other}/share"])
            yield make_node("Add", [f"{answer}/share", f"{other}/share"], [output])
