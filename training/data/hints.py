"""What a person, or the global pass, might tell the network: points, coarse color, the network's own answer."""

from __future__ import annotations

import math

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from photocolor.color.flood import edges, region, without_grain
from training.settings import Hints

COARSE_WEIGHT = 0.5
POINT_WEIGHT = 1.0
COARSE_CELLS_PX = (8, 16, 32)
COARSE_STRENGTH = (0.7, 1.1)
COARSE_NOISE = 4.0
"""Standard deviation, in CIELAB units, of the low-frequency error of a coarse hint."""
POINT_SIDES_PX = (1, 3, 5, 7, 9)
LARGEST_POINTS = 60
THING_REACH_AB, THING_REACH_L = 8.0, 12.0
"""A thing that changes its color is what is connected without a larger step from the point's color and lightness."""
THING_FILTER = (7, 12.0, 5.0)
"""Takes the grain away before that: diameter in pixels, range in CIELAB units, reach in pixels."""
SPREAD_SHARE = 0.5
RECOLOR_SHIFT = (20.0, 60.0)
RECOLOR_POINT_PX = 5

NONE, POINTS, COARSE, OWN = range(4)


def draw_kinds(count: int, shares: Hints, chance: torch.Generator) -> Tensor:
    """(count,) int64: which kind of hint each input gets."""
    weights = torch.tensor([1 - shares.points - shares.coarse - shares.own, shares.points, shares.coarse, shares.own])
    return torch.multinomial(weights.clamp_min(0), count, replacement=True, generator=chance)


def make_hints(ab: Tensor, kinds: Tensor, points_mean: float, chance: torch.Generator) -> Tensor:
    """The hint channels.

    Args:
        ab: (N, 2, H, W) the true a*, b* in CIELAB units.
        kinds: (N,) from `draw_kinds`; inputs of kind OWN are left empty for the trainer to fill.
        points_mean: mean of the geometric number of points.
        chance: on the processor.

    Returns:
        (N, 3, H, W) a*, b* in CIELAB units and the weight.
    """
    hints = ab.new_zeros(len(ab), 3, *ab.shape[2:])
    for index in (kinds == POINTS).nonzero()[:, 0].tolist():
        hints[index] = points(ab[index], points_mean, chance)
    coarse = (kinds == COARSE).nonzero()[:, 0]
    cells = torch.randint(len(COARSE_CELLS_PX), (len(coarse),), generator=chance)
    for which, cell in enumerate(COARSE_CELLS_PX):
        chosen = coarse[cells == which].to(ab.device)
        if len(chosen):
            hints[chosen] = coarse_color(ab[chosen], cell, chance)
    return hints


def points(ab: Tensor, mean: float, chance: torch.Generator) -> Tensor:
    """Small squares of true color: (2, H, W) → (3, H, W)."""
    hints = ab.new_zeros(3, *ab.shape[1:])
    height, width = ab.shape[1:]
    uniform = float(torch.rand((), generator=chance).clamp_min(1e-6))
    # a geometric number on 1, 2, 3 …: P(n > k) = (1 − 1/mean)^k
    count = 1 + int(torch.tensor(uniform).log() / torch.tensor(1 - 1 / max(mean, 1.001)).log())
    draws = torch.rand(min(count, LARGEST_POINTS), 3, generator=chance).tolist()
    for down, right, size in draws:
        side = min(POINT_SIDES_PX[int(size * len(POINT_SIDES_PX))], height, width)
        top, left = int(down * (height - side + 1)), int(right * (width - side + 1))
        spot = (slice(top, top + side), slice(left, left + side))
        hints[:2, *spot] = ab[:, *spot].mean((1, 2), keepdim=True)
        hints[2, *spot] = POINT_WEIGHT
    return hints


def recolor(lightness: Tensor, ab: Tensor, chance: torch.Generator) -> tuple[Tensor, Tensor]:
    """One thing of a photo takes another color, and a hint on it says so; all the rest stays as it is.

    What a thing's color is can then not be guessed: only the hint knows it. It must be carried over the thing, and no
    farther. Half of the hints are a point, half are what the product makes of it (`photocolor.hints.spread`): what is
    connected to the point and about as light.

    Args:
        lightness: (1, H, W) L*.
        ab: (2, H, W) the true a*, b*.
        chance: on the processor.

    Returns:
        (2, H, W) the changed a*, b*, and (3, H, W) the hint.
    """
    height, width = ab.shape[1:]
    down, right, angle, length, spread = torch.rand(5, generator=chance).tolist()
    side = min(RECOLOR_POINT_PX, height, width)
    top, left = int(down * (height - side + 1)), int(right * (width - side + 1))
    spot = (slice(top, top + side), slice(left, left + side))
    told = ab.new_zeros(height, width, dtype=torch.bool)
    told[spot] = True
    light = np.ascontiguousarray(lightness[0].cpu().numpy(), np.float32)
    if spread < SPREAD_SHARE:
        smooth = without_grain(light)
        told |= torch.from_numpy(region(smooth, edges(smooth), (top + side // 2, left + side // 2))).to(told.device)
    moved = told | torch.from_numpy(_thing(light, ab, spot)).to(told.device)
    size = RECOLOR_SHIFT[0] + (RECOLOR_SHIFT[1] - RECOLOR_SHIFT[0]) * length
    shift = ab.new_tensor([math.cos(2 * math.pi * angle), math.sin(2 * math.pi * angle)]) * size
    changed = ab + moved * shift[:, None, None]
    hint = ab.new_zeros(3, height, width)
    hint[:2, told] = changed[:, *spot].mean((1, 2))[:, None]
    hint[2, told] = POINT_WEIGHT
    return changed, hint


def _thing(light: NDArray[np.float32], ab: Tensor, spot: tuple[slice, slice]) -> NDArray[np.bool_]:
    """(H, W): what is connected with the spot's center and like it in true color and lightness."""
    lab = np.dstack([light, *ab.cpu().numpy()]).astype(np.float32)
    smooth = np.asarray(cv2.bilateralFilter(lab, *THING_FILTER))
    row, column = ((part.start + part.stop) // 2 for part in spot)
    away = np.abs(smooth - smooth[row, column])
    like = (away[..., 0] < THING_REACH_L) & (np.hypot(away[..., 1], away[..., 2]) < THING_REACH_AB)
    parts = cv2.connectedComponents(like.astype(np.uint8))[1]
    return np.asarray(like & (parts == parts[row, column]))


def recolor_some(
    lightness: Tensor, ab: Tensor, chosen: Tensor, share: float, chance: torch.Generator
) -> tuple[Tensor, Tensor]:
    """`recolor` for a share of the chosen (N,) inputs: (N, 2, H, W) → the same, and (N, 3, H, W) hints."""
    changed, hints = ab.clone(), ab.new_zeros(len(ab), 3, *ab.shape[2:])
    for index in chosen.nonzero()[:, 0].tolist():
        if float(torch.rand((), generator=chance)) < share:
            changed[index], hints[index] = recolor(lightness[index], ab[index], chance)
    return changed, hints


def coarse_color(ab: Tensor, cell_px: int, chance: torch.Generator) -> Tensor:
    """Color averaged over cells, weaker or stronger, with a slow error: (N, 2, H, W) → (N, 3, H, W)."""
    size = ab.shape[2:]
    grid = (max(1, round(size[0] / cell_px)), max(1, round(size[1] / cell_px)))
    cells = functional.adaptive_avg_pool2d(ab, grid)
    low, high = COARSE_STRENGTH
    strength = low + (high - low) * torch.rand(len(ab), 1, 1, 1, generator=chance)
    noise = COARSE_NOISE * torch.randn(len(ab), 2, 4, 4, generator=chance)
    told = functional.interpolate(cells, size, mode="bilinear") * strength.to(ab)
    told = told + functional.interpolate(noise.to(ab), size, mode="bilinear")
    return torch.cat([told, torch.full_like(told[:, :1], COARSE_WEIGHT)], 1)
