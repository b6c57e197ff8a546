"""Reads AVIF by libavif through imagecodecs, and HEIC by libheif where the extra `photocolor[heic]` is installed."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from photocolor.color.profile import BadProfile, profile_of
from photocolor.containers.boxes import Box, make_box
from photocolor.containers.clean_aperture import aperture_of, coded_size_of
from photocolor.containers.coded.hevc import sizes_in_config
from photocolor.containers.heif import Meta, item_bytes, orientation_of, read_meta
from photocolor.containers.tiff import view_exif
from photocolor.errors import TruncatedPhoto, UnsupportedPhoto
from photocolor.image.bit_depth import full_range
from photocolor.image.codecs.png import split_alpha
from photocolor.image.heif.av1_check import is_damaged
from photocolor.image.heif.bounds import coded_pictures, coding_of, refuse_unbounded
from photocolor.image.heif.left_out import left_out
from photocolor.image.orient import stored
from photocolor.image.photo import Container, Header, Photo
from photocolor.image.plausibility import Decode, other_tails, unread_sentence, zero_run
from photocolor.system.decoder_messages import detail_of

_TURNS = {1: (0, None), 2: (0, 1), 3: (2, None), 4: (0, 0), 5: (1, 0), 6: (3, None), 7: (3, 0), 8: (1, None)}
_PICTURES = {b"av01", b"hvc1", b"hev1", b"grid", b"iden", b"iovl", b"jpeg", b"avc1"}
_HEVC_BLOCK_PX = 8
_TAIL_BYTES, _HIDDEN_TAIL_BYTES = 64, 64 * 64 * 3
"""What HEVC data must need at their end; more where the last block may lie outside of the picture for the most part."""
INSTALL = 'Install the extra for HEIC: pip install "photocolor[heic]"'


def probe_avif(data: bytes) -> Header:
    """Returns size and depth of the primary picture.

    Raises:
        TruncatedPhoto: the boxes are cut off or damaged.
        UnsupportedPhoto: an animation, or several pictures.
    """
    return _opened(data, "avif").header


def probe_heic(data: bytes) -> Header:
    """Does for HEIC what `probe_avif` does."""
    return _opened(data, "heic").header


def read_avif(data: bytes) -> Photo:
    """Returns the picture with its profile not yet applied.

    Raises:
        TruncatedPhoto: the data end before the picture does.
        UnsupportedPhoto: its colors cannot be treated exactly.
    """
    opened = _opened(data, "avif")
    meta = opened.meta
    damage = [is_damaged(data, meta, number) for number in coded_pictures(meta)]
    if True in damage:
        raise TruncatedPhoto("the AVIF is damaged: its tiles do not end where their data end")
    samples = imagecodecs.avif_decode(data)
    aperture = aperture_of(data, meta)
    if aperture and samples.shape[:2] == coded_size_of(data, meta):  # libavif leaves it to who asks
        top, left, height, width = aperture
        samples = samples[top : top + height, left : left + width]
    warnings = _holes(data, meta) if None in damage else ()
    return _photo(data, opened, samples, warnings)


def read_heic(data: bytes) -> Photo:
    """Does for HEIC what `read_avif` does.

    Raises:
        UnsupportedPhoto: the library that reads it is not installed.
    """
    try:
        import pillow_heif
    except ImportError as error:
        raise UnsupportedPhoto("HEIC needs a library that is not installed", INSTALL) from error
    opened = _opened(data, "heic")
    header, meta = opened.header, opened.meta
    turned = orientation_of(data, meta)

    def samples_of(file: bytes) -> NDArray[Any]:
        picture = pillow_heif.open_heif(BytesIO(file), convert_hdr_to_8bit=False)
        return stored(np.asarray(picture), turned)  # upright: libheif turns while it decodes

    samples = samples_of(data)
    warnings = _holes(data, meta) or _unread(data, meta, samples, samples_of)
    if header.bit_depth > 8:  # which are in the upper part of 16 bits
        samples = samples >> (16 - header.bit_depth)
    return _photo(data, opened, np.ascontiguousarray(samples), warnings)


def _holes(data: bytes, meta: Meta) -> tuple[str, ...]:
    """Returns signs of damage in the coded data themselves, one sentence each."""
    runs = (zero_run(item_bytes(data, meta, number) or b"") for number in coded_pictures(meta))
    return tuple(dict.fromkeys(warning for warning in runs if warning))


def _unread(data: bytes, meta: Meta, samples: NDArray[Any], decode: Decode) -> tuple[str, ...]:
    """Returns a sentence if a picture, or one of its tiles, does not depend on the end of its data."""
    tiles = [number for number in coded_pictures(meta) if not _is_helper(meta, number)]
    pieces = [meta.places[number].pieces[-1] for number in tiles]
    tile_size = (samples.shape[0], samples.shape[1]) if len(tiles) == 1 else _promised_size(data, meta, tiles[0])
    hidden_px = _hidden_px(data, meta, tiles[0], tile_size)
    if hidden_px > _HEVC_BLOCK_PX:
        return ()  # the encoder filled up a small picture, and its last data are for what nobody sees
    tail_bytes = _HIDDEN_TAIL_BYTES if hidden_px else _TAIL_BYTES
    tails = [(at + size - min(tail_bytes, size // 4), at + size) for at, size in pieces]
    try:
        again = decode(other_tails(data, tails))
    except (RuntimeError, ValueError, OSError, SyntaxError, EOFError):  # what libheif and Pillow raise
        return ()
    if again.shape != samples.shape:
        return ()
    same = (again == samples).all(axis=-1) if samples.ndim == 3 else again == samples
    height, width = tile_size
    parts = ((top, left) for top in range(0, len(same), height) for left in range(0, same.shape[1], width))
    unread = any(same[top : top + height, left : left + width].all() for top, left in parts)
    return (unread_sentence(),) if unread and (len(tiles) == 1 or aperture_of(data, meta) is None) else ()


def _is_helper(meta: Meta, number: int) -> bool:
    return any(kind == b"auxl" and source == number for kind, source, _ in meta.references)


def _hidden_px(data: bytes, meta: Meta, number: int, shown_size: tuple[int, int]) -> int:
    """Returns how many rows or columns, whichever are more, are coded and then cut off."""
    sizes = sizes_in_config(coding_of(data, meta, number))
    return max((max(size[0] - shown_size[0], size[1] - shown_size[1]) for size in sizes), default=0)


def _promised_size(data: bytes, meta: Meta, number: int) -> tuple[int, int]:
    box = next(box for box in meta.of(number) if box.kind == b"ispe")
    width, height = struct.unpack_from(">II", data, box.start + 4)
    return height, width


@dataclass(frozen=True, slots=True)
class _Opened:
    """Holds what was read of a file before its picture is decoded.

    Attributes:
        header: format, size and bit depth of the primary picture.
        meta: the boxes that describe all pictures.
    """

    header: Header
    meta: Meta


def _opened(data: bytes, name: str) -> _Opened:
    """Reads and checks the header; returns it with the boxes.

    Raises:
        TruncatedPhoto: it is damaged or cut off.
        UnsupportedPhoto: the file is animated, or holds several pictures.
    """
    try:
        meta = read_meta(data)
        properties = meta.of(meta.primary)
        size, aperture = coded_size_of(data, meta), aperture_of(data, meta)
        height, width = aperture[2:] if aperture else size
        bits = _bits(data, properties)
    except (ValueError, struct.error, IndexError) as error:
        raise TruncatedPhoto(f"the {name.upper()} is cut off or damaged{detail_of(error, ours=True)}") from error
    if data[8:12] in (b"avis", b"msf1", b"hevc"):
        raise UnsupportedPhoto(f"animated {name.upper()} is not supported")
    _refuse_others(meta, name)
    refuse_unbounded(data, meta, size, name.upper())
    if not width or not height:
        raise TruncatedPhoto(f"the {name.upper()}'s header is damaged ({width} × {height} pixels)")
    return _Opened(Header(name, height, width, bits), meta)


def _refuse_others(meta: Meta, name: str) -> None:
    """Refuses further independent pictures: all that are no tile, alpha, preview or gain map of the primary."""
    helpers = {source for kind, source, _ in meta.references if kind in (b"auxl", b"thmb", b"prem", b"base")}
    helpers |= {one for kind, _, to in meta.references if kind in (b"dimg", b"tmap") for one in to}
    pictures = [item.number for item in meta.items.values() if item.kind in _PICTURES]
    others = [number for number in pictures if number not in helpers and number != meta.primary]
    if others:
        raise UnsupportedPhoto(f"{name.upper()} with {len(others) + 1} pictures is not supported")


def _bits(data: bytes, properties: list[Box]) -> int:
    pixi = next((box for box in properties if box.kind == b"pixi"), None)
    if pixi is not None:
        return int(data[pixi.start + 5])
    config = next((box for box in properties if box.kind == b"av1C"), None)
    if config is None:
        return 8
    flags = data[config.start + 2]
    return 8 if not flags & 0x40 else 12 if flags & 0x20 else 10


def _photo(data: bytes, opened: _Opened, samples: NDArray[Any], warnings: tuple[str, ...]) -> Photo:
    """Returns the decoded samples as a photo; `warnings` are those of decoding."""
    header, meta = opened.header, opened.meta
    if samples.shape[:2] != (header.height, header.width):
        decoded = f"{samples.shape[1]} × {samples.shape[0]}"
        raise TruncatedPhoto(f"the {header.format.upper()} decodes to {decoded} pixels, not what it promises")
    properties = meta.of(meta.primary)
    pixels, alpha = split_alpha(full_range(samples, header.bit_depth))
    icc, color_warnings = _colors(data, properties)
    bits = header.bit_depth if header.bit_depth not in (8, 16) else 0
    container = Container(
        header.format, icc=icc, dpi=view_exif(_exif(data, meta)).dpi, bits=bits, lossless=_is_identity(data, properties)
    )
    return Photo(
        pixels, alpha, orientation_of(data, meta), container, (*color_warnings, *warnings, *left_out(data, meta))
    )


def _exif(data: bytes, meta: Meta) -> bytes | None:
    number = next((item.number for item in meta.items.values() if item.kind == b"Exif"), None)
    content = item_bytes(data, meta, number) if number is not None else None
    return content[4 + int.from_bytes(content[:4], "big") :] if content else None


def orientation_boxes(orientation: int) -> list[tuple[bytes, bool]]:
    """Returns the properties that turn a stored grid upright."""
    turns, axis = _TURNS[orientation]
    boxes_made = [(make_box(b"irot", bytes([turns])), True)] if turns else []
    return boxes_made + ([(make_box(b"imir", bytes([axis])), True)] if axis is not None else [])


def _colors(data: bytes, properties: list[Box]) -> tuple[bytes | None, tuple[str, ...]]:
    """Returns the profile.

    It is an ICC one, or is made of the numbers of ISO/IEC 23091-2; there is none for sRGB and what says nothing.
    """
    boxes = {bytes(data[box.start : box.start + 4]): box for box in reversed(properties) if box.kind == b"colr"}
    for kind in (b"prof", b"rICC"):
        if kind in boxes:
            return bytes(data[boxes[kind].start + 4 : boxes[kind].end]), ()
    if b"nclx" not in boxes:
        return None, ()
    primaries, curve = struct.unpack_from(">HH", data, boxes[b"nclx"].start + 4)
    try:
        return profile_of(primaries, curve)
    except BadProfile as error:
        raise UnsupportedPhoto(f"the picture's color space is not supported: {error}") from error


def _is_identity(data: bytes, properties: list[Box]) -> bool:
    """Returns True for the matrix that leaves RGB as it is, which no lossy encoder uses."""
    for box in properties:
        if box.kind == b"colr" and data[box.start : box.start + 4] == b"nclx":
            return struct.unpack_from(">H", data, box.start + 8) == (0,)
    return False
