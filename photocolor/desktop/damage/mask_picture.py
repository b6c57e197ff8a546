"""The picture of a mask that lies over the photo: no larger than a screen, and kept in step stroke by stroke."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from photocolor.image.regions.hand_mask import CLEAN, DAMAGED, UNSAID

Levels = NDArray[np.uint8]
Cells = NDArray[np.bool_]
SHOWN_PX = 2000
"""Longer side of the picture at most."""
RED, BLUE, YELLOW = 0xB0FF2020, 0x903060FF, 0xB0FFE000
"""What a person marked as damage and as none, and what the finder marks; ARGB. They differ in lightness, too."""
_ROWS = 256


class MaskPicture:
    """Holds a mask as it is seen; a mark that is smaller than a pixel of the picture fills one.

    Args:
        shape: (height, width) of the mask.
    """

    def __init__(self, shape: tuple[int, int]) -> None:
        self._edges = _edges_of(shape)
        size = len(self._edges[0]) - 1, len(self._edges[1]) - 1
        self._colors = np.zeros(size, np.uint32)
        self._found: Cells = np.zeros(size, np.bool_)

    @property
    def damaged(self) -> bool:
        """Returns True if anything is marked as damage."""
        return bool((self._colors == RED).any())

    def show_found(self, cells: Cells) -> None:
        """Shows what the finder marks, where a person said nothing else.

        Args:
            cells: which pixels of the picture have a mark, see `cells_of`.
        """
        self._found = cells
        unsaid = (self._colors == 0) | (self._colors == YELLOW)
        self._colors[unsaid & cells] = YELLOW
        self._colors[unsaid & ~cells] = 0

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
        unsaid = np.where(self._found[top:bottom, left:right], YELLOW, 0)
        self._colors[top:bottom, left:right] = np.where(damaged, RED, np.where(clean, BLUE, unsaid))

    def image(self) -> QImage:
        """Returns the picture: red is damage by hand, blue is none, yellow is found, the rest is clear."""
        height, width = self._colors.shape
        return QImage(self._colors.data, width, height, 4 * width, QImage.Format.Format_ARGB32).copy()


def picture_of(levels: Levels) -> MaskPicture:
    """Returns the picture of a whole mask."""
    picture = MaskPicture(levels.shape)
    if (levels != UNSAID).any():
        picture.follow(levels, (0, 0), levels.shape)
    return picture


def cells_of(marked: NDArray[np.bool_]) -> Cells:
    """Returns which pixels of the mask's picture have a mark.

    Args:
        marked: (H, W) bool, as the photo is seen.
    """
    rows, columns = _edges_of((marked.shape[0], marked.shape[1]))
    cells = np.zeros((len(rows) - 1, len(columns) - 1), np.bool_)
    for first in range(0, len(cells), _ROWS):  # a call for a whole photo would hold the interpreter for long
        edges = rows[first : first + _ROWS + 1]
        part = np.logical_or.reduceat(marked[edges[0] : edges[-1]], columns[:-1], axis=1)
        cells[first : first + _ROWS] = np.logical_or.reduceat(part, edges[:-1] - edges[0], axis=0)
    return cells


def _edges_of(shape: tuple[int, int]) -> list[NDArray[np.int64]]:
    """Returns where the rows and the columns of the picture begin in the mask, and its ends."""
    longer = max(shape)
    size = tuple(-(-side * min(longer, SHOWN_PX) // longer) for side in shape)
    return [np.arange(many + 1) * side // many for many, side in zip(size, shape, strict=True)]
