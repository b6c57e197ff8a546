"""Rasterizes polygons."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def fill_polygon(corners: NDArray[np.float64], height: int, width: int) -> NDArray[np.bool_]:
    """Returns the pixels inside a polygon.

    Args:
        corners: (N, 2) float64, x and y in pixels, pixel centers at whole numbers; may lie outside.
        height: rows of the plane.
        width: columns of the plane.

    Returns:
        (height, width) bool, True inside and on the border.
    """
    plane = np.zeros((height, width), np.uint8)
    cv2.fillPoly(plane, [np.rint(corners).astype(np.int32)], 1)
    return plane.astype(np.bool_)
