"""Shrinks a picture while its rows go by: bit for bit what `resize` makes of the whole."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from photocolor.color.areas import Areas
from photocolor.color.resize import resize


class Reducer:
    """Takes all rows of one picture, from top to bottom.

    Memory: the picture at the small height and its full width, in float32; all of it where it does not shrink.

    Args:
        shape: (H, W) or (H, W, C) of the picture.
        dtype: uint8 or uint16.
        height: rows of the small picture.
        width: columns of the small picture.
    """

    def __init__(self, shape: tuple[int, ...], dtype: np.dtype[Any], height: int, width: int) -> None:
        self._size = height, width
        shrinks = height <= shape[0] and width <= shape[1] and (height, width) != shape[:2]
        self._areas = Areas(shape, dtype, height, width) if shrinks else None
        self._kept = np.empty((0, *shape[1:]) if shrinks else shape, dtype)
        self._seen = 0

    def add(self, rows: NDArray[Any]) -> None:
        """Takes the next rows, (n, W) or (n, W, C)."""
        if self._areas:
            self._areas.add(rows)
        else:
            self._kept[self._seen : self._seen + len(rows)] = rows
            self._seen += len(rows)

    def small(self) -> NDArray[Any]:
        """Returns (height, width) or (height, width, C) of the picture's dtype; all rows must have been added."""
        return self._areas.small() if self._areas else resize(self._kept, *self._size)
