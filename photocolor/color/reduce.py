"""A picture made small while its rows go by: bit for bit what `resize` makes of the whole.

The mean over areas is taken as OpenCV itself takes it, columns first and then rows, each by OpenCV. Asked for one step
alone it would choose another route, with other rounding, wherever a factor is a whole number. So the other side's
factor is not 1 but misses it by far less than float32 can tell.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from photocolor.color.resize import resize

_ALMOST_ONE = 1 - 1e-12


class Reducer:
    """Takes all rows of one picture, from top to bottom.

    Memory: the picture at its full height and the small width, in float32; all of it where it does not shrink.

    Args:
        shape: (H, W) or (H, W, C) of the picture.
        dtype: uint8 or uint16.
        height: rows of the small picture.
        width: columns of the small picture.
    """

    def __init__(self, shape: tuple[int, ...], dtype: np.dtype[Any], height: int, width: int) -> None:
        self._shape, self._dtype, self._size = shape, dtype, (height, width)
        self._shrinks = height <= shape[0] and width <= shape[1] and (height, width) != shape[:2]
        self._block = shape[0] // height if self._shrinks and not (shape[0] % height or shape[1] % width) else 0
        self._seen = 0
        self._kept = np.empty(self._kept_shape(), np.float32 if self._shrinks and not self._block else dtype)
        self._left = np.empty((0, *shape[1:]), dtype)

    def add(self, rows: NDArray[Any]) -> None:
        """The next rows, (n, W) or (n, W, C)."""
        if self._block:
            rows = np.concatenate((self._left, rows)) if len(self._left) else rows
            whole = len(rows) // self._block * self._block
            self._left = rows[whole:].copy()
            rows = rows[:whole]
        if len(rows):
            made = self._made(rows)
            self._kept[self._seen : self._seen + len(made)] = made
            self._seen += len(made)

    def small(self) -> NDArray[Any]:
        """(height, width) or (height, width, C) of the picture's dtype; all rows must have been added."""
        if self._block or not self._shrinks:
            return resize(self._kept, *self._size)
        tall = self._size[0] / self._shape[0]
        means = cv2.resize(self._kept, None, fx=_ALMOST_ONE, fy=tall, interpolation=cv2.INTER_AREA)
        codes = np.rint(means).clip(0, np.iinfo(self._dtype).max).astype(self._dtype)
        return codes.reshape(*self._size, *self._shape[2:])

    def _kept_shape(self) -> tuple[int, ...]:
        height, width = self._size
        if not self._shrinks:
            return self._shape
        return (height if self._block else self._shape[0], width, *self._shape[2:])

    def _made(self, rows: NDArray[Any]) -> NDArray[Any]:
        if not self._shrinks:
            return rows
        if self._block:
            return resize(rows, len(rows) // self._block, self._size[1])
        wide = self._size[1] / self._shape[1]
        means = cv2.resize(rows.astype(np.float32), None, fx=wide, fy=_ALMOST_ONE, interpolation=cv2.INTER_AREA)
        return means.reshape(len(rows), *self._kept.shape[1:])
