"""Draws where the face, hair, lips and clothes of found faces are, for models that take them as a further input."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photocolor.engine.faces.close_ups import Face
from photocolor.models.card import FACE_SEGMENTS

Planes = NDArray[np.float32]
_Distances = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Ellipse:
    """Describes an ellipse in sides of a face's box, seen from the middle of that box.

    The numbers of this module are read off the mean of 302 photos of single faces with the finder's box laid over each
    other (docs/notes/model-copy-and-faces.md): where skin, hair and red lips are in most of them.

    Attributes:
        y: of its middle, down from the middle of the box.
        height: half of its height.
        width: half of its width.
    """

    y: float
    height: float
    width: float

    def inside(self, down: _Distances, along: _Distances) -> _Distances:
        """Returns 1 inside, 0 outside, and a soft rim around the ellipse."""
        return _soft((1 + RIM - np.hypot((down - self.y) / self.height, along / self.width)) / (2 * RIM))


FACE = _Ellipse(0.07, 0.60, 0.46)
LIPS = _Ellipse(0.29, 0.10, 0.19)
HEAD = _Ellipse(-0.14, 0.80, 0.70)
"""The face and the hair around it."""
RIM = 0.15
"""Half of a rim's width, as a share of the ellipse's size."""
EARS = 0.3
"""Below the middle of the box by so much hair ends: what is beside the chin is as often a wall or a collar."""
COLLAR, HEM, SHOULDERS = 0.85, 1.9, (0.7, 1.2)
"""Where clothes begin and end below the middle of the box, and half of their width there."""
FADE = 0.15
"""Half of the width of all other borders."""
AROUND = 4.4
"""Side of the square in which a face's segments are drawn, in sides of its box."""


def segments(faces: Iterable[Face], shape: tuple[int, int]) -> Planes:
    """Returns (4, h, w) float32 in [0, 1]: face, hair, lips and clothes; all 0 where no face was found.

    Each has a plane of its own. One plane with a level for each segment would say "hair" on every soft border of face
    and clothes, whose levels lie on both sides of it, and again whenever it is resized.

    Args:
        faces: where they are; of several at one place the clearest counts.
        shape: (height, width) of the planes.
    """
    planes = np.zeros((len(FACE_SEGMENTS), *shape), np.float32)
    for face in faces:
        rows, columns = face.box(shape, AROUND)
        down, along = (
            ((np.arange(part.start, part.stop) + 0.5) / length - middle) / side
            for part, length, middle, side in (
                (rows, shape[0], face.y, face.height),
                (columns, shape[1], face.x, face.width),
            )
        )
        here = planes[:, rows, columns]
        np.maximum(here, _segments_of_one(down[:, None], along[None]), out=here)
    return planes


def _segments_of_one(down: _Distances, along: _Distances) -> Planes:
    """Returns the four planes of a face at distances from its middle, in sides of its box."""
    face, lips, head = (ellipse.inside(down, along) for ellipse in (FACE, LIPS, HEAD))
    hair = head * (1 - face) * _soft((EARS + FADE - down) / (2 * FADE))
    share = np.clip((down - COLLAR) / (HEM - COLLAR), 0, 1)
    half_width = SHOULDERS[0] + share * (SHOULDERS[1] - SHOULDERS[0])
    below = _soft((down - COLLAR + FADE) / (2 * FADE)) * _soft((HEM + FADE - down) / (2 * FADE))
    clothes = below * _soft((half_width + FADE - np.abs(along)) / (2 * FADE))
    return np.asarray(np.stack((face, hair, lips, clothes)), np.float32)


def _soft(share: _Distances) -> _Distances:
    """Returns 0 below 0, 1 above 1, and a smooth step between."""
    inside = np.clip(share, 0, 1)
    return np.asarray(inside**2 * (3 - 2 * inside))
