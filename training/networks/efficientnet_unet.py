"""The default generator: a U-Net with an encoder pretrained on ImageNet and a light decoder.

What limits a small colorizer is knowledge, not capacity: the same decoder and losses on a pretrained encoder overtake
an encoder trained from nothing after a tenth of the images (docs/notes/default-3.md).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.network_settings import Generator
from training.networks.efficientnet import Encoder, pretrained_weights
from training.networks.output import Output
from training.networks.units import Attention, Residual, color_channels, convolution, join_inputs

BINS_SCALE = 1
"""The ab bins are predicted at 1/4 of the input's size, the second finest scale."""
HEAD_SIGMA = 0.01
"""Standard deviation of the color head's first weights: training begins near gray."""
LEAST_WEIGHT = 1e-4
"""Keeps the mean color of a cell's hints finite where there is none."""


class HintPyramid(nn.Module):
    """Passes the hints to the decoder at every scale, so that a point need not travel through the encoder.

    At each scale a cell holds the mean a*, b* of the hints inside it and their greatest weight; a 1 × 1 convolution
    that begins at zero adds them to the decoder's features.

    Args:
        widths: channels of the decoder at 1/2 … 1/32.
    """

    def __init__(self, widths: tuple[int, ...]) -> None:
        super().__init__()
        layers = [nn.Conv2d(3, width, 1) for width in widths]
        for layer in layers:
            for parameter in layer.parameters():
                nn.init.zeros_(parameter)
        self.add = nn.ModuleList(layers)

    def forward(self, hints: Tensor) -> list[Tensor]:
        """Maps (N, 3, H, W) a*, b*, weight in network units to a term for each scale's features."""
        greatest = mean_weight = hints[:, 2:]
        colored = hints[:, :2] * mean_weight
        features = []
        for layer in self.add:
            colored, mean_weight = functional.avg_pool2d(colored, 2), functional.avg_pool2d(mean_weight, 2)
            greatest = functional.max_pool2d(greatest, 2)
            features.append(layer(torch.cat([colored / (mean_weight + LEAST_WEIGHT), greatest], 1)))
        return features


class UpJoin(nn.Module):
    """Goes one scale up: narrows and resizes coarse features, narrows the encoder's, joins both, refines.

    Args:
        coarse: channels that come from the scale below.
        skip: channels that the encoder gives at this scale.
        outputs: channels given.
        blocks: residual blocks after joining.
    """

    def __init__(self, coarse: int, skip: int, outputs: int, blocks: int) -> None:
        super().__init__()
        self.narrow = convolution(coarse, outputs, 1)
        self.side = convolution(skip, outputs, 1)
        self.join = convolution(2 * outputs, outputs)
        self.blocks = nn.Sequential(*(Residual(outputs) for _ in range(blocks)))

    def forward(self, features: Tensor, skip: Tensor, hint_features: Tensor | None) -> Tensor:
        """Joins (N, coarse, H, W), (N, skip, 2H, 2W) and hints (N, outputs, 2H, 2W) into (N, outputs, 2H, 2W)."""
        large = functional.interpolate(self.narrow(features), scale_factor=2.0, mode="bilinear", align_corners=False)
        side = self.side(skip)
        side = side if hint_features is None else side + hint_features
        joined: Tensor = self.blocks(self.join(torch.cat([large, side], 1)))
        return joined


class EfficientNetUNet(nn.Module):
    """Maps lightness and hints to ab, computed at half resolution and resized.

    Args:
        settings: `encoder`, `padding`, `hints`; `widths` of the decoder at 1/2 … 1/32, its residual blocks
            `scale_blocks` at 1/2 … 1/16, attention at 1/32.
        bins: number of ab bins of the auxiliary head, 0 for none.
    """

    def __init__(self, settings: Generator, bins: int = 0) -> None:
        super().__init__()
        self.settings = settings
        self.family = settings.encoder
        self.encoder = Encoder(settings.encoder, 4 if settings.hints else 1, settings.padding, settings.drop_path)
        skips, widths = self.encoder.widths, settings.widths
        self.reduce = convolution(skips[-1], widths[-1], 1)
        self.context = nn.Sequential(
            *(Attention(widths[-1], settings.attention_heads) for _ in range(settings.attention_blocks))
        )
        self.up = nn.ModuleList(
            UpJoin(widths[scale + 1], skips[scale], widths[scale], settings.scale_blocks[scale])
            for scale in range(len(widths) - 2, -1, -1)
        )
        self.head = nn.Conv2d(widths[0], color_channels(settings), 3, padding=1)
        nn.init.normal_(self.head.weight, 0.0, HEAD_SIGMA)
        if self.head.bias is not None:
            nn.init.zeros_(self.head.bias)
        self.bins = nn.Conv2d(widths[BINS_SCALE], bins, 1) if bins else None
        self.hint_pyramid = HintPyramid(widths) if settings.hints and settings.hint_pyramid else None

    def load_pretrained(self) -> None:
        """Loads the encoder's ImageNet weights.

        Raises:
            MissingWeights: the package with the weights is not installed, or its file is another.
        """
        self.encoder.load(pretrained_weights(self.family))

    def forward(self, lightness: Tensor, hints: Tensor | None = None, faces: Tensor | None = None) -> Output:
        """Colors (N, 1, H, W) with hints (N, 3, H, W), faces (N, 4, H, W) in network units; sides: multiples of 32."""
        picture = join_inputs(lightness, hints, faces, self.settings)
        scales = self.encoder(picture)
        hint_features: list[Tensor | None] = [None] * len(scales)
        if self.hint_pyramid is not None and hints is not None:
            hint_features = self.hint_pyramid(hints)
        features = self.reduce(scales[-1])
        features = features if hint_features[-1] is None else features + hint_features[-1]
        features = coarse = self.context(features)
        logits = None
        for stage, scale in zip(self.up, range(len(scales) - 2, -1, -1), strict=True):
            features = stage(features, scales[scale], hint_features[scale])
            if self.bins is not None and scale == BINS_SCALE:
                logits = self.bins(features)
        color = torch.tanh(self.head(features))
        color = functional.interpolate(color, scale_factor=2.0, mode="bilinear", align_corners=False)
        return Output(color, logits, coarse, tuple(scales))
