"""`lab-unet`: a plain U-Net of double convolutions with batch norm and dropout, L → ab.

Source: Ronneberger et al., arXiv 1505.04597, with batch norm, and resize + convolution on the way up.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.network_settings import Generator
from training.networks.output import Output
from training.networks.units import color_channels


def _double(inputs: int, outputs: int, dropout: float = 0.0) -> nn.Sequential:
    layers: list[nn.Module] = []
    for width in (inputs, outputs):
        layers += [nn.Conv2d(width, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers, *([nn.Dropout2d(dropout)] if dropout else []))


class LabUNet(nn.Module):
    """Applies one double convolution per scale with max-pooling between; the two coarsest scales have dropout."""

    def __init__(self, settings: Generator) -> None:
        super().__init__()
        widths = settings.widths
        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        inputs = 1
        for scale, width in enumerate(widths):
            self.down.append(_double(inputs, width, settings.dropout if scale >= len(widths) - 2 else 0.0))
            inputs = width
        for coarse, fine in zip(widths[::-1][:-1], widths[::-1][1:], strict=True):
            self.up.append(_double(coarse + fine, fine))
        self.head = nn.Conv2d(widths[0], color_channels(settings), 1)

    def forward(self, lightness: Tensor, hints: Tensor | None = None) -> Output:
        """Colors (N, 1, H, W) in network units; H and W are multiples of 2 ** (scales − 1); hints are ignored."""
        features, skips = lightness, []
        for scale, stage in enumerate(self.down):
            features = stage(functional.max_pool2d(features, 2) if scale else features)
            skips.append(features)
        for stage, skip in zip(self.up, skips[-2::-1], strict=True):
            wide = functional.interpolate(features, scale_factor=2.0, mode="bilinear", align_corners=False)
            features = stage(torch.cat([wide, skip], 1))
        return Output(torch.tanh(self.head(features)))
