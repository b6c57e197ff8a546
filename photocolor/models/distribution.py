"""The distribution of colors inside a model: where its graph computes it, and how it is made an output.

A model of the contract says how much it doubts, from the entropy of a distribution over bins of a*, b*. The file gives
the entropy alone. The distribution itself is computed in the same graph, so naming it as one more output is enough, and
the file with its checksum stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from photocolor.models.wire import LENGTH, Buffer, Span, fields, text

_GRAPH_NODE, _GRAPH_OUTPUT = 1, 12
_NODE_INPUT, _NODE_OUTPUT, _NODE_OPERATOR = 1, 2, 4
_MODEL_GRAPH, _VALUE_NAME = 7, 1
_PEAK = "ReduceMax"
"""The entropy begins with the highest of the bins' logits; whose highest it is, they are."""

_SPANS = (
    (-90, 50, 90), (-80, 20, 90), (-70, 0, 90), (-60, -20, 90), (-50, -30, 100), (-40, -40, 100), (-30, -50, 100),
    (-20, -50, 100), (-10, -60, 100), (0, -70, 100), (10, -80, 90), (20, -80, 90), (30, -90, 90), (40, -100, 90),
    (50, -100, 80), (60, -110, 80), (70, -110, 80), (80, -110, 70), (90, -110, 70), (100, -90, 0),
)  # fmt: skip
"""a*, and the first and the last b* of its bins, which are ten units apart: the 313 bins of arXiv 1603.08511.

Source: R. Zhang, P. Isola, A. A. Efros, "Colorful Image Colorization", section 2.1, and the code beside it."""

CENTERS: NDArray[np.float32] = np.array(
    [(a, b) for a, first, last in _SPANS for b in range(first, last + 1, 10)], np.float32
)
"""(313, 2) float32, a* and b* of the bins that the bundled model was trained with, in their order."""


def distribution_tensor(data: Buffer) -> str | None:
    """Returns the name of the bins' logits in a model's graph, before the entropy is taken of them.

    They are log-probabilities up to a constant: a network that learned with rebalanced bins has the weights taken back
    there. Of a model that looks twice they are those of its first look, which is nearer to the output and has the
    picture's size. None if the graph has no doubt, or computes it in another way.

    Raises:
        MalformedModel: the bytes are no ONNX model.
    """
    sources = {output: node for node in _nodes(data) for output in node[2]}
    pending, met = ["doubt"], set()
    while pending:
        name = pending.pop(0)  # the nearest first
        if name not in sources or name in met:
            continue
        met.add(name)
        operator, inputs, _ = sources[name]
        if operator == _PEAK:
            return inputs[0]
        if operator != "Conv":
            pending += inputs
    return None


def with_output(data: bytes, tensor: str) -> bytes:
    """Returns a model's bytes with one more output of its graph.

    Two graphs in one file are one, whose lists are joined: protobuf merges a message that stands there twice.

    Source: protobuf.dev/programming-guides/encoding, "Last One Wins".
    """
    value = _message(_VALUE_NAME, tensor.encode())
    return data + _message(_MODEL_GRAPH, _message(_GRAPH_OUTPUT, value))


def _nodes(data: Buffer) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yields operator, inputs and outputs of each node."""
    for part in fields(data, Span(0, len(data))):
        if part.number == _MODEL_GRAPH and part.wire == LENGTH:
            for item in fields(data, part.span):
                if item.number == _GRAPH_NODE and item.wire == LENGTH:
                    yield _node(data, item.span)


def _node(data: Buffer, span: Span) -> tuple[str, list[str], list[str]]:
    operator = ""
    inputs: list[str] = []
    outputs: list[str] = []
    for item in fields(data, span):
        if item.number == _NODE_INPUT:
            inputs.append(text(data, item.span))
        elif item.number == _NODE_OUTPUT:
            outputs.append(text(data, item.span))
        elif item.number == _NODE_OPERATOR:
            operator = text(data, item.span)
    return operator, inputs, outputs


def _message(number: int, payload: bytes) -> bytes:
    """Returns a length-delimited field."""
    return _varint(number << 3 | LENGTH) + _varint(len(payload)) + payload


def _varint(value: int) -> bytes:
    coded = bytearray()
    while value >= 0x80:
        coded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*coded, value])
