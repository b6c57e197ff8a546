"""`rgb150`: convolutions without striding or padding, transposed ones back, skips concatenated; 150 × 150."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from training.network_settings import Generator
from training.networks.output import Output
from training.networks.units import color_channels

KERNEL_PX = 5


class Rgb150(nn.Module):
    """Maps 150 × 150 × 1 to 150 × 150 × 3.

    Every convolution takes four pixels off each side pair (5 × 5, no padding), every transposed one gives them back,
    so equal sizes meet at the skips. Nothing is strided: each pixel of the answer sees 8 · (number of widths) + 1
    pixels of the input, and no more.

    The last thing concatenated is the input itself: batch norm takes away how bright a picture is, and RGB cannot do
    without it. (Before, the network spent its training on copying the gray, and its colors were the error of that.)
    """

    def __init__(self, settings: Generator) -> None:
        super().__init__()
        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        inputs = 1
        for width in settings.widths:
            self.down.append(_step(nn.Conv2d(inputs, width, KERNEL_PX, bias=False), width))
            inputs = width
        for width in settings.widths[-2::-1]:
            self.up.append(_step(nn.ConvTranspose2d(inputs, width, KERNEL_PX, bias=False), width))
            inputs = 2 * width
        self.last = _step(nn.ConvTranspose2d(inputs, settings.widths[0], KERNEL_PX, bias=False), settings.widths[0])
        self.head = nn.Conv2d(settings.widths[0] + 1, color_channels(settings), 1)

    def forward(self, lightness: Tensor, hints: Tensor | None = None) -> Output:
        """Colors (N, 1, 150, 150) in network units; hints are ignored."""
        features, skips = lightness, []
        for stage in self.down:
            features = stage(features)
            skips.append(features)
        for stage, skip in zip(self.up, skips[-2::-1], strict=True):
            features = torch.cat([stage(features), skip], 1)
        return Output(torch.tanh(self.head(torch.cat([self.last(features), lightness], 1))))


def _step(layer: nn.Module, width: int) -> nn.Sequential:
    return nn.Sequential(layer, nn.BatchNorm2d(width), nn.LeakyReLU(0.2))
