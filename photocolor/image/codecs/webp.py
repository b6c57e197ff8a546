"""Reads and writes WebP: its chunks by our own walk, its pixels by libwebp through imagecodecs and Pillow."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any, BinaryIO

import imagecodecs
from numpy.typing import NDArray
from PIL import Image

from photocolor.containers.malformed import Malformed
from photocolor.containers.riff import chunks, make_chunk, make_file, promised_bytes
from photocolor.containers.tiff import view_exif
from photocolor.errors import TruncatedPhoto, UnsupportedPhoto
from photocolor.image.codecs.png import split_alpha
from photocolor.image.encode_input import EncodeInput
from photocolor.image.lightness_check import LOSSLESS, within_promise
from photocolor.image.photo import Container, Header, Photo
from photocolor.image.plausibility import TAIL_BYTES, depends_not, unread_sentence, zero_run

_ANIMATED = 0x02  # flag in the first byte of VP8X
_EFFORT = {"method": 2, "quality": 50}  # for lossless only; method 0 is 70 % larger on grain, 4 no smaller


_HAS_ALPHA, _ALPHA_PACKED = 0x10, 0x03


def probe(data: bytes) -> Header:
    """Returns the size from the first chunk, which is VP8, VP8L or VP8X.

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
    """Returns the picture with its profile not yet applied.

    Raises:
        TruncatedPhoto: the data end before the picture does.
        UnsupportedPhoto: the picture is animated.
    """
    header = probe(data)
    places = _chunks(data)
    samples = imagecodecs.webp_decode(data)
    if samples.shape[:2] != (header.height, header.width):
        said = f"{samples.shape[1]} × {samples.shape[0]}"
        raise TruncatedPhoto(f"the WebP decodes to {said} pixels, not what it promises")
    warnings = doubts(data, samples)
    pixels, alpha = split_alpha(samples)
    icc, exif = (_payload(data, places, name) for name in (b"ICCP", b"EXIF"))
    view = view_exif(exif)
    container = Container("webp", icc=icc, dpi=view.dpi, lossless=b"VP8L" in places)
    return Photo(pixels, alpha, view.orientation, container, (*view.warnings, *warnings))


def doubts(data: bytes, samples: NDArray[Any]) -> tuple[str, ...]:
    """Returns signs of damage in the coded picture of a file, one sentence each.

    Args:
        data: the whole file.
        samples: what it decodes to.
    """
    places = _chunks(data)
    kind = next((name for name in (b"VP8L", b"VP8 ") if name in places), None)
    if kind is None:
        return ()
    coded = data[places[kind]]
    warning = zero_run(coded)
    if not warning and depends_not(samples[..., :3], _colors, _alone(kind, coded[:-TAIL_BYTES])):
        warning = unread_sentence()
    return *((warning,) if warning else ()), *_odd(data, places)


def _odd(data: bytes, places: dict[bytes, slice]) -> Iterator[str]:
    """Yields signs of damage in the coded data of a picture, one sentence each."""
    if b"VP8L" in places and b"VP8 " in places:
        yield "the WebP has more than one picture in it; the first is taken"
    if b"ALPH" in places:
        coded = data[places[b"ALPH"]]
        if coded and coded[0] & _ALPHA_PACKED and (warning := zero_run(coded)):
            yield f"in its transparency, {warning}"
    elif b"VP8X" in places and b"VP8 " in places and data[places[b"VP8X"]][0] & _HAS_ALPHA:
        yield "the WebP says that it has transparency, and has none; look whether a part of it is missing"


def _alone(kind: bytes, coded: bytes) -> bytes:
    """Returns a file with these coded colors and nothing else."""
    return make_file(make_chunk(kind, coded))


def _colors(data: bytes) -> NDArray[Any]:
    colors: NDArray[Any] = imagecodecs.webp_decode(data)[..., :3]
    return colors


def _payload(data: bytes, places: dict[bytes, slice], name: bytes) -> bytes | None:
    return data[places[name]] if name in places else None


def _chunks(data: bytes) -> dict[bytes, slice]:
    """Returns name and place of every chunk's payload; the first of several with one name.

    Raises:
        TruncatedPhoto: the file is shorter than its header says, or a chunk reaches beyond the end.
    """
    end = promised_bytes(data)
    if end > len(data):
        raise TruncatedPhoto(f"the WebP should have {end} bytes, but the file has {len(data)}")
    places: dict[bytes, slice] = {}
    try:
        for chunk in chunks(data, end):
            places.setdefault(chunk.name, slice(chunk.start, chunk.end))
    except Malformed as error:
        raise TruncatedPhoto(f"the WebP is damaged: {error}") from error
    return places


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
        file.write(within_promise(frame.photo.container, "webp", frame.samples[..., :3], frame.quality, coded))
