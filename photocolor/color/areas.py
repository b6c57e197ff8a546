"""Averages a picture over areas to make it smaller: over rows as they come, and over columns at the end.

The sum of whole rows is exact, so it is the same however the rows come; OpenCV adds them up some ten times faster than
it takes means over columns, of which few rows are then left.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

_EXACT = 1 << 24
"""Whole numbers up to here are exact in float32."""

_TOGETHER = 1 << 15
"""Numbers in the rows of areas that are completed together: they fit the cache, and a small picture takes few calls."""

_DEPTHS = {np.dtype(np.float32): cv2.CV_32F, np.dtype(np.float64): cv2.CV_64F}


class Areas:
    """Takes all rows of one picture, from top to bottom.

    Memory: the small height at the picture's full width, in float32.

    Args:
        shape: (H, W) or (H, W, C) of the picture.
        dtype: uint8 or uint16.
        height: rows of the small picture, at most H.
        width: columns of the small picture, at most W.
    """

    def __init__(self, shape: tuple[int, ...], dtype: np.dtype[Any], height: int, width: int) -> None:
        self._shape, self._dtype, self._size = shape, dtype, (height, width)
        self._means = np.empty((height, *shape[1:]), np.float32)
        exact = np.iinfo(dtype).max * -(-shape[0] // height) < _EXACT
        self._sum = np.zeros(shape[1:], np.float32 if exact else np.float64)
        self._share = np.zeros(shape[1:], np.float32)
        self._seen = self._done = 0

    def add(self, rows: NDArray[Any]) -> None:
        """Takes the next rows, (n, W) or (n, W, C)."""
        end = (self._seen + len(rows)) * self._size[0] // self._shape[0]  # areas before it are complete
        count = max(1, _TOGETHER // self._share.size)
        for first in range(self._done, end, count):
            self._complete(first, min(first + count, end), rows)
        self._done = end
        if len(rest := rows[max(0, self._begin(end) - self._seen) :]):
            total = np.empty_like(self._sum)
            self._add_up(rest, into=total)
            self._sum += total
        self._seen += len(rows)

    def small(self) -> NDArray[Any]:
        """Returns (height, width) or (height, width, C) of the picture's dtype; all rows must have been added."""
        height, width = self._size
        means: NDArray[Any] = self._means
        if width != self._shape[1]:
            means = cv2.resize(means, (width, height), interpolation=cv2.INTER_AREA)
        codes = np.rint(means).clip(0, np.iinfo(self._dtype).max).astype(self._dtype)
        return np.asarray(codes.reshape(height, width, *self._shape[2:]))

    def _begin(self, area: int) -> int:
        """Returns the number of the first row that belongs to an area as a whole."""
        return -(-area * self._shape[0] // self._size[0])

    def _add_up(self, rows: NDArray[Any], into: NDArray[Any]) -> None:
        cv2.reduce(rows, 0, cv2.REDUCE_SUM, dst=into[None], dtype=_DEPTHS[into.dtype])

    def _complete(self, first: int, end: int, rows: NDArray[Any]) -> None:
        """Completes areas, each with a share of its last row; the rest of that row belongs to the next area."""
        # Where an area ends among these rows, and how much of the row there it has.
        ends, parts = np.divmod(np.arange(first + 1, end + 1) * self._shape[0], self._size[0])
        ends -= self._seen
        one_each = (-1, *[1] * self._share.ndim)
        shares = (parts / self._size[0]).astype(np.float32).reshape(one_each)
        lasts = rows[ends.clip(None, len(rows) - 1)].astype(np.float32)  # of no account where the share is nothing
        # Rows that belong to one area as a whole.
        sums = np.zeros((end - first, *self._share.shape), self._sum.dtype)
        begins = ends[:-1] + (parts[:-1] > 0)
        begin = max(0, self._begin(first) - self._seen)
        for total, stop, following in zip(sums, ends.tolist(), [*begins.tolist(), 0], strict=True):
            if begin < stop:
                self._add_up(rows[begin:stop], into=total)
            begin = following
        sums[0] += self._sum
        # What the area before has left of its last row comes first, then whole rows, then this area's own last row.
        left = lasts * np.where(shares > 0, 1 - shares, np.float32(0))
        means = self._means[first:end]
        np.add(self._share, sums[0], out=means[0], casting="same_kind")
        np.add(left[:-1], sums[1:], out=means[1:], casting="same_kind")
        means += lasts * shares
        means *= np.float32(self._size[0] / self._shape[0])
        self._share[...] = left[-1]
        self._sum[...] = 0
