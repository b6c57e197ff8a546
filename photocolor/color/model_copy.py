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
"""Shares of the pixels that are darker than the robust range of L*, and not lighter than its end."""
FADED_BELOW, UNFADED_FROM = 55.0, 70.0
"""A photo whose robust range spans less than the first is stretched whole, from the second on not at all; between them
evenly less, so that two scans of one print do not part. Measured in docs/notes/model-copy-and-faces.md."""
BLACK, NO_BLACK, BLACK_COUNTS = 4.0, 12.0, 15.0
"""A photo whose robust range begins at the first or below has black, as nights have and faded prints do not: it counts
as if it spanned the third more; from the second on nothing is added, and between them evenly less."""
BLANK_BELOW, SHOWN_FROM = 5.0, 15.0
"""The same at the other end: of a blank page nothing is stretched, as it would become nothing but its own noise."""
ENOUGH_PIXELS = 256**2
"""Of a larger picture every second, third … row and column is looked at, which is enough for its range."""
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
    low, high = (quantile(lightness[::step, ::step], share) for share in ROBUST)
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


def _rise(value: float, width: float) -> float:
    """Returns 0 below 0, 1 from `width` on, and evenly more between."""
    return min(1.0, max(0.0, value / width))
