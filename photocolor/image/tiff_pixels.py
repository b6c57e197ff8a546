"""The pixels of one TIFF page: decoded, black is zero, palettes expanded, over the full range of 8 or 16 bits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, cast

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from photocolor.boxes.jxl import read_header
from photocolor.color.cielab import codes_of_lab, lightness_codes
from photocolor.errors import TruncatedPhoto, UnsupportedPhoto
from photocolor.image import jpeg, webp
from photocolor.image.depths import full_range
from photocolor.image.jp2_codestream import codestream_size
from photocolor.image.photo import Pixels
from photocolor.image.tiff_kind import (
    ICC_LAB,
    JPEG,
    JPEG_2000,
    JPEG_XL,
    LAB,
    OLD_JPEG,
    PALETTE,
    WEBP,
    WHITE_IS_ZERO,
    Kind,
)
from photocolor.stored import Stored, whole

_PICTURES = {JPEG, OLD_JPEG, WEBP} | JPEG_2000 | JPEG_XL
_MAX_TILE_PX = 1 << 26  # a damaged tag must not reserve memory for tiles larger than any scanner writes


@dataclass(frozen=True, slots=True)
class Decoded:
    """What a page shows.

    Attributes:
        colors: (H, W) gray, (H, W, 3) RGB or (H, W, 4) CMYK, uint8, uint16 or float32.
        alpha: (H, W) or None.
        gray: (H, W) uint16 where the file stores lightness itself; else None.
    """

    colors: NDArray[Any]
    alpha: Pixels | None = None
    gray: Pixels | None = None


def decoded(page: Any, kind: Kind, data: Stored, index: int) -> Decoded:
    """The pixels of a page.

    Args:
        page: tifffile's view of it.
        kind: what it is.
        data: the whole file.
        index: its place in the chain of directories.

    Raises:
        TruncatedPhoto: a part of it is missing or damaged.
        UnsupportedPhoto: its values are not such as its fields say.
    """
    if kind.by_libtiff:
        return Decoded(_by_libtiff(page, kind, whole(data), index))
    check_segments(page, kind, data)
    return meaning(_samples(page, kind), kind, page.colormap)


def meaning(samples: NDArray[Any], kind: Kind, palette: Any) -> Decoded:
    """What stored samples show; any rows of a page mean the same alone as among the others.

    Args:
        samples: (rows, W, C) as stored, in native byte order.
        kind: what the page is.
        palette: (3, 2**bits) uint16, or None.

    Raises:
        TruncatedPhoto: the palette is missing or damaged.
        UnsupportedPhoto: the values are not such as the page's fields say.
    """
    colors, alpha = samples[..., : kind.channels - kind.extra], samples[..., -1] if kind.extra else None
    if kind.photometric in (LAB, ICC_LAB):
        return _from_lab(colors, alpha, kind.photometric)
    if kind.floating:
        return Decoded(_unit_range(_single(colors), kind), None if alpha is None else _alpha_of_floats(alpha))
    if kind.photometric == PALETTE:
        expanded = _expanded(colors[..., 0], palette, kind.bits)
        return Decoded(expanded, None if alpha is None else _like(full_range(alpha, kind.bits), expanded.dtype))
    colors = full_range(_single(colors), kind.bits)
    if kind.photometric == WHITE_IS_ZERO:
        colors = np.iinfo(colors.dtype).max - colors
    return Decoded(np.ascontiguousarray(colors), None if alpha is None else full_range(alpha.copy(), kind.bits))


def check_segments(page: Any, kind: Kind, data: Stored) -> None:
    """Every strip or tile is there, inside the file, and no larger than its place: tifffile would fill up with black.

    Raises:
        TruncatedPhoto: one is not.
    """
    if page.is_tiled and page.tilelength * page.tilewidth > _MAX_TILE_PX:
        raise TruncatedPhoto(f"the TIFF's header is damaged (tiles of {page.tilewidth} × {page.tilelength} pixels)")
    rows, columns = (page.tilelength, page.tilewidth) if page.is_tiled else (page.rowsperstrip, page.imagewidth)
    planes = page.samplesperpixel if page.planarconfig == 2 else 1
    expected = math.ceil(page.imagelength / rows) * math.ceil(page.imagewidth / columns) * planes
    if len(page.dataoffsets) != expected or len(page.databytecounts) != expected:
        raise TruncatedPhoto(f"the TIFF should have {expected} strips or tiles, but lists {len(page.dataoffsets)}")
    room = (min(rows, page.imagelength) if not page.is_tiled else rows, columns)
    for offset, size in zip(page.dataoffsets, page.databytecounts, strict=True):
        if not offset or not size:
            raise TruncatedPhoto("a strip or tile of the TIFF is missing")
        if offset + size > len(data):
            raise TruncatedPhoto(f"the TIFF ends at byte {len(data)}, before its picture does")
        if kind.compression in _PICTURES:
            _check_inner_size(kind.compression, data[offset : offset + size], room)


def _check_inner_size(compression: int, segment: bytes, room: tuple[int, int]) -> None:
    """A strip that is a picture file of its own must not promise more pixels than its place has: they take memory."""
    try:
        if compression in (JPEG, OLD_JPEG):
            size = jpeg.frame_size(segment)
        elif compression in JPEG_2000:
            size = codestream_size(segment)
        elif compression == WEBP:
            header = webp.probe(segment)
            size = header.height, header.width
        else:
            inner = read_header(segment)
            size = inner.height, inner.width
    except ValueError as error:
        raise TruncatedPhoto(f"a strip or tile of the TIFF is damaged ({error})") from error
    if size[0] > room[0] + 15 or size[1] > room[1] + 15:  # some writers fill up to whole blocks
        said = f"{size[1]} × {size[0]} pixels in a place of {room[1]} × {room[0]}"
        raise TruncatedPhoto(f"a strip or tile of the TIFF is damaged ({said})")


def _samples(page: Any, kind: Kind) -> NDArray[Any]:
    """(H, W, C) as stored."""
    stored = page.asarray(squeeze=False)  # (planes, depth, H, W, samples)
    if stored.shape[1] != 1 or stored.shape[2:4] != (kind.height, kind.width):
        raise TruncatedPhoto(f"the TIFF decodes to {stored.shape}, not what its header promises")
    planes = stored[:, 0]
    samples = planes[0] if len(planes) == 1 else np.moveaxis(planes[..., 0], 0, -1)
    check_samples(samples, kind)
    return cast(NDArray[Any], samples.astype(samples.dtype.newbyteorder("="), copy=False))


def check_samples(samples: NDArray[Any], kind: Kind) -> None:
    """Samples (rows, W, C) have the number and the type that the header promises.

    Raises:
        TruncatedPhoto: there are more or fewer of a pixel.
        UnsupportedPhoto: their type is another.
    """
    if samples.shape[-1] != kind.channels:
        raise TruncatedPhoto(f"the TIFF decodes to {samples.shape[-1]} channels instead of {kind.channels}")
    expected = "f" if kind.floating else "b" if kind.bits == 1 else "u"
    if samples.dtype.kind != expected or samples.dtype.itemsize > 8:
        raise UnsupportedPhoto(f"TIFF with samples of type {samples.dtype} is not supported")


def _by_libtiff(page: Any, kind: Kind, data: bytes, index: int) -> NDArray[np.uint8]:
    if not len(page.dataoffsets) or page.dataoffsets[0] + 1 >= len(data):
        raise TruncatedPhoto(f"the TIFF ends at byte {len(data)}, before its picture does")
    if max(at + size for at, size in zip(page.dataoffsets, page.databytecounts, strict=False)) > len(data):
        raise TruncatedPhoto(f"the TIFF ends at byte {len(data)}, before its picture does")
    colors = imagecodecs.tiff_decode(data, index=index, asrgb=True)
    if colors.shape[:2] != (kind.height, kind.width) or colors.shape[2:] not in ((3,), (4,)):
        raise TruncatedPhoto(f"the TIFF decodes to {colors.shape}, not what its header promises")
    return np.ascontiguousarray(colors[..., :3])


def _single(colors: NDArray[Any]) -> NDArray[Any]:
    return colors[..., 0] if colors.shape[-1] == 1 else colors


def _from_lab(colors: NDArray[Any], alpha: NDArray[Any] | None, photometric: int) -> Decoded:
    """16 bits, because the 256 steps of an 8-bit L* are no codes of 8-bit sRGB; gray where there is no color."""
    gray = lightness_codes(int(np.iinfo(colors.dtype).max) + 1)[colors[..., 0]]
    ab = colors[..., 1:3]
    if photometric == ICC_LAB:  # offset by half of the range, not signed
        ab = ab - np.asarray(1 << (8 * ab.dtype.itemsize - 1), ab.dtype)
    ab = ab.view(f"i{ab.dtype.itemsize}") if ab.flags.c_contiguous else ab.copy().view(f"i{ab.dtype.itemsize}")
    wide = None if alpha is None else _like(alpha, np.dtype(np.uint16))
    if not ab.any():
        return Decoded(gray, wide)
    return Decoded(codes_of_lab(colors[..., 0], ab), wide, gray)


def _unit_range(values: NDArray[Any], kind: Kind) -> NDArray[np.float32]:
    """Floating-point samples that lie between black at 0 and white at 1; they may miss both by rounding."""
    low, high = float(values.min()), float(values.max())
    if not (low >= -1e-6 and high <= 1 + 1e-6):  # also what is no number
        raise UnsupportedPhoto(
            f"floating-point TIFF with values from {low:g} to {high:g} is not supported: where white lies is unknown",
            "Scale it to values from 0 to 1, or save it with 16 bits.",
        )
    unit = values.clip(0, 1).astype(np.float32)
    return 1 - unit if kind.photometric == WHITE_IS_ZERO else unit


def _alpha_of_floats(alpha: NDArray[Any]) -> NDArray[np.uint16]:
    codes: NDArray[np.uint16] = np.rint(np.nan_to_num(alpha).clip(0, 1) * 65535).astype(np.uint16)
    return codes


def _like(alpha: Pixels, dtype: np.dtype[Any]) -> Pixels:
    """Alpha in the depth of its colors."""
    if alpha.dtype == dtype:
        return alpha.copy()
    if dtype == np.uint16:
        return alpha.astype(np.uint16) * 257
    return ((alpha.astype(np.uint32) + 128) // 257).astype(np.uint8)


def _expanded(indices: NDArray[Any], palette: Any, bits: int) -> Pixels:
    """RGB of a palette picture: 8 bits where the palette has no more, though its entries have 16.

    Some writers put 8-bit values there as they are, some into the upper half, as libtiff also knows.
    """
    if palette is None or palette.shape != (3, 1 << bits):
        raise TruncatedPhoto("the TIFF's palette is missing or cut off")
    entries = palette.T
    if entries.max() < 256:
        short: Pixels = entries.astype(np.uint8)
    elif not (entries % 257).any():
        short = (entries // 257).astype(np.uint8)
    elif not (entries & 0xFF).any():
        short = (entries >> 8).astype(np.uint8)
    else:
        short = entries.astype(np.uint16)
    return short[indices.astype(np.uint16)]
