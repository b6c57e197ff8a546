"""Strips and tiles of TIFFs: what is missing is refused, and what only others write in another way is not."""

from __future__ import annotations

import io
import struct

import imagecodecs
import numpy as np
import photos
import pytest
import tifffile
from format_rows import TABLE
from PIL import Image

from photocolor.errors import TruncatedPhoto, UnsupportedPhoto
from photocolor.image.codecs import jpeg, tiff
from photocolor.image.tiff.fax import GROUP_3, GROUP_4, RLE, BadFax, FaxCoding, fax_rows, painted
from photocolor.image.tiff.lzw import is_closed

STRIP_BYTES, T4_OPTIONS = 279, 292
CODINGS = {"tiff_ccitt": RLE, "group3": GROUP_3, "group4": GROUP_4}
SHAPES = ((41, 67), (1, 1), (5, 3), (7, 16), (30, 2600), (9, 5200))


def fax(black: photos.Array, name: str, options: int = 0, fields: dict[int, int] | None = None) -> bytes:
    """A fax-compressed TIFF by libtiff; a set bit is black."""
    file = io.BytesIO()
    written = {262: 0, **({T4_OPTIONS: options} if options else {}), **(fields or {})}
    Image.fromarray(~black).save(file, "TIFF", compression=name, tiffinfo=written)
    return file.getvalue()


def strips(data: bytes) -> list[tuple[bytes, int]]:
    """The first page's strips, and how many rows each has."""
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        page = file.pages[0]
        rows, height = page.rowsperstrip, page.imagelength
        places = zip(page.dataoffsets, page.databytecounts, strict=True)
        return [(data[at : at + size], min(rows, height - nth * rows)) for nth, (at, size) in enumerate(places)]


def with_counts(data: bytes, count: int) -> bytes:
    """The TIFF with another byte count for every strip."""
    changed = bytearray(data)
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        tag = file.pages[0].tags[STRIP_BYTES]
        code, size = {3: ("H", 2), 4: ("I", 4)}[int(tag.dtype)]
        for nth in range(tag.count):
            struct.pack_into(f"{file.byteorder}{code}", changed, tag.valueoffset + size * nth, count)
    return bytes(changed)


@pytest.mark.parametrize("name", CODINGS)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", ["noise", "white", "dots", "bars"])
def test_fax_rows_are_those_that_libtiff_wrote(name: str, shape: tuple[int, int], kind: str) -> None:
    dice = np.random.default_rng(7)
    black = {
        "noise": dice.random(shape) > 0.5,
        "white": np.zeros(shape, bool),
        "dots": dice.random(shape) > 0.98,
        "bars": np.repeat(dice.random((shape[0], -(-shape[1] // 9))) > 0.4, 9, axis=1)[:, : shape[1]],
    }[kind]
    for options in (0, 1, 4, 5) if name == "group3" else (0,):
        coding = FaxCoding(CODINGS[name], bool(options & 1))
        found = [
            painted(fax_rows(part, coding, rows, shape[1]), rows, shape[1])
            for part, rows in strips(fax(black, name, options))
        ]
        assert np.array_equal(np.concatenate(found), black)


def test_fax_data_that_end_early_lose_their_way_or_are_left_over_are_refused() -> None:
    black = photos.gray(60, 90) < 120
    (data, rows), *_ = strips(fax(black, "group4"))
    coding = FaxCoding(GROUP_4)
    for damaged, said in (
        (data[: len(data) // 2], "end in row"),
        (data[:50] + bytes(40) + data[90:], "in row"),
        (data[:50] + b"\xff" * 40 + data[90:], "row"),
    ):
        with pytest.raises(BadFax, match=said):
            list(fax_rows(damaged, coding, rows, 90))
    with pytest.raises(BadFax, match="left over"):
        list(fax_rows(data, coding, rows - 5, 90))


@pytest.mark.parametrize("name", CODINGS)
@pytest.mark.parametrize("fill_order", [1, 2])
def test_fax_strips_with_either_order_of_bits_are_read(name: str, fill_order: int) -> None:
    black = photos.gray(40, 60) < 120
    data = fax(black, name, fields={266: fill_order})
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        assert file.pages[0].fillorder == fill_order
    assert np.array_equal(tiff.read(data).pixels, np.where(black, 0, 255))


def test_lzw_codes_are_followed_to_their_end() -> None:
    for samples in (photos.gray(300, 400).tobytes(), bytes(100_000), np.random.default_rng(1).bytes(200_000), b"a"):
        coded = bytes(imagecodecs.lzw_encode(samples))
        assert is_closed(coded)
        assert len(coded) < 9 or not is_closed(coded[: len(coded) // 2])
    with pytest.raises(ValueError, match="damaged"):
        is_closed(b"\x80\x7f\xff\xff\xff")


@pytest.mark.parametrize("compression", [None, "lzw", "zlib", "packbits", "lzma"])
def test_lzw_and_the_others_with_a_part_missing_are_no_picture(compression: str | None) -> None:
    data = photos.tiff(photos.gray(64, 64), rowsperstrip=16, **({"compression": compression} if compression else {}))
    for _, (at, size) in enumerate(_places(data)):
        with pytest.raises(TruncatedPhoto):
            tiff.read(data[: at + size // 2])


def _places(data: bytes) -> list[tuple[int, int]]:
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        return list(zip(file.pages[0].dataoffsets, file.pages[0].databytecounts, strict=True))


@pytest.mark.parametrize("compression", [None, "lzw", "zlib", "packbits", "jpeg"])
@pytest.mark.parametrize("count", [0, 1 << 15])
def test_byte_counts_that_cannot_be_are_told_and_the_picture_is_whole(compression: str | None, count: int) -> None:
    data = photos.tiff(photos.gray(48, 64), **({"compression": compression} if compression else {}))
    assert len(data) < 1 << 15
    whole, photo = tiff.read(data), tiff.read(with_counts(data, count))
    assert np.array_equal(photo.pixels, whole.pixels)
    assert photo.warnings == ("the TIFF says of 1 of its 1 strips or tiles a length that cannot be; they are whole",)


def test_strips_that_lie_in_planes_and_tiles_are_as_before() -> None:
    colors = photos.tinted(48, 64, 16)
    for how in ({"planar": True, "rowsperstrip": 7}, {"tile": (16, 32), "compression": "lzw", "predictor": 2}):
        assert np.array_equal(tiff.read(photos.tiff(colors, **how)).pixels, colors)


def test_planar_ycbcr_is_unsupported_and_not_damaged() -> None:
    planes = [photos.gray(32, 64), photos.gray(32, 32), photos.gray(32, 32)]
    file = io.BytesIO()
    with tifffile.TiffWriter(file) as writer:
        stacked = np.stack([np.pad(plane, ((0, 0), (0, 64 - plane.shape[1]))) for plane in planes])
        writer.write(stacked, photometric="ycbcr", planarconfig="separate", metadata=None, subsampling=(1, 1))
    with pytest.raises(UnsupportedPhoto, match="separate planes"):
        tiff.read(file.getvalue())


@pytest.mark.parametrize("name", ["TIFF YCbCr uncompressed", "TIFF YCbCr JPEG"])
def test_what_libtiff_makes_rgb_of_is_not_mirrored_by_it(name: str) -> None:
    build = TABLE[name][1]
    plain = tiff.read(build(1))
    for orientation in range(2, 9):
        photo = tiff.read(build(orientation))
        assert photo.orientation == orientation
        assert np.array_equal(photo.pixels, plain.pixels)


def test_padding_before_the_markers_of_a_jpeg_is_told_and_junk_is_refused() -> None:
    for color in (photos.gray(96, 128), photos.tinted(96, 128)):
        file = io.BytesIO()
        Image.fromarray(color).save(file, "JPEG", quality=90, subsampling=0, restart_marker_rows=2)
        data = file.getvalue()
        whole = jpeg.read(data)
        at, padded = data.index(b"\xff\xda"), data
        for nth in range(3):
            where = padded.index(bytes((0xFF, 0xD0 + nth)), at)
            padded = padded[:where] + bytes(12) + padded[where:]
        for fill in (bytes(16), b"\x20" * 16, b"\xff" * 7):
            photo = jpeg.read(padded[:-2] + fill + padded[-2:])
            assert np.array_equal(photo.pixels, whole.pixels)
            assert len(photo.warnings) == 1
            assert "bytes of padding" in photo.warnings[0]
        with pytest.raises(TruncatedPhoto, match="no block of it needs") as caught:
            jpeg.read(data[:-2] + bytes(range(1, 40)) + data[-2:])
        assert "viewer" in caught.value.hint


def test_zeros_that_replaced_coded_data_are_no_padding() -> None:
    file = io.BytesIO()
    Image.fromarray(photos.gray(96, 128)).save(file, "JPEG", quality=90, restart_marker_rows=1)
    data = file.getvalue()
    first, second = data.index(b"\xff\xd0"), data.index(b"\xff\xd1")
    with pytest.raises(TruncatedPhoto):
        jpeg.read(data[: first + 12] + bytes(second - first - 12) + data[second:])
