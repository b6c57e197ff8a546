"""Color hints as planes: what the model's hint channels are given at one size."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from photocolor.color.draw import fill_polygon
from photocolor.color.lab import lab_of
from photocolor.hints.sidecar import Hints

EXACTLY_THIS = np.float32(1.0)
"""Hint weight of a person's point (the model contract)."""

POINT_RADIUS_PX = 3
"""A point is a square of 7 px at every size that the model sees; it was trained with squares of 1 to 9 px."""


def hint_planes(hints: Hints, height: int, width: int) -> NDArray[np.float32]:
    """The hints at one size of the upright photo.

    Args:
        hints: points and polygons.
        height: rows of the plane.
        width: columns of the plane.

    Returns:
        (height, width, 3) float32: a*, b* in CIELAB units and a weight, 0 unknown or 1 exactly this.
    """
    planes = np.zeros((height, width, 3), np.float32)
    for polygon in hints.polygons:
        corners = np.array(polygon.corners) * (width, height) - 0.5
        inside = fill_polygon(corners, height, width)
        planes[inside] = (*ab_of(polygon.color), EXACTLY_THIS)
    for point in hints.points:
        row, column = min(int(point.y * height), height - 1), min(int(point.x * width), width - 1)
        rows = slice(max(row - POINT_RADIUS_PX, 0), row + POINT_RADIUS_PX + 1)
        columns = slice(max(column - POINT_RADIUS_PX, 0), column + POINT_RADIUS_PX + 1)
        planes[rows, columns] = (*ab_of(point.color), EXACTLY_THIS)
    return planes


def ab_of(color: str) -> tuple[float, float]:
    """a* and b* of "#rrggbb"."""
    rgb = np.array([[[int(color[i : i + 2], 16) for i in (1, 3, 5)]]], np.uint8)
    _, ab = lab_of(rgb)
    return float(ab[0, 0, 0]), float(ab[0, 0, 1])
