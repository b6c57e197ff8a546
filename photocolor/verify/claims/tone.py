"""Lays the curve that a result names over its source's gray, by arithmetic of its own in whole numbers."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photocolor.verify.gray import Pixels, gray_codes

WHITE = 65535


class BadCurve(ValueError):
    """Says that a result names no curve that rises from black to white."""


class ClaimedCurve:
    """Represents the curve that a result names.

    Args:
        text: knots as the result's metadata have them, "0 0, 16448 2056, 65535 65535".

    Raises:
        BadCurve: it does not rise, or not from black to white.
    """

    def __init__(self, text: str) -> None:
        try:
            knots = [tuple(map(int, knot.split())) for knot in text.split(",")]
        except ValueError as error:
            raise BadCurve(text) from error
        rises = all(x < next_x and y < next_y for (x, y), (next_x, next_y) in pairwise(_pairs(knots, text)))
        if len(knots) < 2 or not rises or knots[0] != (0, 0) or knots[-1] != (WHITE, WHITE):
            raise BadCurve(text)
        self._knots = knots

    def over(self, pixels: Pixels) -> Pixels:
        """Returns (rows, W) gray codes after the curve, of the dtype of (rows, W) gray or (rows, W, 3) RGB pixels."""
        gray = pixels if pixels.ndim == 2 else gray_codes(pixels)
        after: Pixels = self._table(int(np.iinfo(gray.dtype).max)).astype(gray.dtype)[gray]
        return after

    def _table(self, top: int) -> NDArray[np.int64]:
        step, values = WHITE // top, list[int]()
        (x, y), *others = self._knots
        next_x, next_y = others.pop(0)
        for code in range(0, WHITE + 1, step):
            while code > next_x:
                x, y = next_x, next_y
                next_x, next_y = others.pop(0)
            numerator, denominator = y * (next_x - x) + (code - x) * (next_y - y), (next_x - x) * step
            values.append((2 * numerator + denominator) // (2 * denominator))
        return np.array(values)


def _pairs(knots: list[Any], text: str) -> list[tuple[int, int]]:
    if any(len(knot) != 2 for knot in knots):
        raise BadCurve(text)
    return knots
