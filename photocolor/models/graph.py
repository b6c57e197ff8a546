"""Reads what an ONNX file says about itself, without ONNX Runtime and without touching its weights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from photocolor.models.wire import LENGTH, Buffer, MalformedModel, Span, WireField, fields, text
from photocolor.system.file_bytes import mapped
from photocolor.system.safe_files import open_regular

# Field numbers of onnx.proto (ModelProto, GraphProto, ...). Source: github.com/onnx/onnx, onnx/onnx.proto.
_MODEL_GRAPH, _MODEL_METADATA = 7, 14
_GRAPH_INPUT, _GRAPH_OUTPUT = 11, 12
_VALUE_NAME, _VALUE_TYPE = 1, 2
_TYPE_TENSOR = 1
_TENSOR_ELEMENT, _TENSOR_SHAPE = 1, 2
_SHAPE_DIMENSION, _DIMENSION_VALUE = 1, 1
_TENSOR_EXTERNAL, _TENSOR_PLACE = 13, 14
_NODE_OPERATOR = 4
_ENTRY_KEY, _ENTRY_VALUE = 1, 2

_TENSORS: dict[str, dict[int, str]] = {
    "model": {7: "graph", 20: "training", 25: "function"},
    "training": {1: "graph", 2: "graph"},
    "function": {7: "node", 11: "attribute"},
    "graph": {1: "node", 5: "tensor", 15: "sparse tensor"},
    "node": {5: "attribute"},
    "attribute": {
        **{5: "tensor", 10: "tensor", 22: "sparse tensor", 23: "sparse tensor"},
        **{6: "graph", 11: "graph"},
    },
    "sparse tensor": {1: "tensor", 2: "tensor"},
}
"""Where tensors may lie: for each kind of message the fields that lead to them, with the kind that they hold."""
_DEEPEST = 64
"""Graphs inside of graphs, as loops and branches have them; each is two messages deeper."""
_COMPILED = b"EPContext"
"""An operator that stands for a compiled network, which ONNX Runtime reads from a file of its own."""

_SHORTEST_REFERENCE_BYTES = 22
"""An attribute names another file in no fewer. It has a name (3 bytes), and its tensor (2 for tag and length) says that
the values lie outside (2) and has an entry (2) with the key "location" (10) and a place of a character (3). Sizes of
kernels, strides and such are shorter: nearly all that a graph holds."""

_INT64_MAX = 2**63 - 1  # above, a varint is a negative int64

FLOAT32 = 1
"""TensorProto.DataType.FLOAT"""


@dataclass(frozen=True, slots=True)
class Port:
    """Describes one input or output of the graph.

    Attributes:
        name: its name.
        element: TensorProto.DataType of its elements; 0 if unstated.
        shape: one entry for each dimension, None where the size is free.
    """

    name: str
    element: int
    shape: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class GraphFacts:
    """Holds the parts of an ONNX file that a card is made from.

    Attributes:
        inputs: the graph's inputs, in order.
        outputs: the graph's outputs, in order.
        metadata: the file's metadata_props.
        external: True if weights, wherever in the file a tensor is, lie in other files.
    """

    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    metadata: dict[str, str]
    external: bool


def read_graph(path: Path) -> GraphFacts:
    """Returns the facts of the ONNX file at `path`.

    Raises:
        Malformed: the file is no ONNX model, or is damaged where the facts stand.
        OSError: the file cannot be read.
    """
    with open_regular(path) as file:
        size = file.seek(0, 2)
        if size == 0:
            return parse_graph(b"", Span(0, 0))
        with mapped(file) as data:
            return parse_graph(data, Span(0, size))


def parse_graph(data: Buffer, span: Span) -> GraphFacts:
    """Returns the facts of the model at `span`, for bytes that are already in memory.

    Raises:
        Malformed: as `read_graph`.
    """
    if span.start == span.end:
        raise MalformedModel("the file is empty")
    graph: Span | None = None
    metadata: dict[str, str] = {}
    external = False
    for item in fields(data, span):
        if item.number == _MODEL_GRAPH:
            if graph is not None:
                raise MalformedModel("the file holds two graphs")
            graph = _message(item)
        elif item.number == _MODEL_METADATA:
            key, value = _entry(data, _message(item))
            metadata[key] = value
        else:
            external = external or _leads_outside(data, item, "model", 0)
    if graph is None:
        raise MalformedModel("the file holds no graph")
    inputs: list[Port] = []
    outputs: list[Port] = []
    for item in fields(data, graph):
        if item.number == _GRAPH_INPUT:
            inputs.append(_port(data, _message(item)))
        elif item.number == _GRAPH_OUTPUT:
            outputs.append(_port(data, _message(item)))
        else:
            external = external or _leads_outside(data, item, "graph", 1)
    return GraphFacts(tuple(inputs), tuple(outputs), metadata, external)


def _leads_outside(data: Buffer, item: WireField, kind: str, depth: int) -> bool:
    """Returns whether a field of such a message refers, at any depth, to values in another file."""
    inner = _TENSORS.get(kind, {}).get(item.number)
    if inner is not None:
        message = _message(item)
        if inner == "attribute" and message.end - message.start < _SHORTEST_REFERENCE_BYTES:
            return False
        if depth >= _DEEPEST:
            raise MalformedModel("its graphs are nested too deeply")
        return any(_leads_outside(data, part, inner, depth + 1) for part in fields(data, message))
    if kind == "tensor":
        return item.number == _TENSOR_EXTERNAL or (item.number == _TENSOR_PLACE and item.value != 0)
    if kind == "node" and item.number == _NODE_OPERATOR:
        operator = _message(item)
        return operator.end - operator.start == len(_COMPILED) and data[slice(*operator)] == _COMPILED
    return False


def _port(data: Buffer, span: Span) -> Port:
    name, element = "", 0
    shape: tuple[int | None, ...] = ()
    for item in fields(data, span):
        if item.number == _VALUE_NAME:
            name = text(data, _message(item))
        elif item.number == _VALUE_TYPE:
            for tensor in _children(data, _message(item), _TYPE_TENSOR):
                element, shape = _tensor(data, tensor)
    return Port(name, element, shape)


def _tensor(data: Buffer, span: Span) -> tuple[int, tuple[int | None, ...]]:
    """Returns element type and shape of a TypeProto.Tensor."""
    element, sizes = 0, []
    for item in fields(data, span):
        if item.number == _TENSOR_ELEMENT:
            element = item.value
        elif item.number == _TENSOR_SHAPE:
            sizes = [_size(data, dimension) for dimension in _children(data, _message(item), _SHAPE_DIMENSION)]
    return element, tuple(sizes)


def _size(data: Buffer, dimension: Span) -> int | None:
    """Returns the fixed size of a dimension.

    It is None where it has a name, nothing, or the 0 or -1 that some exporters write.
    """
    for item in fields(data, dimension):
        if item.number == _DIMENSION_VALUE and 0 < item.value <= _INT64_MAX:
            return item.value
    return None


def _entry(data: Buffer, span: Span) -> tuple[str, str]:
    key = value = ""
    for item in fields(data, span):
        if item.number == _ENTRY_KEY:
            key = text(data, _message(item))
        elif item.number == _ENTRY_VALUE:
            value = text(data, _message(item))
    return key, value


def _children(data: Buffer, span: Span, number: int) -> Iterator[Span]:
    """Returns the messages in field `number` of the message at `span`."""
    return (_message(item) for item in fields(data, span) if item.number == number)


def _message(item: WireField) -> Span:
    if item.wire != LENGTH:
        raise MalformedModel(f"field {item.number} at byte {item.span.start} is not a message")
    return item.span
