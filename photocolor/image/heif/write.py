"""Writes AVIF by libavif through imagecodecs, and HEIC by libheif where the extra `photocolor[heic]` is installed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from io import BytesIO
from typing import Any, BinaryIO

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from photocolor.containers.boxes import make_box
from photocolor.containers.heif import with_additions
from photocolor.errors import UnsupportedPhoto
from photocolor.image.bit_depth import reduced, reduced_colors
from photocolor.image.codecs.heif import INSTALL, orientation_boxes
from photocolor.image.encode_input import EncodeInput
from photocolor.image.lightness_check import LOSSLESS, within_promise

_HEIC_LOCK = threading.Lock()  # the number of bits is a setting of the whole library
_AVIF_SPEED, _HEIC_LOSSLESS = 6, -1


def write_avif(file: BinaryIO, frame: EncodeInput) -> None:
    """Writes an AVIF of 8, 10 or 12 bits: lossless for lossless sources, else by quality, without subsampling."""
    bits = _deep_bits(frame, (10, 12))
    samples = frame.samples if bits == 8 else reduced_colors(frame.samples, bits)

    def coded(quality: int) -> tuple[bytes, Callable[[], NDArray[Any]]]:
        lossless = quality == LOSSLESS
        whole = bytes(
            imagecodecs.avif_encode(
                samples,
                level=100 if lossless else min(quality, 99),
                speed=_AVIF_SPEED,
                bitspersample=bits,
                pixelformat=imagecodecs.AVIF.PIXEL_FORMAT.YUV444,  # its short name is not known by all versions
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
        made = within_promise(frame.photo.container, "avif", samples[..., :3], frame.quality, coded)
    file.write(with_additions(made, [], _picture_properties(frame)))


def write_heic(file: BinaryIO, frame: EncodeInput) -> None:
    """Writes a HEIC file by libheif; lossless also where it has an alpha channel, which is coded like the colors.

    Raises:
        UnsupportedPhoto: the library that writes it is not installed, or does not keep the alpha channel.
    """
    try:
        import pillow_heif
    except ImportError as error:
        raise UnsupportedPhoto("HEIC needs a library that is not installed", INSTALL) from error
    bits = _deep_bits(frame, (10, 12))
    deep = bits > 8
    mode = ("RGBA" if frame.has_alpha else "RGB") + (";16" if deep else "")
    height, width = frame.samples.shape[:2]
    samples = (
        reduced_colors(frame.samples, bits) << (16 - bits) if deep else frame.samples
    )  # it cuts off and rounds not
    shown = pillow_heif.from_bytes(mode=mode, size=(width, height), data=np.ascontiguousarray(samples).tobytes())

    def coded(quality: int) -> tuple[bytes, Callable[[], NDArray[Any]]]:
        whole, lossless = BytesIO(), quality == LOSSLESS
        with _HEIC_LOCK:
            pillow_heif.options.SAVE_HDR_TO_12_BIT = bits == 12
            shown.save(
                whole,
                quality=_HEIC_LOSSLESS if lossless else quality,
                chroma=444,
                matrix_coefficients=0 if lossless else 6,
                color_primaries=1,
                transfer_characteristics=13,
                full_range_flag=1,
                save_nclx_profile=True,
            )
        return whole.getvalue(), lambda: np.asarray(pillow_heif.open_heif(whole, convert_hdr_to_8bit=False))

    if frame.photo.container.lossless or frame.has_alpha or deep:
        exact = frame.photo.container.lossless or frame.has_alpha
        made, decode = coded(LOSSLESS if exact else frame.quality)
        if frame.has_alpha:
            _refuse_other_alpha(frame, decode())
    else:
        made = within_promise(frame.photo.container, "heic", frame.samples, frame.quality, coded)
    file.write(with_additions(made, [], _picture_properties(frame)))


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
