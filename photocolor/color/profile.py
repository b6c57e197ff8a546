"""Brings pixels from the color space of an ICC profile to sRGB, at the same bit depth.

Relative colorimetric with black point compensation: the scan's white stays white and its black stays black, which is
what image editors do by default. Perceptual tables are each maker's taste; absolute colorimetric would tint the paper.
"""

from __future__ import annotations

from functools import lru_cache

import imagecodecs
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8] | NDArray[np.uint16]

SRGB_TOLERANCE = 1 / 255  # one 8-bit code: makers' sRGB profiles differ from IEC 61966-2-1 by less (tests measure it)
NEUTRAL_TOLERANCE = 1 / 255  # a profile whose grays come out within this is meant to have a neutral axis

_SPACE = slice(16, 20)
_GRID_STEPS = 9
_BAND_ROWS = 256


class BadProfile(ValueError):
    """The profile is broken, or is not for pictures like this one."""


def to_srgb(pixels: Pixels, icc: bytes) -> Pixels:
    """The pixels in sRGB; `pixels` itself, untouched, where the profile already is sRGB.

    Grays of a profile with a neutral axis come out exactly neutral.

    Args:
        pixels: (H, W) gray or (H, W, 3) RGB, uint8 or uint16 over the full range, in the profile's space.
        icc: an ICC profile for gray or RGB.

    Returns:
        The same shape and dtype, sRGB-encoded.

    Raises:
        BadProfile: the profile cannot be used for these pixels.

    Source: ICC.1:2022, computed by Little CMS.
    """
    space = _space(icc)
    if space == "gray" and pixels.ndim == 3:
        raise BadProfile("it is for gray pictures, and this one is RGB")
    if is_srgb(icc):
        return pixels
    codes, neutral = _gray_ramp(icc, np.iinfo(pixels.dtype).max)
    ramp: Pixels = codes.astype(np.uint8) if pixels.dtype == np.uint8 else codes.astype(np.uint16)
    return ramp[pixels] if pixels.ndim == 2 else _convert(pixels, icc, ramp if neutral else None)


@lru_cache(maxsize=32)
def is_srgb(icc: bytes) -> bool:
    """True if the profile maps RGB as sRGB does, within `SRGB_TOLERANCE` over a grid of colors and the gray axis.

    Raises:
        BadProfile: the profile cannot be used at all.
    """
    if _space(icc) != "rgb":
        return False
    steps = np.linspace(0, 1, _GRID_STEPS, dtype=np.float32)
    grid = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(1, -1, 3)
    gray = np.repeat(np.linspace(0, 1, 256, dtype=np.float32)[None, :, None], 3, axis=2)
    colors = np.concatenate([grid, gray], axis=1)
    return bool(np.abs(_transform(colors, icc, "rgb") - colors).max() <= SRGB_TOLERANCE)


def _space(icc: bytes) -> str:
    """The kind of pixels it is for: "gray" or "rgb"."""
    signature = icc[_SPACE]
    if len(icc) < 128 or icc[36:40] != b"acsp":
        raise BadProfile("it has no ICC header")
    if signature not in (b"GRAY", b"RGB "):
        raise BadProfile(f"it describes {signature.decode('latin-1').strip()!r}, neither gray nor RGB")
    return "gray" if signature == b"GRAY" else "rgb"


@lru_cache(maxsize=8)
def _gray_ramp(icc: bytes, top: int) -> tuple[NDArray[np.int64], bool]:
    """The sRGB code of every gray code from 0 to `top`, and whether the profile's grays are neutral."""
    ramp = np.linspace(0, 1, top + 1, dtype=np.float32)[None]
    space = _space(icc)
    colors = _transform(ramp if space == "gray" else np.repeat(ramp[..., None], 3, axis=2), icc, space)[0]
    codes = np.rint(colors.mean(axis=1).clip(0, 1) * top).astype(np.int64)
    codes.flags.writeable = False
    return codes, bool(np.ptp(colors, axis=1).max() <= NEUTRAL_TOLERANCE)


def _convert(pixels: Pixels, icc: bytes, ramp: Pixels | None) -> Pixels:
    """RGB through the profile in bands of rows; neutral pixels through `ramp`, or rounding would tint some of them."""
    result = np.empty_like(pixels)
    for top in range(0, len(pixels), _BAND_ROWS):
        band = pixels[top : top + _BAND_ROWS]
        gray = (band[..., 0] == band[..., 1]) & (band[..., 1] == band[..., 2])
        if ramp is None:
            gray[:] = False
        else:
            result[top : top + _BAND_ROWS][gray] = ramp[band[..., 1][gray]][:, None]
        result[top : top + _BAND_ROWS][~gray] = _colors(band[~gray], icc)
    return result


def _colors(pixels: Pixels, icc: bytes) -> Pixels:
    """(N, 3) through the profile in floating point: Little CMS resamples 16-bit transforms, which errs by up to 3 %."""
    if not len(pixels):
        return pixels
    top = np.iinfo(pixels.dtype).max
    values = _transform(pixels[None].astype(np.float32) / np.float32(top), icc, "rgb")[0]
    codes: NDArray[np.float32] = np.rint(np.clip(values, 0, 1) * top)
    return codes.astype(np.uint8) if pixels.dtype == np.uint8 else codes.astype(np.uint16)


@lru_cache(maxsize=1)
def _exact_srgb() -> bytes:
    """Little CMS's own sRGB with the curve as a formula; a table of 1024 points is 12 of 65535 off near black."""
    return bytes(imagecodecs.cms_profile("srgb"))


def _transform(values: NDArray[np.generic], icc: bytes, space: str) -> NDArray[np.float32]:
    """(…, 3) in sRGB of the same dtype as `values`."""
    try:
        colors: NDArray[np.float32] = imagecodecs.cms_transform(
            values,
            icc,
            _exact_srgb(),
            colorspace=space,
            outcolorspace="rgb",
            outdtype=values.dtype,
            intent=imagecodecs.CMS.INTENT.RELATIVE_COLORIMETRIC,
            flags=imagecodecs.CMS.FLAGS.BLACKPOINTCOMPENSATION,
        )
    except (RuntimeError, ValueError, TypeError) as error:
        raise BadProfile(f"it is broken ({error})") from error
    if not np.isfinite(colors).all():
        raise BadProfile("it is broken (it gives values that are no numbers)")
    return colors
