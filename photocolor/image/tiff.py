"""Reads TIFF and BigTIFF: one picture of 8 or 16 bits, gray, RGB or palette, however it is cut and compressed."""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
import tifffile

from photocolor.errors import TruncatedPhoto, UnsupportedPhoto
from photocolor.image.directory import Block, Entry, numbers, open_block, read_directory, view_fields
from photocolor.image.photo import Container, Header, Photo, Pixels
from photocolor.image.png import split_alpha

# tifffile reports damaged tags to its logger, which without a handler prints amid the progress bars; the checks below
# raise for all of them that matter.
logging.getLogger("tifffile").addHandler(logging.NullHandler())

_SUBFILE, _WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC = 254, 256, 257, 258, 259, 262
_SAMPLES, _SUB_DIRECTORIES, _SAMPLE_FORMAT, _DNG_VERSION = 277, 330, 339, 50706
_DEFAULTS = {_SUBFILE: 0, _WIDTH: 0, _HEIGHT: 0, _BITS: 1, _COMPRESSION: 1, _SAMPLES: 1, _SAMPLE_FORMAT: 1}

_REDUCED, _MASK = 1, 4  # bits of NewSubfileType
_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _PALETTE, _YCBCR = 0, 1, 2, 3, 6
_COLOR_SAMPLES = {_WHITE_IS_ZERO: 1, _BLACK_IS_ZERO: 1, _RGB: 3, _PALETTE: 1, _YCBCR: 3}
_OTHER_PHOTOMETRICS = {4: "transparency mask", 5: "CMYK", 8: "CIELAB", 9: "ICC Lab", 10: "ITU Lab"}
_OTHER_PHOTOMETRICS |= {32803: "color filter array", 32844: "LogL", 32845: "LogLuv", 34892: "linear raw"}
_UNSIGNED, _SAMPLE_FORMATS = 1, {2: "signed integer", 3: "floating-point", 4: "untyped", 5: "complex", 6: "complex"}
_OLD_JPEG, _JPEG = 6, 7
_LOSSY = {"JPEG", "WEBP", "JPEG2000", "JPEGXL", "JPEGXR", "JPEG_LOSSY"}

_MAX_PAGES = 4096
_MAX_TILE_PX = 1 << 26  # a damaged tag must not reserve memory for tiles larger than any scanner writes


@dataclass(frozen=True, slots=True)
class _Pages:
    """The first directory, and what the file holds beside it."""

    block: Block
    fields: dict[int, Entry]
    previews: int
    others: int


def probe(data: bytes) -> Header:
    """Size and depth of the picture.

    Raises:
        TruncatedPhoto: the directory is cut off or damaged.
        UnsupportedPhoto: the picture is none of those that can be treated exactly; the message says why.
    """
    try:
        return _header(_pages(data))
    except (ValueError, OverflowError) as error:
        raise TruncatedPhoto(f"the TIFF's directory is cut off or damaged ({error})") from error


def read(data: bytes) -> Photo:
    """The picture with its profile not yet applied; palettes are expanded, white-is-zero is inverted.

    Raises:
        TruncatedPhoto: the data end before the picture does.
        UnsupportedPhoto: the picture is none of those that can be treated exactly; the message says why.
    """
    header = probe(data)
    pages = _pages(data)
    view = view_fields(pages.block, pages.fields)
    with tifffile.TiffFile(BytesIO(data)) as file:
        page: Any = file.pages.first
        _check_segments(page, len(data))
        pixels, alpha = split_alpha(_samples(page, header))
        container = _container(page, view.dpi)
    told = f"{pages.previews} reduced previews behind the picture are left out"
    return Photo(pixels, alpha, view.orientation, container, (*view.warnings, *([told] if pages.previews else [])))


def _pages(data: bytes) -> _Pages:
    """The directories: all that are chained, and all that hang below the first."""
    block = open_block(data)
    fields, offset = read_directory(block, block.first)
    seen, further = {block.first}, []
    while offset and len(seen) < _MAX_PAGES:
        if offset in seen:
            raise ValueError("the directories run in a circle")
        seen.add(offset)
        page, offset = read_directory(block, offset)
        further.append(page)
    if _SUB_DIRECTORIES in fields:
        below = numbers(block, fields[_SUB_DIRECTORIES])
        further += [read_directory(block, int(start))[0] for start in below if start]
    previews = sum(_value(block, page, _SUBFILE) & _REDUCED for page in further)
    return _Pages(block, fields, previews, len(further) - previews)


def _value(block: Block, fields: dict[int, Entry], tag: int) -> int:
    if tag not in fields:
        return _DEFAULTS[tag]
    found = numbers(block, fields[tag])
    if not found or len(set(found)) != 1:
        raise ValueError(f"field {tag} says {found}")
    return int(found[0])


def _header(pages: _Pages) -> Header:
    if _DNG_VERSION in pages.fields:
        raise UnsupportedPhoto("camera raw (DNG) is not supported")
    if pages.others:
        raise UnsupportedPhoto(f"TIFF with {pages.others + 1} pages is not supported yet; split it into single pages")
    if pages.previews and _value(pages.block, pages.fields, _SUBFILE) & _REDUCED:
        raise UnsupportedPhoto("the first picture of the TIFF is only a preview, as in camera raw files")
    height, width = (_value(pages.block, pages.fields, tag) for tag in (_HEIGHT, _WIDTH))
    if not height or not width:
        raise TruncatedPhoto(f"the TIFF's header is damaged ({width} × {height} pixels)")
    return Header("tiff", height, width, _checked_depth(pages), 1 + pages.previews)


def _checked_depth(pages: _Pages) -> int:
    """Bits of a sample, after everything that cannot be treated exactly was refused."""
    block, fields = pages.block, pages.fields
    kind = _value(block, fields, _SAMPLE_FORMAT)
    depths = set(numbers(block, fields[_BITS])) if _BITS in fields else {1.0}
    said = "/".join(f"{depth:g}" for depth in sorted(depths)) + "-bit"
    if kind != _UNSIGNED:
        raise UnsupportedPhoto(f"{said} {_SAMPLE_FORMATS.get(kind, 'unknown')} TIFF is not supported")
    if len(depths) != 1 or not depths <= {8.0, 16.0}:
        raise UnsupportedPhoto(f"{said} TIFF is not supported; 8 and 16 bits are")
    if _PHOTOMETRIC not in fields:
        raise UnsupportedPhoto("TIFF that does not say what its values mean (no photometric tag) is not supported")
    photometric, depth = _value(block, fields, _PHOTOMETRIC), int(depths.pop())
    _refuse_colors(photometric, _value(block, fields, _COMPRESSION))
    extra = _value(block, fields, _SAMPLES) - _COLOR_SAMPLES[photometric]
    if extra < 0:
        raise TruncatedPhoto("the TIFF's header is damaged (fewer samples than colors)")
    if extra > 1:
        raise UnsupportedPhoto(f"TIFF with {extra} channels beside its colors is not supported")
    if photometric == _PALETTE and depth != 8:
        raise UnsupportedPhoto(f"{depth}-bit palette TIFF is not supported")
    return depth


def _refuse_colors(photometric: int, compression: int) -> None:
    if photometric not in _COLOR_SAMPLES:
        name = _OTHER_PHOTOMETRICS.get(photometric, f"photometric {photometric}")
        raise UnsupportedPhoto(f"{name} TIFF is not supported")
    if compression == _OLD_JPEG:
        raise UnsupportedPhoto("TIFF with old-style JPEG compression is not supported")
    if photometric == _YCBCR and compression != _JPEG:
        raise UnsupportedPhoto("YCbCr TIFF that is not JPEG-compressed is not supported")


def _check_segments(page: Any, file_bytes: int) -> None:
    """Every strip or tile is there and inside the file: tifffile would fill what is missing with black."""
    if page.is_tiled and page.tilelength * page.tilewidth > _MAX_TILE_PX:
        raise TruncatedPhoto(f"the TIFF's header is damaged (tiles of {page.tilewidth} × {page.tilelength} pixels)")
    rows, columns = (page.tilelength, page.tilewidth) if page.is_tiled else (page.rowsperstrip, page.imagewidth)
    planes = page.samplesperpixel if page.planarconfig == 2 else 1
    expected = math.ceil(page.imagelength / rows) * math.ceil(page.imagewidth / columns) * planes
    if len(page.dataoffsets) != expected or len(page.databytecounts) != expected:
        raise TruncatedPhoto(f"the TIFF should have {expected} strips or tiles, but lists {len(page.dataoffsets)}")
    for offset, size in zip(page.dataoffsets, page.databytecounts, strict=True):
        if not offset or not size:
            raise TruncatedPhoto("a strip or tile of the TIFF is missing")
        if offset + size > file_bytes:
            raise TruncatedPhoto(f"the TIFF ends at byte {file_bytes}, before its picture does")


def _samples(page: Any, header: Header) -> Pixels:
    """(H, W) or (H, W, C), black is zero, colors before the extra channel."""
    stored = page.asarray(squeeze=False)  # (planes, depth, H, W, samples)
    if stored.shape[1] != 1 or stored.shape[2:4] != (header.height, header.width):
        raise TruncatedPhoto(f"the TIFF decodes to {stored.shape}, not what its header promises")
    planes = stored[:, 0]
    samples: Pixels = planes[0] if len(planes) == 1 else np.moveaxis(planes[..., 0], 0, -1)
    if samples.dtype != np.dtype(f"u{header.bit_depth // 8}"):
        raise UnsupportedPhoto(f"TIFF with samples of type {samples.dtype} is not supported")
    if page.photometric == _WHITE_IS_ZERO:
        samples[..., 0] = np.iinfo(samples.dtype).max - samples[..., 0]
    return _expanded(samples, page.colormap) if page.photometric == _PALETTE else samples


def _expanded(samples: Pixels, palette: Any) -> Pixels:
    """RGB of a palette picture; entries are 16-bit, but some writers put 8-bit values there, as libtiff also knows."""
    if palette is None or palette.shape != (3, 256):
        raise TruncatedPhoto("the TIFF's palette is missing or cut off")
    entries = palette.T if palette.max() < 256 else (palette.T.astype(np.uint32) + 128) // 257
    colors = entries.astype(np.uint8)[samples[..., 0]]
    return colors if samples.shape[-1] == 1 else np.concatenate([colors, samples[..., 1:]], axis=-1)


def _container(page: Any, dpi: tuple[float, float] | None) -> Container:
    compression = str(getattr(page.compression, "name", page.compression))
    extra = page.extrasamples[0] if page.extrasamples else ""
    icc = page.tags.valueof(34675)
    return Container(
        "tiff",
        icc=bytes(icc) if icc else None,
        dpi=dpi,
        compression=compression,
        byteorder=page.parent.byteorder,
        tile_px=(page.tilelength, page.tilewidth) if page.is_tiled else None,
        bigtiff=bool(page.parent.is_bigtiff),
        lossless=compression not in _LOSSY,
        extra_sample=str(getattr(extra, "name", extra)).lower(),
    )
