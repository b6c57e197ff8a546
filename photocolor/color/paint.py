"""Full-size color in bands: small ab, joined to the photo's own gray, a few rows at a time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from photocolor.color.brush import Brush
from photocolor.color.lab import Gray
from photocolor.color.upsample import GuidedAb

STRIP_ROWS = 64
"""Rows between two looks at whether the run is to be canceled."""


def paint(gray: Gray, guided: GuidedAb, check: Callable[[], None]) -> Gray:
    """The photo in color.

    Args:
        gray: (H, W) uint8 or uint16, gray codes of the source.
        guided: ab prepared for this photo.
        check: called between bands; raises to cancel.

    Returns:
        (H, W, 3) of the same dtype, sRGB-encoded; its gray is `gray`.
    """
    result = np.empty((*gray.shape, 3), gray.dtype)
    brush = Brush(guided)
    for top in range(0, len(gray), STRIP_ROWS):
        check()
        rows = slice(top, top + STRIP_ROWS)
        brush.color(top, gray[rows], result[rows])
    return result
