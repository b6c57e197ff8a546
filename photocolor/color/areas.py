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
        at = 0
        while at < len(rows):
            end, rest = divmod((self._done + 1) * self._shape[0], self._size[0])  # rows before `end` are whole
            whole = rows[at : at + end - self._seen]
            if len(whole):
                self._sum += self._added_up(whole)
                self._seen += len(whole)
                at += len(whole)
            if self._seen == end and (not rest or at < len(rows)):
                last = rows[at].astype(np.float32) if rest else None
                self._finish(last, np.float32(rest / self._size[0]))
                at += rest > 0
                self._seen += rest > 0

    def small(self) -> NDArray[Any]:
        """Returns (height, width) or (height, width, C) of the picture's dtype; all rows must have been added."""
        height, width = self._size
        means: NDArray[Any] = self._means
        if width != self._shape[1]:
            means = cv2.resize(means, (width, height), interpolation=cv2.INTER_AREA)
        codes = np.rint(means).clip(0, np.iinfo(self._dtype).max).astype(self._dtype)
        return np.asarray(codes.reshape(height, width, *self._shape[2:]))

    def _added_up(self, rows: NDArray[Any]) -> NDArray[Any]:
        depth = cv2.CV_32F if self._sum.dtype == np.float32 else cv2.CV_64F
        return np.asarray(cv2.reduce(rows, 0, cv2.REDUCE_SUM, dtype=depth)).reshape(self._sum.shape)

    def _finish(self, last: NDArray[np.float32] | None, share: np.float32) -> None:
        """Completes an area with a share of this last row; the rest of that row belongs to the next area."""
        mean = self._means[self._done]
        np.add(self._share, self._sum, out=mean, casting="same_kind")
        if last is None:
            self._share[...] = 0
        else:
            mean += last * share
            np.multiply(last, 1 - share, out=self._share)
        mean *= np.float32(self._size[0] / self._shape[0])
        self._sum[...] = 0
        self._done += 1
