"""Stretches samples of any number of bits over the 8 or 16 bits of results, and back."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

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


def half_step(bits: int) -> int:
    """Returns by how many 16-bit codes storing in 9 to 15 bits may move a value; 0 for other numbers of bits."""
    return round(65535 / ((1 << bits) - 1) / 2) if 8 < bits < 16 else 0
