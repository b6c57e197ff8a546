"""Brings pixels from the color space of an ICC profile to sRGB, at the same bit depth.

Relative colorimetric with black point compensation: the scan's white stays white and its black stays black, which is
what image editors do by default. Perceptual tables are each maker's taste; absolute colorimetric would tint the paper.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, cast

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import decode_srgb

Pixels = NDArray[np.uint8] | NDArray[np.uint16]

SRGB_TOLERANCE = 1 / 255  # one 8-bit code: makers' sRGB profiles differ from IEC 61966-2-1 by less (tests measure it)
NEUTRAL_TOLERANCE = 1 / 255  # a profile whose grays come out within this is meant to have a neutral axis

MOST_BYTES = 16 << 20
"""A profile with large tables has some megabytes; more than this is not taken into memory several times."""
_SPACE = slice(16, 20)
_SPACES = {b"GRAY": "gray", b"RGB ": "rgb", b"CMYK": "cmyk"}
_GRID_STEPS = 9
_RAMP_STEPS = 17
_LEAST_RANGE = 0.2
"""Least gray range, of 1, between a profile's black and white: even the poorest paper and ink span more."""
_DARKEST_WHITE, _BRIGHTEST_WHITE = 0.25, 1.75
"""Bounds of a profile's white in sRGB: usual profiles have 1, those of scanners some percent more or less."""
_LEAST_VOLUME = 1e-4
"""Least volume that a profile's primaries span in sRGB, where sRGB itself spans 1."""
_TAGS_LOOKED_AT = 100
_BAND_ROWS = 256


class BadProfile(ValueError):
    """Raised if the profile is broken, or is not for pictures like this one."""


def to_srgb(pixels: Pixels, icc: bytes) -> Pixels:
    """Returns the pixels in sRGB; `pixels` itself, untouched, where the profile already is sRGB.

    Grays of a profile with a neutral axis come out exactly neutral.

    Args:
        pixels: (H, W) gray, (H, W, 3) RGB or (H, W, 4) CMYK (0 is no ink), in the profile's space; uint8 or uint16
            over the full range, or float32 from 0 to 1.
        icc: an ICC profile for gray, RGB or CMYK.

    Returns:
        sRGB-encoded; the same shape, but RGB for CMYK; the same dtype, but uint16 for float32.

    Raises:
        BadProfile: the profile cannot be used for these pixels.

    Source: ICC.1:2022, computed by Little CMS.
    """
    space, kind = _space(icc), {1: "gray", 3: "RGB", 4: "CMYK"}[pixels.shape[2] if pixels.ndim == 3 else 1]
    if (space == "cmyk") != (kind == "CMYK") or (space == "gray" and kind != "gray"):
        raise BadProfile(f"it is for {'gray' if space == 'gray' else space.upper()} pictures, and this one is {kind}")
    refuse_degenerate(icc)
    if space == "cmyk" or pixels.dtype.kind == "f":
        return _converted_whole(pixels, icc, space)
    if is_srgb(icc):
        return pixels
    codes, neutral = _gray_ramp(icc, np.iinfo(pixels.dtype).max)
    ramp: Pixels = codes.astype(np.uint8) if pixels.dtype == np.uint8 else codes.astype(np.uint16)
    return ramp[pixels] if pixels.ndim == 2 else _convert(pixels, icc, ramp if neutral else None)


@lru_cache(maxsize=4)  # the profiles themselves are kept with the answers
def is_srgb(icc: bytes) -> bool:
    """Returns True if the profile maps RGB as sRGB does.

    It may differ by `SRGB_TOLERANCE` over a grid of colors and the gray axis.

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


_D65 = (0.3127, 0.3290, 1.0)
# Red, green and blue of ISO/IEC 23091-2, table 2: BT.709 (sRGB), BT.2020, Display P3.
_PRIMARIES = {1: (0.64, 0.33, 0.30, 0.60, 0.15, 0.06), 9: (0.708, 0.292, 0.170, 0.797, 0.131, 0.046)}
_PRIMARIES |= {12: (0.680, 0.320, 0.265, 0.690, 0.150, 0.060)}
_UNSPECIFIED, _LINEAR, _SRGB = 2, 8, 13
_TELEVISION = {1, 6, 14, 15}
_TABLE_POINTS = 4096
_GAMMAS = {4: 2.2, 5: 2.8, _LINEAR: 1.0}


def profile_of(primaries: int, curve: int) -> tuple[bytes | None, tuple[str, ...]]:
    """Returns an ICC profile for color numbers of ISO/IEC 23091-2, and warnings for the user.

    Args:
        primaries: ColourPrimaries; 2 is unspecified.
        curve: TransferCharacteristics; 2 is unspecified.

    Returns:
        None for sRGB and for what is not specified.

    Raises:
        BadProfile: the numbers are for brightness beyond white, or unknown.
    """
    warnings: tuple[str, ...] = ()
    if curve in _TELEVISION:
        warnings = (f"the transfer characteristic {curve} (television) is taken as that of sRGB, as viewers do",)
        curve = _SRGB
    curve = _SRGB if curve == _UNSPECIFIED else curve
    primaries = 1 if primaries == _UNSPECIFIED else primaries
    if (primaries, curve) == (1, _SRGB):
        return None, warnings
    if primaries not in _PRIMARIES or curve not in {_SRGB, *_GAMMAS}:
        raise BadProfile(f"primaries {primaries} with curve {curve} cannot be brought to sRGB exactly")
    return _matrix_profile(primaries, curve), warnings


def _matrix_profile(primaries: int, curve: int) -> bytes:
    """Returns an RGB profile of these primaries around D65."""
    how: dict[str, Any] = {"gamma": _GAMMAS.get(curve)}
    if curve == _SRGB:
        how = {"transferfunction": decode_srgb(np.linspace(0, 1, _TABLE_POINTS)).astype(np.float32)}
    return bytes(imagecodecs.cms_profile("rgb", whitepoint=_D65, primaries=_PRIMARIES[primaries], **how))


def primaries_profile(
    white: tuple[float, float], primaries: tuple[float, ...], gamma: float | None = None
) -> bytes | None:
    """Returns an RGB profile of these primaries, or None if it is that of sRGB.

    Args:
        white: x and y of white.
        primaries: x and y of red, green and blue.
        gamma: the exponent that leads from values to light; None for the curve of sRGB.

    Raises:
        BadProfile: they are none.
    """
    if not all(0 < point < 1 for point in (*white, *primaries)):
        raise BadProfile("they are no points that light can have")
    how: dict[str, Any] = {"gamma": gamma}
    if gamma is None:
        how = {"transferfunction": decode_srgb(np.linspace(0, 1, _TABLE_POINTS)).astype(np.float32)}
    try:
        icc = bytes(imagecodecs.cms_profile("rgb", whitepoint=(*white, 1.0), primaries=primaries, **how))
    except (RuntimeError, ValueError, TypeError) as error:
        raise BadProfile("no profile can be made of them") from error
    refuse_degenerate(icc)
    return None if is_srgb(icc) else icc


@lru_cache(maxsize=4)
def refuse_degenerate(icc: bytes) -> None:
    """Raises if a profile cannot distinguish colors, or light from dark: some hold nothing but zeros.

    Raises:
        BadProfile: it does not.
    """
    space = _space(icc)
    ramp = np.linspace(0, 1, _RAMP_STEPS, dtype=np.float32)[None]
    if space == "cmyk":
        values = np.zeros((*ramp.shape, 4), np.float32)
        values[..., 3] = 100 * (1 - ramp)
    else:
        values = ramp if space == "gray" else np.repeat(ramp[..., None], 3, axis=2)
    grays = _transform(values, icc, space)[0]
    if np.ptp(grays.mean(axis=1)) < _LEAST_RANGE:
        raise BadProfile("it maps all grays to one value")
    white = grays[-1]
    if not (white >= _DARKEST_WHITE).all() or not (white <= _BRIGHTEST_WHITE).all():
        raise BadProfile("its white is none")
    if space == "rgb":
        corners = _transform(
            np.concatenate([np.eye(3, dtype=np.float32), np.zeros((1, 3), np.float32)])[None], icc, space
        )[0]
        if abs(np.linalg.det(corners[:3] - corners[3])) < _LEAST_VOLUME:
            raise BadProfile("its primaries are not three colors")
    _refuse_absurd_white(icc)


def _refuse_absurd_white(icc: bytes) -> None:
    """Raises if the profile's white point is not that of a light or of a paper."""
    count = min(int.from_bytes(icc[128:132], "big"), _TAGS_LOOKED_AT)
    for at in range(132, 132 + 12 * count, 12):
        if icc[at : at + 4] == b"wtpt":
            start = int.from_bytes(icc[at + 4 : at + 8], "big") + 8
            if start + 12 > len(icc):
                raise BadProfile("its white point is cut off")
            x, y, z = np.frombuffer(icc, ">i4", 3, start) / 65536
            if not 0.05 <= y <= 2 or not 0.3 <= x / y <= 3 or not 0.1 <= z / y <= 5:
                raise BadProfile("its white point is none")


def _space(icc: bytes) -> str:
    """Returns the kind of pixels that the profile is for: "gray", "rgb" or "cmyk"."""
    signature = icc[_SPACE]
    if len(icc) >= MOST_BYTES:
        raise BadProfile(f"it has {MOST_BYTES >> 20} MiB or more")
    if len(icc) < 128 or icc[36:40] != b"acsp":
        raise BadProfile("it has no ICC header")
    if signature not in _SPACES:
        raise BadProfile(f"it describes {signature.decode('latin-1').strip()!r}, neither gray nor RGB nor CMYK")
    return _SPACES[signature]


def _converted_whole(pixels: NDArray[Any], icc: bytes, space: str) -> Pixels:
    """Converts CMYK and floating-point pixels band by band; a gray profile yields one channel again."""
    floating = pixels.dtype.kind == "f"
    top = 65535 if floating else int(np.iinfo(pixels.dtype).max)
    dtype = np.uint16 if floating else pixels.dtype
    gray = pixels.ndim == 2
    result = np.empty(pixels.shape[:2] if gray else (*pixels.shape[:2], 3), dtype)
    for start in range(0, len(pixels), _BAND_ROWS):
        band = np.ascontiguousarray(pixels[start : start + _BAND_ROWS])
        values = band.astype(np.float32) if floating else band.astype(np.float32) / np.float32(top)
        if space == "cmyk":
            values *= 100  # Little CMS counts ink in percent
        if gray and space == "rgb":
            values = np.repeat(values[..., None], 3, axis=2)
        colors = _transform(values, icc, space)
        colors = colors.mean(axis=2) if gray else colors
        result[start : start + _BAND_ROWS] = np.rint(colors.clip(0, 1) * top)
    return cast(Pixels, result)


@lru_cache(maxsize=4)
def _gray_ramp(icc: bytes, top: int) -> tuple[NDArray[np.int64], bool]:
    """Returns the sRGB code of every gray code from 0 to `top`, and whether the profile's grays are neutral."""
    ramp = np.linspace(0, 1, top + 1, dtype=np.float32)[None]
    space = _space(icc)
    colors = _transform(ramp if space == "gray" else np.repeat(ramp[..., None], 3, axis=2), icc, space)[0]
    codes = np.rint(colors.mean(axis=1).clip(0, 1) * top).astype(np.int64)
    codes.flags.writeable = False
    return codes, bool(np.ptp(colors, axis=1).max() <= NEUTRAL_TOLERANCE)


def _convert(pixels: Pixels, icc: bytes, ramp: Pixels | None) -> Pixels:
    """Converts RGB in bands of rows; neutral pixels go through `ramp`, or rounding would tint some of them."""
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
    """Converts (N, 3) colors through the profile in floating point.

    Little CMS resamples 16-bit transforms, which errs by up to 3 %.
    """
    if not len(pixels):
        return pixels
    top = np.iinfo(pixels.dtype).max
    values = _transform(pixels[None].astype(np.float32) / np.float32(top), icc, "rgb")[0]
    codes: NDArray[np.float32] = np.rint(np.clip(values, 0, 1) * top)
    return codes.astype(np.uint8) if pixels.dtype == np.uint8 else codes.astype(np.uint16)


@lru_cache(maxsize=1)
def _exact_srgb() -> bytes:
    """Returns Little CMS's sRGB with the curve as a formula; a table of 1024 points errs by 12 of 65535 near black."""
    return bytes(imagecodecs.cms_profile("srgb"))


def _transform(values: NDArray[np.generic], icc: bytes, space: str) -> NDArray[np.float32]:
    """Returns (…, 3) in sRGB of the same dtype as `values`."""
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
    except RuntimeError as error:  # Little CMS through imagecodecs
        raise BadProfile(f"it is broken ({error})") from error
    except (ValueError, TypeError) as error:
        raise BadProfile("it is broken") from error
    if not np.isfinite(colors).all():
        raise BadProfile("it is broken (it gives values that are no numbers)")
    return colors
