"""`unet256`: the pix2pix generator, an encoder and a decoder with skips.

Source: Isola et al., arXiv 1611.07004, section 6.1.1 ("U-Net 256" with `depth` 8).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from training.network_settings import Generator
from training.networks.output import Output
from training.networks.units import color_channels, join_inputs, normalization


class UNet256(nn.Module):
    """Halves the picture `depth` times and doubles it back; every scale sees its encoder's features.

    As in the paper: leaky ReLU 0.2 down, ReLU up, dropout in the three scales after the bottleneck, no normalization
    in the outermost layer and at the bottleneck. Unlike it, dropout is off when the model is used: the same photo
    gives the same color.
    """

    def __init__(self, settings: Generator) -> None:
        super().__init__()
        first, most = settings.widths[0], settings.widths[-1]
        widths = [min(first * 2**scale, most) for scale in range(settings.depth)]
        inputs = 4 if settings.hints else 1
        self.settings = settings
        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        for scale, width in enumerate(widths):
            layers: list[nn.Module] = [nn.LeakyReLU(0.2)] if scale else []
            layers.append(nn.Conv2d(inputs, width, 4, 2, 1))
            if 0 < scale < settings.depth - 1:
                layers.append(normalization(settings.norm, width))
            self.down.append(nn.Sequential(*layers))
            inputs = width
        for step, scale in enumerate(range(settings.depth - 1, 0, -1)):
            outputs = widths[scale - 1]
            layers = [nn.ReLU(), nn.ConvTranspose2d(inputs, outputs, 4, 2, 1), normalization(settings.norm, outputs)]
            if step < 3 and settings.dropout:
                layers.append(nn.Dropout(settings.dropout))
            self.up.append(nn.Sequential(*layers))
            inputs = 2 * outputs
        self.head = nn.Sequential(nn.ReLU(), nn.ConvTranspose2d(inputs, color_channels(settings), 4, 2, 1), nn.Tanh())
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
                nn.init.normal_(layer.weight, 0.0, 0.02)

    def forward(self, lightness: Tensor, hints: Tensor | None = None, faces: Tensor | None = None) -> Output:
        """Colors (N, 1, H, W) in network units with hints (N, 3, H, W) and faces (N, 4, H, W); sides: 2 ** depth."""
        features = join_inputs(lightness, hints, faces, self.settings)
        skips = []
        for stage in self.down:
            features = stage(features)
            skips.append(features)
        for stage, skip in zip(self.up, skips[-2::-1], strict=True):
            features = torch.cat([stage(features), skip], 1)
        return Output(self.head(features))
