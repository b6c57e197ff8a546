"""The building units of several networks: normalization, convolutions, residual blocks, attention."""

from __future__ import annotations

from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from photocolor.models.card import FACE_SEGMENTS
from training.network_settings import Generator

Padding = Literal["tensorflow", "symmetric"]


def color_channels(settings: Generator) -> int:
    """Returns the number of channels of a generator's color: 2 for ab, 3 for RGB."""
    return 3 if settings.color == "rgb" else 2


def join_inputs(lightness: Tensor, hints: Tensor | None, faces: Tensor | None, settings: Generator) -> Tensor:
    """Returns the input of a generator's first layer, (N, C, H, W): lightness, then hints and faces if it takes them.

    Args:
        lightness: (N, 1, H, W).
        hints: (N, 3, H, W).
        faces: (N, 4, H, W), the segments of faces; None stands for a picture without any.
        settings: says which of them the generator takes.
    """
    parts = [lightness]
    if settings.hints and hints is not None:
        parts.append(hints)
    if settings.faces:
        nobody = lightness.new_zeros(len(lightness), len(FACE_SEGMENTS), *lightness.shape[2:])
        parts.append(nobody if faces is None else faces)
    return torch.cat(parts, 1) if len(parts) > 1 else lightness


def add_input_channels(layer: nn.Conv2d, count: int) -> None:
    """Appends input channels to a convolution whose weights begin at zero: its output stays what it was."""
    weight = layer.weight.data
    layer.weight = nn.Parameter(torch.cat([weight, weight.new_zeros(len(weight), count, *weight.shape[2:])], 1))
    layer.in_channels += count


def normalization(kind: str, width: int) -> nn.Module:
    """Builds batch or instance normalization, or nothing."""
    if kind == "batch":
        return nn.BatchNorm2d(width)
    return nn.InstanceNorm2d(width, affine=True) if kind == "instance" else nn.Identity()


def convolution(inputs: int, outputs: int, size: int = 3, stride: int = 1, *, relu: bool = True) -> nn.Sequential:
    """Builds a convolution without bias, its batch norm and, unless it is left out, a ReLU."""
    layers: list[nn.Module] = [
        nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False),
        nn.BatchNorm2d(outputs),
    ]
    return nn.Sequential(*layers, *([nn.ReLU(inplace=True)] if relu else []))


class Residual(nn.Module):
    """Adds its input to the output of two convolutions.

    Source: He et al., arXiv 1512.03385.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = convolution(width, width)
        self.second = convolution(width, width, relu=False)

    def forward(self, features: Tensor) -> Tensor:
        """Returns a tensor of the same shape, (N, width, H, W)."""
        return functional.relu(features + self.second(self.first(features)))


class Attention(nn.Module):
    """Lets every position attend to every other; a depthwise convolution encodes positions.

    Source: Vaswani et al., arXiv 1706.03762; positions as in Chu et al., arXiv 2102.10882.
    """

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm = nn.BatchNorm2d(width)
        self.position = nn.Conv2d(width, width, 3, padding=1, groups=width)
        self.query_key_value = nn.Conv2d(width, 3 * width, 1)
        self.mix = nn.Conv2d(width, width, 1)
        self.feed = nn.Sequential(
            nn.BatchNorm2d(width), nn.Conv2d(width, 2 * width, 1), nn.ReLU(), nn.Conv2d(2 * width, width, 1)
        )

    def forward(self, features: Tensor) -> Tensor:
        """Returns a tensor of the same shape, (N, width, H, W)."""
        count, channels, height, width = features.shape
        normed = self.norm(features)
        split = self.query_key_value(normed + self.position(normed))
        query, key, value = split.reshape(count, 3, self.heads, channels // self.heads, height * width).unbind(1)
        scores = (query.transpose(-1, -2) * (channels // self.heads) ** -0.5) @ key
        answer = (scores.softmax(-1) @ value.transpose(-1, -2)).transpose(-1, -2)
        features = features + self.mix(answer.reshape(count, channels, height, width))
        mixed: Tensor = features + self.feed(features)
        return mixed


class _PaddedConv(torch.autograd.Function):
    """Convolves with uneven padding, for the exporter only: one operator in ONNX, two in PyTorch.

    The exporter writes PyTorch's padding as twenty operators that compute four constants.
    """

    @staticmethod
    def forward(
        ctx: Any, features: Tensor, weight: Tensor, padding: tuple[int, ...], stride: int, groups: int
    ) -> Tensor:
        return functional.conv2d(functional.pad(features, padding), weight, stride=stride, groups=groups)

    @staticmethod
    def symbolic(g: Any, features: Any, weight: Any, padding: tuple[int, ...], stride: int, groups: int) -> Any:
        left, right, top, bottom = padding
        return g.op(
            "Conv", features, weight, pads_i=[top, left, bottom, right], strides_i=[stride, stride], group_i=groups
        )


class SameConv(nn.Conv2d):
    """Convolves to the input's size divided by the stride, for inputs of even size.

    TensorFlow adds the odd pixel of a strided convolution's padding at the bottom and on the right, PyTorch's own
    padding at the top and on the left.
    """

    def __init__(self, inputs: int, outputs: int, kernel_px: int, stride: int, groups: int, padding: Padding) -> None:
        uneven = stride == 2 and padding == "tensorflow"
        super().__init__(inputs, outputs, kernel_px, stride, 0 if uneven else kernel_px // 2, groups=groups, bias=False)
        before = (kernel_px - 2) // 2
        self.uneven = (before, kernel_px - 2 - before) * 2 if uneven else None

    def forward(self, features: Tensor) -> Tensor:
        """Maps (N, inputs, H, W) to (N, outputs, H / stride, W / stride)."""
        if self.uneven is None:
            return super().forward(features)
        if torch.onnx.is_in_onnx_export():
            exported: Tensor = _PaddedConv.apply(  # type: ignore[no-untyped-call]
                features, self.weight, self.uneven, self.stride[0], self.groups
            )
            return exported
        return super().forward(functional.pad(features, self.uneven))
