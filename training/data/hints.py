"""Makes hints as a user or the global pass would give them: points, coarse color, the network's own answer."""

from __future__ import annotations

import math
import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from photocolor.hints.regions import edges, region, without_grain
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
    """Returns the kind of hint for each input, (count,) int64."""
    weights = torch.tensor([1 - shares.points - shares.coarse - shares.own, shares.points, shares.coarse, shares.own])
    return torch.multinomial(weights.clamp_min(0), count, replacement=True, generator=chance)


def make_hints(ab: Tensor, kinds: Tensor, points_mean: float, chance: torch.Generator) -> Tensor:
    """Returns the hint channels.

    Args:
        ab: (N, 2, H, W) the true a*, b* in CIELAB units.
        kinds: (N,) from `draw_kinds`; inputs of kind OWN are left empty for the trainer to fill.
        points_mean: mean of the geometric number of points.
        chance: on the processor.

    Returns:
        (N, 3, H, W) a*, b* in CIELAB units and the weight.
    """
    hints = ab.new_zeros(len(ab), 3, *ab.shape[2:])
    pointed = (kinds == POINTS).nonzero()[:, 0].to(ab.device)
    if len(pointed):
        hints[pointed] = points(ab[pointed], points_mean, chance)
    coarse = (kinds == COARSE).nonzero()[:, 0]
    cells = torch.randint(len(COARSE_CELLS_PX), (len(coarse),), generator=chance)
    for which, cell in enumerate(COARSE_CELLS_PX):
        chosen = coarse[cells == which].to(ab.device)
        if len(chosen):
            hints[chosen] = coarse_color(ab[chosen], cell, chance)
    return hints


def points(ab: Tensor, mean: float, chance: torch.Generator) -> Tensor:
    """Returns hints at small squares of true color, a geometric number in each photo: (N, 2, H, W) → (N, 3, H, W)."""
    count, _, height, width = ab.shape
    uniform = torch.rand(count, generator=chance).clamp_min(1e-6)
    # a geometric number on 1, 2, 3 …: P(n > k) = (1 − 1/mean)^k
    numbers = 1 + (uniform.log() / math.log(1 - 1 / max(mean, 1.001))).long().clamp_max(LARGEST_POINTS - 1)
    owner = torch.repeat_interleave(torch.arange(count), numbers)
    down, right, size = torch.rand(3, len(owner), generator=chance)
    sides = torch.tensor(POINT_SIDES_PX)[(size * len(POINT_SIDES_PX)).long()].clamp_max(min(height, width))
    top, left = (down * (height - sides + 1)).long(), (right * (width - sides + 1)).long()
    reach = torch.arange(max(POINT_SIDES_PX))
    inside = (reach < sides[:, None]).float()
    rows, columns = (start[:, None] + reach.minimum(sides[:, None] - 1) for start in (top, left))
    pixel = ((owner[:, None, None] * height + rows[:, :, None]) * width + columns[:, None]).to(ab.device)
    counted = (inside[:, :, None] * inside[:, None]).to(ab)
    color = ab.permute(0, 2, 3, 1).reshape(-1, 2)[pixel]
    color = (color * counted[..., None]).sum((1, 2)) / counted.sum((1, 2))[:, None]
    # where squares overlap the later one is on top
    number = torch.arange(1, len(owner) + 1, device=ab.device)[:, None, None].expand_as(pixel).flatten()
    topmost = torch.zeros(count * height * width, dtype=torch.int64, device=ab.device)
    topmost = topmost.scatter_reduce(0, pixel.flatten(), number, "amax")
    hinted = topmost > 0
    hints = torch.cat([color[(topmost - 1).clamp_min(0)] * hinted[:, None], hinted[:, None] * POINT_WEIGHT], 1)
    return hints.view(count, height, width, 3).permute(0, 3, 1, 2).contiguous()


def recolor(
    lightness: NDArray[np.float32], ab: NDArray[np.float32], draws: list[float]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Recolors one object of a photo and puts a hint of the new color on it; the rest of the photo stays.

    What a thing's color is can then not be guessed: only the hint knows it. It must be carried over the thing, and no
    farther. Half of the hints are a point, half are what the product makes of it (`photocolor.hints.spread`): what is
    connected to the point and about as light.

    Args:
        lightness: (1, H, W) L*.
        ab: (2, H, W) the true a*, b*.
        draws: five numbers in [0, 1): the point's place, direction and length of the change, kind of the hint.

    Returns:
        (2, H, W) the changed a*, b*, and (3, H, W) the hint.
    """
    height, width = ab.shape[1:]
    down, right, angle, length, spread = draws
    side = min(RECOLOR_POINT_PX, height, width)
    top, left = int(down * (height - side + 1)), int(right * (width - side + 1))
    spot = (slice(top, top + side), slice(left, left + side))
    recolored = np.zeros((height, width), np.bool_)
    recolored[spot] = True
    light = np.ascontiguousarray(lightness[0])
    if spread < SPREAD_SHARE:
        smooth = without_grain(light)
        recolored |= region(smooth, edges(smooth), (top + side // 2, left + side // 2))
    moved = recolored | _thing(light, ab, spot)
    size = RECOLOR_SHIFT[0] + (RECOLOR_SHIFT[1] - RECOLOR_SHIFT[0]) * length
    shift = np.array([math.cos(2 * math.pi * angle), math.sin(2 * math.pi * angle)], np.float32) * np.float32(size)
    changed = ab + moved * shift[:, None, None]
    hint = np.zeros((3, height, width), np.float32)
    hint[:2, recolored] = changed[:, *spot].mean((1, 2))[:, None]
    hint[2, recolored] = POINT_WEIGHT
    return changed, hint


def _thing(light: NDArray[np.float32], ab: NDArray[np.float32], spot: tuple[slice, slice]) -> NDArray[np.bool_]:
    """Returns (H, W) bool: pixels connected with the spot's center and similar to it in true color and lightness."""
    lab = np.dstack([light, *ab]).astype(np.float32)
    smooth = np.asarray(cv2.bilateralFilter(lab, *THING_FILTER))
    row, column = ((part.start + part.stop) // 2 for part in spot)
    away = np.abs(smooth - smooth[row, column])
    like = (away[..., 0] < THING_REACH_L) & (np.hypot(away[..., 1], away[..., 2]) < THING_REACH_AB)
    parts = cv2.connectedComponents(like.astype(np.uint8))[1]
    return np.asarray(like & (parts == parts[row, column]))


def recolor_some(
    lightness: Tensor, ab: Tensor, chosen: Tensor, share: float, chance: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Applies `recolor` to a share of the chosen (N,) inputs; returns (N, 2, H, W) color and (N, 3, H, W) hints."""
    changed, hints = ab.clone(), ab.new_zeros(len(ab), 3, *ab.shape[2:])
    places = chosen.nonzero()[:, 0]
    places = places[torch.rand(len(places), generator=chance) < share]
    if not len(places):
        return changed, hints
    draws = torch.rand(len(places), 5, generator=chance).tolist()
    there = places.to(ab.device)
    # a GPU has no flood fill: these few photos go to the processor and back, on as many cores as there are
    work = (lightness[there].cpu().numpy(), ab[there].cpu().numpy(), draws)
    recolored = list(_threads().map(recolor, *work)) if ab.is_cuda else list(map(recolor, *work))
    changed[there] = torch.from_numpy(np.stack([photo for photo, _ in recolored])).to(ab.device)
    hints[there] = torch.from_numpy(np.stack([hint for _, hint in recolored])).to(ab.device)
    return changed, hints


@cache
def _threads() -> ThreadPoolExecutor:
    """Returns a pool with one thread for each core; OpenCV and NumPy use no threads of their own in it."""
    return ThreadPoolExecutor(os.cpu_count(), "recolor")


def coarse_color(ab: Tensor, cell_px: int, chance: torch.Generator) -> Tensor:
    """Returns color averaged over cells, scaled and with a slow error, as hints: (N, 2, H, W) → (N, 3, H, W)."""
    size = ab.shape[2:]
    grid = (max(1, round(size[0] / cell_px)), max(1, round(size[1] / cell_px)))
    cells = functional.adaptive_avg_pool2d(ab, grid)
    low, high = COARSE_STRENGTH
    strength = low + (high - low) * torch.rand(len(ab), 1, 1, 1, generator=chance)
    noise = COARSE_NOISE * torch.randn(len(ab), 2, 4, 4, generator=chance)
    coarse = functional.interpolate(cells, size, mode="bilinear") * strength.to(ab)
    coarse = coarse + functional.interpolate(noise.to(ab), size, mode="bilinear")
    return torch.cat([coarse, torch.full_like(coarse[:, :1], COARSE_WEIGHT)], 1)
