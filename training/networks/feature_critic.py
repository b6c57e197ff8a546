"""A discriminator with little to learn: small heads on the features of a frozen classifier.

Source: Sauer et al., "Projected GANs converge faster", arXiv 2111.01007: features at several scales, mixed by fixed
random projections so that no head can rely on a few of them.
"""

from __future__ import annotations

from typing import Self

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from training.color import AB_SCALE, srgb_from_lab
from training.networks.efficientnet import Encoder, Family, normalized, pretrained_weights
from training.networks.output import Verdict

FAMILY: Family = "efficientnet-lite0"
FIRST_SCALE = 1
"""Features from 1/4 of the size on; finer ones see texture, which the photo's own lightness already decides."""


class FeatureCritic(nn.Module):
    """Scores each place of a colored photo at four scales, on features of EfficientNet-Lite0.

    Args:
        width: channels of the projections and heads.

    Raises:
        MissingWeights: the package with the classifier's weights is not installed.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.encoder = Encoder(FAMILY, 3)
        self.encoder.load(pretrained_weights(FAMILY))
        self.encoder.requires_grad_(False)
        channels = self.encoder.widths[FIRST_SCALE:]
        self.projections = nn.ModuleList(nn.Conv2d(count, width, 1) for count in channels)
        self.projections.requires_grad_(False)
        self.heads = nn.ModuleList(
            nn.Sequential(
                spectral_norm(nn.Conv2d(width, width, 3, padding=1)),
                nn.LeakyReLU(0.2),
                spectral_norm(nn.Conv2d(width, 1, 3, padding=1)),
            )
            for _ in channels
        )
        self.train()

    def train(self, mode: bool = True) -> Self:
        """Sets the mode of the heads; the frozen classifier keeps its statistics."""
        super().train(mode)
        self.encoder.eval()
        return self

    def forward(self, picture: Tensor) -> Verdict:
        """Maps (N, 3, H, W) lightness and ab in network units to (N, S) scores, and projected features.

        Each scale weighs the same, however many places it has.
        """
        picture = picture.float()
        rgb = srgb_from_lab((picture[:, :1] + 1) * 50, picture[:, 1:] * AB_SCALE)
        scales = self.encoder(normalized(rgb))[FIRST_SCALE:]
        features = [project(scale) for project, scale in zip(self.projections, scales, strict=True)]
        maps = [head(feature) for head, feature in zip(self.heads, features, strict=True)]
        places = maps[0][0].numel()
        scores = [each.flatten(1).repeat_interleave(places // each[0].numel(), 1) for each in maps]
        return Verdict(torch.cat(scores, 1), features)
