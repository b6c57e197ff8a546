"""`cifar10`: an encoder–decoder for 32 × 32 pictures, L → ab.

Source: Nazeri, Ng and Ebrahimi, arXiv 1803.05400, section 3 (their generator for CIFAR-10).
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn

from training.network_settings import Generator
from training.networks.output import Output
from training.networks.units import color_channels


class CifarUNet(nn.Module):
    """Applies 4 × 4 convolutions: one at full size, then halving to 2 × 2, and back with skips."""

    def __init__(self, settings: Generator) -> None:
        super().__init__()
        widths = settings.widths
        self.stem = nn.Sequential(nn.Conv2d(1, widths[0], 3, padding=1), nn.LeakyReLU(0.2))
        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        for inputs, outputs in pairwise(widths):
            layers = [nn.Conv2d(inputs, outputs, 4, 2, 1, bias=False), nn.BatchNorm2d(outputs), nn.LeakyReLU(0.2)]
            self.down.append(nn.Sequential(*layers))
        inputs = widths[-1]
        for outputs in widths[-2::-1]:
            up = nn.ConvTranspose2d(inputs, outputs, 4, 2, 1, bias=False)
            self.up.append(nn.Sequential(up, nn.BatchNorm2d(outputs), nn.ReLU(), nn.Dropout(settings.dropout)))
            inputs = 2 * outputs
        self.head = nn.Conv2d(inputs, color_channels(settings), 1)

    def forward(self, lightness: Tensor, hints: Tensor | None = None) -> Output:
        """Colors (N, 1, 32, 32) in network units; hints are ignored."""
        features = self.stem(lightness)
        skips = [features]
        for stage in self.down:
            features = stage(features)
            skips.append(features)
        for stage, skip in zip(self.up, skips[-2::-1], strict=True):
            features = torch.cat([stage(features), skip], 1)
        return Output(torch.tanh(self.head(features)))
