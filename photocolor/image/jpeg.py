"""Reads JPEG: its structure by our own walk over the markers, its pixels by Pillow.

Pillow is given the coding segments only. So no metadata, however broken, can stop it or make it see a second picture.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from io import BytesIO

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from PIL.JpegImagePlugin import JpegImageFile

from photocolor.errors import TruncatedPhoto, UnsupportedPhoto
from photocolor.image.depths import full_range
from photocolor.image.directory import ExifView, numbers, open_block, read_directory, view_exif
from photocolor.image.jpeg_damage import refuse_damaged, whole_gray
from photocolor.image.photo import Container, Header, Photo, Pixels
from photocolor.image.suspects import depends_not, unread_tail

_SOI, _EOI, _SOS, _TEM = 0xD8, 0xD9, 0xDA, 0x01
_APP0, _APP1, _APP2, _APP14, _APP15, _COM = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # C4, C8 and CC are tables and a reserved marker
_ARITHMETIC = {0xC9, 0xCA}
_MORE = bytes(8) + b"\x55\xaa" * 8
"""Coded data that no whole picture needs; behind zeros, which arithmetic coders leave out at the end."""
_CODED_BY_DCT = {0xC0, 0xC1, 0xC2, 0xC9, 0xCA}  # baseline, extended, progressive; the last two arithmetic
_ENDS_SCAN = ~np.isin(np.arange(256), (0x00, 0xFF, *range(0xD0, 0xD8)))  # FF00 is a data byte, FFD0 to FFD7 restarts
_FIRST_PIECE_BYTES, _PIECE_BYTES = 64, 1 << 20
_BAND_ROWS = 512
_SEGMENTS_MOST = 100_000
_CHANNELS: dict[str, tuple[int, ...]] = {"L": (), "RGB": (3,), "CMYK": (4,)}
_MPF_ENTRIES = 0xB002
_MPF_PICTURES = {0x020001, 0x020002, 0x020003}  # panorama, disparity, angles: pictures in their own right


@dataclass(frozen=True, slots=True)
class Segment:
    """A marker with its payload at `data[start:end]`; `head` is where the marker itself begins."""

    marker: int
    head: int
    start: int
    end: int


def probe(data: bytes) -> Header:
    """The frame header.

    Raises:
        TruncatedPhoto: the file ends before it.
        UnsupportedPhoto: the picture is coded in a way that is not supported.
    """
    for segment in _segments(data):
        if segment.marker in _FRAMES:
            return _frame(segment.marker, data[segment.start : segment.end])
    raise TruncatedPhoto("the JPEG has no picture in it")


def read(data: bytes, least_px: int | None = None) -> Photo:
    """The picture with its profile not yet applied: gray, RGB, or (H, W, 4) CMYK where 0 is no ink.

    Args:
        data: the whole file.
        least_px: the longer side that is enough; the decoder may then halve the picture up to three times, as long as
            it stays that long. None decodes it whole.

    Raises:
        TruncatedPhoto: the data end before the picture does.
        UnsupportedPhoto: the picture is coded in a way that is not supported, or one of several.
    """
    header = probe(data)
    segments = list(_segments(data))
    if segments[-1].marker != _EOI:
        raise TruncatedPhoto("the JPEG data end before the end-of-image marker")
    payloads = {marker: [data[s.start : s.end] for s in segments if s.marker == marker] for marker in (_APP1, _APP2)}
    further = _further_pictures(payloads[_APP2])
    icc, icc_warnings = _profile(payloads[_APP2])
    exif = next((view_exif(block) for block in payloads[_APP1] if block.startswith(b"Exif\x00\x00")), ExifView())
    coding = _coding_only(data, segments)
    gray = whole_gray(coding) if least_px is None and _is_plain_gray(data, segments) else None
    if gray is not None:
        pixels: Pixels = gray
    else:
        pixels = _pixels(coding, least_px) if header.bit_depth == 8 else _deep_pixels(coding, header.bit_depth)
    if pixels.ndim == 3 and pixels.shape[2] == 4 and not _has_adobe(data, segments):
        raise UnsupportedPhoto("CMYK JPEG without Adobe's marker is not supported: whether 0 is full ink is unknown")
    if (least_px is None or header.bit_depth > 8) and pixels.shape[:2] != (header.height, header.width):
        raise TruncatedPhoto(f"the JPEG decodes to {pixels.shape[1]} × {pixels.shape[0]} pixels, not what it promises")
    heard: tuple[str, ...] = ()
    if gray is None and least_px is None and header.bit_depth == 8:
        heard = refuse_damaged(_coding_only(data, segments, of_color=False), inks=pixels.shape[2:] == (4,))
    if least_px is None and (header.bit_depth > 8 or _frame_marker(segments) in _ARITHMETIC):
        heard = (*heard, *_doubts(coding, header.bit_depth, pixels))
    bits = header.bit_depth if header.bit_depth != 8 else 0
    container = Container("jpeg", icc=icc, dpi=_density(data, segments) or exif.dpi, bits=bits)
    return Photo(pixels, None, exif.orientation, container, (*exif.warnings, *icc_warnings, *further, *heard))


def doubts_of_segment(data: bytes, tables: bytes | None) -> tuple[str, ...]:
    """What looks damaged in a strip or tile of a TIFF that is a JPEG stream, whose tables may lie apart.

    Streams that do not stand alone cannot be listened to.

    Raises:
        ValueError: a part of it is missing or damaged.
    """
    if not data.startswith(b"\xff\xd8"):
        return ()
    joined = tables[:-2] + data[2:] if tables else data
    segments = list(_segments(joined))
    frame = next((joined[s.start : s.end] for s in segments if s.marker in _FRAMES), b"")
    if len(frame) < 6:
        return ()
    coding = _coding_only(joined, segments, of_color=False)
    if segments[-1].marker != _EOI:
        coding += b"\xff\xd9"  # or the decoder would tell of the missing end only
    try:
        if frame[0] == 8 and _frame_marker(segments) not in _ARITHMETIC:
            return refuse_damaged(coding, inks=frame[5] == 4)
        pixels = _pixels(coding) if frame[0] == 8 else _deep_pixels(coding, frame[0])
        return _doubts(coding, frame[0], pixels)
    except TruncatedPhoto as error:
        raise ValueError(error.message) from error


def frame_size(data: bytes) -> tuple[int, int]:
    """(height, width) that the frame header of a JPEG stream promises.

    Raises:
        ValueError: it has none.
    """
    for segment in _segments(data):
        if segment.marker in _FRAMES and segment.end - segment.start >= 6:
            height, width = struct.unpack_from(">HH", data, segment.start + 1)
            return height, width
    raise ValueError("no JPEG frame header")


def _next_marker(data: bytes, position: int) -> tuple[int, int] | None:
    """Where the first marker from here on begins with its fill bytes, and where its code is; None without one."""
    if data[position : position + 1] == b"\xff" and position + 1 < len(data) and _ENDS_SCAN[data[position + 1]]:
        return position, position + 1  # the rule between segments; a file may have a hundred thousand of them
    begin, length = position, _FIRST_PIECE_BYTES
    while position < len(data) - 1:
        piece = np.frombuffer(data, np.uint8, min(length + 1, len(data) - position), position)
        at = np.flatnonzero(piece[:-1] == 0xFF)
        at = at[_ENDS_SCAN[piece[at + 1]]]
        if at.size:
            first = code = position + int(at[0]) + 1
            while first > begin and data[first - 1] == 0xFF:
                first -= 1
            return first, code
        position += length
        length = _PIECE_BYTES
    return None


def _segments(data: bytes) -> Iterator[Segment]:
    """All segments up to and with the end-of-image marker, or as far as they go; scan data belong to their SOS.

    Raises:
        UnsupportedPhoto: there are so many that the file is none to be worked on.
    """
    position, left = 2, _SEGMENTS_MOST
    while position >= 0:
        left -= 1
        if left < 0:
            raise UnsupportedPhoto(f"JPEG with more than {_SEGMENTS_MOST:,} segments is not supported")
        found = _next_marker(data, position)  # also steps over stray bytes between segments, as libjpeg does
        if not found:
            return
        marker, start = data[found[1]], found[1] + 1
        if marker in (_SOI, _EOI, _TEM):
            yield Segment(marker, start - 2, start, start)
            position = start if marker != _EOI else -1
            continue
        length = int.from_bytes(data[start : start + 2], "big")
        if length < 2 or start + length > len(data):
            return
        position = start + length
        if marker == _SOS:
            following = _next_marker(data, position)
            position = following[0] if following else len(data)
        yield Segment(marker, start - 2, start + 2, position)


def _frame(marker: int, payload: bytes) -> Header:
    try:
        precision, height, width, components = struct.unpack_from(">BHHB", payload)
    except struct.error as error:
        raise TruncatedPhoto("the JPEG's frame header is cut off") from error
    if marker not in _CODED_BY_DCT:
        kind = "lossless" if marker in (0xC3, 0xCB) else "hierarchical"
        raise UnsupportedPhoto(f"{kind} JPEG (frame type {marker:02X}) is not supported")
    if precision not in (8, 12):
        raise UnsupportedPhoto(f"{precision}-bit JPEG is not supported")
    if components not in ((1, 3, 4) if precision == 8 else (1, 3)):
        raise UnsupportedPhoto(f"JPEG with {components} components is not supported")
    if height == 0:
        raise UnsupportedPhoto("JPEG that tells its height only after the picture (DNL) is not supported")
    if width == 0:
        raise TruncatedPhoto("the JPEG's header says that it is 0 pixels wide")
    return Header("jpeg", height, width, precision, channels=components)


def _coding_only(data: bytes, segments: list[Segment], *, of_color: bool = True) -> bytes:
    """The file without metadata; APP0 and APP14 stay where they say how color is coded, if that matters."""
    parts = [b"\xff\xd8"]
    for segment in segments:
        payload = data[segment.start : segment.start + 5]
        speaks_of_color = (segment.marker == _APP0 and payload == b"JFIF\x00") or (
            segment.marker == _APP14 and payload == b"Adobe"
        )
        metadata = _APP0 <= segment.marker <= _APP15 or segment.marker == _COM
        if (of_color and speaks_of_color) or not metadata:
            parts.append(data[segment.head : segment.end])
    return b"".join(parts)


def _pixels(data: bytes, least_px: int | None = None) -> NDArray[np.uint8]:
    """(H, W), (H, W, 3) or (H, W, 4) uint8, copied in bands: `np.asarray` would hold the picture three times.

    Pillow inverts four inks always, as Adobe stores them.
    """
    with JpegImageFile(BytesIO(data)) as image:
        if least_px is not None:
            longer = max(image.size)
            image.draft(image.mode, (-(-image.width * least_px // longer), -(-image.height * least_px // longer)))
        image.load()
        if image.mode not in _CHANNELS:
            raise UnsupportedPhoto(f"JPEG of Pillow's mode {image.mode} is not supported")
        width, height = image.size
        shape = (height, width, *_CHANNELS[image.mode])
        pixels = np.empty(shape, np.uint8)
        for top in range(0, height, _BAND_ROWS):
            bottom = min(top + _BAND_ROWS, height)
            band = image.crop((0, top, width, bottom)).tobytes()
            pixels[top:bottom] = np.frombuffer(band, np.uint8).reshape(bottom - top, *shape[1:])
    return pixels


def _deep_pixels(data: bytes, bits: int) -> Pixels:
    """(H, W) or (H, W, 3) uint16 of more than 8 bits, over the full range; Pillow knows only 8."""
    return full_range(imagecodecs.jpeg_decode(data), bits)


def _doubts(coding: bytes, bits: int, pixels: Pixels) -> tuple[str, ...]:
    """What looks damaged in coded data that libjpeg is silent about.

    Raises:
        TruncatedPhoto: the picture depends on what follows behind the coded data, so they end early.
    """
    decoded = _pixels if bits == 8 else partial(_deep_pixels, bits=bits)
    end = len(coding) - 2
    if not depends_not(pixels, decoded, coding[:end] + _MORE + coding[end:]):
        raise TruncatedPhoto("the coded data of the JPEG end early")
    told = unread_tail(pixels, decoded, coding, end)
    return (told,) if told else ()


def _frame_marker(segments: list[Segment]) -> int:
    return next(s.marker for s in segments if s.marker in _FRAMES)


def _is_plain_gray(data: bytes, segments: list[Segment]) -> bool:
    """True for one component of 8 bits."""
    frame = next(data[s.start : s.end] for s in segments if s.marker in _FRAMES)
    return frame[0] == 8 and frame[5] == 1


def _has_adobe(data: bytes, segments: list[Segment]) -> bool:
    return any(s.marker == _APP14 and data[s.start : s.start + 5] == b"Adobe" for s in segments)


def _density(data: bytes, segments: list[Segment]) -> tuple[float, float] | None:
    for segment in segments:
        payload = data[segment.start : segment.end]
        if segment.marker == _APP0 and payload.startswith(b"JFIF\x00") and len(payload) >= 12:
            unit, x, y = struct.unpack_from(">BHH", payload, 7)
            factor = {1: 1.0, 2: 2.54}.get(unit)
            return (x * factor, y * factor) if factor and x and y else None
    return None


def _profile(payloads: list[bytes]) -> tuple[bytes | None, tuple[str, ...]]:
    """The ICC profile put together from its numbered pieces."""
    pieces = {block[12]: block for block in payloads if block.startswith(b"ICC_PROFILE\x00") and len(block) > 14}
    if not pieces:
        return None, ()
    total = next(iter(pieces.values()))[13]
    if sorted(pieces) != list(range(1, total + 1)):
        return None, (f"the color profile is ignored: {len(pieces)} of its {total} pieces are there",)
    return b"".join(pieces[number][14:] for number in sorted(pieces)), ()


def _further_pictures(payloads: list[bytes]) -> tuple[str, ...]:
    """A warning if the file carries previews or gain maps behind its picture (CIPA DC-007 multi-picture format).

    Raises:
        UnsupportedPhoto: the others are pictures in their own right, as in a stereo pair.
    """
    index = next((block[4:] for block in payloads if block.startswith(b"MPF\x00")), None)
    if index is None:
        return ()
    try:
        block = open_block(index)
        entry = read_directory(block, block.first)[0][_MPF_ENTRIES]
        start = int(entry.offset)
        kinds = [
            int(numbers(block, type(entry)(4, 1, start + 16 * nth))[0]) & 0xFFFFFF for nth in range(entry.count // 16)
        ]
    except (ValueError, KeyError):
        return ("the index of further pictures in the JPEG cannot be read; only its first picture is used",)
    if any(kind in _MPF_PICTURES for kind in kinds[1:]):
        raise UnsupportedPhoto(f"JPEG with {len(kinds)} pictures (a stereo pair or panorama series) is not supported")
    return (f"{len(kinds) - 1} previews or gain maps behind the picture are left out",) if len(kinds) > 1 else ()
