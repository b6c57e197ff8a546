"""Builds ONNX graphs with the shapes of the peers' networks and random weights: they cost what the networks cost.

Layers, channels and input sizes follow the peers' published code, as far as they count for time and memory: eccv16 and
siggraph17 (richzhang/colorization), the U-Net of pix2pix at 256 px with one channel in and two out, DDColor with its
ConvNeXt encoders and its color decoder of nine layers (piddnad/DDColor), DeOldify artistic and stable with their
dynamic U-Nets (jantic/DeOldify). What they answer is noise. Spectral norm, dropout and weight decay leave no trace in
an exported graph, and normalization right after a convolution is taken as folded into it, as exporters do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 20


@dataclass
class Graph:
    """Collects nodes and weights; every method returns the name of what it adds.

    Attributes:
        channels: of each tensor that was added.
    """

    channels: dict[str, int] = field(default_factory=dict)
    _nodes: list[Any] = field(default_factory=list)
    _weights: list[Any] = field(default_factory=list)
    _rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(0))

    def op(self, kind: str, *inputs: str, channels: int = 0, **attributes: Any) -> str:
        """Adds an operation with one output."""
        name = f"{kind}{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        self.channels[name] = channels or self.channels.get(inputs[0], 0)
        return name

    def weight(self, *shape: int) -> str:
        """Adds random weights, scaled so that values neither grow nor vanish."""
        fan = prod(shape[1:]) if len(shape) > 1 else 1
        values = self._rng.standard_normal(shape, np.float32) * np.float32((2 / fan) ** 0.5)
        return self.constant(values if len(shape) > 1 else values * np.float32(0.01))

    def constant(self, values: Any) -> str:
        """Adds a tensor as it is."""
        name = f"w{len(self._weights)}"
        self._weights.append(numpy_helper.from_array(np.asarray(values), name))
        return name

    def conv(self, x: str, out: int, side: int = 3, stride: int = 1, dilation: int = 1, groups: int = 1) -> str:
        """Adds a convolution with bias that keeps the size, or divides it by the stride."""
        weights = self.weight(out, self.channels[x] // groups, side, side)
        pad = (side - 1) * dilation // 2
        return self.op(
            "Conv",
            x,
            weights,
            self.weight(out),
            channels=out,
            strides=[stride] * 2,
            dilations=[dilation] * 2,
            group=groups,
            pads=[pad] * 4,
        )

    def relu(self, x: str) -> str:
        """Adds a rectifier."""
        return self.op("Relu", x)

    def norm(self, x: str) -> str:
        """Adds a batch normalization that cannot be folded into a convolution."""
        size = self.channels[x]
        one, zero = (np.full(size, value, np.float32) for value in (1, 0))
        return self.op("BatchNormalization", x, *map(self.constant, (one, zero, zero, one)))

    def up(self, x: str, out: int, side: int = 4) -> str:
        """Adds a transposed convolution that doubles the size."""
        weights = self.weight(self.channels[x], out, side, side)
        pad = (side - 2) // 2
        return self.op("ConvTranspose", x, weights, self.weight(out), channels=out, strides=[2, 2], pads=[pad] * 4)

    def shuffled(self, x: str, out: int, times: int = 2) -> str:
        """Adds a convolution whose channels become pixels."""
        wide = self.relu(self.conv(x, out * times * times, 1))
        return self.op("DepthToSpace", wide, channels=out, blocksize=times, mode="CRD")

    def joined(self, *parts: str) -> str:
        """Adds a concatenation of channels."""
        return self.op("Concat", *parts, channels=sum(self.channels[part] for part in parts), axis=1)

    def linear(self, x: str, inside: int, out: int) -> str:
        """Adds a product with a matrix, and a bias, over the last axis."""
        return self.op("Add", self.op("MatMul", x, self.weight(inside, out)), self.weight(out))

    def layer_norm(self, x: str, size: int) -> str:
        """Adds a layer normalization over the last axis."""
        one, zero = (self.constant(np.full(size, value, np.float32)) for value in (1, 0))
        return self.op("LayerNormalization", x, one, zero, axis=-1)

    def saved(self, path: Path, result: str, side: int) -> None:
        """Writes the model: one input "x" (1, C, side, side), one output "y"."""
        shape = [1, self.channels["x"], side, side]
        graph = helper.make_graph(
            [*self._nodes, helper.make_node("Identity", [result], ["y"])],
            path.stem,
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
            self._weights,
        )
        onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10), path)


def eccv16(g: Graph) -> str:
    """Zhang, Isola, Efros 2016: eight groups of convolutions, 313 bins, their mean."""
    x = "x"
    for channels, count, stride, dilation in (
        (64, 2, 2, 1),
        (128, 2, 2, 1),
        (256, 3, 2, 1),
        (512, 3, 1, 1),
        (512, 3, 1, 2),
        (512, 3, 1, 2),
        (512, 3, 1, 1),
    ):
        for index in range(count):
            x = g.relu(g.conv(x, channels, stride=stride if index == count - 1 else 1, dilation=dilation))
        x = g.norm(x)
    x = g.relu(g.up(x, 256))
    x = g.relu(g.conv(g.relu(g.conv(x, 256)), 256))
    return g.conv(g.op("Softmax", g.conv(x, 313, 1), axis=1), 2, 1)


def siggraph17(g: Graph) -> str:
    """Zhang et al. 2017: a U-Net with hints; half of the pixels are left out instead of strides."""
    skips = []
    x = "x"
    for channels, count in ((64, 2), (128, 2), (256, 3)):
        for _ in range(count):
            x = g.relu(g.conv(x, channels))
        x = g.norm(x)
        skips.append(x)
        x = g.op("MaxPool", x, kernel_shape=[1, 1], strides=[2, 2])
    for dilation in (1, 2, 2, 1):
        for _ in range(3):
            x = g.relu(g.conv(x, 512, dilation=dilation))
        x = g.norm(x)
    for channels, count, skip in ((256, 2, skips[2]), (128, 1, skips[1]), (128, 1, skips[0])):
        x = g.relu(g.op("Add", g.up(x, channels), g.conv(skip, channels)))
        for _ in range(count):
            x = g.relu(g.conv(x, channels))
        x = g.norm(x) if channels * count > 128 or skip != skips[0] else x
    return g.op("Tanh", g.conv(x, 2, 1))


def pix2pix(g: Graph) -> str:
    """Isola et al. 2017: the U-Net of eight levels at 256 px."""
    depths = (64, 128, 256, 512, 512, 512, 512, 512)
    down = []
    x = "x"
    for depth in depths:
        weights = g.weight(depth, g.channels[x], 4, 4)
        x = g.op("Conv", x, weights, g.weight(depth), channels=depth, strides=[2, 2], pads=[1] * 4)
        down.append(x)
        x = g.op("LeakyRelu", x, alpha=0.2)
    x = down[-1]
    for depth, skip in zip(depths[-2::-1], down[-2::-1], strict=True):
        x = g.joined(skip, g.up(g.relu(x), depth))
    return g.op("Tanh", g.up(g.relu(x), 2))


def convnext(g: Graph, widths: tuple[int, ...], depths: tuple[int, ...]) -> list[str]:
    """Liu et al. 2022: returns the four stages' outputs."""
    stages = []
    x = "x"
    for width, depth in zip(widths, depths, strict=True):
        side = 4 if x == "x" else 2
        weights = g.weight(width, g.channels[x], side, side)
        x = g.op("Conv", x, weights, g.weight(width), channels=width, strides=[side] * 2)
        for _ in range(depth):
            y = g.op("Transpose", g.conv(x, width, 7, groups=width), perm=[0, 2, 3, 1])
            y = g.op("Gelu", g.linear(g.layer_norm(y, width), width, 4 * width))
            y = g.linear(y, 4 * width, width)
            x = g.op("Add", x, g.op("Transpose", y, perm=[0, 3, 1, 2], channels=width))
        stages.append(x)
    return stages


_QUERIES, _WIDE, _HEADS = 100, 256, 8


def ddcolor(g: Graph, widths: tuple[int, ...], depths: tuple[int, ...]) -> str:
    """Kang et al. 2023: encoder, pixel decoder, and a color decoder whose queries look at three of its scales."""
    stages = convnext(g, widths, depths)
    x, scales = stages[3], []
    for out, skip in ((512, stages[2]), (512, stages[1]), (256, stages[0])):
        grown = g.shuffled(x, out)
        x = g.relu(g.conv(g.relu(g.joined(grown, g.norm(skip))), out))
        scales.append(x)
    pixels = g.shuffled(x, _WIDE, 4)
    rows = g.constant(np.array([1, _WIDE, -1], np.int64))
    keys = [g.op("Transpose", g.op("Reshape", g.conv(scale, _WIDE, 1), rows), perm=[0, 2, 1]) for scale in scales]
    queries = g.weight(1, _QUERIES, _WIDE)
    for layer in range(9):
        queries = _attended(g, queries, keys[layer % 3])
        queries = _attended(g, queries, queries)
        grown = g.linear(g.relu(g.linear(queries, _WIDE, 2048)), 2048, _WIDE)
        queries = g.layer_norm(g.op("Add", queries, grown), _WIDE)
    for _ in range(3):
        queries = g.linear(queries, _WIDE, _WIDE)
    flat = g.op("Reshape", pixels, rows)
    colors = g.op("MatMul", queries, flat)
    colors = g.op("Reshape", colors, g.constant(np.array([1, _QUERIES, 512, 512], np.int64)), channels=_QUERIES)
    return g.conv(g.joined(colors, "x"), 2, 1)


def _attended(g: Graph, queries: str, keys: str) -> str:
    """Adds attention of eight heads with its residual and its normalization."""
    split = g.constant(np.array([1, -1, _HEADS, _WIDE // _HEADS], np.int64))

    def heads(x: str, perm: list[int]) -> str:
        return g.op("Transpose", g.op("Reshape", g.linear(x, _WIDE, _WIDE), split), perm=perm)

    scores = g.op("MatMul", heads(queries, [0, 2, 1, 3]), heads(keys, [0, 2, 3, 1]))
    seen = g.op("MatMul", g.op("Softmax", scores, axis=-1), heads(keys, [0, 2, 1, 3]))
    together = g.constant(np.array([1, -1, _WIDE], np.int64))
    seen = g.op("Reshape", g.op("Transpose", seen, perm=[0, 2, 1, 3]), together)
    return g.layer_norm(g.op("Add", queries, g.linear(seen, _WIDE, _WIDE)), _WIDE)


def resnet(g: Graph, blocks: tuple[int, ...], *, bottleneck: bool) -> list[str]:
    """He et al. 2016: returns the stem's output and the four stages', the last one after two more convolutions."""
    stem = g.relu(g.conv("x", 64, 7, 2))
    stages = [stem]
    x = g.op("MaxPool", stem, kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4)
    for stage, count in enumerate(blocks):
        narrow = 64 << stage
        out = narrow * 4 if bottleneck else narrow
        for index in range(count):
            stride = 2 if stage and not index else 1
            if bottleneck:
                y = g.relu(g.conv(g.relu(g.conv(x, narrow, 1)), narrow, 3, stride))
                y = g.conv(y, out, 1)
            else:
                y = g.conv(g.relu(g.conv(x, narrow, 3, stride)), narrow)
            same = stride == 1 and g.channels[x] == out
            x = g.relu(g.op("Add", y, x if same else g.conv(x, out, 1, stride)))
        stages.append(x)
    wide = g.channels[x]
    stages[-1] = g.relu(g.conv(g.relu(g.conv(x, 2 * wide)), wide))
    return stages


def deoldify_artistic(g: Graph) -> str:
    """ResNet34 with the deep dynamic U-Net, one and a half times as wide as usual."""
    stages = resnet(g, (3, 4, 6, 3), bottleneck=False)
    x = stages[-1]
    for level, skip in enumerate(stages[-2::-1]):
        inside = g.channels[x] // 2 + g.channels[skip]
        out = int((inside if level < 3 else inside // 2) * 1.5)
        x = g.relu(g.joined(_grown(g, x, g.channels[x] // 2, skip), g.norm(skip)))
        x = g.relu(g.conv(g.relu(g.conv(x, out)), out))
    return _finished(g, x)


def deoldify_stable(g: Graph) -> str:
    """ResNet101 with the wide dynamic U-Net, twice as wide as usual."""
    stages = resnet(g, (3, 4, 23, 3), bottleneck=True)
    x = stages[-1]
    for level, skip in enumerate(stages[-2::-1]):
        out = 512 if level < 3 else 256
        x = g.relu(g.joined(_grown(g, x, out, skip), g.norm(skip)))
        x = g.relu(g.conv(x, out))
    return _finished(g, x)


def _grown(g: Graph, x: str, out: int, like: str) -> str:
    """Twice the size, then brought to that of another tensor: 18 rows become 35."""
    grown = g.shuffled(x, out)
    size = g.op("Shape", like, start=2)
    whole = g.op("Concat", g.constant(np.array([1, out], np.int64)), size, axis=0)
    return g.op("Resize", grown, "", "", whole, channels=out, mode="nearest")


def _finished(g: Graph, x: str) -> str:
    """The last doubling, the photo beside it, a block of two convolutions at full size, three channels."""
    x = g.joined(g.shuffled(x, g.channels[x]), "x")
    wide = g.channels[x]
    x = g.op("Add", x, g.relu(g.conv(g.relu(g.conv(x, wide)), wide)))
    return g.op("Sigmoid", g.conv(x, 3, 1))


@dataclass(frozen=True)
class Network:
    """One peer's network.

    Attributes:
        build: adds its nodes and returns the last one.
        channels: of its input.
        side: of its input, in pixels.
    """

    build: Callable[[Graph], str]
    channels: int
    side: int


NETWORKS = {
    "eccv16": Network(eccv16, 1, 256),
    "siggraph17": Network(siggraph17, 4, 256),
    "pix2pix U-Net 256": Network(pix2pix, 1, 256),
    "DDColor tiny": Network(lambda g: ddcolor(g, (96, 192, 384, 768), (3, 3, 9, 3)), 3, 512),
    "DDColor large": Network(lambda g: ddcolor(g, (192, 384, 768, 1536), (3, 3, 27, 3)), 3, 512),
    "DeOldify artistic": Network(deoldify_artistic, 3, 560),
    "DeOldify stable": Network(deoldify_stable, 3, 560),
}


def graph_file(name: str, folder: Path) -> Path:
    """Returns the file with a network's graph, made once."""
    path = folder / f"{name.replace(' ', '-')}.onnx"
    if not path.exists():
        network, graph = NETWORKS[name], Graph()
        graph.channels["x"] = network.channels
        folder.mkdir(parents=True, exist_ok=True)
        graph.saved(path, network.build(graph), network.side)
    return path
