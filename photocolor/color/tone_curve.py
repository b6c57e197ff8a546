"""One monotone curve for the lightness of a whole photo, against fading: chosen, applied, written and read back.

A faded print has neither black nor white. The curve takes the nearly darkest gray of the photo down to black and the
nearly lightest up to white, and is straight between. What is darker or lighter still keeps an order of its own: the
curve rises everywhere, so it has an inverse.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import Gray, peak

WHITE = 65535
"""The unit of the curve's knots: gray codes of 16 bits, whatever the photo has; 8-bit codes are times 257."""
_STEP_8 = 257
DARK, LIGHT = 8 * _STEP_8, 247 * _STEP_8
"""Where the nearly darkest and lightest gray go: L* 2.2 and 97.3. A photo that reaches both is left as it is."""
SHARE = 0.005
"""Share of the reduced photo's pixels that are darker than its nearly darkest gray, and lighter than its nearly
lightest."""
LEAST_SLOPE = 1 / 8
"""Least slope of the curve at its dark and at its light end; with a flatter one details would be lost there."""
MOST_SLOPE = 4.0
"""Most slope in between; with a steeper one a blank page would become nothing but its own noise."""


@dataclass(frozen=True, slots=True)
class ToneCurve:
    """Represents a rising curve of gray codes, straight between its knots.

    Attributes:
        knots: (before, after) in codes of 16 bits, from (0, 0) to (65535, 65535), both rising.

    Raises:
        ValueError: they are not.
    """

    knots: tuple[tuple[int, int], ...]

    def __post_init__(self) -> None:
        steps = [(next_x - x, next_y - y) for (x, y), (next_x, next_y) in pairwise(self.knots)]
        ends = bool(self.knots) and self.knots[0] == (0, 0) and self.knots[-1] == (WHITE, WHITE)
        if not ends or any(one <= 0 or other <= 0 for one, other in steps):
            raise ValueError(f"{self.text!r} is no rising curve from 0 to {WHITE}")

    @property
    def is_straight(self) -> bool:
        """Returns True if the curve changes nothing."""
        return all(before == after for before, after in self.knots)

    @property
    def text(self) -> str:
        """Returns the knots as `parse` reads them: "0 0, 16448 2056, 65535 65535"."""
        return ", ".join(f"{before} {after}" for before, after in self.knots)

    def table(self, white_code: int) -> NDArray[np.unsignedinteger]:
        """Returns (white_code + 1,) codes after the curve, uint8 or uint16, for each code of a depth."""
        scale = WHITE // white_code
        codes = np.arange(white_code + 1, dtype=np.int64) * scale
        table = np.zeros(white_code + 1, np.int64)
        for (x, y), (next_x, next_y) in pairwise(self.knots):
            inside = (codes >= x) & (codes <= next_x)
            span = (next_x - x) * scale
            above = (codes[inside] - x) * (next_y - y) + y * (next_x - x)
            table[inside] = (2 * above + span) // (2 * span)  # whole numbers, halves up: any program gets the same
        return table.astype(np.uint8 if white_code == 255 else np.uint16)

    def apply(self, gray: Gray) -> Gray:
        """Returns gray codes after the curve, in their dtype."""
        after: Gray = self.table(peak(gray.dtype)).take(gray)
        return after


STRAIGHT = ToneCurve(((0, 0), (WHITE, WHITE)))


def parse(text: str) -> ToneCurve:
    """Returns the curve that `ToneCurve.text` wrote.

    Raises:
        ValueError: it is none.
    """
    pairs = [part.split() for part in text.split(",")]
    if not all(len(pair) == 2 and all(word.isascii() and word.isdigit() for word in pair) for pair in pairs):
        raise ValueError(f"{text!r} is no curve")
    return ToneCurve(tuple((int(before), int(after)) for before, after in pairs))


def against_fading(gray: Gray) -> ToneCurve:
    """Returns the curve that gives a faded photo black and white again; straight for one that has both.

    Args:
        gray: (h, w) uint8 or uint16, the photo reduced by area, so that dust and grain do not decide.
    """
    codes = np.quantile(gray.ravel(), (SHARE, 1 - SHARE), method="nearest")
    low, high = (int(code) * (WHITE // peak(gray.dtype)) for code in codes)
    if high <= low:
        return STRAIGHT
    dark = min(low, max(DARK, round(low * LEAST_SLOPE)))
    light = max(high, min(LIGHT, WHITE - round((WHITE - high) * LEAST_SLOPE)))
    spare = (light - dark) - MOST_SLOPE * (high - low)
    if spare > 0:  # both ends give way in proportion to what they gain
        gain = low - dark + light - high
        dark, light = dark + round(spare * (low - dark) / gain), light - round(spare * (light - high) / gain)
    ends = {(0, 0), (WHITE, WHITE)}
    curve = ToneCurve(tuple(sorted({*ends, *((low, dark), (high, light))})))
    return STRAIGHT if curve.is_straight else curve
