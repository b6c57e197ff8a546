"""Encodes a colored picture in the format of its source, or in the one that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import cast

import numpy as np
from numpy.typing import NDArray

from photocolor.color.icc import srgb_profile
from photocolor.color.lab import gray_of
from photocolor.containers.formats import Format, by_name
from photocolor.errors import UnsupportedPhoto
from photocolor.image.codec_table import CODECS
from photocolor.image.encode_input import EncodeInput, RowsToEncode
from photocolor.image.photo import Described, Photo, Pixels, Rows
from photocolor.settings import FileSettings, OutputFormat
from photocolor.system.file_bytes import Writable

_ROUNDED_CODES = {255: 0, 65535: 2}  # by white: so far a painted pixel's gray may be from its source's
_BUFFER_BYTES = 1 << 20
"""Buffer of a result that is written: the system takes a few large parts faster than many strips of 256 kB or less."""
_TRANSPARENT_KINDS = ("", "unassalpha", "assocalpha")  # "unspecified" may be anything, as an infrared scan


def target_format(photo: Described, wanted: OutputFormat, pages: int = 1) -> Format:
    """Returns the format of the result; cheap, so that a photo is refused before it is colored.

    Args:
        photo: the source, or one of its pages.
        wanted: the format that was asked for.
        pages: how many there are in the file.

    Raises:
        UnsupportedPhoto: the format cannot hold a picture of this size, or only one page.
    """
    row = by_name(photo.container.format if wanted is OutputFormat.KEEP else wanted.value)
    if not row.writable:
        raise UnsupportedPhoto(_read_only(row), "Use --format tiff or png, which keep all bits.")
    bits = photo.container.bits or photo.bit_depth
    if wanted is OutputFormat.KEEP and photo.bit_depth > 8 and bits > row.most_bits:
        raise UnsupportedPhoto(
            f"the photo has {bits} bits, and {row.title} results hold {row.most_bits}",
            "Use --format tiff or png, which keep all bits.",
        )
    if pages > 1 and not row.pages:
        raise UnsupportedPhoto(
            f"{row.title} holds one picture, and the file has {pages} pages", "Use --format tiff, which keeps them all."
        )
    if max(photo.height, photo.width) > row.max_side_px:
        size = f"{photo.width} × {photo.height}"
        raise UnsupportedPhoto(
            f"{row.title} holds at most {row.max_side_px} pixels a side; the photo has {size}", "Use --format tiff."
        )
    return row


def result_icc(photo: Described) -> bytes | None:
    """Returns the profile that describes the result.

    The source's own where it equals sRGB; sRGB where the source had another one; none for a source without, so that
    an untagged file stays untagged and is shown as its source is.
    """
    icc = photo.container.icc
    return icc if icc is None or photo.container.keep_icc else srgb_profile()


def losses(photo: Described, wanted: OutputFormat) -> tuple[str, ...]:
    """Returns what the format that was asked for cannot hold of this photo, one sentence each.

    There is never anything for `keep`.
    """
    row = target_format(photo, wanted)
    losses = []
    bits = photo.container.bits or photo.bit_depth
    if photo.bit_depth > 8 and bits > row.most_bits:
        losses.append(f"{row.title} holds {row.most_bits} bits; the photo's {bits} bits were reduced")
    if photo.container.masks and not row.pages:
        losses.append(f"{row.title} holds one picture; {photo.container.masks} infrared pages or masks were left out")
    if photo.has_alpha and not row.alpha:
        losses.append(f"{row.title} holds no transparency; the alpha channel was left out")
    elif photo.has_alpha and not _keeps_alpha(photo, row):
        losses.append(f"{row.title} has no place for an unspecified extra channel; it was left out")
    return tuple(losses)


def encode(path: Writable, pixels: Pixels, photo: Photo, files: FileSettings) -> Format:
    """Writes the result to `path`; equal input gives equal bytes.

    Alpha, profile, resolution and a TIFF's byte order, tiling and compression follow the source. Other metadata do not:
    `metadata.carry` adds them afterwards.

    Args:
        path: the file to write, usually an `AtomicFile.content`.
        pixels: (H, W, 3) sRGB, uint8 or uint16, the size of `photo`.
        photo: the source.
        files: the format that was asked for, and the quality.

    Returns:
        The format written.

    Raises:
        UnsupportedPhoto: the format cannot hold the picture.
        OSError: the file cannot be written.
    """
    return encode_rows(path, [Rows(pixels, photo.alpha)], photo, files)[0]


def encode_rows(
    path: Writable,
    rows: Iterable[Rows],
    photo: Described,
    files: FileSettings,
    foretold: Callable[[bytes], None] | None = None,
) -> tuple[Format, Pixels | None]:
    """Writes the result as `encode` does, while its rows come; TIFF and JPEG are never whole in memory.

    With exact luma a JPEG's rows are only put together: `exact_luma.write_exact` writes it.

    Args:
        path: the file to write.
        rows: (rows, W, 3) sRGB with their alpha, from top to bottom.
        photo: the source.
        files: the format that was asked for, and the quality.
        foretold: is told what the finished file will begin with, its metadata included, where that is known before
            the first row; the file then grows only at its end, but for these bytes.

    Returns:
        The format written, and the (H, W, 3 or 4) samples where they had to be put together.
    """
    row = target_format(photo, files.format)
    with path.open("wb", _BUFFER_BYTES) as file:
        if files.exact_luma and row.copies_luma:
            return row, _gathered(rows, photo, row)
        codec = CODECS[row.name]
        if codec.write_rows is not None:
            picture = _rows_to_encode(rows, photo, row, files.quality)
            head = codec.head_of(picture) if foretold is not None and codec.head_of is not None else None
            if foretold is not None and head is not None:
                foretold(head)
            codec.write_rows(file, picture)
            return row, None
        if codec.write is None:
            raise UnsupportedPhoto(_read_only(row))
        samples = _gathered(rows, photo, row)
        codec.write(file, EncodeInput(samples, result_icc(photo), photo, files.quality))
    return row, samples


def encode_pages(path: Writable, pages: Iterable[tuple[Described, Iterable[Rows]]], total_bytes: int) -> Format:
    """Writes several pages into one TIFF, one after the other, each while its rows come.

    Args:
        path: the file to write, usually an `AtomicFile.content`.
        pages: each with its source and its (rows, W, 3) pixels, as for `encode_rows`.
        total_bytes: of all pages' samples together; above 4 GB the file becomes a BigTIFF.

    Raises:
        OSError: the file cannot be written.
    """
    from photocolor.image.tiff.write import page_of, write_pages  # only files of several pages take it

    row = by_name("tiff")
    with path.open("wb") as file:
        parts = (page_of(_rows_to_encode(rows, photo, row, quality=100)) for photo, rows in pages)
        write_pages(file, parts, total_bytes, several=True)
    return row


def _rows_to_encode(rows: Iterable[Rows], photo: Described, row: Format, quality: int) -> RowsToEncode:
    return RowsToEncode(
        rows=(_samples(part, photo, row) for part in rows),
        shape=(photo.height, photo.width, 3 + _keeps_alpha(photo, row)),
        dtype=np.dtype(f"u{min(photo.bit_depth, max(row.bit_depths)) // 8}"),
        icc=result_icc(photo),
        photo=photo,
        quality=quality,
    )


def _read_only(row: Format) -> str:
    return f"{row.title} is only read; no results are written in it"


def _gathered(rows: Iterable[Rows], photo: Described, row: Format) -> Pixels:
    """Returns all rows together, (H, W, 3 or 4), without a copy if they come at once."""
    samples: Pixels | None = None
    top = 0
    for part in rows:
        band = _samples(part, photo, row)
        if len(band) == photo.height:
            return band
        if samples is None:
            samples = np.empty((photo.height, *band.shape[1:]), band.dtype)
        samples[top : top + len(band)] = band
        top += len(band)
    if samples is None:
        raise ValueError("a picture without rows")
    return samples


def _keeps_alpha(photo: Described, row: Format) -> bool:
    """Returns True if the result has an alpha channel."""
    named = row.unspecified_channel or photo.container.extra_sample in _TRANSPARENT_KINDS
    return photo.has_alpha and row.alpha and named


def _samples(rows: Rows, photo: Described, row: Format) -> Pixels:
    """Returns (rows, W, 3 or 4) samples in a bit depth that the format holds."""
    pixels, alpha = rows.pixels, rows.alpha if _keeps_alpha(photo, row) else None
    if alpha is not None and not row.multiplied_alpha and photo.container.extra_sample == "assocalpha":
        pixels = _unassociated(pixels, alpha, row.title)
    samples = pixels if alpha is None else cast(Pixels, np.dstack([pixels, alpha]))
    return samples if samples.dtype == np.uint8 or row.most_bits > 8 else _to_8_bits(samples)


def _unassociated(pixels: Pixels, alpha: Pixels, title: str) -> Pixels:
    """Returns colors divided by the alpha that they were multiplied with.

    Multiplied again, each gives its gray back. Where a color is stronger than its alpha allows, it is left out:
    clipped, it would change the lightness.

    Raises:
        UnsupportedPhoto: a pixel is lighter than its alpha allows, so that its lightness could not be kept.
    """
    top = int(np.iinfo(alpha.dtype).max)
    too_strong = np.any(pixels > alpha[..., None], axis=-1)
    if np.any(too_strong):
        gray = gray_of(pixels)
        if (gray > alpha.astype(np.uint32) + _ROUNDED_CODES[top]).any():
            raise UnsupportedPhoto(
                f"its colors are multiplied by its alpha and lighter than that allows, so {title} cannot hold them",
                "Use --format tiff, which keeps them as they are.",
            )
        pixels = np.where(np.expand_dims(too_strong, -1), np.minimum(gray, alpha)[..., None], pixels)
    weight = np.maximum(alpha, 1).astype(np.uint32)[..., None]
    colors = (pixels.astype(np.uint32) * top + weight // 2) // weight
    return cast(Pixels, colors.astype(pixels.dtype))


def _to_8_bits(samples: Pixels) -> NDArray[np.uint8]:
    """Returns the nearest of 256 levels; 65535 / 255 is exactly 257."""
    result = np.empty(samples.shape, np.uint8)
    for band in range(0, len(samples), 512):
        result[band : band + 512] = (samples[band : band + 512].astype(np.uint32) + 128) // 257
    return result
