"""Reads and writes JPEG 2000: boxes and main header by our own parser, pixels by OpenJPEG through imagecodecs."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import BinaryIO

import imagecodecs

from photocolor.containers.boxes import Box, boxes, make_box
from photocolor.containers.coded.jp2_codestream import Codestream, missing_tiles, read_codestream
from photocolor.containers.jp2_resolution import density
from photocolor.containers.tiff import ExifView, view_exif
from photocolor.errors import TruncatedPhoto, UnsupportedPhoto
from photocolor.image.bit_depth import full_range
from photocolor.image.codecs.png import INCHES_PER_METER, split_alpha
from photocolor.image.encode_input import EncodeInput
from photocolor.image.photo import Container, Header, Photo
from photocolor.image.plausibility import zero_run
from photocolor.system.decoder_messages import detail_of

_FILE = b"\x00\x00\x00\x0cjP  \r\n\x87\n"
_EOC = b"\xff\xd9"
_EXIF_UUID = b"JpgTiffExif->JP2"
_HEADER_BYTES = 1 << 17
_SRGB, _GRAY, _SYCC = 16, 17, 18  # EnumCS. Source: ISO/IEC 15444-1, I.5.3.3
_SPACES = {14: "CIELab", 12: "CMYK", 1: "YCbCr", 3: "YCbCr", 4: "YCbCr", 20: "e-sRGB", 21: "ROMM-RGB", 24: "e-sYCC"}


@dataclass(frozen=True, slots=True)
class _File:
    """Holds what a file says: the codestream's header and place, profile, resolution, orientation, kind of alpha."""

    stream: Codestream
    coded: slice | None = None
    icc: bytes | None = None
    dpi: tuple[float, float] | None = None
    exif: ExifView = field(default_factory=ExifView)
    associated: bool = False


def probe(data: bytes) -> Header:
    """Returns size and depth.

    Raises:
        TruncatedPhoto: the header is cut off or damaged.
        UnsupportedPhoto: it cannot be treated exactly.
    """
    stream = _look(data).stream
    return Header("jp2", stream.height, stream.width, stream.bits[0])


def read(data: bytes) -> Photo:
    """Returns the picture with its profile not yet applied.

    Raises:
        TruncatedPhoto: the data end before the picture does.
        UnsupportedPhoto: it cannot be treated exactly.
    """
    file = _look(data)
    bits = file.stream.bits[0]
    codestream = data[file.coded or slice(None)]
    _refuse_missing_tiles(codestream)
    samples = imagecodecs.jpeg2k_decode(codestream)  # of the whole file it would apply the profile, and so twice
    if samples.shape[:2] != (file.stream.height, file.stream.width):
        decoded_size = f"{samples.shape[1]} × {samples.shape[0]}"
        raise TruncatedPhoto(f"the JPEG 2000 decodes to {decoded_size} pixels, not what it promises")
    pixels, alpha = split_alpha(full_range(samples, bits))
    container = Container(
        "jp2",
        icc=file.icc,
        dpi=file.dpi or file.exif.dpi,
        bits=bits if bits not in (8, 16) else 0,
        lossless=file.stream.reversible,
        extra_sample="assocalpha" if file.associated else "",
    )
    doubt = zero_run(codestream)
    warnings = (*file.exif.warnings, doubt) if doubt else file.exif.warnings
    return Photo(pixels, alpha, file.exif.orientation, container, warnings)


def _refuse_missing_tiles(codestream: bytes) -> None:
    try:
        missing = missing_tiles(codestream)
    except ValueError as error:
        raise TruncatedPhoto(f"the JPEG 2000 is damaged{detail_of(error, ours=True)}") from error
    if missing:
        raise TruncatedPhoto(f"the JPEG 2000 is damaged: {missing}")


def _look(data: bytes) -> _File:
    try:
        file = _of_boxes(data) if data.startswith(_FILE) else _File(read_codestream(data[:_HEADER_BYTES]))
    except (ValueError, struct.error) as error:
        raise TruncatedPhoto(f"the JPEG 2000's header is cut off or damaged{detail_of(error, ours=True)}") from error
    stream = file.stream
    if len(set(stream.bits)) != 1 or not 1 <= stream.bits[0] <= 16:
        depths = "/".join(f"{abs(bits)}{' signed' if bits < 0 else ''}" for bits in sorted(set(stream.bits)))
        raise UnsupportedPhoto(f"JPEG 2000 with components of {depths} bits is not supported")
    if stream.subsampled or len(stream.bits) > 4:
        raise UnsupportedPhoto("JPEG 2000 with reduced or more than four components is not supported")
    return file


def _of_boxes(data: bytes) -> _File:
    stream, coded, headers, exif = None, None, list[Box](), ExifView()
    for box in boxes(data):
        if box.kind == b"jp2h":
            headers = list(boxes(data, box.start, box.end))
        if box.kind == b"uuid" and data[box.start : box.start + 16] == _EXIF_UUID:
            exif = view_exif(data[box.start + 16 : box.end])
        if box.kind == b"jp2c":
            if coded is not None:
                raise UnsupportedPhoto("JPEG 2000 with several pictures is not supported")
            coded = slice(box.start, box.end)
            stream = read_codestream(data[box.start : min(box.end, box.start + _HEADER_BYTES)])
            if data[box.end - 2 : box.end] != _EOC:
                raise ValueError("its codestream has no end")
    if stream is None:
        raise ValueError("no codestream in its boxes")
    kinds = {box.kind for box in headers}
    if b"pclr" in kinds:
        raise UnsupportedPhoto("JPEG 2000 with a palette is not supported")
    _check_size(data, headers, stream)
    associated = _check_channels(data, headers, len(stream.bits))
    return _File(stream, coded, _profile(data, headers), density(data, headers), exif, associated)


def _check_size(data: bytes, headers: list[Box], stream: Codestream) -> None:
    """Raises if the box of the picture's size differs from the codestream.

    Raises:
        ValueError: one of both is damaged; decoders differ in which they believe.
    """
    for box in headers:
        if box.kind == b"ihdr":
            height, width = struct.unpack_from(">2I", data, box.start)
            if (height, width) != (stream.height, stream.width):
                sizes = f"{width} × {height} pixels in its box, {stream.width} × {stream.height} in its codestream"
                raise ValueError(f"it has {sizes}")


def _check_channels(data: bytes, headers: list[Box], count: int) -> bool:
    """Returns whether alpha is multiplied into the colors.

    A second or fourth channel must be an alpha of all colors.
    """
    definition = next((box for box in headers if box.kind == b"cdef"), None)
    if definition is None:
        if count in (2, 4):
            raise UnsupportedPhoto(
                f"JPEG 2000 with {count} channels that does not say which is transparency is not supported"
            )
        return False
    (number,) = struct.unpack_from(">H", data, definition.start)
    rows = [struct.unpack_from(">3H", data, definition.start + 2 + 6 * nth) for nth in range(min(number, 8))]
    colors = count - 1 if count in (2, 4) else count
    expected = {(nth, 0, nth + 1) for nth in range(colors)}
    others = set(rows) - expected
    if others - {(colors, kind, 0) for kind in (1, 2)} or not expected <= set(rows) or len(others) > count - colors:
        raise UnsupportedPhoto("JPEG 2000 with channels in an unusual order is not supported")
    return any(kind == 2 for _, kind, _ in others)


def _profile(data: bytes, headers: list[Box]) -> bytes | None:
    """Returns the profile that describes the colors; None for sRGB and its gray."""
    for box in headers:
        if box.kind != b"colr":
            continue
        method = data[box.start]
        if method in (2, 3):
            return bytes(data[box.start + 3 : box.end])
        if method == 1:
            (space,) = struct.unpack_from(">I", data, box.start + 3)
            if space in (_SRGB, _GRAY):
                return None
            name = "sYCC" if space == _SYCC else _SPACES.get(space, f"number {space}")
            raise UnsupportedPhoto(f"JPEG 2000 in the color space {name} is not supported")
    return None


def write(file: BinaryIO, frame: EncodeInput) -> None:
    """Writes a JP2 file of 8 or 16 bits, always lossless, with its profile and resolution."""
    samples, bits = frame.samples, 8 * frame.samples.dtype.itemsize
    encoded = bytes(imagecodecs.jpeg2k_encode(samples, level=0, codecformat="jp2", reversible=True, bitspersample=bits))
    parts = [
        _header_box(encoded, box.start, box.end, frame) if box.kind == b"jp2h" else encoded[box.head : box.end]
        for box in boxes(encoded)
    ]
    file.write(b"".join(parts))


def _header_box(data: bytes, start: int, end: int, frame: EncodeInput) -> bytes:
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
    """Returns numerator, denominator and exponent to ten in 16 bits; 300 dpi are restored as 300.00."""
    exponent = 0
    while value > 65:
        value, exponent = value / 10, exponent + 1
    return max(1, round(value * 1000)), 1000, exponent
