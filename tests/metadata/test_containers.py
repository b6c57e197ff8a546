"""Promises about the files that metadata is written into."""

from __future__ import annotations

import io
import struct

import annotated
import numpy as np
import photos
import pytest
from PIL import Image

from photocolor.containers import png as png_syntax
from photocolor.containers import riff
from photocolor.containers.malformed import Malformed
from photocolor.metadata.formats import jpeg, png, webp
from photocolor.metadata.iptc.datasets import as_properties
from photocolor.metadata.model import Blocks, Log, Picture

BLOCKS = Blocks(exif=annotated.block(), xmp=annotated.XMP)


def png_chunks(data: bytes) -> list[bytes]:
    """Returns the names of a PNG's chunks."""
    return [chunk.name for chunk in png_syntax.chunks(data)]


def test_stray_bytes_between_segments_are_passed_over_as_decoders_do() -> None:
    data = annotated.jpeg()
    at = data.index(b"\xff\xe1")
    stray = data[:at] + b"\x00\x12\xff\x00\xff\xff" + data[at + 1 :]
    assert jpeg.read(stray).exif == annotated.block()


def test_exif_cut_into_segments_is_joined_and_cut_again() -> None:
    long = annotated.block(fields=annotated.tree() | {65001: annotated.raw(bytes(100_000))})
    data = photos.jpeg()
    for part in (long[65_000:], long[:65_000]):
        data = photos.with_segment(data, 0xE1, b"Exif\0\0" + part)
    read = jpeg.read(data)
    assert read.exif == long
    written = jpeg.write(photos.jpeg(photos.rgb()), read, Log())
    assert jpeg.read(written).exif == long


def test_the_encoders_own_metadata_is_replaced_not_doubled() -> None:
    first = jpeg.write(photos.jpeg(photos.rgb()), BLOCKS, Log())
    assert jpeg.write(first, BLOCKS, Log()) == first
    first = png.write(photos.png(photos.rgb()), BLOCKS, Log())
    assert png.write(first, BLOCKS, Log()) == first
    first = webp.write(photos.webp(), BLOCKS, Log())
    assert webp.write(first, BLOCKS, Log()) == first


def test_text_stands_before_the_pixels_of_a_png() -> None:
    kinds = png_chunks(png.write(photos.png(photos.rgb()), BLOCKS, Log()))
    assert kinds == [b"IHDR", b"eXIf", b"iTXt", b"IDAT", b"IDAT", b"IEND"]


@pytest.mark.parametrize("lossless", [True, False])
@pytest.mark.parametrize("transparent", [True, False])
@pytest.mark.parametrize("profiled", [True, False])
def test_an_extended_webp_announces_all_that_is_in_it(lossless: bool, transparent: bool, profiled: bool) -> None:
    alpha = photos.alpha() if transparent else None
    icc = photos.adobe_rgb() if profiled else None
    data = webp.write(photos.webp(alpha=alpha, lossless=lossless, icc=icc), BLOCKS, Log())
    with Image.open(io.BytesIO(data)) as image:
        assert image.mode == ("RGBA" if transparent else "RGB")
        assert image.info["exif"] == annotated.block()
        assert image.info["xmp"] == annotated.XMP
        assert image.info.get("icc_profile") == icc
    flags = data[next(riff.chunks(data, len(data))).start]
    assert flags == 0x0C | (0x10 if transparent else 0) | (0x20 if profiled else 0)
    assert webp.picture(data) == Picture(64, 48)


@pytest.mark.parametrize("side", [1, 300, 16_383])
def test_a_webp_size_is_read_from_both_codings(side: int) -> None:
    for lossless in (True, False):
        file = io.BytesIO()
        Image.fromarray(np.zeros((2, side, 3), np.uint8)).save(file, "WEBP", lossless=lossless)
        assert webp.picture(file.getvalue()) == Picture(side, 2)


def test_srgb_chunks_go_along_but_not_beside_a_profile() -> None:
    source = photos.png(chunks=[(b"sRGB", b"\0"), (b"gAMA", struct.pack(">I", 45455)), (b"gAMA", struct.pack(">I", 1))])
    blocks = png.read(source)
    assert [kind for kind, _ in blocks.extras] == ["sRGB", "gAMA"]
    plain = png_chunks(png.write(photos.png(photos.rgb()), blocks, Log()))
    assert plain.count(b"sRGB") == plain.count(b"gAMA") == 1
    profiled = photos.png(photos.rgb(), chunks=[photos.icc_chunk(photos.adobe_rgb())])
    assert b"sRGB" not in png_chunks(png.write(profiled, blocks, Log()))


def test_private_chunks_follow_the_safe_to_copy_bit() -> None:
    assert png.read(photos.png(chunks=[(b"prIv", b"safe")])).extras == (("prIv", b"safe"),)
    assert png.read(photos.png(chunks=[(b"prIV", b"unsafe")])).extras == ()


@pytest.mark.parametrize("reader", [jpeg.read, png.read, webp.read])
def test_a_file_of_another_format_is_refused(reader) -> None:
    with pytest.raises(Malformed):
        reader(annotated.tiff())


@pytest.mark.parametrize(
    ("date", "time", "expected"),
    [
        ("19360309", "", "1936-03-09"),
        ("19360300", "", "1936-03"),
        ("19360000", "120000+0100", "1936"),
        ("19360309", "120000-0530", "1936-03-09T12:00:00-05:30"),
        ("ca. 1936", "", "ca. 1936"),
    ],
)
def test_iptc_dates_become_xmp_dates(date: str, time: str, expected: str) -> None:
    data = b"".join(
        struct.pack(">BBBH", 0x1C, 2, dataset, len(value)) + value.encode()
        for dataset, value in ((55, date), (60, time))
        if value
    )
    properties, _ = as_properties(data)
    assert properties[0].values == (expected,)


def test_iptc_without_a_charset_is_read_as_old_tools_wrote_it() -> None:
    value = "Café".encode("cp1252")
    properties, homeless = as_properties(struct.pack(">BBBH", 0x1C, 2, 90, len(value)) + value)
    assert properties[0].values == ("Café",)
    assert homeless == ()
