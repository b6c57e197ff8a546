"""Wraps a generator in the model contract: CIELAB in and out, so that the product need not know network units."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from photocolor.engine.faces.close_ups import Face
from photocolor.engine.faces.segments import segments
from training.color import AB_SCALE, lab_from_srgb
from training.losses.bins import annealed_mean, doubt
from training.network_settings import Generator

ANY_FACE = Face(0.5, 0.5, 0.5, 0.5)


def inputs_for(lightness: NDArray[np.float32], names: Sequence[str]) -> dict[str, NDArray[np.float32]]:
    """Returns the inputs of these names for L* (H, W): no hints, and some face, so that all its weights matter."""
    inputs = {
        "lightness": lightness[None, None],
        "hints": np.zeros((1, 3, *lightness.shape), np.float32),
        "faces": segments([ANY_FACE], (lightness.shape[0], lightness.shape[1]))[None],
    }
    return {name: inputs[name] for name in names}


class Contract(nn.Module):
    """Maps `lightness` (and `hints` and `faces`) to `ab` (and `doubt`).

    Args:
        network: a generator; it is copied.
        settings: its table of the recipe: color, hints, faces, decode, temperature, blend.
        centers: (K, 2) ab bins in CIELAB units, (0, 2) without the head.
        weights: (K,) with which the bins were rebalanced in training; all ones if None.
    """

    centers: Tensor
    log_weights: Tensor

    def __init__(
        self,
        network: nn.Module,
        settings: Generator,
        centers: NDArray[np.float32],
        weights: NDArray[np.float32] | None = None,
    ) -> None:
        super().__init__()
        weights = np.ones(len(centers), np.float32) if weights is None else weights
        self.register_buffer("log_weights", torch.from_numpy(np.log(weights)))
        self.network, self.settings = copy.deepcopy(network), settings
        head = getattr(self.network, "bins", None)
        if isinstance(head, nn.Module) and settings.decode == "regression":
            self.network.bins = nn.Sequential(nn.AvgPool2d(2), head)  # asked for doubt alone: cells of 8 px will do
        self.register_buffer("centers", torch.from_numpy(centers))

    @property
    def inputs(self) -> list[str]:
        """Returns the names of the inputs."""
        further = {"hints": self.settings.hints, "faces": self.settings.faces}
        return ["lightness", *(name for name, taken in further.items() if taken)]

    @property
    def outputs(self) -> list[str]:
        """Returns the names of the outputs."""
        return ["ab", "doubt"] if len(self.centers) else ["ab"]

    def forward(self, lightness: Tensor, *further: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        """Maps L* (N, 1, H, W) and the other `inputs` in their order to a*, b* (N, 2, H, W) and doubt (N, 1, H, W)."""
        told = dict(zip(self.inputs[1:], further, strict=False))
        if "hints" in told:
            told["hints"] = torch.cat([told["hints"][:, :2] / AB_SCALE, told["hints"][:, 2:]], 1)
        output = self.network(lightness / 50 - 1, **told)
        ab = lab_from_srgb((output.color + 1) / 2)[1] if self.settings.color == "rgb" else output.color * AB_SCALE
        if output.bins is None:
            return ab
        if self.settings.decode != "regression":
            mean = _as_large_as(annealed_mean(output.bins, self.centers, self.settings.temperature), lightness)
            share = 1.0 if self.settings.decode == "annealed" else self.settings.blend
            ab = ab * (1 - share) + mean * share
        return ab, _as_large_as(doubt(output.bins, self.log_weights), lightness).clamp(0, 1)


def _as_large_as(small: Tensor, lightness: Tensor) -> Tensor:
    """Returns a plane enlarged from the bins' resolution, a quarter or an eighth, to the picture's."""
    return functional.interpolate(small, lightness.shape[2:], mode="bilinear", align_corners=False)
