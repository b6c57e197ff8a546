"""Detects damage that libjpeg only warns of: coded data that end early or do not decode, and are filled with gray.

Pillow and imagecodecs let libjpeg fill up what is missing and keep silent about it. simplejpeg asks libjpeg-turbo for
its warnings; at an eighth of the size only the entropy decoding is done again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import simplejpeg
from numpy.typing import NDArray

from photocolor.containers.jpeg import SOS, segments_of
from photocolor.errors import TruncatedPhoto
from photocolor.image.plausibility import depends_not, unread_tail

_SMALLEST = {"min_factor": 8, "min_height": 1, "min_width": 1}
_DAMAGED = "Corrupt JPEG data"
"""How libjpeg begins every warning about coded data that are missing or wrong.

Source: libjpeg's jerror.h: JWRN_HIT_MARKER, JWRN_HUFF_BAD_CODE, JWRN_ARITH_BAD_CODE, JWRN_EXTRANEOUS_DATA,
JWRN_MUST_RESYNC.
"""


_LEFT_OVER = "extraneous bytes before marker"
_PADDED = "bytes of padding lie before markers in the JPEG, as some scanners write them; all of its picture is there"
_MARKER = re.compile(rb"\xff+[^\x00\xff]")
_CHANCE_BYTES = 3
"""The same byte may stand so often at the end of coded data without being padding."""
ARITHMETIC = {0xC9, 0xCA}
"""Frames with arithmetic coding, where the end of the data is no error."""
_MORE = bytes(8) + b"\x55\xaa" * 8
"""Coded data that no whole picture needs; behind zeros, which arithmetic coders leave out at the end."""


def whole_gray(coding: bytes) -> tuple[NDArray[np.uint8] | None, tuple[str, ...]]:
    """Returns (H, W) pixels of a JPEG of one component with the decoder's warnings, decoded in one go.

    Returns:
        None for the pixels where that says neither yes nor no.

    Raises:
        TruncatedPhoto: as `refuse_damaged`.
    """
    pixels: NDArray[np.uint8]
    try:
        pixels = simplejpeg.decode_jpeg(coding, "GRAY", strict=True)
        return pixels[..., 0], ()
    except ValueError as error:
        said = " ".join(str(error).split())
    for trimmed in _trimmed(coding, said):
        try:
            pixels = simplejpeg.decode_jpeg(trimmed, "GRAY", strict=True)
            return pixels[..., 0], (_PADDED,)
        except ValueError:
            continue
    _refuse(said)
    return None, ()


def refuse_damaged(coding: bytes, *, inks: bool) -> tuple[str, ...]:
    """Refuses a JPEG whose coded data are not whole; otherwise returns the decoder's warnings.

    Args:
        coding: the JPEG without its metadata: libjpeg tells only of the first thing it finds, which shall not be that.
        inks: True for four components.

    Raises:
        TruncatedPhoto: a part of the picture is missing or damaged.
    """
    colors = "CMYK" if inks else "GRAY"
    try:
        simplejpeg.decode_jpeg(coding, colors, strict=True, **_SMALLEST)
        return ()
    except ValueError as error:
        said = " ".join(str(error).split())
    for trimmed in _trimmed(coding, said):
        try:
            simplejpeg.decode_jpeg(trimmed, colors, strict=True, **_SMALLEST)
            return (_PADDED,)
        except ValueError:
            continue
    _refuse(said)
    return (f"whether the JPEG's data are whole could not be checked ({said})",)


def _trimmed(coding: bytes, said: str) -> Iterator[bytes]:
    """Yields the JPEG without what may be padding, if the decoder warned of left-over data.

    The last byte that is needed may be the same as the padding, so there are two ways.
    """
    if _LEFT_OVER in said:
        yield without_padding(coding, kept=0)
        yield without_padding(coding, kept=1)


def without_padding(coding: bytes, kept: int) -> bytes:
    """Returns the JPEG without runs of equal bytes that pad its coded data before a marker.

    What is left must be all that the picture needs, or it would end early: so padding is told from damage, where
    a part of the coded data was overwritten with zeros, or is not needed because another part is wrong.

    Args:
        coding: the JPEG without its metadata.
        kept: how many of those bytes stay.
    """
    parts, at = [], 0
    for segment in segments_of(coding):
        if segment.marker == SOS:
            parts.append(coding[at : segment.coded])
            parts.extend(_stripped(coding[segment.coded : segment.end], kept))
            at = segment.end
    return b"".join([*parts, coding[at:]])


def _stripped(coded: bytes, kept: int) -> Iterator[bytes]:
    at = 0
    for marker in _MARKER.finditer(coded):
        yield _without_tail(coded[at : marker.start()], kept)
        yield marker[0]
        at = marker.end()
    yield _without_tail(coded[at:], kept)


def _without_tail(part: bytes, kept: int) -> bytes:
    last = part[-1:]
    rest = part.rstrip(last)
    if len(part) - len(rest) <= _CHANCE_BYTES:
        return part
    return rest + last * max(kept, rest[-1:] == b"\xff")  # a zero behind FF belongs to it


def doubts(coding: bytes, decode: Callable[[bytes], Any], pixels: NDArray[Any]) -> tuple[str, ...]:
    """Returns signs of damage in coded data of 12 bits or arithmetic coding, about which libjpeg is silent.

    Args:
        coding: the JPEG without its metadata.
        decode: decodes it.
        pixels: what it decodes to.

    Raises:
        TruncatedPhoto: the picture depends on what follows behind the coded data, so they end early.
    """
    end = len(coding) - 2
    if not depends_not(pixels, decode, coding[:end] + _MORE + coding[end:]):
        raise TruncatedPhoto("the coded data of the JPEG end early")
    warning = unread_tail(pixels, decode, coding, end)
    return (warning,) if warning else ()


def _refuse(said: str) -> None:
    if _LEFT_OVER in said:
        raise TruncatedPhoto(
            f"bytes lie among the coded data of the JPEG that no block of it needs ({said})",
            "If it looks whole in a viewer, save it again there or with jpegtran; else look for another copy.",
        )
    if said.startswith(_DAMAGED):
        raise TruncatedPhoto(f"a part of the JPEG is missing or damaged ({said})")
