"""Turns brush strokes into areas: what a stroke covers, and the polygons around what is painted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from photocolor.hints.polygon import fill_polygon

Corners = tuple[tuple[float, float], ...]
Mask = NDArray[np.bool_]
_TOLERANCE_PX = 0.75
"""How far a polygon's side may pass beside the edge that was painted."""
_LEAST_CORNERS = 3
_PIECE_PX = 256
"""Extent of a piece of a stroke; a long one covers little of the rectangle around it."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """Holds one movement of a brush over the upright photo.

    Attributes:
        places: (x, y) shares of width and height, at least one, in their order.
        radius: of the brush, as a share of the photo's longer side.
        erases: whether it takes away instead of adding.
    """

    places: Corners
    radius: float
    erases: bool = False


@dataclass(frozen=True, slots=True)
class StrokePart:
    """Holds the pixels that a stroke covers in a rectangle.

    Attributes:
        top: first row of the rectangle.
        left: its first column.
        covered: (H, W) bool.
    """

    top: int
    left: int
    covered: Mask


def stroke_mask(stroke: Stroke, height: int, width: int) -> Mask:
    """Returns the pixels that a stroke covers, (height, width) bool; at least one."""
    return _drawn(_centers(stroke, height, width), _radius_px(stroke, height, width), (height, width))


def stroke_parts(stroke: Stroke, height: int, width: int) -> Iterator[StrokePart]:
    """Yields what a stroke covers, piece by piece along it: of a large photo only what lies around it is looked at."""
    centers, radius_px = _dense(_centers(stroke, height, width)), _radius_px(stroke, height, width)
    for piece in _pieces(centers):
        low, high = piece.min(axis=0) - radius_px - 1, piece.max(axis=0) + radius_px + 2
        covered = _drawn(piece - low, radius_px, (int(high[1] - low[1]), int(high[0] - low[0])))
        left, top = np.maximum(low, 0).tolist()
        columns, rows = slice(left - low[0], width - low[0]), slice(top - low[1], height - low[1])
        yield StrokePart(top, left, covered[rows, columns])


def _dense(centers: NDArray[np.int32]) -> NDArray[np.int32]:
    """Returns a line of centers with more of them where they lie far apart."""
    lines = [centers[:1]]
    for start, end in pairwise(centers):
        steps = int(np.abs(end - start).max()) // _PIECE_PX + 1
        lines.append(np.rint(np.linspace(start, end, steps + 1)[1:]).astype(np.int32))
    return np.concatenate(lines)


def _pieces(centers: NDArray[np.int32]) -> Iterator[NDArray[np.int32]]:
    """Yields a line of centers in pieces of no great extent, each of which begins where the last one ends."""
    start = 0
    for index in range(1, len(centers) + 1):
        if index == len(centers) or np.ptp(centers[start : index + 1], axis=0).max() > _PIECE_PX:
            yield centers[start:index]
            start = index - 1


def _centers(stroke: Stroke, height: int, width: int) -> NDArray[np.int32]:
    """Returns where the brush's middle was, in whole pixels, (N, 2) of x and y."""
    return np.rint(np.array(stroke.places) * (width, height) - 0.5).astype(np.int32)


def _radius_px(stroke: Stroke, height: int, width: int) -> int:
    return max(0, round(stroke.radius * max(height, width)))


def _drawn(centers: NDArray[np.int32], radius_px: int, shape: tuple[int, int]) -> Mask:
    """Returns the pixels around a line of centers, bool of `shape`."""
    plane = np.zeros(shape, np.uint8)
    cv2.polylines(plane, [centers], False, 1, max(1, 2 * radius_px))
    for x, y in (centers[0].tolist(), centers[-1].tolist()):
        cv2.circle(plane, (x, y), radius_px, 1, cv2.FILLED)
    return plane.view(np.bool_)


def area_mask(corners: Corners, height: int, width: int) -> Mask:
    """Returns the pixels of an area, (height, width) bool."""
    return fill_polygon(np.array(corners) * (width, height) - 0.5, height, width)


def painted_areas(area: Corners, stroke: Stroke, height: int, width: int) -> tuple[Corners, ...]:
    """Returns an area after one more stroke: what is left of it, and what came to it.

    Args:
        area: the corners of the area that is painted on; none for a new one.
        stroke: the brush's movement.
        height: rows at which the edge is found.
        width: columns at which the edge is found.

    Returns:
        One polygon for each separate piece, the largest first; none if all is erased.
    """
    brushed = stroke_mask(stroke, height, width)
    before = area_mask(area, height, width) if area else np.zeros((height, width), np.bool_)
    return outlines(before & ~brushed if stroke.erases else before | brushed)


def outlines(mask: Mask) -> tuple[Corners, ...]:
    """Returns the polygons around the pieces of a mask, the largest first; a hole is cut out along a slit."""
    height, width = mask.shape
    contours, tree = cv2.findContours(mask.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    rings = [np.asarray(contour, np.int32) for contour in contours]
    pieces = [(cv2.contourArea(contour), number) for number, contour in enumerate(rings) if tree[0][number][3] < 0]
    polygons = []
    for _, number in sorted(pieces, reverse=True):
        ring = _simple(rings[number])
        for inner in (index for index in range(len(rings)) if tree[0][index][3] == number):
            ring = _with_hole(ring, _simple(rings[inner]))
        polygons.append(_shares(ring, height, width))
    return tuple(polygons)


def _simple(contour: NDArray[np.int32]) -> NDArray[np.int32]:
    """Returns a contour with fewer corners, (N, 2), and with at least three."""
    ring = np.asarray(cv2.approxPolyDP(contour, _TOLERANCE_PX, True), np.int32).reshape(-1, 2)
    return np.resize(ring, (_LEAST_CORNERS, 2)) if len(ring) < _LEAST_CORNERS else ring


def _with_hole(ring: NDArray[np.int32], hole: NDArray[np.int32]) -> NDArray[np.int32]:
    """Returns one ring that runs around the hole, too: along a slit between the corners that are nearest."""
    distances = np.hypot(*(ring[:, None] - hole[None]).transpose(2, 0, 1))
    outer, inner = np.unravel_index(int(distances.argmin()), distances.shape)
    turned = np.roll(hole, -int(inner), axis=0)
    return np.concatenate([ring[: outer + 1], turned, turned[:1], ring[outer:]])


def _shares(ring: NDArray[np.int32], height: int, width: int) -> Corners:
    """Returns pixels as shares of width and height."""
    places: Sequence[Sequence[float]] = ((ring + 0.5) / (width, height)).round(5).tolist()
    return tuple((min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)) for x, y in places)
