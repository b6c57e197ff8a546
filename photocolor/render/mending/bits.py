"""Keeps a mask of a photo's size in memory, one bit for each pixel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

Marks = NDArray[np.bool_]


class BitPlane:
    """Represents a mask; rows go in and come out as booleans.

    Args:
        shape: (height, width) in pixels; all is False at first.
    """

    def __init__(self, shape: tuple[int, int]) -> None:
        self.shape = shape
        self._bits = np.zeros((shape[0], -(-shape[1] // 8)), np.uint8)

    @classmethod
    def of(cls, shape: tuple[int, int], parts: Iterable[Marks]) -> BitPlane:
        """Returns the mask of rows that come from top to bottom."""
        plane, top = cls(shape), 0
        for part in parts:
            plane.put(top, part)
            top += len(part)
        return plane

    def put(self, top: int, rows: Marks) -> None:
        """Replaces rows from `top` on, (rows, W) bool."""
        self._bits[top : top + len(rows)] = np.packbits(rows, axis=1)

    def rows(self, top: int, bottom: int) -> Marks:
        """Returns the rows from `top` up to `bottom`, as far as there are any; (rows, W) bool."""
        part = self._bits[max(0, top) : max(0, bottom)]
        return np.unpackbits(part, axis=1, count=self.shape[1]).astype(bool)

    def has_any(self, top: int, bottom: int) -> bool:
        """Returns True if any pixel of these rows is set."""
        return bool(self._bits[max(0, top) : max(0, bottom)].any())

    def count(self) -> int:
        """Returns how many pixels are set."""
        return sum(int(np.count_nonzero(part)) for part in self.parts())

    def parts(self, rows: int = 256) -> Iterator[Marks]:
        """Yields all rows from top to bottom, some at a time."""
        for top in range(0, self.shape[0], rows):
            yield self.rows(top, top + rows)
