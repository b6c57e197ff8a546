"""Says what the fields of a TIFF tell about its colors beside a profile; viewers do not apply them, and nor do results.

Source: TIFF 6.0, section 20 (RGB image colorimetry).
"""

from __future__ import annotations

import numpy as np

from photocolor.color.lab import decode_srgb
from photocolor.containers.tiff import numbers
from photocolor.image.tiff.kind import BLACK_IS_ZERO, PALETTE, RGB, WHITE_IS_ZERO, YCBCR, Kind
from photocolor.image.tiff.pages import Page

_TRANSFER, _WHITE, _PRIMARIES, _PROFILE = 301, 318, 319, 34675
_SRGB = (0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
_PRIMARIES_TOLERANCE = 0.005  # as for PNG: rounding to two digits, and the difference between two ways to write D65
_CURVE_TOLERANCE = 0.02
"""Difference from the sRGB curve, in light from 0 to 1, that still counts as sRGB; a power of 2.2, which is written for
the same, is off by less than 0.01."""
_COLORED = (RGB, PALETTE, YCBCR)


def unapplied_color(page: Page, kind: Kind) -> tuple[str, ...]:
    """Returns a warning about each field that says of the page's colors something else than sRGB, and is not applied.

    A profile says more than they do, so they count only without one.
    """
    if _PROFILE in page.fields or kind.photometric not in (*_COLORED, BLACK_IS_ZERO, WHITE_IS_ZERO):
        return ()
    warnings = []
    if _TRANSFER in page.fields and not _is_srgb_curve(_values(page, _TRANSFER)):
        warnings.append("the TIFF's TransferFunction is not applied; its values are taken as sRGB")
    if _PRIMARIES in page.fields and kind.photometric in _COLORED and not _has_srgb_primaries(page):
        warnings.append("the TIFF's PrimaryChromaticities are not applied; its values are taken as sRGB")
    return tuple(warnings)


def _values(page: Page, tag: int) -> tuple[float, ...]:
    """Returns the values of a field; none where they are damaged."""
    try:
        return numbers(page.block, page.fields[tag]) if tag in page.fields else ()
    except ValueError:
        return ()


def _is_srgb_curve(values: tuple[float, ...]) -> bool:
    """Returns whether a curve, or each of three one behind the other, is that of sRGB."""
    curves = 3 if len(values) % 3 == 0 else 1
    if len(values) < 2 * curves:
        return False
    light = np.array(values).reshape(curves, -1) / 65535
    return bool(np.abs(light - decode_srgb(np.linspace(0, 1, light.shape[1]))).max() <= _CURVE_TOLERANCE)


def _has_srgb_primaries(page: Page) -> bool:
    points = (*(_values(page, _WHITE) or _SRGB[:2]), *_values(page, _PRIMARIES))
    return len(points) == len(_SRGB) and bool(np.allclose(points, _SRGB, rtol=0, atol=_PRIMARIES_TOLERANCE))
