"""Stretches samples of any number of bits over the 8 or 16 bits of results, and back."""

from __future__ import annotations

from itertools import product
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import gray_of
from photocolor.image.photo import Pixels

_BAND_ROWS = 512


def full_range(samples: NDArray[Any], bits: int) -> Pixels:
    """Stretches samples of 1 to 16 bits so that white becomes 255 (up to 8 bits) or 65535; black stays 0.

    Args:
        samples: (H, W, ...) bool or unsigned, no value above 2**bits - 1.
        bits: of one sample.

    Returns:
        `samples` itself where nothing is to be done.
    """
    if bits in (8, 16) and samples.dtype.itemsize * 8 == bits:
        return samples
    wide = 8 if bits <= 8 else 16
    top = 2**bits - 1
    table = (np.arange(top + 1, dtype=np.uint32) * (2**wide - 1) * 2 + top) // (2 * top)
    return cast(Pixels, table.astype(f"u{wide // 8}")[samples.astype(np.uint16)])


def reduced(samples: Pixels, bits: int) -> NDArray[np.uint16]:
    """Returns 16-bit samples rounded to the nearest of `bits` bits; undoes `full_range` exactly."""
    top = 2**bits - 1
    result = np.empty(samples.shape, np.uint16)
    for band in range(0, len(samples), _BAND_ROWS):
        part = samples[band : band + _BAND_ROWS].astype(np.uint32)
        result[band : band + _BAND_ROWS] = (part * (2 * top) + 65535) // (2 * 65535)
    return result


def reduced_colors(samples: Pixels, bits: int) -> NDArray[np.uint16]:
    """Returns 16-bit colors in `bits` bits, with their gray kept to half a step.

    Rounding each channel alone moves the gray of vivid colors further: where one channel is dark and one bright, their
    steps are of unequal weight. There that neighbor is taken, a step up or down in each channel, whose gray is nearest.

    Args:
        samples: (H, W, 3 or 4) uint16, sRGB-encoded; a fourth channel is rounded alone.
        bits: of one sample, 9 to 15.
    """
    result = reduced(samples, bits)
    for band in range(0, len(samples), _BAND_ROWS):
        rows = slice(band, band + _BAND_ROWS)
        colors, rounded = samples[rows, :, :3], result[rows, :, :3]
        wanted = gray_of(colors).astype(np.int32)
        moved = np.abs(gray_of(full_range(rounded, bits)).astype(np.int32) - wanted)
        far = moved > half_step(bits)
        if far.any():
            rounded[far] = _nearest_in_gray(colors[far], wanted[far], bits)
    return result


def _nearest_in_gray(colors: NDArray[Any], wanted: NDArray[np.int32], bits: int) -> NDArray[np.uint16]:
    """Returns (N, 3) colors of `bits` bits around (N, 3) 16-bit ones whose gray is nearest to (N,) wanted codes."""
    top = 2**bits - 1
    below = (colors.astype(np.uint32) * top // 65535).astype(np.uint16)
    steps = np.array(list(product((0, 1), repeat=3)), np.uint16)
    around = np.minimum(below[:, None] + steps, np.uint16(top))
    errors = np.abs(gray_of(full_range(around, bits)).astype(np.int32) - wanted[:, None])
    return cast(NDArray[np.uint16], around[np.arange(len(around)), errors.argmin(axis=1)])


def half_step(bits: int) -> int:
    """Returns by how many 16-bit codes storing in 9 to 15 bits may move a value; 0 for other numbers of bits."""
    return round(65535 / ((1 << bits) - 1) / 2) if 8 < bits < 16 else 0
