"""`residual`: a compact residual U-Net with global attention at its coarsest scale.

Layers run in the order in which the starter model's graph names them, so that its weights can be carried over
(training/networks/warmstart.py).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.network_settings import Generator
from training.networks.output import Output
from training.networks.units import Attention, Residual, color_channels, convolution, join_inputs


class Up(nn.Module):
    """Goes one scale up: narrows, resizes, joins the skip, convolves; transposed convolutions would draw squares."""

    def __init__(self, inputs: int, outputs: int, blocks: int) -> None:
        super().__init__()
        self.narrow = convolution(inputs, outputs, 1)
        self.join = convolution(2 * outputs, outputs)
        self.blocks = nn.Sequential(*(Residual(outputs) for _ in range(blocks)))

    def forward(self, features: Tensor, skip: Tensor) -> Tensor:
        """Joins (N, inputs, H, W) and (N, outputs, 2H, 2W) into (N, outputs, 2H, 2W)."""
        wide = functional.interpolate(self.narrow(features), scale_factor=2.0, mode="bilinear", align_corners=False)
        joined: Tensor = self.blocks(self.join(torch.cat([wide, skip], 1)))
        return joined


class ResidualUNet(nn.Module):
    """Maps lightness and hints to ab, computed at half resolution and resized.

    Args:
        settings: widths and blocks of each scale; the first scale is at half resolution.
        bins: number of ab bins of the auxiliary head, 0 for none.
    """

    def __init__(self, settings: Generator, bins: int = 0) -> None:
        super().__init__()
        widths, blocks = settings.widths, settings.encoder_blocks
        inputs = 4 if settings.hints else 1
        self.settings = settings
        self.down = nn.ModuleList()
        for width, count in zip(widths, blocks, strict=True):
            self.down.append(
                nn.Sequential(convolution(inputs, width, stride=2), *(Residual(width) for _ in range(count)))
            )
            inputs = width
        self.context = nn.Sequential(
            *(Attention(widths[-1], settings.attention_heads) for _ in range(settings.attention_blocks))
        )
        pairs = list(zip(widths[::-1][:-1], widths[::-1][1:], strict=True))
        self.up = nn.ModuleList(Up(coarse, fine, settings.decoder_blocks) for coarse, fine in pairs)
        self.head = nn.Conv2d(widths[0], color_channels(settings), 3, padding=1)
        self.bins = nn.Conv2d(widths[1], bins, 1) if bins else None

    def forward(self, lightness: Tensor, hints: Tensor | None = None, faces: Tensor | None = None) -> Output:
        """Colors (N, 1, H, W) in network units with hints (N, 3, H, W) and faces (N, 4, H, W); sides: 2 ** scales."""
        features = join_inputs(lightness, hints, faces, self.settings)
        skips = []
        for stage in self.down:
            features = stage(features)
            skips.append(features)
        features = coarse = self.context(features)
        logits = None
        for index, (stage, skip) in enumerate(zip(self.up, skips[-2::-1], strict=True)):
            features = stage(features, skip)
            if self.bins is not None and index == len(self.up) - 2:
                logits = self.bins(features)
        color = torch.tanh(self.head(features))
        color = functional.interpolate(color, scale_factor=2.0, mode="bilinear", align_corners=False)
        return Output(color, logits, coarse)
