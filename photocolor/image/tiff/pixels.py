"""Converts stored samples of a TIFF page to pixels: black is 0, palettes are expanded, the range is 8 or 16 bits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photocolor.color.stored_lab import ICC_WHITE, codes_of_lab, lightness_codes
from photocolor.errors import TruncatedPhoto, UnsupportedPhoto
from photocolor.image.bit_depth import full_range
from photocolor.image.photo import Pixels
from photocolor.image.tiff.kind import ICC_LAB, LAB, PALETTE, WHITE_IS_ZERO, Kind


@dataclass(frozen=True, slots=True)
class Decoded:
    """Holds what a page shows.

    Attributes:
        colors: (H, W) gray, (H, W, 3) RGB or (H, W, 4) CMYK, uint8, uint16 or float32.
        alpha: (H, W) or None.
        gray: (H, W) uint16 where the file stores lightness itself; else None.
    """

    colors: NDArray[Any]
    alpha: Pixels | None = None
    gray: Pixels | None = None


def meaning(samples: NDArray[Any], kind: Kind, palette: Any) -> Decoded:
    """Returns the pixels that stored samples mean; some rows give the same alone as among the others.

    Args:
        samples: (rows, W, C) as stored, in native byte order.
        kind: what the page is.
        palette: (3, 2**bits) uint16, or None.

    Raises:
        TruncatedPhoto: the palette is missing or damaged.
        UnsupportedPhoto: the values are not such as the page's fields say.
    """
    colors, alpha = samples[..., : kind.channels - kind.extra], samples[..., -1] if kind.extra else None
    if kind.photometric in (LAB, ICC_LAB):
        return _from_lab(colors, alpha, kind.photometric)
    if kind.floating:
        return Decoded(_unit_range(_single(colors), kind), None if alpha is None else _alpha_of_floats(alpha))
    if kind.photometric == PALETTE:
        expanded = _expanded(colors[..., 0], palette, kind.bits)
        return Decoded(expanded, None if alpha is None else _like(full_range(alpha, kind.bits), expanded.dtype))
    colors = full_range(_single(colors), kind.bits)
    if kind.photometric == WHITE_IS_ZERO:
        colors = np.iinfo(colors.dtype).max - colors
    return Decoded(np.ascontiguousarray(colors), None if alpha is None else full_range(alpha.copy(), kind.bits))


def check_samples(samples: NDArray[Any], kind: Kind) -> None:
    """Raises if samples (rows, W, C) have not the number and the type that the header promises.

    Raises:
        TruncatedPhoto: there are more or fewer of a pixel.
        UnsupportedPhoto: their type is another.
    """
    if samples.shape[-1] != kind.channels:
        raise TruncatedPhoto(f"the TIFF decodes to {samples.shape[-1]} channels instead of {kind.channels}")
    expected = "f" if kind.floating else "b" if kind.bits == 1 else "u"
    if samples.dtype.kind != expected or samples.dtype.itemsize > 8:
        raise UnsupportedPhoto(f"TIFF with samples of type {samples.dtype} is not supported")


def _single(colors: NDArray[Any]) -> NDArray[Any]:
    return colors[..., 0] if colors.shape[-1] == 1 else colors


def _from_lab(colors: NDArray[Any], alpha: NDArray[Any] | None, photometric: int) -> Decoded:
    """Converts CIELAB to 16 bits, because the 256 steps of an 8-bit L* are no codes of 8-bit sRGB."""
    top = int(np.iinfo(colors.dtype).max)
    white = ICC_WHITE if photometric == ICC_LAB and colors.dtype.itemsize == 2 else top
    gray = lightness_codes(white, top + 1)[colors[..., 0]]
    ab = colors[..., 1:3]
    if photometric == ICC_LAB:  # offset by half of the range, not signed
        ab = ab - np.asarray(1 << (8 * ab.dtype.itemsize - 1), ab.dtype)
    ab = ab.view(f"i{ab.dtype.itemsize}") if ab.flags.c_contiguous else ab.copy().view(f"i{ab.dtype.itemsize}")
    wide = None if alpha is None else _like(alpha, np.dtype(np.uint16))
    if not ab.any():
        return Decoded(gray, wide)
    return Decoded(codes_of_lab(colors[..., 0], ab, white), wide, gray)


def _unit_range(values: NDArray[Any], kind: Kind) -> NDArray[np.float32]:
    """Converts floating-point samples between 0 for black and 1 for white; rounding may exceed them a little."""
    low, high = float(values.min()), float(values.max())
    if not (low >= -1e-6 and high <= 1 + 1e-6):  # also what is no number
        raise UnsupportedPhoto(
            f"floating-point TIFF with values from {low:g} to {high:g} is not supported: where white lies is unknown",
            "Scale it to values from 0 to 1, or save it with 16 bits.",
        )
    unit = values.clip(0, 1).astype(np.float32)
    return 1 - unit if kind.photometric == WHITE_IS_ZERO else unit


def _alpha_of_floats(alpha: NDArray[Any]) -> NDArray[np.uint16]:
    codes: NDArray[np.uint16] = np.rint(np.nan_to_num(alpha).clip(0, 1) * 65535).astype(np.uint16)
    return codes


def _like(alpha: Pixels, dtype: np.dtype[Any]) -> Pixels:
    """Returns alpha in the bit depth of its colors."""
    if alpha.dtype == dtype:
        return alpha.copy()
    if dtype == np.uint16:
        return alpha.astype(np.uint16) * 257
    return ((alpha.astype(np.uint32) + 128) // 257).astype(np.uint8)


def _expanded(indices: NDArray[Any], palette: Any, bits: int) -> Pixels:
    """Returns RGB of a palette picture: 8 bits if the palette has no more, though its entries have 16.

    Some writers put 8-bit values there as they are, some into the upper half, as libtiff also knows.
    """
    if palette is None or palette.shape != (3, 1 << bits):
        raise TruncatedPhoto("the TIFF's palette is missing or cut off")
    entries = palette.T
    if entries.max() < 256:
        short: Pixels = entries.astype(np.uint8)
    elif not (entries % 257).any():
        short = (entries // 257).astype(np.uint8)
    elif not (entries & 0xFF).any():
        short = (entries >> 8).astype(np.uint8)
    else:
        short = entries.astype(np.uint16)
    return short[indices.astype(np.uint16)]
