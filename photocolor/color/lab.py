"""Computes gray codes and CIELAB of sRGB pixels by exact tables and formulas, for D65.

`photocolor/color/stored_lab.py` goes the other way, for the few files that store CIELAB.

"Gray" of a pixel means its linear Rec.709 luminance Y = 0.2126 R + 0.7152 G + 0.0722 B, encoded again with the sRGB
curve. It is not the Rec.601 luma that `Image.convert("L")` gives; the two differ by up to 29 codes for vivid colors.

Source: IEC 61966-2-1:1999 (sRGB), CIE 15:2004 (CIELAB).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.unsignedinteger[Any]]
"""Codes of sRGB, uint8 or uint16 over the full range: of gray pixels (H, W), or of red, green and blue (H, W, 3)."""
Lightness = NDArray[np.float32]
"""CIELAB L*, in [0, 100]."""
Chroma = NDArray[np.float32]
"""CIELAB a* and b* along the last axis; parameters of this type are called ab."""

LUMINANCE = (0.2126, 0.7152, 0.0722)
XYZ_FROM_SRGB = np.array(((0.4124, 0.3576, 0.1805), LUMINANCE, (0.0193, 0.1192, 0.9505)))
WHITE = XYZ_FROM_SRGB.sum(axis=1)
"""XYZ of sRGB white, so that equal R, G and B give a* = b* = 0 exactly."""

F_KNEE = 6 / 29
F_SLOPE = 3 * F_KNEE**2
F_OFFSET = 4 / 29
"""CIE f(t) is the cube root of t where that is above F_KNEE, and below it the straight line t / F_SLOPE + F_OFFSET."""
SRGB_KNEE = 0.0031308
"""Linear light below which the sRGB curve is a straight line."""


def decode_srgb(encoded: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns the linear light in [0, 1] of sRGB-encoded values in [0, 1], float64, any shape."""
    return np.where(encoded <= 12.92 * SRGB_KNEE, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def encode_srgb(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns the sRGB-encoded values in [0, 1] of linear light in [0, 1], float64, any shape."""
    safe = np.maximum(linear, 0.0)
    return np.where(linear <= SRGB_KNEE, linear * 12.92, 1.055 * safe ** (1 / 2.4) - 0.055)


def f_of(ratio: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns CIE f(t) of XYZ over white; L* = 116 f(Y) - 16. Source: CIE 15:2004, eq. 8.3 to 8.7."""
    return np.where(ratio > F_KNEE**3, np.cbrt(ratio), ratio / F_SLOPE + F_OFFSET)


def peak(dtype: np.dtype[np.unsignedinteger[Any]]) -> int:
    """Returns the code of white: 255 or 65535."""
    return int(np.iinfo(dtype).max)


@cache
def linear_of_code(white_code: int) -> NDArray[np.float64]:
    """Returns (white_code + 1,) float64: linear light of every code."""
    table = decode_srgb(np.arange(white_code + 1) / white_code)
    table.flags.writeable = False
    return table


@cache
def f_of_code(white_code: int) -> NDArray[np.float32]:
    """Returns (white_code + 1,) float32: CIE f(Y) of every gray code."""
    table = f_of(linear_of_code(white_code)).astype(np.float32)
    table.flags.writeable = False
    return table


@cache
def lightness_of_code(white_code: int) -> NDArray[np.float32]:
    """Returns (white_code + 1,) float32: L* in [0, 100] of every gray code."""
    table = (116 * f_of(linear_of_code(white_code)) - 16).clip(0, 100).astype(np.float32)
    table.flags.writeable = False
    return table


def lightness_of(gray: Gray) -> Lightness:
    """Returns L* of gray pixels.

    Args:
        gray: (H, W) uint8 or uint16, sRGB-encoded gray codes.

    Returns:
        (H, W) float32, L* in [0, 100].
    """
    return lightness_of_code(peak(gray.dtype)).take(gray)


def gray_of(rgb: Gray) -> Gray:
    """Returns the gray code nearest to each pixel's linear luminance.

    Args:
        rgb: (H, W, 3) uint8 or uint16, sRGB-encoded.

    Returns:
        (H, W) of the same dtype; the channel itself where R = G = B.
    """
    red, green, blue = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    if np.array_equal(red, green) and np.array_equal(green, blue):
        return np.ascontiguousarray(green)
    gray = np.empty(rgb.shape[:2], rgb.dtype)
    for top in range(0, rgb.shape[0], BAND_ROWS):
        band = rgb[top : top + BAND_ROWS]
        gray[top : top + BAND_ROWS] = _gray_band(band)
    return gray


BAND_ROWS = 64
"""Rows per band: float64 work stays in the cache and off the peak memory."""


def _gray_band(rgb: Gray) -> Gray:
    white_code = peak(rgb.dtype)
    linear = linear_of_code(white_code)
    luminance = sum(weight * linear.take(rgb[..., i]) for i, weight in enumerate(LUMINANCE))
    codes = np.rint(encode_srgb(np.asarray(luminance)) * white_code)
    return codes.astype(rgb.dtype)


def lab_of(rgb: Gray) -> tuple[Lightness, Chroma]:
    """Returns the CIELAB of sRGB pixels, computed in float64.

    Args:
        rgb: (H, W, 3) uint8 or uint16, sRGB-encoded.

    Returns:
        L* (H, W) float32 in [0, 100] and ab (H, W, 2) float32.
    """
    linear = linear_of_code(peak(rgb.dtype)).take(rgb)
    fx, fy, fz = np.moveaxis(f_of(linear @ (XYZ_FROM_SRGB / WHITE[:, None]).T), -1, 0)
    lightness = (116 * fy - 16).astype(np.float32)
    ab = np.stack((500 * (fx - fy), 200 * (fy - fz)), axis=-1).astype(np.float32)
    return lightness, ab
