"""Reads JPEG: its structure by our own walk over the markers, its pixels by Pillow.

Pillow is given the coding segments only. So no metadata, however broken, can stop it or make it see a second picture.
"""

from __future__ import annotations

import struct
from functools import partial
from io import BytesIO

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from PIL.JpegImagePlugin import JpegImageFile

from photocolor.containers.ifd import KIND_LONG
from photocolor.containers.jpeg import (
    APP0,
    APP1,
    APP2,
    APP14,
    EOI,
    FRAMES,
    Segment,
    coding_only,
    frame_marker,
    refuse_many_scans,
    segments_of,
)
from photocolor.containers.resolution import believed
from photocolor.containers.tiff import ExifView, numbers_at, open_block, read_fields, view_exif
from photocolor.errors import TruncatedPhoto, UnsupportedPhoto
from photocolor.image.bit_depth import full_range
from photocolor.image.codecs.jpeg_damage import ARITHMETIC, doubts, refuse_damaged, whole_gray
from photocolor.image.codecs.jpeg_holes import zero_hole
from photocolor.image.codecs.jpeg_scans import refuse_missing
from photocolor.image.photo import Container, Header, Photo, Pixels

_CODED_BY_DCT = {0xC0, 0xC1, 0xC2, 0xC9, 0xCA}  # baseline, extended, progressive; the last two arithmetic
_BAND_ROWS = 512
_CHANNELS: dict[str, tuple[int, ...]] = {"L": (), "RGB": (3,), "CMYK": (4,)}
_MPF_ENTRIES = 0xB002
_MPF_PICTURES = {0x020001, 0x020002, 0x020003}  # panorama, disparity, angles: pictures in their own right


def probe(data: bytes) -> Header:
    """Returns the frame header.

    Raises:
        TruncatedPhoto: the file ends before it.
        UnsupportedPhoto: the picture is coded in a way that is not supported.
    """
    for segment in segments_of(data):
        if segment.marker in FRAMES:
            return _frame(segment.marker, data[segment.start : segment.end])
    raise TruncatedPhoto("the JPEG has no picture in it")


def read(data: bytes, least_px: int | None = None) -> Photo:
    """Returns the picture with its profile not yet applied: gray, RGB, or (H, W, 4) CMYK where 0 is no ink.

    Args:
        data: the whole file.
        least_px: the longer side that is enough; the decoder may then halve the picture up to three times, as long as
            it stays that long. None decodes it whole.

    Raises:
        TruncatedPhoto: the data end before the picture does.
        UnsupportedPhoto: the picture is coded in a way that is not supported, or one of several.
    """
    header = probe(data)
    segments = list(segments_of(data))
    if segments[-1].marker != EOI:
        raise TruncatedPhoto("the JPEG data end before the end-of-image marker")
    refuse_many_scans(data, segments)
    coarse = refuse_missing(data, segments)
    payloads = {marker: [data[s.start : s.end] for s in segments if s.marker == marker] for marker in (APP1, APP2)}
    further = _further_pictures(payloads[APP2])
    icc, icc_warnings = _profile(payloads[APP2])
    exif = next((view_exif(block) for block in payloads[APP1] if block.startswith(b"Exif\x00\x00")), ExifView())
    pixels, warnings = _decoded(data, segments, header, least_px)
    if pixels.ndim == 3 and pixels.shape[2] == 4 and not _has_adobe(data, segments):
        raise UnsupportedPhoto("CMYK JPEG without Adobe's marker is not supported: whether 0 is full ink is unknown")
    if (least_px is None or header.bit_depth > 8) and pixels.shape[:2] != (header.height, header.width):
        raise TruncatedPhoto(f"the JPEG decodes to {pixels.shape[1]} × {pixels.shape[0]} pixels, not what it promises")
    bits = header.bit_depth if header.bit_depth != 8 else 0
    container = Container("jpeg", icc=icc, dpi=_density(data, segments) or exif.dpi, bits=bits)
    return Photo(
        pixels, None, exif.orientation, container, (*exif.warnings, *icc_warnings, *further, *coarse, *warnings)
    )


def _decoded(
    data: bytes, segments: list[Segment], header: Header, least_px: int | None
) -> tuple[Pixels, tuple[str, ...]]:
    """Returns the samples, and the decoder's warnings, one sentence each.

    Raises:
        TruncatedPhoto: a part of the picture is missing or damaged.
    """
    coding, deep = coding_only(data, segments), header.bit_depth > 8
    if least_px is not None:
        return _deep_pixels(coding, header.bit_depth) if deep else _pixels(coding, least_px), ()
    if deep or frame_marker(segments) in ARITHMETIC:
        decode = partial(_deep_pixels, bits=header.bit_depth) if deep else _pixels
        pixels: Pixels = decode(coding)
        warnings = (
            () if deep else refuse_damaged(coding_only(data, segments, of_color=False), inks=header.channels == 4)
        )
        return pixels, (*warnings, *(doubts(coding, decode, pixels) or holes(data, segments)))
    if header.channels == 1:
        gray, warnings = whole_gray(coding)
        return (_pixels(coding) if gray is None else gray), warnings or holes(data, segments)
    warnings = refuse_damaged(coding_only(data, segments, of_color=False), inks=header.channels == 4)
    return _pixels(coding), warnings or holes(data, segments)


def holes(data: bytes, segments: list[Segment]) -> tuple[str, ...]:
    """Returns signs of holes in the coded data of a JPEG in which nothing else is odd, one sentence each."""
    warning = zero_hole(data, segments, frame_marker(segments))
    return (warning,) if warning else ()


def samples_of(coding: bytes, bits: int) -> Pixels:
    """Returns the samples of a JPEG of `bits` bits without metadata, over the full range of 8 or 16."""
    return _pixels(coding) if bits == 8 else _deep_pixels(coding, bits)


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


def _pixels(data: bytes, least_px: int | None = None) -> NDArray[np.uint8]:
    """Returns (H, W), (H, W, 3) or (H, W, 4) uint8, copied in bands: `np.asarray` would hold the picture three times.

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
    """Returns pixels of more than 8 bits over the full range, (H, W) or (H, W, 3) uint16; Pillow supports only 8."""
    return full_range(imagecodecs.jpeg_decode(data), bits)


def _has_adobe(data: bytes, segments: list[Segment]) -> bool:
    return any(s.marker == APP14 and data[s.start : s.start + 5] == b"Adobe" for s in segments)


def _density(data: bytes, segments: list[Segment]) -> tuple[float, float] | None:
    for segment in segments:
        payload = data[segment.start : segment.end]
        if segment.marker == APP0 and payload.startswith(b"JFIF\x00") and len(payload) >= 12:
            unit, x, y = struct.unpack_from(">BHH", payload, 7)
            factor = {1: 1.0, 2: 2.54}.get(unit)
            return believed(x * factor, y * factor) if factor else None
    return None


def _profile(payloads: list[bytes]) -> tuple[bytes | None, tuple[str, ...]]:
    """Returns the ICC profile joined from its numbered pieces."""
    pieces = {block[12]: block for block in payloads if block.startswith(b"ICC_PROFILE\x00") and len(block) > 14}
    if not pieces:
        return None, ()
    total = next(iter(pieces.values()))[13]
    if sorted(pieces) != list(range(1, total + 1)):
        there = (
            f"{len(pieces)} of its {total} pieces are there" if len(pieces) < total else "its pieces are misnumbered"
        )
        return None, (f"the color profile is ignored: {there}",)
    return b"".join(pieces[number][14:] for number in sorted(pieces)), ()


def _further_pictures(payloads: list[bytes]) -> tuple[str, ...]:
    """Returns a warning if previews or gain maps follow the picture (CIPA DC-007, multi-picture format).

    Raises:
        UnsupportedPhoto: the others are pictures in their own right, as in a stereo pair.
    """
    index = next((block[4:] for block in payloads if block.startswith(b"MPF\x00")), None)
    if index is None:
        return ()
    try:
        block = open_block(index)
        entry = read_fields(block, block.first)[0][_MPF_ENTRIES]
        start = int(entry.at)
        kinds = [
            int(numbers_at(block, KIND_LONG, 1, start + 16 * nth)[0]) & 0xFFFFFF for nth in range(entry.count // 16)
        ]
    except (ValueError, KeyError):
        return ("the index of further pictures in the JPEG cannot be read; only its first picture is used",)
    if any(kind in _MPF_PICTURES for kind in kinds[1:]):
        raise UnsupportedPhoto(f"JPEG with {len(kinds)} pictures (a stereo pair or panorama series) is not supported")
    return (f"{len(kinds) - 1} previews or gain maps behind the picture are left out",) if len(kinds) > 1 else ()
