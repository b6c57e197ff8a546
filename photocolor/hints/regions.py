"""Segments a photo into regions of similar lightness around places: approximately the objects that they lie on.

A region is a connected set of pixels that differ from its seed by less than a global range and hold no step of more
than a local range: constrained connectivity. The path to a pixel is judged by its worst pixel and not by its length, so
grain does not add up, and neither a large thing nor a shaded one ends early.

Source: P. Soille, "Constrained connectivity for hierarchical image partitioning and simplification", PAMI 30(7), 2008.
Where seeds compete: F. Meyer, "Color image segmentation", 1992, the watershed from markers.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import Lightness

Mask = NDArray[np.bool_]
Place = tuple[int, int]
"""Row and column."""

GLOBAL_RANGE = 10.0
"""L* units by which a region's pixels may differ from its seed; measured in docs/notes/points.md."""

LOCAL_RANGE = 10.0
"""L* units: where 3 × 3 pixels differ by this much an edge runs, and no path goes through; measured there too."""

RIM_PX = 2
"""An edge is smeared over so many pixels; those that are like the seed belong to it after all."""

MEDIAN_PX = 5
BILATERAL_PX, BILATERAL_RANGE, BILATERAL_REACH_PX = 7, 12.0, 5.0
"""Takes grain away and leaves edges where they are: first single grains, then what is left of them."""

PLATEAU = 2.0
"""L* units that the watershed takes for equal: on a plateau the nearer marker wins, not the grain."""


def without_grain(lightness: Lightness) -> Lightness:
    """Returns L* smoothed inside objects but not across their edges; (h, w) float32."""
    plain = cv2.medianBlur(np.ascontiguousarray(lightness, np.float32), MEDIAN_PX)
    return np.asarray(cv2.bilateralFilter(plain, BILATERAL_PX, BILATERAL_RANGE, BILATERAL_REACH_PX), np.float32)


def edges(smooth: Lightness) -> Mask:
    """Returns where the lightness steps by more than the local range; (h, w) bool."""
    steps = cv2.morphologyEx(smooth, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    return np.asarray(steps >= LOCAL_RANGE)


def region(smooth: Lightness, walls: Mask, seed: Place) -> Mask:
    """Returns the region around one seed.

    Args:
        smooth: (h, w) float32, L* without grain.
        walls: (h, w) bool, where no path goes.
        seed: where it starts; on a wall the region is empty.

    Returns:
        (h, w) bool.
    """
    row, column = seed
    if walls[row, column]:
        return np.zeros(walls.shape, np.bool_)
    reached = cv2.copyMakeBorder(walls.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=1)
    how = 4 | cv2.FLOODFILL_FIXED_RANGE | cv2.FLOODFILL_MASK_ONLY | (_REACHED << 8)
    cv2.floodFill(smooth, reached, (column, row), 0, GLOBAL_RANGE, GLOBAL_RANGE, how)
    inside = (reached[1:-1, 1:-1] == _REACHED).astype(np.uint8)
    rim = cv2.dilate(inside, np.ones((2 * RIM_PX + 1, 2 * RIM_PX + 1), np.uint8)) > 0
    return np.asarray(rim & (np.abs(smooth - smooth[row, column]) < GLOBAL_RANGE))


_REACHED = 2


def territories(smooth: Lightness, markers: NDArray[np.int32]) -> NDArray[np.int32]:
    """Returns the marker that each pixel belongs to when markers compete; borders follow the strongest edges.

    Args:
        smooth: (h, w) float32, L* without grain.
        markers: (h, w) int32: 0 nobody's yet, else the number of a marker.

    Returns:
        (h, w) int32: the marker's number; −1 on the lines between them.
    """
    plateaus = np.rint(smooth / PLATEAU).astype(np.uint8)
    # the watershed leaves the outermost pixels to nobody: so it is given one more on every side
    wide, owned = (cv2.copyMakeBorder(plane, 1, 1, 1, 1, cv2.BORDER_REPLICATE) for plane in (plateaus, markers))
    labels = cv2.watershed(cv2.merge((wide, wide, wide)), np.ascontiguousarray(owned, np.int32))
    return np.asarray(labels[1:-1, 1:-1], np.int32)
