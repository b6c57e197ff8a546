"""The picture of a mask that lies over the photo: no larger than a screen, and kept in step stroke by stroke."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from photocolor.image.regions.hand_mask import CLEAN, DAMAGED, UNSAID

Levels = NDArray[np.uint8]
SHOWN_PX = 2000
"""Longer side of the picture at most."""
_RED, _BLUE = 0xB0FF2020, 0x903060FF
"""What is marked as damage, and as none; ARGB."""


class MaskPicture:
    """Holds a mask as it is seen; a mark that is smaller than a pixel of the picture fills one.

    Args:
        shape: (height, width) of the mask.
    """

    def __init__(self, shape: tuple[int, int]) -> None:
        longer = max(shape)
        size = tuple(-(-side * min(longer, SHOWN_PX) // longer) for side in shape)
        self._edges = [np.arange(many + 1) * side // many for many, side in zip(size, shape, strict=True)]
        self._colors = np.zeros(size, np.uint32)

    @property
    def damaged(self) -> bool:
        """Returns True if anything is marked as damage."""
        return bool((self._colors == _RED).any())

    def follow(self, levels: Levels, corner: tuple[int, int], shape: tuple[int, int]) -> None:
        """Shows what a rectangle of the mask says by now.

        Args:
            levels: (H, W) uint8 of `CLEAN`, `UNSAID` and `DAMAGED`, all of the mask.
            corner: (top, left) of the rectangle.
            shape: (height, width) of it.
        """
        spans = [
            (int(np.searchsorted(edges, first, "right")) - 1, int(np.searchsorted(edges, first + many, "left")))
            for edges, first, many in zip(self._edges, corner, shape, strict=True)
        ]
        (top, bottom), (left, right) = spans
        rows, columns = self._edges[0][top : bottom + 1], self._edges[1][left : right + 1]
        part = levels[rows[0] : rows[-1], columns[0] : columns[-1]]
        starts = rows[:-1] - rows[0], columns[:-1] - columns[0]
        damaged = np.maximum.reduceat(np.maximum.reduceat(part, starts[0], axis=0), starts[1], axis=1) == DAMAGED
        clean = np.minimum.reduceat(np.minimum.reduceat(part, starts[0], axis=0), starts[1], axis=1) == CLEAN
        self._colors[top:bottom, left:right] = np.where(damaged, _RED, np.where(clean, _BLUE, 0))

    def image(self) -> QImage:
        """Returns the picture: red is damage, blue is none, the rest is clear."""
        height, width = self._colors.shape
        return QImage(self._colors.data, width, height, 4 * width, QImage.Format.Format_ARGB32).copy()


def picture_of(levels: Levels) -> MaskPicture:
    """Returns the picture of a whole mask."""
    picture = MaskPicture(levels.shape)
    if (levels != UNSAID).any():
        picture.follow(levels, (0, 0), levels.shape)
    return picture
