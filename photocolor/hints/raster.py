"""Turns color hints into the model's hint channels at one size."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import lab_of
from photocolor.color.resize import resize
from photocolor.hints.polygon import fill_polygon
from photocolor.hints.sidecar import Hints
from photocolor.hints.spread import Owners, spot_of
from photocolor.hints.variant import AB_MOST, Variant
from photocolor.hints.weights import COARSE_WEIGHT, EXACT_WEIGHT


def hint_planes(hints: Hints, owners: Owners, height: int, width: int) -> NDArray[np.float32]:
    """Returns the hint channels at one size of the upright photo.

    What the user said exactly lies over what was inferred: areas over the things that points stand on, the points' own
    spots over areas; a variant, which is coarse, lies beneath all of them.

    Args:
        hints: points and polygons, and a variant.
        owners: (h, w) int32, which point speaks for which pixel, at any size.
        height: rows of the plane.
        width: columns of the plane.

    Returns:
        (height, width, 3) float32: a*, b* in CIELAB units and a weight, 0 unknown, 0.5 about this or 1 exactly this.
    """
    values = np.array([(0, 0, 0), *((*ab_of(point.color), EXACT_WEIGHT) for point in hints.points)], np.float32)
    owners = _nearest(owners, height, width)
    planes = values.take(owners, axis=0)
    if hints.variant is not None:
        np.copyto(planes, variant_planes(hints.variant, height, width), where=owners[..., None] == 0)
    for polygon in hints.polygons:
        corners = np.array(polygon.corners) * (width, height) - 0.5
        inside = fill_polygon(corners, height, width)
        planes[inside] = (*ab_of(polygon.color), EXACT_WEIGHT)
    for number, point in enumerate(hints.points, 1):
        spot = spot_of(point, owners.shape)
        owned = owners[spot] == number  # a point that lies beneath others may own none: then it has all of its spot
        planes[spot][owned if owned.any() else ~owned] = values[number]
    return planes


def variant_of(ab: NDArray[np.float32]) -> Variant:
    """Returns the variant with these colors, rounded to whole units.

    Args:
        ab: (h, w, 2) float32, CIELAB a* and b*, of as many cells as the variant shall have.
    """
    rounded = np.clip(np.rint(ab), -AB_MOST, AB_MOST).astype(int)
    return Variant(tuple(tuple((a, b) for a, b in row) for row in rounded.tolist()))


def variant_planes(variant: Variant, height: int, width: int) -> NDArray[np.float32]:
    """Returns the variant as hint channels, (height, width, 3) float32: a*, b* and the weight "about this"."""
    planes = np.full((height, width, 3), COARSE_WEIGHT, np.float32)
    planes[..., :2] = resize(np.array(variant.rows, np.float32), height, width)
    return planes


def _nearest(owners: Owners, height: int, width: int) -> Owners:
    """Returns a plane at another size; each pixel takes the value under its center."""
    rows, columns = (
        ((np.arange(length) + 0.5) * (before / length)).astype(np.intp)
        for length, before in zip((height, width), owners.shape, strict=True)
    )
    return np.asarray(owners[rows[:, None], columns], np.int32)


def ab_of(color: str) -> tuple[float, float]:
    """Returns a* and b* of "#rrggbb"."""
    rgb = np.array([[[int(color[i : i + 2], 16) for i in (1, 3, 5)]]], np.uint8)
    _, ab = lab_of(rgb)
    return float(ab[0, 0, 0]), float(ab[0, 0, 1])
