"""Compares the palette and colorfulness of photos, wherever their colors are."""

from __future__ import annotations

import torch
from torch import Tensor

PIXELS = 1024
DIRECTIONS = 16
PALETTE_UNIT = 10.0
"""CIELAB units that count as 1."""
COLORFULNESS_UNIT = 100.0
"""Colorfulness that counts as 1."""


def palette_distance(ab: Tensor, real: Tensor) -> Tensor:
    """Returns the sliced Wasserstein distance of each photo's ab distribution to its original's; a scalar.

    Pixels are drawn at the same random places of both; the distributions' projections on random directions are sorted
    and compared.

    Args:
        ab: (N, 2, H, W) a*, b* in CIELAB units.
        real: (N, 2, H, W) the same of the original.

    Source: Bonneel et al., "Sliced and Radon Wasserstein barycenters of measures", 2015.
    """
    places = torch.randint(ab.shape[2] * ab.shape[3], (PIXELS,), device=ab.device)
    angle = torch.rand(DIRECTIONS, device=ab.device) * torch.pi
    directions = torch.stack([angle.cos(), angle.sin()])
    mine, theirs = (
        torch.einsum("ncp,cd->ndp", each.flatten(2)[:, :, places], directions).sort(-1).values for each in (ab, real)
    )
    return (mine - theirs).abs().mean() / PALETTE_UNIT


def colorfulness(rgb: Tensor) -> Tensor:
    """Returns the colorfulness of sRGB (N, 3, H, W) in [0, 1], in the unit of 8-bit values, (N,).

    Source: Hasler and Süsstrunk, "Measuring colourfulness in natural images", 2003.
    """
    red, green, blue = (rgb * 255).flatten(2).unbind(1)
    red_green, yellow_blue = red - green, (red + green) / 2 - blue
    spread = (red_green.var(-1) + yellow_blue.var(-1) + 1e-6).sqrt()
    mean = (red_green.mean(-1).square() + yellow_blue.mean(-1).square() + 1e-6).sqrt()
    return spread + 0.3 * mean


def colorfulness_distance(rgb: Tensor, real: Tensor) -> Tensor:
    """Returns the distance of each photo's colorfulness from its original's, in either sense; a scalar."""
    return (colorfulness(rgb) - colorfulness(real)).abs().mean() / COLORFULNESS_UNIT
