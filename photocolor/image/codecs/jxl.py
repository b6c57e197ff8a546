"""Reads and writes JPEG XL: its header by our own bit reader, its pixels by libjxl through imagecodecs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, BinaryIO

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from photocolor.color.profile import BadProfile, profile_of
from photocolor.containers.boxes import boxes, make_box
from photocolor.containers.jxl import (
    ALPHA,
    CONTAINER,
    CURVE_SRGB,
    D65,
    GRAY,
    RGB,
    Coding,
    JxlHeader,
    codestream,
    read_header,
    with_orientation,
    with_srgb_curve,
)
from photocolor.containers.tiff import view_exif
from photocolor.errors import TruncatedPhoto, UnsupportedPhoto
from photocolor.image.bit_depth import full_range
from photocolor.image.codecs.png import split_alpha
from photocolor.image.encode_input import EncodeInput
from photocolor.image.lightness_check import LOSSLESS, within_promise
from photocolor.image.photo import Container, Header, Photo
from photocolor.image.plausibility import unread_tail
from photocolor.system.decoder_messages import detail_of

_P3_HERE, _P3_THERE = 11, 12  # the number of these primaries in JPEG XL, and in ISO/IEC 23091-2
_EFFORT = 4  # of 1 to 9; 7, the default, takes five times as long for 2 % less


def probe(data: bytes) -> Header:
    """Returns size and depth.

    Raises:
        TruncatedPhoto: the header is cut off or damaged.
        UnsupportedPhoto: it cannot be treated exactly.
    """
    header = _checked(data)
    return Header("jxl", header.height, header.width, header.bits)


def read(data: bytes) -> Photo:
    """Returns the picture with its profile not yet applied.

    Raises:
        TruncatedPhoto: the data end before the picture does.
        UnsupportedPhoto: it cannot be treated exactly.
    """
    header = _checked(data)
    icc, warnings = _profile(header.coding)
    samples = _samples(data)
    if samples.shape[:2] != (header.height, header.width):
        decoded_size = f"{samples.shape[1]} × {samples.shape[0]}"
        raise TruncatedPhoto(f"the JPEG XL decodes to {decoded_size} pixels, not what it promises")
    pixels, alpha = split_alpha(full_range(samples, header.bits))  # imagecodecs gives the values as coded
    container = Container(
        "jxl",
        icc=icc,
        dpi=view_exif(_exif(data)).dpi,
        bits=header.bits if header.bits not in (8, 16) else 0,
        lossless=not header.xyb and not _is_jpeg(data),
    )
    warning = "" if data.startswith(CONTAINER) else unread_tail(samples, _samples, data, len(data))
    return Photo(pixels, alpha, header.orientation, container, (*warnings, warning) if warning else warnings)


def _samples(data: bytes) -> NDArray[Any]:
    samples: NDArray[Any] = imagecodecs.jpegxl_decode(data, keeporientation=True)
    return samples


def _checked(data: bytes) -> JxlHeader:
    try:
        header = read_header(codestream(data))
    except ValueError as error:
        raise TruncatedPhoto(f"the JPEG XL's header is cut off or damaged{detail_of(error, ours=True)}") from error
    if header.animated:
        raise UnsupportedPhoto("animated JPEG XL is not supported")
    if header.floating or header.bits > 16:
        kind = "floating-point" if header.floating else "integer"
        raise UnsupportedPhoto(f"{header.bits}-bit {kind} JPEG XL is not supported")
    if [channel.kind for channel in header.channels] not in ([], [ALPHA]):
        raise UnsupportedPhoto("JPEG XL with channels that are neither color nor alpha is not supported")
    if any(channel.associated for channel in header.channels):
        raise UnsupportedPhoto(
            "JPEG XL whose colors are multiplied by its alpha is not supported: their lightness could not be kept",
            "Convert it to PNG, whose colors are not, and run that.",
        )
    if header.coding.icc or header.coding.space not in (RGB, GRAY):
        raise UnsupportedPhoto(
            "JPEG XL with an ICC profile inside of its codestream is not supported",
            "Convert it to sRGB, or to PNG or TIFF with the profile, and run that.",
        )
    return header


def _profile(coding: Coding) -> tuple[bytes | None, tuple[str, ...]]:
    if coding.white != D65 or coding.curve < 0:
        raise UnsupportedPhoto("JPEG XL with a white point or a curve of its own is not supported")
    if coding.space == GRAY and coding.curve == CURVE_SRGB:
        return None, ()
    primaries = _P3_THERE if coding.primaries == _P3_HERE else coding.primaries
    try:
        return profile_of(primaries, coding.curve)
    except BadProfile as error:
        raise UnsupportedPhoto(f"the picture's color space is not supported: {error}") from error


def _exif(data: bytes) -> bytes | None:
    """Returns the content of the EXIF box; compressed boxes are left to the metadata reader."""
    for box in boxes(data) if data.startswith(CONTAINER) else ():
        if box.kind == b"Exif":
            return data[box.start + 4 + int.from_bytes(data[box.start : box.start + 4], "big") : box.end]
    return None


def _is_jpeg(data: bytes) -> bool:
    """Returns True for a losslessly packed JPEG, which can be restored."""
    return data.startswith(CONTAINER) and any(box.kind == b"jbrd" for box in boxes(data))


def write(file: BinaryIO, frame: EncodeInput) -> None:
    """Writes a JPEG XL file: lossless for lossless sources and above 8 bits, else by quality."""
    container = frame.photo.container
    samples = frame.samples

    def coded(quality: int) -> tuple[bytes, Callable[[], NDArray[Any]]]:
        how: dict[str, Any] = {"lossless": True} if quality == LOSSLESS else {"distance": _distance(quality)}
        whole = bytes(imagecodecs.jpegxl_encode(samples, usecontainer=True, effort=_EFFORT, **how))
        return whole, lambda: imagecodecs.jpegxl_decode(whole)

    if container.lossless or samples.dtype != np.uint8:
        encoded = coded(LOSSLESS)[0]
    else:
        encoded = within_promise(container, "jxl", samples[..., :3], frame.quality, coded)
    orientation = frame.photo.orientation

    def labeled(stream: bytes) -> bytes:
        return with_orientation(with_srgb_curve(stream), orientation)

    for box in boxes(encoded):
        file.write(
            make_box(b"jxlc", labeled(encoded[box.start : box.end]))
            if box.kind == b"jxlc"
            else encoded[box.head : box.end]
        )


def _distance(quality: int) -> float:
    """Returns the Butteraugli distance of a JPEG-like quality; 90 is 1.0. Source: libjxl's DistanceFromQuality."""
    if quality >= 100:
        return 0.1
    return 0.1 + (100 - quality) * 0.09 if quality >= 30 else 53 / 3000 * quality**2 - 23 / 20 * quality + 25
