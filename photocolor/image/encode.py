"""Writes a colored picture in the container of its source, or in the one that was asked for."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable
from io import UnsupportedOperation
from pathlib import Path
from typing import Any, BinaryIO, cast

import imagecodecs
import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image

from photocolor.color.icc import srgb_profile
from photocolor.errors import UnsupportedPhoto
from photocolor.image.formats import Format, by_name
from photocolor.image.frame import Frame
from photocolor.image.modern import encode_avif, encode_heic, encode_jp2, encode_jxl
from photocolor.image.photo import Container, Photo, Pixels
from photocolor.image.png import INCHES_PER_METER, SIGNATURE, make_chunk
from photocolor.settings import FileSettings, OutputFormat

PNG_LEVEL = 2  # level 6 takes three times as long for 4 % less (measured on photographs)
DEFLATE_LEVEL = 1  # with the predictor; level 6 takes twice as long for 4 % less
_WEBP_EFFORT = {"method": 2, "quality": 50}  # for lossless only; method 0 is 70 % larger on grain, 4 no smaller

# How a TIFF is compressed again: its own family where that is lossless, deflate for all the others.
_TIFF_COMPRESSIONS = {"NONE": None, "LZW": "lzw", "PACKBITS": "packbits", "ZSTD": "zstd", "LZMA": "lzma"}
_PREDICTED = {"lzw", "adobe_deflate", "zstd", "lzma"}
_MULTIPLIED = {"tiff", "jp2"}  # formats that can say that colors are multiplied with alpha
_STRIP_BYTES = 1 << 18
_PAGE = 2  # bit of NewSubfileType: one page of several
_CLASSIC_TIFF_BYTES = (1 << 32) - (1 << 25)  # offsets have 32 bits; what is kept free is for metadata
_TRANSPARENT_KINDS = ("", "unassalpha", "assocalpha")  # "unspecified" may be anything, as an infrared scan


def target_format(photo: Photo, wanted: OutputFormat, pages: int = 1) -> Format:
    """The format of the result; cheap, so that a photo which cannot be written is refused before it is colored.

    Args:
        photo: the source, or one of its pages.
        wanted: the format that was asked for.
        pages: how many there are in the file.

    Raises:
        UnsupportedPhoto: the format cannot hold a picture of this size, or only one page.
    """
    name = photo.container.format if wanted is OutputFormat.KEEP else wanted.value
    row = by_name(name)
    bits = photo.container.bits or photo.bit_depth
    if wanted is OutputFormat.KEEP and photo.bit_depth > 8 and bits > row.most_bits:
        raise UnsupportedPhoto(
            f"the photo has {bits} bits, and {row.title} results hold {row.most_bits}",
            "Use --format tiff or png, which keep all bits.",
        )
    if pages > 1 and name != "tiff":
        raise UnsupportedPhoto(
            f"{row.title} holds one picture, and the file has {pages} pages", "Use --format tiff, which keeps them all."
        )
    if max(photo.height, photo.width) > row.max_side_px:
        size = f"{photo.width} × {photo.height}"
        raise UnsupportedPhoto(
            f"{row.title} holds at most {row.max_side_px} pixels a side; the photo has {size}", "Use --format tiff."
        )
    return row


def result_icc(photo: Photo) -> bytes | None:
    """The profile that describes the result.

    The source's own where it equals sRGB; sRGB where the source had another one; none for a source without, so that
    an untagged file stays untagged and is shown as its source is.
    """
    icc = photo.container.icc
    return icc if icc is None or photo.container.keep_icc else srgb_profile()


def losses(photo: Photo, wanted: OutputFormat) -> tuple[str, ...]:
    """What the format that was asked for cannot hold of this photo, one sentence each; never anything for `keep`."""
    row = target_format(photo, wanted)
    told = []
    bits = photo.container.bits or photo.bit_depth
    if photo.bit_depth > 8 and bits > row.most_bits:
        told.append(f"{row.title} holds {row.most_bits} bits; the photo's {bits} bits were reduced")
    if photo.alpha is not None and not row.alpha:
        told.append(f"{row.title} holds no transparency; the alpha channel was left out")
    elif photo.alpha is not None and not _keeps_alpha(photo, row):
        told.append(f"{row.title} has no place for an unspecified extra channel; it was left out")
    return tuple(told)


def encode(path: Path, pixels: Pixels, photo: Photo, files: FileSettings) -> Format:
    """Writes the result to `path`; equal input gives equal bytes.

    Alpha, profile, resolution and a TIFF's byte order, tiling and compression follow the source. Other metadata do not:
    `metadata.carry` adds them afterwards.

    Args:
        path: the file to write, usually an `AtomicFile.path`.
        pixels: (H, W, 3) sRGB, uint8 or uint16, the size of `photo`.
        photo: the source.
        files: the format that was asked for, and the quality.

    Returns:
        The format written.

    Raises:
        UnsupportedPhoto: the format cannot hold the picture.
        OSError: the file cannot be written.
    """
    row = target_format(photo, files.format)
    with path.open("wb") as file:
        ENCODERS[row.name](cast(BinaryIO, _Sink(file)), _frame(pixels, photo, row, files))
    return row


def encode_pages(path: Path, pages: Iterable[tuple[Photo, Pixels]], files: FileSettings, total_bytes: int) -> Format:
    """Writes several pages into one TIFF, one after the other, so that only one of them is in memory.

    Args:
        path: the file to write, usually an `AtomicFile.path`.
        pages: each with its source and its (H, W, 3) pixels, as for `encode`.
        files: the quality.
        total_bytes: of all pages' samples together; above 4 GB the file becomes a BigTIFF.

    Raises:
        OSError: the file cannot be written.
    """
    row = by_name("tiff")
    with path.open("wb") as file:
        writer = None
        for photo, pixels in pages:
            frame = _frame(pixels, photo, row, files)
            writer = writer or tiff_writer(cast(BinaryIO, _Sink(file)), photo.container, total_bytes)
            writer.write(frame.samples, subfiletype=_PAGE, **_tiff_options(frame))
        if writer:
            writer.close()
    return row


def _frame(pixels: Pixels, photo: Photo, row: Format, files: FileSettings) -> Frame:
    return Frame(_samples(pixels, photo, row), result_icc(photo), photo, files.quality)


class _Sink:
    """A file without a descriptor: through one, NumPy writes past Python and loses the reason of a failure."""

    def __init__(self, file: BinaryIO) -> None:
        self.write, self.seek, self.tell, self.read = file.write, file.seek, file.tell, file.read
        self.flush, self.truncate = file.flush, file.truncate

    def seekable(self) -> bool:
        return True

    def fileno(self) -> int:
        raise UnsupportedOperation("no descriptor, on purpose")


def _keeps_alpha(photo: Photo, row: Format) -> bool:
    return row.alpha and (row.name == "tiff" or photo.container.extra_sample in _TRANSPARENT_KINDS)


def _samples(pixels: Pixels, photo: Photo, row: Format) -> Pixels:
    """(H, W, 3 or 4) in a depth that the format holds."""
    alpha = photo.alpha if _keeps_alpha(photo, row) else None
    if alpha is not None and row.name not in _MULTIPLIED and photo.container.extra_sample == "assocalpha":
        pixels = _unassociated(pixels, alpha)
    samples = pixels if alpha is None else cast(Pixels, np.dstack([pixels, alpha]))
    return samples if samples.dtype == np.uint8 or row.most_bits > 8 else _to_8_bits(samples)


def _unassociated(pixels: Pixels, alpha: Pixels) -> Pixels:
    """Colors divided by the alpha they were multiplied with: only TIFF can say that they are."""
    top = int(np.iinfo(alpha.dtype).max)
    weight = np.maximum(alpha, 1).astype(np.uint32)[..., None]
    colors = (pixels.astype(np.uint32) * top + weight // 2) // weight
    return cast(Pixels, np.minimum(colors, top).astype(pixels.dtype))


def _to_8_bits(samples: Pixels) -> NDArray[np.uint8]:
    """The nearest of 256 levels: 65535 / 255 is 257 exactly."""
    result = np.empty(samples.shape, np.uint8)
    for band in range(0, len(samples), 512):
        result[band : band + 512] = (samples[band : band + 512].astype(np.uint32) + 128) // 257
    return result


def _write_jpeg(file: BinaryIO, frame: Frame) -> None:
    image = Image.fromarray(frame.samples)
    dpi = frame.photo.container.dpi
    density = {} if dpi is None else {"dpi": tuple(min(max(round(value), 1), 65535) for value in dpi)}
    image.save(file, "JPEG", quality=frame.quality, subsampling="4:4:4", icc_profile=frame.icc, **density)


def _write_webp(file: BinaryIO, frame: Frame) -> None:
    image = Image.fromarray(frame.samples)
    how = {"lossless": True, **_WEBP_EFFORT} if frame.photo.container.lossless else {"quality": frame.quality}
    image.save(file, "WEBP", exact=True, icc_profile=frame.icc, **how)


def _write_png(file: BinaryIO, frame: Frame) -> None:
    whole = memoryview(imagecodecs.png_encode(frame.samples, level=PNG_LEVEL))
    header_end = len(SIGNATURE) + 25
    file.write(whole[:header_end])
    if frame.icc:
        file.write(make_chunk(b"iCCP", b"ICC profile\x00\x00" + zlib.compress(frame.icc, 9)))
    if frame.photo.container.dpi:
        x, y = (round(value * INCHES_PER_METER) for value in frame.photo.container.dpi)
        file.write(make_chunk(b"pHYs", struct.pack(">IIB", x, y, 1)))
    file.write(whole[header_end:])


def tiff_writer(file: BinaryIO, container: Container, total_bytes: int) -> tifffile.TiffWriter:
    """A writer in the source's byte order; a BigTIFF where the source is one or the samples need it."""
    big = container.bigtiff or total_bytes > _CLASSIC_TIFF_BYTES
    return tifffile.TiffWriter(file, byteorder=">" if container.byteorder == ">" else "<", bigtiff=big)


def _write_tiff(file: BinaryIO, frame: Frame) -> None:
    with tiff_writer(file, frame.photo.container, frame.samples.nbytes) as writer:
        writer.write(frame.samples, **_tiff_options(frame))


def _tiff_options(frame: Frame) -> dict[str, Any]:
    container = frame.photo.container
    compression = _TIFF_COMPRESSIONS.get(container.compression or "DEFLATE", "adobe_deflate")
    tile = container.tile_px if container.tile_px and not any(side % 16 for side in container.tile_px) else None
    row_bytes = frame.samples.strides[0]
    return {
        "photometric": "rgb",
        "extrasamples": [container.extra_sample or "unassalpha"] if frame.has_alpha else None,
        "compression": compression,
        "compressionargs": {"level": DEFLATE_LEVEL} if compression == "adobe_deflate" else None,
        "predictor": 2 if compression in _PREDICTED else None,
        "tile": tile,
        "rowsperstrip": None if tile else max(1, _STRIP_BYTES // row_bytes),
        "resolution": container.dpi,
        "resolutionunit": "inch" if container.dpi else None,
        "iccprofile": frame.icc,
        # Nothing that depends on the day or the version, and no description that readers take for the photo's.
        "software": False,
        "datetime": None,
        "metadata": None,
        "contiguous": False,
    }


def _writer_of(encoded: Callable[[Frame], bytes]) -> Callable[[BinaryIO, Frame], None]:
    def write(file: BinaryIO, frame: Frame) -> None:
        file.write(encoded(frame))

    return write


ENCODERS: dict[str, Callable[[BinaryIO, Frame], None]] = {
    "jpeg": _write_jpeg,
    "png": _write_png,
    "tiff": _write_tiff,
    "webp": _write_webp,
    "jp2": _writer_of(encode_jp2),
    "jxl": _writer_of(encode_jxl),
    "avif": _writer_of(encode_avif),
    "heic": _writer_of(encode_heic),
}
