"""Finds the faces of a photo that the model may see a second time, in a copy that is small enough to go through."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import Gray, lightness_of
from photocolor.engine.faces.close_ups import ENOUGH_PX, CloseUps, Face
from photocolor.engine.faces.segments import segments
from photocolor.engine.sizes import Shape, face_copy_shape
from photocolor.image.gray_source import GraySource, InMemory
from photocolor.image.orient import upright
from photocolor.image.photo import Container, Photo
from photocolor.image.regions.faces import Box, faces_in


def close_ups_of(gray_source: GraySource, seen: Shape) -> CloseUps | None:
    """Returns the small faces of a photo; None if there are none.

    Args:
        gray_source: the photo.
        seen: (height, width) at which the model sees the upright photo.
    """
    codes, gray = _copy_of(gray_source)
    height, width = gray.shape
    most_px = ENOUGH_PX * sqrt(height * width / (seen[0] * seen[1]))
    boxes = faces_in(gray, most_px=most_px)
    return CloseUps(lightness_of(codes), _shares(boxes, height, width)) if boxes else None


def all_faces_of(gray_source: GraySource) -> tuple[Face, ...]:
    """Returns the faces of a photo of any size, for a model that is told where they are."""
    _, gray = _copy_of(gray_source)
    return _shares(faces_in(gray), *gray.shape)


def face_segments(gray: NDArray[np.uint8], shape: Shape) -> NDArray[np.float32]:
    """Returns where the faces of an upright photo are, (4, *shape) float32, as a model that takes them is told."""
    return segments(all_faces_of(InMemory(Photo(gray, None, 1, Container("")))), shape)


def face_at(box: tuple[int, int, int, int], height: int, width: int) -> Face:
    """Returns a box (top, left, height, width) in shares of a picture of `height` × `width` pixels."""
    top, left, tall, wide = box
    return Face((top + tall / 2) / height, (left + wide / 2) / width, tall / height, wide / width)


def _copy_of(gray_source: GraySource) -> tuple[Gray, NDArray[np.uint8]]:
    """Returns the copy of a photo in which faces are looked for, upright, as it is and with 8 bits."""
    codes = upright(gray_source.small(*face_copy_shape(*gray_source.shape)), gray_source.about.orientation)
    codes = np.ascontiguousarray(codes)
    return codes, codes if codes.dtype == np.uint8 else (codes >> 8).astype(np.uint8)


def _shares(boxes: list[Box], height: int, width: int) -> tuple[Face, ...]:
    return tuple(face_at((box.top, box.left, box.height, box.width), height, width) for box in boxes)
