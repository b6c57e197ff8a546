"""Holds the faces of a photo that the model may see a second time, each at the size at which it sees one best."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import Lightness
from photocolor.hints.weights import COARSE_WEIGHT

ENOUGH_PX = 32
"""A face with so many pixels as the model sees it is not looked at again; docs/notes/model-copy-and-faces.md."""


@dataclass(frozen=True, slots=True)
class Face:
    """Describes where a face is, in shares of the upright photo's height and width.

    Attributes:
        y: of its middle.
        x: of its middle.
        height: from chin to forehead.
        width: of the same box.
    """

    y: float
    x: float
    height: float
    width: float

    def box(self, shape: tuple[int, int], around: float = 1.0) -> tuple[slice, slice]:
        """Returns the rows and columns of a box around the face in a picture, moved inside where it reaches beyond.

        Args:
            shape: (height, width) of the picture.
            around: sides of the box, in sides of the face's own.
        """
        return (
            _span(self.y * shape[0], around * self.height * shape[0], shape[0]),
            _span(self.x * shape[1], around * self.width * shape[1], shape[1]),
        )

    def seen_in(self, area: tuple[slice, slice], shape: tuple[int, int]) -> Face:
        """Returns the same face in shares of a part of the picture; it may lie outside.

        Args:
            area: rows and columns of the part.
            shape: (height, width) of the picture.
        """
        (rows, columns), (height, width) = area, shape
        tall, wide = rows.stop - rows.start, columns.stop - columns.start
        y, x = (self.y * height - rows.start) / tall, (self.x * width - columns.start) / wide
        return Face(y, x, self.height * height / tall, self.width * width / wide)


@dataclass(frozen=True, slots=True)
class CloseUps:
    """Holds a larger copy of a photo, and where faces are in it.

    Attributes:
        lightness: (h, w) float32, L* in [0, 100], upright; what the model sees of faces is cut from it.
        faces: where they are; their order has no meaning.
    """

    lightness: Lightness
    faces: tuple[Face, ...]

    def apart_from(self, hint_planes: NDArray[np.float32]) -> CloseUps:
        """Returns the same without the faces of which a person said something exactly.

        Args:
            hint_planes: (h, w, 3) float32, a person's hints at any size: a*, b* and a weight.
        """
        exact = hint_planes[..., 2] > COARSE_WEIGHT
        shape = exact.shape[0], exact.shape[1]
        return replace(self, faces=tuple(face for face in self.faces if not exact[face.box(shape)].any()))


def _span(middle: float, length: float, whole: int) -> slice:
    count = min(max(1, round(length)), whole)
    start = min(max(0, round(middle - length / 2)), whole - count)
    return slice(start, start + count)
