"""Reads what the chunks of a PNG say about its colors; each is used, refused or reported, and none ignored.

Source: PNG, 3rd edition, 4.3 (which of them wins) and 11.3.2.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from typing import NamedTuple

from photocolor.color.profile import MOST_BYTES, BadProfile, primaries_profile, profile_of
from photocolor.errors import UnsupportedPhoto

_SRGB_GAMMA = 45455  # in units of 1/100000
_GAMMA_TOLERANCE = 0.05
_SRGB_PRIMARIES = (31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)
_PRIMARIES_TOLERANCE = 500
"""Difference from the coordinates of sRGB, in units of 1/100000, that still counts as sRGB: it comes from rounding to
two digits, and from two ways to write D65."""

# About the pixels as they are stored, or how they are meant to be shown: what they say is not true of a result.
LEFT_OUT = {
    b"sBIT": "how many bits of the source are significant",
    b"bKGD": "a background color",
    b"hIST": "how often each entry of the palette is used",
    b"sPLT": "a suggested palette",
    b"mDCV": "the display it was made on",
    b"cLLI": "its brightest light",
    b"mDCv": "the display it was made on",
    b"cLLi": "its brightest light",
}


class Color(NamedTuple):
    """Holds what a PNG says about its colors.

    Attributes:
        icc: a profile for them; None for sRGB.
        warnings: what the user should know, one sentence each.
    """

    icc: bytes | None
    warnings: tuple[str, ...]


def color_of(chunks: Mapping[bytes, bytes], *, gray: bool) -> Color:
    """Returns the colors of a PNG.

    Args:
        chunks: the payload of each chunk beside those of the pixels.
        gray: True if it has no colors, so that only the curve matters.

    Raises:
        UnsupportedPhoto: they cannot be brought to sRGB exactly.
    """
    color = _named(chunks, gray=gray)
    left = [f"{name.decode()} ({what})" for name, what in LEFT_OUT.items() if name in chunks]
    return Color(color.icc, (*color.warnings, f"left out of the result: {', '.join(left)}")) if left else color


def _named(chunks: Mapping[bytes, bytes], *, gray: bool) -> Color:
    """Returns the colors by the first chunk that is there: numbers, a profile, sRGB, then primaries and gamma."""
    if b"cICP" in chunks:
        return _by_numbers(chunks[b"cICP"], has_profile=b"iCCP" in chunks, gray=gray)
    if b"iCCP" in chunks:
        return _by_profile(chunks[b"iCCP"])
    if b"sRGB" in chunks:
        return Color(None, ())
    return _by_primaries(chunks, gray=gray)


def _by_numbers(payload: bytes, *, has_profile: bool, gray: bool) -> Color:
    if len(payload) != 4:
        return Color(None, ("the PNG's color numbers (cICP) are damaged; its values are taken as sRGB",))
    primaries, curve, matrix, full = payload
    if matrix or full != 1:
        said = f"matrix {matrix}" if matrix else "a narrow range"
        raise UnsupportedPhoto(f"PNG whose color numbers (cICP) name {said} is not supported")
    try:
        icc, warnings = profile_of(1 if gray else primaries, curve)
    except BadProfile as error:
        raise UnsupportedPhoto(f"the picture's color space is not supported: {error}") from error
    if has_profile:
        warnings = (*warnings, "the PNG's color numbers (cICP) win over its color profile, as the format demands")
    return Color(icc, warnings)


def _by_profile(payload: bytes) -> Color:
    name, _, packed = payload.partition(b"\x00")
    try:
        icc = zlib.decompressobj().decompress(packed[1:], MOST_BYTES)  # so many are too many, and told
    except zlib.error:
        return Color(None, (f"the color profile {name.decode('latin-1')!r} is ignored: it cannot be unpacked",))
    return Color(icc or None, ())


def _by_primaries(chunks: Mapping[bytes, bytes], *, gray: bool) -> Color:
    gamma = int.from_bytes(chunks.get(b"gAMA", b""), "big")
    points = _points(chunks.get(b"cHRM", b""))
    usual = b"gAMA" not in chunks or abs(gamma / _SRGB_GAMMA - 1) <= _GAMMA_TOLERANCE
    if points is not None and not gray and not _is_srgb(points):
        if any(points):
            x, y, *primaries = (point / 100000 for point in points)
            curve = None if usual or not gamma else 100000 / gamma
            try:
                return Color(primaries_profile((x, y), tuple(primaries), curve), ())
            except BadProfile as error:
                warning = f"the PNG's primaries (cHRM) are ignored and its values are taken as sRGB: {error}"
                return Color(None, (warning,))
        return Color(None, ("the PNG's primaries (cHRM) are all zero; its values are taken as sRGB",))
    if usual:
        return Color(None, ())
    return Color(None, (f"the PNG's gamma of {gamma / 100000:g} is not applied; its values are taken as sRGB",))


def _points(payload: bytes) -> tuple[int, ...] | None:
    return struct.unpack(">8I", payload) if len(payload) == 32 else None


def _is_srgb(points: tuple[int, ...]) -> bool:
    return all(abs(a - b) <= _PRIMARIES_TOLERANCE for a, b in zip(points, _SRGB_PRIMARIES, strict=True))
