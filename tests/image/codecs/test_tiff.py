from __future__ import annotations

import io
import struct
from collections.abc import Callable

import numpy as np
import photos
import pytest
import tifffile

from photocolor.containers.tiff import open_block, read_fields
from photocolor.errors import TruncatedPhoto, UnsupportedPhoto
from photocolor.image.codecs import tiff

COMPRESSION, STRIP_OFFSETS = 259, 273
PHOTOMETRIC, STRIP_BYTES = 262, 279
STRIPS = {"rowsperstrip": 16}


def _patched(data: bytes, tag: int, value: int) -> bytes:
    """The little-endian TIFF with the value of a short or long field changed."""
    block = open_block(data)
    entry = read_fields(block, block.first)[0][tag]
    return (
        data[: entry.at]
        + struct.pack("<I", value)[: {3: 2, 4: 4}[entry.kind]]
        + data[entry.at + {3: 2, 4: 4}[entry.kind] :]
    )


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("writing", [{}, {"compression": "lzw"}, {"compression": "zlib", "tile": (16, 16)}])
def test_white_is_zero_is_inverted(writing: dict[str, object], depth: int) -> None:
    samples = photos.gray(depth=depth)
    photo = tiff.read(photos.tiff(samples, white_is_zero=True, **writing))
    assert np.array_equal(photo.pixels, samples)


def test_white_is_zero_leaves_alpha_alone() -> None:
    samples, alpha = photos.gray(), photos.alpha()
    data = _patched(photos.tiff(255 - samples, alpha=alpha), PHOTOMETRIC, 0)
    photo = tiff.read(data)
    assert np.array_equal(photo.pixels, samples)
    assert photo.alpha is not None
    assert np.array_equal(photo.alpha, alpha)


@pytest.mark.parametrize("factor", [257, 1])
def test_palettes_become_rgb_also_where_a_writer_left_8_bit_entries(factor: int) -> None:
    colors = np.random.default_rng(2).integers(0, 256, (3, 256), dtype=np.uint16)
    indices = photos.gray()
    photo = tiff.read(photos.tiff(indices, palette=(colors * factor).astype(np.uint16)))
    assert np.array_equal(photo.pixels, colors.T.astype(np.uint8)[indices])


@pytest.mark.parametrize("extra", ["unassalpha", "assocalpha", "unspecified"])
def test_the_kind_of_alpha_is_told(extra: str) -> None:
    assert tiff.read(photos.tiff(alpha=photos.alpha(), extra=extra)).container.extra_sample == extra


@pytest.mark.parametrize(
    ("writing", "expected"),
    [
        ({}, ("NONE", "<", None, False)),
        ({"byteorder": ">", "compression": "lzw"}, ("LZW", ">", None, False)),
        ({"bigtiff": True, "compression": "zlib"}, ("ADOBE_DEFLATE", "<", None, True)),
        ({"tile": (32, 16), "compression": "packbits"}, ("PACKBITS", "<", (32, 16), False)),
    ],
)
def test_how_the_file_was_written_is_told(writing: dict[str, object], expected: tuple[object, ...]) -> None:
    said = tiff.read(photos.tiff(photos.rgb(), **writing)).container
    assert (said.compression, said.byteorder, said.tile_px, said.bigtiff) == expected


def test_jpeg_inside_tiff_is_read_and_told_as_lossy() -> None:
    photo = tiff.read(photos.tiff(photos.rgb(), compression="jpeg", compressionargs={"level": 95}))
    assert photo.pixels.shape == (48, 64, 3)
    assert np.abs(photo.pixels.astype(int) - photos.rgb()).mean() < 8
    assert not photo.container.lossless


REFUSALS: dict[str, tuple[Callable[[], bytes], str]] = {
    "float-lab": (lambda: _patched(photos.tiff(np.zeros((9, 9, 3), np.float32)), PHOTOMETRIC, 8), "floating-point"),
    "float-range": (lambda: photos.tiff(np.full((9, 9), 1.5, np.float32)), "from 1.5 to 1.5"),
    "not-a-number": (lambda: photos.tiff(np.full((9, 9), np.nan, np.float32)), "from nan"),
    "signed": (lambda: photos.tiff(np.zeros((9, 9), np.int16)), "16-bit signed"),
    "32-bit": (lambda: photos.tiff(np.zeros((9, 9), np.uint32)), "32-bit"),
    "inks": (
        lambda: photos.tiff(np.zeros((9, 9, 4), np.uint8), photometric="separated", extratags=[(332, 3, 1, 2, True)]),
        "inks that are not",
    ),
    "dots": (
        lambda: photos.tiff(
            np.zeros((9, 9, 4), np.uint8), photometric="separated", extratags=[(336, 1, 2, (16, 235), True)]
        ),
        "dot range of 16 to 235",
    ),
    "itu-lab": (lambda: _patched(photos.tiff(photos.rgb()), PHOTOMETRIC, 10), "ITU Lab"),
    "mask": (lambda: _patched(photos.tiff(), PHOTOMETRIC, 4), "transparency mask"),
    "jbig": (lambda: _patched(photos.tiff(), COMPRESSION, 34661), "34661|JBIG"),
    "raw": (lambda: _patched(photos.tiff(), PHOTOMETRIC, 32803), "color filter array"),
    "unheard-of": (lambda: _patched(photos.tiff(), PHOTOMETRIC, 777), "photometric 777"),
    "dng": (lambda: photos.tiff(extratags=[(50706, 1, 4, b"\x01\x04\x00\x00", True)]), "DNG"),
    "24-bit-samples": (lambda: photos.tiff(np.zeros((9, 9), np.uint32), bitspersample=24), "24-bit"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_cannot_be_treated_exactly_is_refused_with_its_reason(name: str) -> None:
    build, said = REFUSALS[name]
    with pytest.raises(UnsupportedPhoto, match=said):
        tiff.read(build())


def test_a_picture_with_two_extra_channels_is_refused() -> None:
    stack = np.dstack([photos.rgb(), photos.alpha(), photos.gray()])
    file = io.BytesIO()
    tifffile.imwrite(file, stack, photometric="rgb", extrasamples=["unassalpha", "unspecified"], metadata=None)
    with pytest.raises(UnsupportedPhoto, match="2 channels beside"):
        tiff.read(file.getvalue())


def _with_preview(subfile: int, first: int = 0, below: bool = False) -> bytes:
    file = io.BytesIO()
    with tifffile.TiffWriter(file) as writer:
        writer.write(photos.rgb(), photometric="rgb", subfiletype=first, subifds=1 if below else 0, metadata=None)
        writer.write(photos.rgb(12, 16), photometric="rgb", subfiletype=subfile, metadata=None)
    return file.getvalue()


@pytest.mark.parametrize("below", [False, True])
def test_a_reduced_preview_is_no_page_and_its_loss_is_told(below: bool) -> None:
    photo = tiff.read(_with_preview(1, below=below))
    assert np.array_equal(photo.pixels, photos.rgb())
    assert any("1 reduced preview" in warning for warning in photo.warnings)


def test_a_second_full_picture_is_a_page() -> None:
    data = _with_preview(0)
    assert tiff.probe(data).pages == 2
    assert np.array_equal(tiff.read(data).pixels, photos.rgb())
    assert np.array_equal(tiff.read(data, 1).pixels, photos.rgb(12, 16))


def test_a_full_picture_below_the_first_one_would_be_lost_and_is_refused() -> None:
    with pytest.raises(UnsupportedPhoto, match="SubIFD"):
        tiff.read(_with_preview(0, below=True))


def test_a_file_whose_first_picture_is_a_preview_is_refused() -> None:
    with pytest.raises(UnsupportedPhoto, match="only a preview"):
        tiff.read(_with_preview(1, first=1))


def test_directories_in_a_circle_are_damage() -> None:
    data = bytearray(photos.tiff())
    block = open_block(bytes(data))
    fields, following = read_fields(block, block.first)
    assert following == 0
    at = block.first + 2 + 12 * len(fields)
    data[at : at + 4] = struct.pack("<I", block.first)
    with pytest.raises(TruncatedPhoto, match="circle"):
        tiff.probe(bytes(data))


@pytest.mark.parametrize(("tag", "options"), [(STRIP_OFFSETS, {}), (STRIP_OFFSETS, STRIPS), (STRIP_BYTES, STRIPS)])
def test_a_strip_that_is_missing_is_not_filled_with_black(tag: int, options: dict[str, int]) -> None:
    with pytest.raises(TruncatedPhoto, match="missing"):
        tiff.read(_patched(photos.tiff(**options), tag, 0))


def test_a_single_strip_of_no_stated_length_is_whole_where_the_file_has_its_bytes_and_is_told() -> None:
    read, sound = tiff.read(_patched(photos.tiff(), STRIP_BYTES, 0)), tiff.read(photos.tiff())
    assert np.array_equal(read.pixels, sound.pixels)
    assert any("a length that cannot be" in warning for warning in read.warnings) and not sound.warnings


def test_fewer_strips_than_the_height_needs_are_damage() -> None:
    taller = _patched(photos.tiff(compression="lzw", rowsperstrip=48), 257, 500)
    with pytest.raises(TruncatedPhoto):
        tiff.read(taller)


def test_tiles_of_absurd_size_reserve_no_memory() -> None:
    data = _patched(_patched(photos.tiff(tile=(16, 16)), 322, 65520), 323, 65520)
    with pytest.raises(TruncatedPhoto, match="65520 × 65520"):
        tiff.read(data)


def test_damage_is_never_printed_amid_the_progress_bars(capfd: pytest.CaptureFixture[str]) -> None:
    data = photos.tiff(dpi=(300, 300))
    block = open_block(data)
    entry = read_fields(block, block.first)[0][282]
    broken = data.replace(struct.pack("<I", entry.at), b"\xff\xff\xff\xff", 1)
    assert tiff.read(broken).container.dpi is None
    told = capfd.readouterr()
    assert told.out + told.err == ""
