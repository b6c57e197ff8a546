"""Reads and writes WebP: its chunks by our own walk, its pixels by libwebp through imagecodecs and Pillow."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any, BinaryIO

import imagecodecs
from numpy.typing import NDArray
from PIL import Image

from photocolor.containers.tiff import view_exif
from photocolor.errors import TruncatedPhoto, UnsupportedPhoto
from photocolor.image.codecs.png import split_alpha
from photocolor.image.encode_input import EncodeInput
from photocolor.image.lightness_check import LOSSLESS, within_promise
from photocolor.image.photo import Container, Header, Photo
from photocolor.image.plausibility import TAIL_BYTES, depends_not, unread_sentence, zero_run

_ANIMATED = 0x02  # flag in the first byte of VP8X
_HEADER_BYTES = 12
_EFFORT = {"method": 2, "quality": 50}  # for lossless only; method 0 is 70 % larger on grain, 4 no smaller


_HAS_ALPHA, _ALPHA_PACKED = 0x10, 0x03


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
    samples = imagecodecs.webp_decode(data)
    if samples.shape[:2] != (header.height, header.width):
        said = f"{samples.shape[1]} × {samples.shape[0]}"
        raise TruncatedPhoto(f"the WebP decodes to {said} pixels, not what it promises")
    told = doubts(data, samples)
    pixels, alpha = split_alpha(samples)
    icc, exif = (_payload(data, chunks, name) for name in (b"ICCP", b"EXIF"))
    view = view_exif(exif)
    container = Container("webp", icc=icc, dpi=view.dpi, lossless=b"VP8L" in chunks)
    return Photo(pixels, alpha, view.orientation, container, (*view.warnings, *told))


def doubts(data: bytes, samples: NDArray[Any]) -> tuple[str, ...]:
    """What looks damaged in the coded picture of a file, one sentence each.

    Args:
        data: the whole file.
        samples: what it decodes to.
    """
    chunks = _chunks(data)
    kind = next((name for name in (b"VP8L", b"VP8 ") if name in chunks), None)
    if kind is None:
        return ()
    coded = data[chunks[kind]]
    told = zero_run(coded)
    if not told and depends_not(samples[..., :3], _colors, _alone(kind, coded[:-TAIL_BYTES])):
        told = unread_sentence()
    return *((told,) if told else ()), *_odd(data, chunks)


def _odd(data: bytes, chunks: dict[bytes, slice]) -> Iterator[str]:
    """What is odd in the chunks of a picture, one sentence each."""
    if b"VP8L" in chunks and b"VP8 " in chunks:
        yield "the WebP has more than one picture in it; the first is taken"
    if b"ALPH" in chunks:
        coded = data[chunks[b"ALPH"]]
        if coded and coded[0] & _ALPHA_PACKED and (told := zero_run(coded)):
            yield f"in its transparency, {told}"
    elif b"VP8X" in chunks and b"VP8 " in chunks and data[chunks[b"VP8X"]][0] & _HAS_ALPHA:
        yield "the WebP says that it has transparency, and has none; look whether a part of it is missing"


def _alone(kind: bytes, coded: bytes) -> bytes:
    """A file with these coded colors and nothing else."""
    chunk = struct.pack("<4sI", kind, len(coded)) + coded + bytes(len(coded) % 2)
    return struct.pack("<4sI4s", b"RIFF", 4 + len(chunk), b"WEBP") + chunk


def _colors(data: bytes) -> NDArray[Any]:
    colors: NDArray[Any] = imagecodecs.webp_decode(data)[..., :3]
    return colors


def _payload(data: bytes, chunks: dict[bytes, slice], name: bytes) -> bytes | None:
    return data[chunks[name]] if name in chunks else None


def _chunks(data: bytes) -> dict[bytes, slice]:
    """Name and place of every chunk's payload; of several with one name the first.

    Raises:
        TruncatedPhoto: the file is shorter than its header says, or a chunk reaches beyond the end.
    """
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        raise TruncatedPhoto(f"the WebP should have {end} bytes, but the file has {len(data)}")
    found: dict[bytes, slice] = {}
    position = _HEADER_BYTES
    while position + 8 <= end:
        name, length = struct.unpack_from("<4sI", data, position)
        if position + 8 + length > end:
            raise TruncatedPhoto(f"the WebP's {name.decode('latin-1')!r} chunk reaches beyond the end")
        found.setdefault(name, slice(position + 8, position + 8 + length))
        position += 8 + length + length % 2
    return found


def write(file: BinaryIO, frame: EncodeInput) -> None:
    """Writes a WebP: lossless for lossless sources, else by quality."""
    image = Image.fromarray(frame.samples)

    def coded(quality: int) -> tuple[bytes, Callable[[], NDArray[Any]]]:
        how = {"lossless": True, **_EFFORT} if quality == LOSSLESS else {"quality": quality}
        whole = BytesIO()
        image.save(whole, "WEBP", exact=True, icc_profile=frame.icc, **how)
        return whole.getvalue(), lambda: imagecodecs.webp_decode(whole.getvalue())

    if frame.photo.container.lossless:
        file.write(coded(LOSSLESS)[0])
    else:
        file.write(within_promise("webp", frame.samples[..., :3], frame.quality, coded))
