"""Finds the pixels that a color point applies to: the object that it lies on, as far as the lightness shows it."""

from __future__ import annotations

from math import hypot, sqrt

import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import Lightness
from photocolor.color.resize import resize
from photocolor.hints.regions import Mask, Place, edges, region, territories, without_grain
from photocolor.hints.sidecar import Point

SPREAD_PX = 512
"""Things are looked for at no more than this number of pixels squared, whatever the size of the passes: so they are
the same in both."""

SPOT_RADIUS_PX = 3
"""A point is at least a square of 7 px at every size that the model sees; it was trained with squares of 1 to 9 px."""

Owners = NDArray[np.int32]
"""(h, w): the number of the point that speaks for a pixel, from 1; 0 where none does."""


def owners_of(points: tuple[Point, ...], lightness: Lightness) -> Owners:
    """Returns the point that owns each pixel: points without a radius share the photo, those with one lie above.

    Args:
        points: in the order in which they were said.
        lightness: (h, w) float32, L* of the upright photo at any size.

    Returns:
        (h', w') int32 at a size of its own; all 0 without points.
    """
    height, width = lightness.shape
    scale = min(1.0, SPREAD_PX / sqrt(height * width))
    small = resize(lightness, max(1, round(height * scale)), max(1, round(width * scale)))
    owners = np.zeros(small.shape, np.int32)
    if all(point.radius == 0 for point in points):
        return owners
    smooth = without_grain(small)
    walls = edges(smooth)
    shared, colors = _shared(points, smooth)
    for number, point in sorted(enumerate(points, 1), key=lambda numbered: numbered[1].radius is not None):
        away = shared != colors[point.color] if point.radius is None else ~_near(point, small.shape)
        region = _thing(point, smooth, walls | away) & ~away
        if region.sum() >= (2 * SPOT_RADIUS_PX + 1) ** 2:
            owners[region] = number
    return owners


def place_of(point: Point, shape: tuple[int, ...]) -> Place:
    """Returns the pixel on which a point stands."""
    height, width = shape[:2]
    return min(int(point.y * height), height - 1), min(int(point.x * width), width - 1)


def spot_of(point: Point, shape: tuple[int, ...]) -> tuple[slice, slice]:
    """Returns the rows and columns of a point's square."""
    row, column = place_of(point, shape)
    return (
        slice(max(row - SPOT_RADIUS_PX, 0), row + SPOT_RADIUS_PX + 1),
        slice(max(column - SPOT_RADIUS_PX, 0), column + SPOT_RADIUS_PX + 1),
    )


def _shared(points: tuple[Point, ...], smooth: Lightness) -> tuple[Owners, dict[str, int]]:
    """Returns the color of the nearest point without a radius for each pixel, as a number, and those numbers.

    Nearer is what no edge, or a weaker one, parts from a pixel; where nothing does, what fewer pixels do.
    """
    free = [point for point in points if point.radius is None]
    colors = {color: number for number, color in enumerate(dict.fromkeys(point.color for point in free), 1)}
    markers = np.zeros(smooth.shape, np.int32)
    for point in free:
        markers[place_of(point, smooth.shape)] = colors[point.color]
    return territories(smooth, markers) if len(colors) > 1 else np.ones_like(markers), colors


def _thing(point: Point, smooth: Lightness, walls: Mask) -> Mask:
    """Returns the region that a point lies on, found from the nearest place on its spot that is no edge."""
    row, column = place_of(point, smooth.shape)
    rows, columns = spot_of(point, smooth.shape)
    open_rows, open_columns = np.nonzero(~walls[rows, columns])
    seeds = zip((open_rows + rows.start).tolist(), (open_columns + columns.start).tolist(), strict=True)
    seed = min(seeds, key=lambda place: hypot(place[0] - row, place[1] - column), default=(row, column))
    return region(smooth, walls, seed)


def _near(point: Point, shape: tuple[int, ...]) -> Mask:
    """Returns the disc that a point's color must not leave."""
    row, column = place_of(point, shape)
    down, right = np.arange(shape[0])[:, None] - row, np.arange(shape[1])[None] - column
    return np.asarray(np.hypot(down, right) <= (point.radius or 0) * max(shape))
