"""The model contract around a generator: CIELAB in and out, so that the product need not know network units."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from training.color import AB_SCALE, lab_from_srgb
from training.losses.bins import annealed_mean, doubt
from training.settings import Generator


class Contract(nn.Module):
    """`lightness` (and `hints`) → `ab` (and `doubt`).

    Args:
        network: a generator.
        settings: its table of the recipe: color, hints, decode, temperature, blend.
        centers: (K, 2) ab bins in CIELAB units, (0, 2) without the head.
    """

    centers: Tensor

    def __init__(self, network: nn.Module, settings: Generator, centers: NDArray[np.float32]) -> None:
        super().__init__()
        self.network, self.settings = network, settings
        self.register_buffer("centers", torch.from_numpy(centers))

    @property
    def inputs(self) -> list[str]:
        """Names of the inputs."""
        return ["lightness", "hints"] if self.settings.hints else ["lightness"]

    @property
    def outputs(self) -> list[str]:
        """Names of the outputs."""
        return ["ab", "doubt"] if len(self.centers) else ["ab"]

    def forward(self, lightness: Tensor, hints: Tensor | None = None) -> Tensor | tuple[Tensor, Tensor]:
        """L* (N, 1, H, W) and a*, b*, weight (N, 3, H, W) → a*, b* (N, 2, H, W) and doubt (N, 1, H, W)."""
        told = None if hints is None else torch.cat([hints[:, :2] / AB_SCALE, hints[:, 2:]], 1)
        output = self.network(lightness / 50 - 1, told)
        ab = lab_from_srgb((output.color + 1) / 2)[1] if self.settings.color == "rgb" else output.color * AB_SCALE
        if output.bins is None:
            return ab
        if self.settings.decode != "regression":
            mean = _four_times(annealed_mean(output.bins, self.centers, self.settings.temperature))
            share = 1.0 if self.settings.decode == "annealed" else self.settings.blend
            ab = ab * (1 - share) + mean * share
        return ab, _four_times(doubt(output.bins)).clamp(0, 1)


def _four_times(small: Tensor) -> Tensor:
    """The bins live at quarter resolution."""
    return functional.interpolate(small, scale_factor=4.0, mode="bilinear", align_corners=False)
