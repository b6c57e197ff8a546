"""Writes JPEG 2000, JPEG XL, AVIF and HEIC."""

from __future__ import annotations

import struct
import threading
from collections.abc import Callable
from io import BytesIO
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from photocolor.containers.boxes import boxes, make_box
from photocolor.containers.heif import with_additions
from photocolor.containers.jxl import with_orientation, with_srgb_curve
from photocolor.errors import UnsupportedPhoto
from photocolor.image.bit_depth import reduced
from photocolor.image.codecs.heif import INSTALL, orientation_boxes
from photocolor.image.codecs.png import INCHES_PER_METER
from photocolor.image.encode_input import EncodeInput
from photocolor.image.lightness_check import LOSSLESS, within_promise

_JXL_EFFORT = 4  # 7, the default, takes five times as long for 2 % less
_HEIC_LOCK = threading.Lock()  # the number of bits is a setting of the whole library
_AVIF_SPEED, _HEIC_LOSSLESS = 6, -1


def encode_jp2(frame: EncodeInput) -> bytes:
    """A JP2 file of 8 or 16 bits, always lossless, with its profile and resolution."""
    samples, bits = frame.samples, 8 * frame.samples.dtype.itemsize
    made = bytes(imagecodecs.jpeg2k_encode(samples, level=0, codecformat="jp2", reversible=True, bitspersample=bits))
    parts = [
        _jp2_header(made, box.start, box.end, frame) if box.kind == b"jp2h" else made[box.head : box.end]
        for box in boxes(made)
    ]
    return b"".join(parts)


def _jp2_header(data: bytes, start: int, end: int, frame: EncodeInput) -> bytes:
    inner = list(boxes(data, start, end))
    parts = [data[box.head : box.end] for box in inner if box.kind in (b"ihdr", b"bpcc")]
    if frame.icc:
        parts.append(make_box(b"colr", b"\x02\x00\x00" + frame.icc))
    else:
        parts.append(make_box(b"colr", b"\x01\x00\x00" + struct.pack(">I", 16)))
    if frame.has_alpha:
        kind = 2 if frame.photo.container.extra_sample == "assocalpha" else 1
        rows = [(0, 0, 1), (1, 0, 2), (2, 0, 3), (3, kind, 0)]
        parts.append(make_box(b"cdef", struct.pack(">H", 4) + b"".join(struct.pack(">3H", *row) for row in rows)))
    if frame.photo.container.dpi:
        x, y = (_fraction(value * INCHES_PER_METER) for value in frame.photo.container.dpi)
        parts.append(make_box(b"res ", make_box(b"resc", struct.pack(">4H2b", *y[:2], *x[:2], y[2], x[2]))))
    return make_box(b"jp2h", b"".join(parts))


def _fraction(value: float) -> tuple[int, int, int]:
    """Numerator, denominator and exponent to ten in 16 bits; 300 dpi come back as 300.00."""
    exponent = 0
    while value > 65:
        value, exponent = value / 10, exponent + 1
    return max(1, round(value * 1000)), 1000, exponent


def encode_jxl(frame: EncodeInput) -> bytes:
    """A JPEG XL file: lossless for lossless sources and above 8 bits, else by quality."""
    container = frame.photo.container
    samples = frame.samples

    def coded(quality: int) -> tuple[bytes, Callable[[], NDArray[Any]]]:
        how: dict[str, Any] = {"lossless": True} if quality == LOSSLESS else {"distance": _distance(quality)}
        whole = bytes(imagecodecs.jpegxl_encode(samples, usecontainer=True, effort=_JXL_EFFORT, **how))
        return whole, lambda: imagecodecs.jpegxl_decode(whole)

    if container.lossless or samples.dtype != np.uint8:
        made = coded(LOSSLESS)[0]
    else:
        made = within_promise("jxl", samples[..., :3], frame.quality, coded)
    orientation = frame.photo.orientation

    def labeled(stream: bytes) -> bytes:
        return with_orientation(with_srgb_curve(stream), orientation)

    return b"".join(
        make_box(b"jxlc", labeled(made[box.start : box.end])) if box.kind == b"jxlc" else made[box.head : box.end]
        for box in boxes(made)
    )


def _distance(quality: int) -> float:
    """Butteraugli distance of a JPEG-like quality; 90 is 1.0. Source: libjxl, JxlEncoderDistanceFromQuality."""
    if quality >= 100:
        return 0.1
    return 0.1 + (100 - quality) * 0.09 if quality >= 30 else 53 / 3000 * quality**2 - 23 / 20 * quality + 25


def encode_avif(frame: EncodeInput) -> bytes:
    """An AVIF file of 8, 10 or 12 bits: lossless for lossless sources, else by quality; its colors are never halved."""
    bits = _deep_bits(frame, (10, 12))
    samples = frame.samples if bits == 8 else reduced(frame.samples, bits)

    def coded(quality: int) -> tuple[bytes, Callable[[], NDArray[Any]]]:
        lossless = quality == LOSSLESS
        whole = bytes(
            imagecodecs.avif_encode(
                samples,
                level=100 if lossless else min(quality, 99),
                speed=_AVIF_SPEED,
                bitspersample=bits,
                pixelformat="444",
                primaries=1,
                transfer=13,
                matrix=0 if lossless else 6,
                numthreads=1,
            )
        )
        return whole, lambda: imagecodecs.avif_decode(whole)

    if frame.photo.container.lossless or bits > 8:
        made = coded(LOSSLESS if frame.photo.container.lossless else frame.quality)[0]
    else:
        made = within_promise("avif", samples[..., :3], frame.quality, coded)
    return with_additions(made, [], _picture_properties(frame))


def encode_heic(frame: EncodeInput) -> bytes:
    """A HEIC file by libheif; lossless also where it has an alpha channel, which is coded like the colors.

    Raises:
        UnsupportedPhoto: the library that writes it is not installed, or does not keep the alpha channel.
    """
    try:
        import pillow_heif
    except ImportError as error:
        raise UnsupportedPhoto("HEIC needs a library that is not installed", INSTALL) from error
    deep = frame.samples.dtype == np.uint16
    mode = ("RGBA" if frame.has_alpha else "RGB") + (";16" if deep else "")
    height, width = frame.samples.shape[:2]
    shown = pillow_heif.from_bytes(mode=mode, size=(width, height), data=np.ascontiguousarray(frame.samples).tobytes())

    def coded(quality: int) -> tuple[bytes, Callable[[], NDArray[Any]]]:
        file, lossless = BytesIO(), quality == LOSSLESS
        with _HEIC_LOCK:
            pillow_heif.options.SAVE_HDR_TO_12_BIT = deep and _deep_bits(frame, (10, 12)) == 12
            shown.save(
                file,
                quality=_HEIC_LOSSLESS if lossless else quality,
                chroma=444,
                matrix_coefficients=0 if lossless else 6,
                color_primaries=1,
                transfer_characteristics=13,
                full_range_flag=1,
                save_nclx_profile=True,
            )
        return file.getvalue(), lambda: np.asarray(pillow_heif.open_heif(file, convert_hdr_to_8bit=False))

    if frame.photo.container.lossless or frame.has_alpha or deep:
        exact = frame.photo.container.lossless or frame.has_alpha
        made, decode = coded(LOSSLESS if exact else frame.quality)
        if frame.has_alpha:
            _refuse_other_alpha(frame, decode())
    else:
        made = within_promise("heic", frame.samples, frame.quality, coded)
    return with_additions(made, [], _picture_properties(frame))


def _refuse_other_alpha(frame: EncodeInput, written: NDArray[Any]) -> None:
    before = frame.samples[..., 3]
    bits = _deep_bits(frame, (10, 12))
    expected = before if bits == 8 else reduced(before, bits) << (16 - bits)
    if written.shape != frame.samples.shape or not np.array_equal(written[..., 3], expected):
        raise UnsupportedPhoto("HEIC does not keep this photo's alpha channel", "Use --format avif, png or tiff.")


def _picture_properties(frame: EncodeInput) -> list[tuple[bytes, bool]]:
    profile = [(make_box(b"colr", b"prof" + frame.icc), False)] if frame.icc else []
    return profile + orientation_boxes(frame.photo.orientation)


def _deep_bits(frame: EncodeInput, allowed: tuple[int, ...]) -> int:
    if frame.samples.dtype == np.uint8:
        return 8
    stored = frame.photo.container.bits
    return stored if stored in allowed else max(allowed)
