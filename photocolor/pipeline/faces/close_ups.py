"""Finds the faces of a photo that the model may see a second time, in a copy that is small enough to go through."""

from __future__ import annotations

from math import sqrt

import numpy as np

from photocolor.color.lab import lightness_of
from photocolor.engine.faces.close_ups import ENOUGH_PX, CloseUps, Face
from photocolor.engine.sizes import Shape, face_copy_shape
from photocolor.image.gray_source import GraySource
from photocolor.image.orient import upright
from photocolor.image.regions.faces import Box, faces_in


def close_ups_of(gray_source: GraySource, seen: Shape) -> CloseUps | None:
    """Returns the small faces of a photo; None if there are none.

    Args:
        gray_source: the photo.
        seen: (height, width) at which the model sees the upright photo.
    """
    codes = upright(gray_source.small(*face_copy_shape(*gray_source.shape)), gray_source.about.orientation)
    gray = codes if codes.dtype == np.uint8 else (codes >> 8).astype(np.uint8)
    height, width = gray.shape
    most_px = ENOUGH_PX * sqrt(height * width / (seen[0] * seen[1]))
    faces = faces_in(np.ascontiguousarray(gray), most_px=most_px)
    if not faces:
        return None
    found = tuple(_share(box, height, width) for box in faces)
    return CloseUps(lightness_of(np.ascontiguousarray(codes)), found)


def _share(box: Box, height: int, width: int) -> Face:
    return Face(
        (box.top + box.height / 2) / height, (box.left + box.width / 2) / width, box.height / height, box.width / width
    )
