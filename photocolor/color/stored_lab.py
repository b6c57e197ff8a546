"""Converts pixels that a file stores as CIELAB, as TIFF and ICC encode it, to 16-bit sRGB.

Stored CIELAB is relative to D50, sRGB to D65. A gray of equal L* has the same luminance relative to white in both, so
lightness is converted exactly, without any chromatic adaptation; only the colors need one.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import F_KNEE, F_OFFSET, F_SLOPE, WHITE, XYZ_FROM_SRGB, encode_srgb

_TOP = 65535
_BAND_ROWS = 64
# Bradford-adapted D50 to D65. Source: ICC.1:2022 annex E; Lindbloom, chromatic adaptation.
_WHITE_D50 = np.array((0.9642, 1.0, 0.8249))
_BRADFORD = np.array(((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296)))


ICC_WHITE = 0xFF00
"""Stored value of L* = 100 in ICC Lab of 16 bits: 8-bit L* with eight bits more; CIE L*a*b* of TIFF takes 65535.

Source: Adobe Photoshop TIFF Technical Notes, March 22, 2002, L*a*b* images; ICC.1:2001-04, 6.3.4.2.
"""


def lightness_codes(white: int, levels: int) -> NDArray[np.uint16]:
    """Returns the 16-bit gray code of each stored level of L*, (levels,) uint16.

    Args:
        white: the level of L* = 100; what is above it is white.
        levels: how many there are.
    """
    stored = np.minimum(np.arange(levels) / white, 1) * 100
    codes: NDArray[np.uint16] = np.rint(encode_srgb(_f_inverse((stored + 16) / 116)).clip(0, 1) * _TOP).astype(
        np.uint16
    )
    return codes


def codes_of_lab(lightness: NDArray[Any], ab: NDArray[np.signedinteger[Any]], white: int) -> NDArray[np.uint16]:
    """Returns sRGB codes of CIELAB pixels (D50); what lies outside of sRGB is clipped.

    Args:
        lightness: (H, W) uint8 or uint16; L* from 0 at 0 to 100 at `white`.
        ab: (H, W, 2) int8, one unit each, or int16, 1/256 each.
        white: the stored value of L* = 100.

    Returns:
        (H, W, 3) uint16; where a* = b* = 0 the three are equal, and the code of L* itself.
    """
    unit = 1.0 if ab.dtype.itemsize == 1 else 256.0
    gray = lightness_codes(white, int(np.iinfo(lightness.dtype).max) + 1)
    to_rgb = np.linalg.inv(XYZ_FROM_SRGB) @ _adaptation()
    result = np.empty((*lightness.shape, 3), np.uint16)
    for start in range(0, len(lightness), _BAND_ROWS):
        rows = slice(start, start + _BAND_ROWS)
        a, b = ab[rows, :, 0] / unit, ab[rows, :, 1] / unit
        fy = (np.minimum(lightness[rows] * (100 / white), 100) + 16) / 116
        xyz = np.stack([_f_inverse(fy + a / 500), _f_inverse(fy), _f_inverse(fy - b / 200)], axis=-1) * _WHITE_D50
        codes = np.rint(encode_srgb(xyz @ to_rgb.T).clip(0, 1) * _TOP).astype(np.uint16)
        neutral = (a == 0) & (b == 0)
        codes[neutral] = gray[lightness[rows][neutral]][:, None]
        result[rows] = codes
    return result


def _f_inverse(value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns XYZ over white from CIE f, the inverse of `lab.f_of`."""
    return np.where(value > F_KNEE, value**3, (value - F_OFFSET) * F_SLOPE)


def _adaptation() -> NDArray[np.float64]:
    """Returns the (3, 3) matrix from XYZ relative to D50 to XYZ relative to D65."""
    cones = np.diag((_BRADFORD @ WHITE) / (_BRADFORD @ _WHITE_D50))
    return cast(NDArray[np.float64], np.linalg.inv(_BRADFORD) @ cones @ _BRADFORD)
