"""Makes the copy of a photo's lightness that the model sees: there, a faded photo has its full range again.

Only the model sees it. What is delivered keeps the photo's own lightness, faded as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt

import numpy as np

from photocolor.color.lab import Lightness
from photocolor.color.quantile import quantile

ROBUST = (0.005, 0.995)
"""Shares of the pixels inside of the margins at which the robust range of L* begins and ends."""
FADED_BELOW, UNFADED_FROM = 55.0, 70.0
"""A photo whose robust range spans less than the first is stretched whole, from the second on not at all; between them
evenly less, so that two scans of one print do not part. Measured in docs/notes/model-copy-and-faces.md."""
BLACK, NO_BLACK, BLACK_COUNTS = 4.0, 12.0, 15.0
"""A photo whose robust range begins at the first or below has black, as nights have and faded prints do not: it counts
as if it spanned the third more; from the second on nothing is added, and between them evenly less."""
BLANK_BELOW, SHOWN_FROM = 5.0, 15.0
"""The same at the other end: of a blank page nothing is stretched, as it would become nothing but its own noise."""
ENOUGH_PIXELS = 256**2
"""Pixels that are enough to measure a picture's range: of a larger one every second, third … row and column is used."""
EVEN, EVEN_SPAN = (0.05, 0.95), 10.0
"""A line of pixels belongs to a margin if nine tenths of it span less L* than this."""
FRAMES = 3
"""So many margins may lie in each other, each of another tone."""
WIDEST_MARGIN = 0.3
"""Most of the height or width, as a share, that all margins at one end may take together; a photo of fog would else be
nothing but margin."""
DARK, LIGHT = 2.0, 96.0
"""L* of the robust range's ends after the stretch."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Represents a straight line from the photo's L* to that of the model's copy.

    Attributes:
        slope: 1 or more.
        offset: in L*.
    """

    slope: float
    offset: float

    @property
    def is_straight(self) -> bool:
        """Returns True if it changes nothing."""
        return self.slope == 1 and self.offset == 0

    def apply(self, lightness: Lightness) -> Lightness:
        """Returns the copy's L* in [0, 100], float32 in the shape of the photo's; the same array if nothing changes."""
        if self.is_straight:
            return lightness
        copy: Lightness = np.clip(lightness * np.float32(self.slope) + np.float32(self.offset), 0, 100)
        return copy


def stretch_against_fading(lightness: Lightness) -> Stretch:
    """Returns by how much the model's copy of a photo is stretched.

    Args:
        lightness: (h, w) float32, L* in [0, 100] of the whole photo at any size.
    """
    step = max(1, isqrt(lightness.size // ENOUGH_PIXELS))
    seen = lightness[::step, ::step]
    low, high = (quantile(seen[without_margins(seen)], share) for share in ROBUST)
    span = high - low
    counted = span + BLACK_COUNTS * _rise(NO_BLACK - low, NO_BLACK - BLACK)
    share = min(
        _rise(UNFADED_FROM - counted, UNFADED_FROM - FADED_BELOW), _rise(span - BLANK_BELOW, SHOWN_FROM - BLANK_BELOW)
    )
    if share == 0:
        return Stretch(1.0, 0.0)
    dark, light = low + share * (DARK - low), high + share * (LIGHT - high)
    slope = (light - dark) / span
    return Stretch(slope, dark - low * slope)


def without_margins(lightness: Lightness) -> tuple[slice, slice]:
    """Returns the rows and columns of a scan inside of its margins: the scanner's background, a mount, bare paper.

    Args:
        lightness: (h, w) float32, L* in [0, 100].
    """
    ends = [[0, side] for side in lightness.shape]
    for _ in range(FRAMES):
        for axis, side in enumerate(lightness.shape):
            across = slice(*ends[1 - axis])
            lines = np.moveaxis(lightness, axis, 0)[:, across]
            first, last = ends[axis]
            most = int(side * WIDEST_MARGIN)
            ends[axis] = [
                first + _margin(lines[first:most]),
                last - _margin(lines[max(last - 1, 0) : side - most - 1 : -1]),
            ]
    return slice(*ends[0]), slice(*ends[1])


def _margin(lines: Lightness) -> int:
    """Returns how many lines, from the first on, are even and of one tone."""
    tone: float | None = None
    for number, line in enumerate(lines):
        ordered = np.sort(line)
        low, middle, high = (float(ordered[int(share * (line.size - 1))]) for share in (EVEN[0], 0.5, EVEN[1]))
        tone = middle if tone is None else tone
        if high - low >= EVEN_SPAN or abs(middle - tone) >= EVEN_SPAN / 2:
            return number
    return len(lines)


def _rise(value: float, width: float) -> float:
    """Returns 0 below 0, 1 from `width` on, and evenly more between."""
    return min(1.0, max(0.0, value / width))
