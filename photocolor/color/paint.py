"""Full-size color in bands: small ab, joined to the photo's own gray, a few rows at a time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from photocolor.color.lab import Gray, lightness_of
from photocolor.color.stitch import stitch
from photocolor.color.upsample import GuidedAb

BAND_PIXELS = 1 << 16
"""Pixels per band: its float32 planes stay in the processor's cache."""


def paint(gray: Gray, guided: GuidedAb, check: Callable[[], None]) -> Gray:
    """The photo in color.

    Args:
        gray: (H, W) uint8 or uint16, gray codes of the source.
        guided: ab prepared for this photo.
        check: called between bands; raises to cancel.

    Returns:
        (H, W, 3) of the same dtype, sRGB-encoded; its gray is `gray`.
    """
    height, width = gray.shape
    result = np.empty((height, width, 3), gray.dtype)
    rows = max(1, BAND_PIXELS // width)
    for top in range(0, height, rows):
        check()
        band = gray[top : top + rows]
        result[top : top + rows] = stitch(band, guided.band(top, lightness_of(band)))
    return result
