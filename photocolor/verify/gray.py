"""Compares the gray of a result with that of its source, by the standards' formulas in float64.

Nothing here comes from `photocolor.color`: what made the picture must not be what proves it.

Source: IEC 61966-2-1:1999 (sRGB curve and luminance), CIE 15:2004 (L*).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.unsignedinteger[Any]]
Real = NDArray[np.float64]

BAND_PIXELS = 1 << 18
"""Pixels per band: some 20 MB of float64 at a time, whatever the photo's size."""

TIE = 1e-6
"""Codes: a luminance this near to the middle of two codes may be rounded to either."""

BLOCK_PX = 16
"""Side of the blocks in which a local change of a lossy picture is looked for."""


@dataclass(slots=True)
class GrayDifference:
    """Measures how far two pictures' grays are apart.

    Attributes:
        pixels: how many were compared.
        unequal: pixels whose gray code differs.
        largest_codes: largest difference of gray codes, in codes of the result's depth.
        sum_lightness: sum of |ΔL*| over all pixels.
        worst_block: largest mean ΔL* of a block of `BLOCK_PX` squared, without its sign.
    """

    pixels: int = 0
    unequal: int = 0
    largest_codes: float = 0.0
    sum_lightness: float = 0.0
    worst_block: float = 0.0

    @property
    def mean_lightness(self) -> float:
        """Returns the mean |ΔL*|."""
        return self.sum_lightness / max(1, self.pixels)

    def add(
        self,
        source: Pixels,
        result: Pixels,
        mended: NDArray[np.bool_] | None = None,
        tied: NDArray[np.bool_] | None = None,
    ) -> None:
        """Adds one band; blocks lie within bands, so all but the last have `band_rows` rows.

        Args:
            source: (rows, W) gray or (rows, W, 3) RGB, uint8 or uint16, sRGB-encoded.
            result: (rows, W, 3) RGB or (rows, W) gray, uint8 or uint16, sRGB-encoded.
            mended: (rows, W), pixels that are left out; None for none.
            tied: (rows, W) pixels of the source whose gray may be one code higher or lower; None for none.
        """
        before, after = luminance(source), luminance(result)
        if mended is not None:
            before[mended] = after[mended]
        top = float(np.iinfo(result.dtype).max)
        codes = np.abs(_code_step(encoded(before) * top, encoded(after) * top, source, result))
        if tied is not None:
            codes[tied & (codes <= 1)] = 0
        if mended is not None:
            codes[mended] = 0
        self.pixels += codes.size - (0 if mended is None else int(np.count_nonzero(mended)))
        self.unequal += int(np.count_nonzero(codes))
        self.largest_codes = max(self.largest_codes, float(codes.max()))
        step = lightness(after) - lightness(before)
        self.sum_lightness += float(np.abs(step).sum())
        self.worst_block = max(self.worst_block, _worst_block(step))


def band_rows(width: int) -> int:
    """Returns the rows of a band, a multiple of `BLOCK_PX`, for pictures of so many columns."""
    return max(1, BAND_PIXELS // (width * BLOCK_PX)) * BLOCK_PX


def luminance(pixels: Pixels) -> Real:
    """Returns linear luminance in [0, 1] of gray or RGB codes, (H, W) float64."""
    linear = _curve(int(np.iinfo(pixels.dtype).max))
    if pixels.ndim == 2:
        return linear[pixels]
    weights = (0.2126, 0.7152, 0.0722)
    total = np.zeros(pixels.shape[:2])
    for channel, weight in enumerate(weights):
        total += weight * linear[pixels[..., channel]]
    return total


def encoded(linear: Real) -> Real:
    """Returns the sRGB-encoded values of linear light, both in [0, 1], float64."""
    high = 1.055 * np.power(linear, 1 / 2.4) - 0.055
    return np.where(linear <= 0.0031308, linear * 12.92, high)


def gray_codes(pixels: Pixels) -> Pixels:
    """Returns (H, W) gray codes of RGB pixels, in their dtype."""
    top = float(np.iinfo(pixels.dtype).max)
    codes: Pixels = np.rint(encoded(luminance(pixels)) * top).astype(pixels.dtype)
    return codes


def inverse_codes(pixels: Pixels) -> tuple[Pixels, NDArray[np.bool_]]:
    """Returns the (H, W) gray codes of the positive that a negative shows, and which of them may be one code off.

    They are each code's distance from white. A negative in color has the gray of its luminance, rounded, and where that
    lies in the middle of two codes it may have been rounded either way.

    Args:
        pixels: (H, W) gray or (H, W, 3) RGB of the negative, uint8 or uint16.
    """
    top = np.iinfo(pixels.dtype).max
    if pixels.ndim == 2:
        return np.asarray(top - pixels, pixels.dtype), np.zeros(pixels.shape, np.bool_)
    exact = encoded(luminance(pixels)) * float(top)
    tied: NDArray[np.bool_] = np.abs(np.abs(exact - np.floor(exact)) - 0.5) < TIE
    codes: Pixels = (top - np.rint(exact)).astype(pixels.dtype)
    return codes, tied


def lightness(linear: Real) -> Real:
    """Returns the CIE L* of luminance in [0, 1], float64."""
    knee = (6 / 29) ** 3
    return np.where(linear > knee, 116 * np.cbrt(linear) - 16, linear * (29 / 3) ** 3)


@lru_cache(maxsize=2)
def _curve(top: int) -> Real:
    code = np.arange(top + 1) / top
    return np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)


def _code_step(before: Real, after: Real, source: Pixels, result: Pixels) -> Real:
    """Returns the difference of rounded codes; 0 where a tie may be rounded either way."""
    step: Real = np.rint(after) - np.rint(before)
    tied = np.abs(np.abs(before - np.floor(before)) - 0.5) < TIE
    tied |= np.abs(np.abs(after - np.floor(after)) - 0.5) < TIE
    if source.dtype == result.dtype:
        step[tied & (np.abs(step) <= 1)] = 0
    return step


def _worst_block(step: Real) -> float:
    height, width = (side - side % BLOCK_PX for side in step.shape)
    if not height or not width:
        return abs(float(step.mean()))
    whole = step[:height, :width].reshape(height // BLOCK_PX, BLOCK_PX, width // BLOCK_PX, BLOCK_PX)
    return float(np.abs(whole.mean(axis=(1, 3))).max())
