"""What a person, or the global pass, might tell the network: points, coarse color, the network's own answer."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from training.settings import Hints

COARSE_WEIGHT = 0.5
POINT_WEIGHT = 1.0
COARSE_CELLS_PX = (8, 16, 32)
COARSE_STRENGTH = (0.7, 1.1)
COARSE_NOISE = 4.0
"""Standard deviation, in CIELAB units, of the low-frequency error of a coarse hint."""
POINT_SIDES_PX = (1, 3, 5, 7, 9)
LARGEST_POINTS = 60
RECOLOR_REACH_AB = (5.0, 15.0)
"""A changed color takes along all pixels nearer than the first, and none farther than the second, in CIELAB units."""
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


def recolor(ab: Tensor, chance: torch.Generator) -> tuple[Tensor, Tensor]:
    """One color of a photo, mostly an object's, becomes another, and a point on it says so.

    What a thing's color is can then not be guessed: only the point knows it, and it must be spread over the thing.

    Args:
        ab: (2, H, W) the true a*, b*.
        chance: on the processor.

    Returns:
        (2, H, W) the changed a*, b*, and (3, H, W) the hint.
    """
    height, width = ab.shape[1:]
    down, right, angle, length = torch.rand(4, generator=chance).tolist()
    side = min(RECOLOR_POINT_PX, height, width)
    top, left = int(down * (height - side + 1)), int(right * (width - side + 1))
    spot = (slice(top, top + side), slice(left, left + side))
    near, far = RECOLOR_REACH_AB
    distance = (ab - ab[:, *spot].mean((1, 2), keepdim=True)).norm(dim=0)
    reach = ((far - distance) / (far - near)).clamp(0, 1)
    size = RECOLOR_SHIFT[0] + (RECOLOR_SHIFT[1] - RECOLOR_SHIFT[0]) * length
    shift = ab.new_tensor([math.cos(2 * math.pi * angle), math.sin(2 * math.pi * angle)]) * size
    changed = ab + reach * shift[:, None, None]
    hint = ab.new_zeros(3, height, width)
    hint[:2, *spot] = changed[:, *spot].mean((1, 2), keepdim=True)
    hint[2, *spot] = POINT_WEIGHT
    return changed, hint


def recolor_some(ab: Tensor, kinds: Tensor, share: float, chance: torch.Generator) -> tuple[Tensor, Tensor]:
    """`recolor` for a share of the inputs of kind POINTS: (N, 2, H, W) → the same, and (N, 3, H, W) hints."""
    changed, hints = ab.clone(), ab.new_zeros(len(ab), 3, *ab.shape[2:])
    for index in (kinds == POINTS).nonzero()[:, 0].tolist():
        if float(torch.rand((), generator=chance)) < share:
            changed[index], hints[index] = recolor(ab[index], chance)
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
