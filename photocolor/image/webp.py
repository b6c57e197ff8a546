"""Reads WebP: its chunks by our own walk, its pixels by libwebp through imagecodecs."""

from __future__ import annotations

import struct

import imagecodecs

from photocolor.errors import TruncatedPhoto, UnsupportedPhoto
from photocolor.image.directory import view_exif
from photocolor.image.photo import Container, Header, Photo
from photocolor.image.png import split_alpha

_ANIMATED = 0x02  # flag in the first byte of VP8X
_HEADER_BYTES = 12


def probe(data: bytes) -> Header:
    """The size from the first chunk, which is VP8, VP8L or VP8X.

    Raises:
        TruncatedPhoto: it is cut off or of none of these kinds.
        UnsupportedPhoto: the picture is animated.
    """
    kind, body = data[12:16], data[20:30]
    if len(body) == 10 and kind == b"VP8X":
        if body[0] & _ANIMATED:
            raise UnsupportedPhoto("animated WebP is not supported")
        width, height = (int.from_bytes(body[at : at + 3], "little") + 1 for at in (4, 7))
    elif len(body) == 10 and kind == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", body, 6))
    elif len(body) >= 5 and kind == b"VP8L" and body[0] == 0x2F:
        bits = int.from_bytes(body[1:5], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:
        raise TruncatedPhoto("the WebP's header is cut off or damaged")
    if not width or not height:
        raise TruncatedPhoto(f"the WebP's header is damaged ({width} × {height} pixels)")
    return Header("webp", height, width, 8)


def read(data: bytes) -> Photo:
    """The picture with its profile not yet applied.

    Raises:
        TruncatedPhoto: the data end before the picture does.
        UnsupportedPhoto: the picture is animated.
    """
    header = probe(data)
    chunks = _chunks(data)
    pixels, alpha = split_alpha(imagecodecs.webp_decode(data))
    if pixels.shape[:2] != (header.height, header.width):
        raise TruncatedPhoto(f"the WebP decodes to {pixels.shape[1]} × {pixels.shape[0]} pixels, not what it promises")
    exif = view_exif(chunks.get(b"EXIF"))
    container = Container("webp", icc=chunks.get(b"ICCP"), dpi=exif.dpi, lossless=b"VP8L" in chunks)
    return Photo(pixels, alpha, exif.orientation, container, exif.warnings)


def _chunks(data: bytes) -> dict[bytes, bytes]:
    """Name and payload of every chunk; of several with one name the first.

    Raises:
        TruncatedPhoto: the file is shorter than its header says, or a chunk reaches beyond the end.
    """
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        raise TruncatedPhoto(f"the WebP should have {end} bytes, but the file has {len(data)}")
    found: dict[bytes, bytes] = {}
    position = _HEADER_BYTES
    while position + 8 <= end:
        name, length = struct.unpack_from("<4sI", data, position)
        if position + 8 + length > end:
            raise TruncatedPhoto(f"the WebP's {name.decode('latin-1')!r} chunk reaches beyond the end")
        found.setdefault(name, data[position + 8 : position + 8 + length])
        position += 8 + length + length % 2
    return found
