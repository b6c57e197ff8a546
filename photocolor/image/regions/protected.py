"""Knows which parts of a photo are faces or lettering, at any of its rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import Gray
from photocolor.image.orient import stored, upright
from photocolor.image.regions.faces import Box, faces_in
from photocolor.image.regions.lettering import lettering_in

LOOK_PX = 1024
"""Longer side of the picture in which lettering is looked for."""
FACES_PX = 800
"""The same for faces: smaller ones than 24 pixels there are not found."""
FACE_ROOM = 0.1
"""Around the box of a face, by its side: the cascade's boxes end at chin and forehead."""

Marks = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Protected:
    """Holds where faces and lettering are, in a small picture of the photo on its stored grid.

    Attributes:
        faces: (h, w) bool.
        lettering: (h, w) bool.
        shape: (height, width) of the photo.
    """

    faces: Marks
    lettering: Marks
    shape: tuple[int, int]

    @classmethod
    def in_picture(cls, small: Gray, orientation: int, shape: tuple[int, int]) -> Protected:
        """Looks for both in a photo.

        Args:
            small: (h, w) gray codes, the photo on its stored grid reduced to `LOOK_PX`.
            orientation: EXIF orientation; both are looked for upright.
            shape: (height, width) of the photo.
        """
        gray = small if small.dtype == np.uint8 else (small >> 8).astype(np.uint8)
        picture = np.ascontiguousarray(upright(gray, orientation))
        scale = min(1.0, FACES_PX / max(picture.shape))
        for_faces = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        faces = [_scaled(box, 1 / scale) for box in faces_in(np.asarray(for_faces, np.uint8))]
        on_face, on_lettering = (
            np.ascontiguousarray(stored(_plane(picture.shape, boxes), orientation))
            for boxes in (faces, lettering_in(picture))
        )
        return cls(on_face, on_lettering, shape)

    def rows(self, top: int, count: int) -> tuple[Marks, Marks]:
        """Returns what of these rows of the photo is face and what is lettering, (count, W) bool each."""
        down = (np.arange(top, top + count) * self.faces.shape[0]) // self.shape[0]
        along = (np.arange(self.shape[1]) * self.faces.shape[1]) // self.shape[1]
        at = np.ix_(down, along)
        return self.faces[at], self.lettering[at]


def _scaled(box: Box, by: float) -> Box:
    room = FACE_ROOM * box.height
    sides = (box.top - room, box.left - room, box.height + 2 * room, box.width + 2 * room)
    return Box(*(round(side * by) for side in sides))


def _plane(shape: tuple[int, ...], boxes: Iterable[Box]) -> Marks:
    plane = np.zeros(shape, bool)
    for box in boxes:
        plane[max(0, box.top) : max(0, box.top + box.height), max(0, box.left) : max(0, box.left + box.width)] = True
    return plane
