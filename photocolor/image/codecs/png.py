"""Reads and writes PNG of all kinds: chunks by our own walk with checksums, pixels by libpng (imagecodecs).

libpng is given the coding chunks only, so that no broken metadata can stop it.
"""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from typing import BinaryIO, cast

import imagecodecs
import numpy as np

from photocolor.containers.png import SIGNATURE, PngChunk, chunks, make_chunk
from photocolor.containers.resolution import believed
from photocolor.containers.tiff import ExifView, view_exif
from photocolor.errors import TruncatedPhoto, UnsupportedPhoto
from photocolor.image.codecs.png_coding import exact_data, raw_bytes, tables_of
from photocolor.image.codecs.png_color import color_of
from photocolor.image.codecs.png_interlace import Pass, split_passes
from photocolor.image.encode_input import EncodeInput
from photocolor.image.photo import Container, Header, Photo, Pixels

INCHES_PER_METER = 1 / 0.0254

_LEVEL = 2  # of compression; 6 takes three times as long for 4 % less (measured on photographs)
_KIND_AT, _INTERLACED_AT = 25, 28  # bytes of the file: the header chunk comes first, always
_TABLES = {b"PLTE", b"tRNS"}
_CODING = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_NOTHING_TO_COPY = "Its program wrote it so; no copy of it will have one. Look for the picture that it was made from."
_GRAY_KINDS = (0, 4)
_SHOWN = {3: 3}  # a palette's indices become colors
_DEFLATE_RATIO = 1032  # zlib's documentation: the most that one byte can expand to
_SRGB_GAMMA = 45455  # in units of 1/100000


def probe(data: bytes) -> Header:
    """Returns the header chunk.

    Raises:
        TruncatedPhoto: it is cut off, or says what cannot be.
    """
    if len(data) < 33 or data[12:16] != b"IHDR":
        raise TruncatedPhoto("the PNG's header is cut off")
    width, height, depth, kind = struct.unpack_from(">IIBB", data, 16)
    if depth not in _DEPTHS.get(kind, ()) or not 0 < width < 2**31 or not 0 < height < 2**31:
        raise TruncatedPhoto(f"the PNG's header is damaged ({width} × {height}, {depth} bits, color type {kind})")
    return Header("png", height, width, depth, channels=_SHOWN.get(kind, _SAMPLES[kind]))


def read(data: bytes) -> Photo:
    """Returns the picture with its profile not yet applied; palettes and color keys are expanded.

    Raises:
        TruncatedPhoto: the data end before the picture does, or a checksum is wrong.
        UnsupportedPhoto: the picture is animated.
    """
    header = probe(data)
    stored = list(chunks(data))
    _check_whole(data, header, stored)
    extra = {chunk.name: data[chunk.start : chunk.end] for chunk in reversed(stored) if chunk.name not in _CODING}
    if b"acTL" in extra:
        raise UnsupportedPhoto("animated PNG is not supported")
    color = color_of(extra, gray=data[_KIND_AT] in _GRAY_KINDS)
    unknown = next((chunk.name for chunk in stored if chunk.name[:1].isupper() and chunk.name not in _CODING), None)
    if unknown is not None:
        raise UnsupportedPhoto(
            f"PNG that cannot be read without its chunk {unknown.decode('latin-1')!r} is not supported"
        )
    samples, warnings = _samples(data, header, stored)
    pixels, alpha = split_alpha(samples)
    exif = view_exif(extra[b"eXIf"]) if b"eXIf" in extra else ExifView()
    container = Container("png", icc=color.icc, dpi=_density(extra) or exif.dpi, lossless=True, checksummed=True)
    return Photo(
        pixels, alpha, exif.orientation, container, (*exif.warnings, *warnings, *_odd(data, stored), *color.warnings)
    )


def coding_only(data: bytes) -> bytes:
    """Returns the file without the chunks that its pixels do not need."""
    coding = (chunk for chunk in chunks(data) if chunk.name in _CODING)
    return SIGNATURE + b"".join(data[chunk.whole] for chunk in coding)


def split_alpha(samples: Pixels) -> tuple[Pixels, Pixels | None]:
    """Returns gray (H, W) or RGB (H, W, 3), and alpha (H, W), of (H, W) or (H, W, 1 to 4) samples."""
    if samples.ndim == 2:
        return samples, None
    channels = samples.shape[2]
    colors = samples[:, :, 0] if channels < 3 else samples[:, :, :3]
    return colors.copy(order="C"), samples[:, :, -1].copy(order="C") if channels in (2, 4) else None


_END = make_chunk(b"IEND", b"")
_ONLY_ONCE = (b"cICP", b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"sBIT", b"bKGD", b"hIST", b"pHYs", b"eXIf", b"tIME")
_NAMES_SHOWN = 5


def _samples(data: bytes, header: Header, stored: list[PngChunk]) -> tuple[Pixels, tuple[str, ...]]:
    """Returns (H, W) or (H, W, 2 to 4) samples, palettes and color keys expanded, and warnings.

    Raises:
        TruncatedPhoto: there are fewer than the header promises.
    """
    kind, packed = data[_KIND_AT], [data[chunk.start : chunk.end] for chunk in stored if chunk.name == b"IDAT"]
    table_chunks = {chunk.name: data[chunk.start : chunk.end] for chunk in reversed(stored) if chunk.name in _TABLES}
    tables, warnings = tables_of(kind, header.bit_depth, table_chunks)
    packed_tables = b"".join(make_chunk(name, payload) for name, payload in tables.items())
    bits = header.bit_depth * _SAMPLES[kind]
    if data[_INTERLACED_AT]:
        return _interlaced(data, header, b"".join(packed), packed_tables, bits), warnings
    anew, left_over = exact_data(packed, raw_bytes(header.height, header.width, bits))
    payload = anew or b"".join(packed)
    whole = b"".join((make_chunk(b"IHDR", data[16:29]), packed_tables, make_chunk(b"IDAT", payload), _END))
    return cast(Pixels, imagecodecs.png_decode(SIGNATURE + whole)), (*warnings, *left_over)


def _interlaced(data: bytes, header: Header, packed: bytes, tables: bytes, bits: int) -> Pixels:
    """Returns the samples of an interlaced picture; `bits` are those of a pixel."""
    parts = [(part, _decoded_pass(part, tables)) for part in split_passes(data[16:29], packed, bits)]
    first = parts[0][1]  # it has the first pixel, so it is never missing
    samples = cast(Pixels, np.empty((header.height, header.width, *first.shape[2:]), first.dtype))
    for part, decoded in parts:
        samples[part.rows, part.columns] = decoded
    return samples


def _decoded_pass(part: Pass, tables: bytes) -> Pixels:
    whole = make_chunk(b"IHDR", part.header) + tables + make_chunk(b"IDAT", part.data) + _END
    return cast(Pixels, imagecodecs.png_decode(SIGNATURE + whole))


def _check_whole(data: bytes, header: Header, stored: list[PngChunk]) -> None:
    if not stored or stored[-1].name != b"IEND":
        raise TruncatedPhoto("the PNG data end before the end chunk")
    if not any(chunk.name == b"IDAT" for chunk in stored):
        raise TruncatedPhoto("the PNG has no picture in it (no IDAT chunk)", _NOTHING_TO_COPY)
    coded = 0
    for chunk in stored:
        if chunk.name not in _CODING:
            continue
        coded += (chunk.end - chunk.start) * (chunk.name == b"IDAT")
        (promised,) = struct.unpack_from(">I", data, chunk.end)
        if zlib.crc32(memoryview(data)[chunk.start - 4 : chunk.end]) != promised:
            raise TruncatedPhoto(f"the PNG is damaged: the checksum of a {chunk.name.decode('latin-1')} chunk is wrong")
    raw = header.height * (header.width * _SAMPLES[data[_KIND_AT]] * header.bit_depth // 8)
    if raw > _DEFLATE_RATIO * coded + _DEFLATE_RATIO:
        raise TruncatedPhoto(f"the PNG promises {raw} bytes of pixels, but {coded} compressed bytes cannot hold them")


def _odd(data: bytes, stored: list[PngChunk]) -> tuple[str, ...]:
    """Returns warnings about chunks that the pixels do not need: wrong checksums, and repeated chunks."""
    others = [chunk for chunk in stored if chunk.name not in _CODING]
    view = memoryview(data)
    wrong = [
        chunk.name
        for chunk in others
        if zlib.crc32(view[chunk.start - 4 : chunk.end]) != int.from_bytes(data[chunk.end : chunk.end + 4], "big")
    ]
    counts = Counter(chunk.name for chunk in others)
    several = [name for name in _ONLY_ONCE if counts[name] > 1]
    warnings = []
    if wrong:
        names = ", ".join(sorted({name.decode("latin-1") for name in wrong})[:_NAMES_SHOWN])
        warnings.append(
            f"chunks of the PNG have a wrong checksum ({len(wrong)}), what they say may be damaged: {names}"
        )
    if several:
        names = ", ".join(name.decode() for name in several)
        warnings.append(f"the PNG has several chunks where one may be, and the first counts: {names}")
    return tuple(warnings)


def _density(extra: dict[bytes, bytes]) -> tuple[float, float] | None:
    payload = extra.get(b"pHYs", b"")
    if len(payload) != 9:
        return None
    x, y, unit = struct.unpack(">IIB", payload)
    return believed(x / INCHES_PER_METER, y / INCHES_PER_METER) if unit == 1 else None


def write(file: BinaryIO, frame: EncodeInput) -> None:
    """Writes a PNG with its profile and resolution."""
    whole = memoryview(imagecodecs.png_encode(frame.samples, level=_LEVEL))
    header_end = len(SIGNATURE) + 25
    file.write(whole[:header_end])
    if frame.icc:
        file.write(make_chunk(b"iCCP", b"ICC profile\x00\x00" + zlib.compress(frame.icc, 9)))
    if frame.photo.container.dpi:
        x, y = (round(value * INCHES_PER_METER) for value in frame.photo.container.dpi)
        file.write(make_chunk(b"pHYs", struct.pack(">IIB", x, y, 1)))
    file.write(whole[header_end:])
