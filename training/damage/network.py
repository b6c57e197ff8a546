"""The finder's network: a small U-Net that works at half the resolution and answers at the full one."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.damage.settings import Network
from training.errors import CheckpointMismatch
from training.networks.units import Residual, convolution

KINDS = ("dust", "hair", "scratch", "crease", "stain")
"""What is told apart; class 0 of the logits is clean, the others are these in order."""


class FinderUNet(nn.Module):
    """Lightness in network units → logits of clean and of each kind.

    The first layer reads 2 × 2 pixels as four channels and the last one writes four answers for each position, so that
    nothing is computed at the full resolution. Skips are added rather than joined: half of the multiplications.

    Source: Ronneberger et al., arXiv 1505.04597; pixel shuffle as in Shi et al., arXiv 1609.05158.
    """

    def __init__(self, settings: Network) -> None:
        super().__init__()
        widths = settings.widths
        self.stem = nn.Sequential(convolution(4, widths[0]), *(Residual(widths[0]) for _ in range(settings.blocks[0])))
        self.down = nn.ModuleList(
            nn.Sequential(convolution(outer, inner, stride=2), *(Residual(inner) for _ in range(blocks)))
            for outer, inner, blocks in zip(widths, widths[1:], settings.blocks[1:], strict=False)
        )
        pairs = list(pairwise(widths))[::-1]
        self.lift = nn.ModuleList(nn.Conv2d(inner, outer, 1) for outer, inner in pairs)
        self.merge = nn.ModuleList(convolution(outer, outer) for outer, _ in pairs)
        self.head = nn.Sequential(convolution(widths[0], 24), nn.Conv2d(24, 4 * (1 + len(KINDS)), 1))

    def forward(self, lightness: Tensor) -> Tensor:
        """Maps (N, 1, H, W) in [-1, 1] to (N, 6, H, W) logits; H and W are multiples of 16."""
        scales = [self.stem(functional.pixel_unshuffle(lightness, 2))]
        for stage in self.down:
            scales.append(stage(scales[-1]))
        features = scales.pop()
        for lift, merge in zip(self.lift, self.merge, strict=True):
            larger = functional.interpolate(lift(features), scale_factor=2, mode="bilinear", align_corners=False)
            features = merge(larger + scales.pop())
        return functional.pixel_shuffle(self.head(features), 2)


class FinderContract(nn.Module):
    """`lightness` (L* in [0, 100]) → `damage`: the probability of each kind, (N, 5, H, W)."""

    def __init__(self, network: FinderUNet) -> None:
        super().__init__()
        self.network = network

    def forward(self, lightness: Tensor) -> Tensor:
        """Maps L* (N, 1, H, W) to probabilities (N, 5, H, W); what they miss to 1 is that of a clean pixel."""
        probabilities: Tensor = torch.softmax(self.network(lightness / 50 - 1), 1)[:, 1:]
        return probabilities


def take_average(network: nn.Module, saved: dict[str, Any], origin: Path) -> None:
    """Gives a network the averaged weights of a checkpoint.

    Args:
        network: a finder.
        saved: the checkpoint.
        origin: where it lies, for the message.

    Raises:
        CheckpointMismatch: the checkpoint is of a network of another shape, or of no finder.
    """
    try:
        network.load_state_dict(saved["average"])
    except (KeyError, RuntimeError) as cause:
        raise CheckpointMismatch(f"{origin} holds another network than the recipe's") from cause
