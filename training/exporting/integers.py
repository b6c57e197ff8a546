"""Stores convolutions of a model's graph as 8-bit integers, with which processors multiply two to four times as fast.

The graph stays one of ONNX's standard operators: QuantizeLinear and DequantizeLinear stand around each convolution
(the QDQ form), so a device that knows no integers rounds the same values and multiplies floats. Weights have 7 bits
with a scale for each output channel: processors without VNNI add two products of 8 by 8 bits in 16 bits, where 8-bit
weights would overflow. Activations have 8 bits and one scale for each value of the graph, read off real inputs.

Source: Jacob et al., "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference",
arXiv 1712.05877; done by `onnxruntime.quantization`.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from onnx import GraphProto, ModelProto, NodeProto

Feed = dict[str, NDArray[np.float32]]
LEAST_CHANNELS = 16
"""Convolutions of fewer input or output channels gain nothing; the first and the last layer are among them."""
ROUNDING = ("QuantizeLinear", "DequantizeLinear")
BETWEEN = ("Relu", "Add", "Clip")
"""Operators that stay among integers where all that they take comes from integers."""


def dense_convolutions(model: ModelProto) -> list[str]:
    """Returns the names of the operators that gain most: wide convolutions of several pixels, and what lies between.

    Convolutions of one pixel, and those of each channel alone, wait for memory rather than for products.
    """
    weights = _arrays(model.graph)

    def is_dense(node: NodeProto) -> bool:
        outer, inner, *sides = weights[node.input[1]].shape if node.input[1] in weights else (0, 0)
        return min(outer, inner) >= LEAST_CHANNELS and int(np.prod(sides)) > 1

    return _with_between(model.graph, is_dense)


def all_convolutions(model: ModelProto) -> list[str]:
    """Returns the names of all convolutions, and of what lies between them."""
    return _with_between(model.graph, lambda node: True)


def _with_between(graph: GraphProto, is_wanted: Callable[[NodeProto], bool]) -> list[str]:
    """Returns the names of wanted convolutions, and of operators all of whose inputs are integers then.

    What makes an output of the graph stays among floats, and so does an operator without a name.
    """
    constant = {array.name for array in graph.initializer} | {""}
    answers = {port.name for port in graph.output}
    chosen, values = [], set[str]()
    for node in graph.node:
        takes = {name for name in node.input if name not in constant}
        lies_between = node.op_type in BETWEEN and bool(takes) and takes <= values
        if not node.name or answers.intersection(node.output):
            continue
        if is_wanted(node) if node.op_type == "Conv" else lies_between:
            chosen.append(node.name)
            values.update(node.output)
    return chosen


def with_integers(model: ModelProto, names: Iterable[str], feeds: Iterable[Feed]) -> ModelProto:
    """Returns a copy of a graph some of whose operators work on integers.

    Args:
        model: of opset 13 or later, without integers; its weights may be float16 behind Cast. Left as it is.
        names: of the operators.
        feeds: inputs like those that the model will see; the range of each value is read off them.
    """
    import onnx
    from onnxruntime import quantization

    names = list(names)
    plain = onnx.ModelProto()
    plain.CopyFrom(model)
    _inline(plain.graph, set(names))
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder, "before.onnx"), Path(folder, "after.onnx")
        onnx.save(plain, str(before))
        logging.disable(logging.WARNING)  # advice to optimize the graph first, which would rename its values
        try:
            quantization.quantize_static(
                str(before),
                str(after),
                _Reader(feeds),
                quant_format=quantization.QuantFormat.QDQ,
                activation_type=quantization.QuantType.QUInt8,
                weight_type=quantization.QuantType.QInt8,
                per_channel=True,
                reduce_range=True,
                nodes_to_quantize=names,
                op_types_to_quantize=["Conv", *BETWEEN],
            )
        finally:
            logging.disable(logging.NOTSET)
        quantized = onnx.load(str(after))
    _as_before(quantized.graph, [node.output[0] for node in plain.graph.node])
    _note_replaced(quantized.graph, plain.graph)
    del quantized.metadata_props[:]
    quantized.metadata_props.extend(model.metadata_props)
    onnx.checker.check_model(quantized)
    return quantized


def has_integers(model: ModelProto) -> bool:
    """Returns whether a graph has convolutions on integers."""
    return any(node.op_type == "DequantizeLinear" for node in model.graph.node)


def without_integers(model: ModelProto) -> ModelProto:
    """Returns the graph with the same weights as float32 and no rounding between; the same graph if it has no integers.

    The ReLUs that `with_integers` left out come back; those that also bound above do so at the end of a value's range.

    Args:
        model: of `with_integers`; left as it is.
    """
    import onnx
    from onnx import numpy_helper

    if not has_integers(model):
        return model
    plain = onnx.ModelProto()
    plain.CopyFrom(model)
    graph = plain.graph
    arrays = {weight.name: numpy_helper.to_array(weight) for weight in graph.initializer}
    floats: dict[str, str] = {}
    renamed: dict[str, str] = {}
    nodes = []
    for node in graph.node:
        node.input[:] = [renamed.get(name, name) for name in node.input]
        if node.op_type == "DequantizeLinear" and node.input[0] in arrays:
            graph.initializer.append(numpy_helper.from_array(_floats(node, arrays), node.output[0]))
        elif node.op_type == "DequantizeLinear":
            renamed[node.output[0]] = floats[node.input[0]]
        elif node.op_type == "QuantizeLinear" and node.doc_string:
            floats[node.output[0]] = value = f"{node.output[0]}/{node.doc_string}"
            ends = [f"{value}/{end}" for end in ("least", "most")] if node.doc_string == "Clip" else []
            graph.initializer.extend(map(numpy_helper.from_array, _range(node, arrays), ends))
            nodes.append(onnx.helper.make_node(node.doc_string, [node.input[0], *ends], [value], name=value))
        elif node.op_type == "QuantizeLinear":
            floats[node.output[0]] = node.input[0]
        else:
            nodes.append(node)
    _keep(graph, nodes)
    return plain


def _range(node: NodeProto, arrays: dict[str, NDArray[Any]]) -> list[NDArray[np.float32]]:
    """Returns the least and the largest value that a QuantizeLinear tells apart from those beyond."""
    scale, zero = arrays[node.input[1]], _zero(node, arrays, np.dtype(np.uint8))
    ends = np.iinfo(zero.dtype)
    return [((end - zero.astype(np.int64)) * scale).astype(np.float32) for end in (ends.min, ends.max)]


def _zero(node: NodeProto, arrays: dict[str, NDArray[Any]], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Returns the code that stands for 0."""
    return arrays[node.input[2]] if len(node.input) > 2 and node.input[2] else np.zeros((), dtype)


def _floats(node: NodeProto, arrays: dict[str, NDArray[Any]]) -> NDArray[np.float32]:
    """Returns the array that a DequantizeLinear makes of constants."""
    values, scale = arrays[node.input[0]], arrays[node.input[1]]
    zero = _zero(node, arrays, values.dtype)
    if scale.ndim and scale.size > 1:
        axis = next((attribute.i for attribute in node.attribute if attribute.name == "axis"), 1)
        shape = [-1 if place == axis else 1 for place in range(values.ndim)]
        scale, zero = scale.reshape(shape), zero.reshape(shape)
    floats: NDArray[np.float32] = ((values.astype(np.float32) - zero.astype(np.float32)) * scale).astype(np.float32)
    return floats


def _inline(graph: GraphProto, names: set[str]) -> None:
    """Gives each of these convolutions float32 weights, and a bias of its own: how a bias is rounded depends on where.

    The second look of a model shares arrays with the first, but its values have other ranges.
    """
    from onnx import numpy_helper

    arrays = _arrays(graph)
    inlined = set[str]()
    for node in graph.node:
        if node.name not in names or node.op_type != "Conv":
            continue
        weight = f"{node.input[1]}/float32"
        if weight not in inlined:
            inlined.add(weight)
            graph.initializer.append(numpy_helper.from_array(arrays[node.input[1]], weight))
        node.input[1] = weight
        if len(node.input) > 2 and node.input[2]:
            bias = f"{node.name}/bias"
            graph.initializer.append(numpy_helper.from_array(arrays[node.input[2]], bias))
            node.input[2] = bias
    used = {name for node in graph.node for name in node.input} | {port.name for port in graph.output}
    _keep(graph, [node for node in graph.node if any(name in used for name in node.output)])


def _keep(graph: GraphProto, nodes: list[NodeProto]) -> None:
    """Leaves a graph these operators and the arrays that they use."""
    used = {name for node in nodes for name in node.input}
    arrays = [array for array in graph.initializer if array.name in used]
    del graph.node[:], graph.initializer[:]
    graph.node.extend(nodes)
    graph.initializer.extend(arrays)


def _as_before(graph: GraphProto, order: list[str]) -> None:
    """Puts operators into the order that they had, by which a training finds its layers; rounding comes before its use.

    Args:
        graph: after quantization.
        order: the first value of each operator that is no rounding.
    """
    places = {name: place for place, name in enumerate(order)}
    used: dict[str, int] = {}
    keys: list[tuple[int, int]] = []
    for node in reversed(graph.node):  # what uses a value stands behind it
        place = places.get(node.output[0])
        if place is None:
            place = used[node.output[0]]
        used |= {name: min(place, used.get(name, place)) for name in node.input}
        keys.append((place, ROUNDING.index(node.op_type) if node.op_type in ROUNDING else len(ROUNDING)))
    nodes = [node for _, node in sorted(zip(keys[::-1], graph.node, strict=True), key=lambda pair: pair[0])]
    del graph.node[:]
    graph.node.extend(nodes)


def _note_replaced(graph: GraphProto, before: GraphProto) -> None:
    """Writes into each rounding's description which ReLU it replaces, if any: rounding to codes from 0 on is one."""
    made_by = {name: node.op_type for node in graph.node for name in node.output}
    relus = {node.output[0]: node.op_type for node in before.node if node.op_type in {"Relu", "Clip"}}
    for node in graph.node:
        if node.op_type == "QuantizeLinear" and made_by.get(value := node.input[0]) != relus.get(value):
            node.doc_string = relus.get(value, "")


def _arrays(graph: GraphProto) -> dict[str, NDArray[np.float32]]:
    """Returns a graph's constant arrays as float32, also those behind a Cast or a copy."""
    from onnx import numpy_helper

    arrays = {array.name: numpy_helper.to_array(array) for array in graph.initializer}
    for node in graph.node:
        if node.op_type in {"Cast", "Identity"} and node.input[0] in arrays:
            arrays[node.output[0]] = arrays[node.input[0]]
    return {name: values.astype(np.float32) for name, values in arrays.items() if values.dtype.kind == "f"}


class _Reader:
    """Hands inputs to `onnxruntime.quantization`, which asks for nothing but this method."""

    def __init__(self, feeds: Iterable[Feed]) -> None:
        self._feeds = iter(feeds)

    def get_next(self) -> Feed | None:
        """Returns the next inputs; None after the last."""
        return next(self._feeds, None)
