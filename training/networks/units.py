"""The units that several networks are built of: normalization, convolutions, residual blocks, attention."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.network_settings import Generator


def color_channels(settings: Generator) -> int:
    """Returns the number of channels of a generator's color: 2 for ab, 3 for RGB."""
    return 3 if settings.color == "rgb" else 2


def join_hints(lightness: Tensor, hints: Tensor | None, *, takes_hints: bool) -> Tensor:
    """Returns what a generator's first layer reads: (N, 1, H, W), or (N, 4, H, W) with hints."""
    return torch.cat([lightness, hints], 1) if takes_hints and hints is not None else lightness


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
    """Two convolutions around which the input is carried.

    Source: He et al., arXiv 1512.03385.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = convolution(width, width)
        self.second = convolution(width, width, relu=False)

    def forward(self, features: Tensor) -> Tensor:
        """(N, width, H, W) → the same shape."""
        return functional.relu(features + self.second(self.first(features)))


class Attention(nn.Module):
    """Every position looks at every other; a depthwise convolution tells where it is.

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
        """(N, width, H, W) → the same shape."""
        count, width, height, wide = features.shape
        normed = self.norm(features)
        split = self.query_key_value(normed + self.position(normed))
        query, key, value = split.reshape(count, 3, self.heads, width // self.heads, height * wide).unbind(1)
        scores = (query.transpose(-1, -2) * (width // self.heads) ** -0.5) @ key
        answer = (scores.softmax(-1) @ value.transpose(-1, -2)).transpose(-1, -2)
        features = features + self.mix(answer.reshape(count, width, height, wide))
        mixed: Tensor = features + self.feed(features)
        return mixed
