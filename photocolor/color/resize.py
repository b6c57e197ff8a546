"""Makes planes smaller by area and larger by interpolation, with pixel centers aligned."""

from __future__ import annotations

from typing import Any, TypeVar, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from photocolor.color.areas import Areas

Plane = TypeVar("Plane", bound=NDArray[Any])


def resize(plane: Plane, height: int, width: int) -> Plane:
    """Returns the plane at another size: area mean where it shrinks, linear where it grows.

    Args:
        plane: (H, W) or (H, W, C), uint8, uint16 or float32.
        height: rows of the result, at least 1.
        width: columns of the result, at least 1.

    Returns:
        (height, width) or (height, width, C) of the same dtype; the plane itself if the size is the same.
    """
    if plane.shape[:2] == (height, width):
        return plane
    shrinks = height <= plane.shape[0] and width <= plane.shape[1]
    if shrinks and plane.dtype.kind == "u":
        areas = Areas(plane.shape, plane.dtype, height, width)
        areas.add(plane)
        return cast("Plane", areas.small())
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return cast("Plane", np.asarray(cv2.resize(plane, (width, height), interpolation=how)))
