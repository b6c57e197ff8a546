"""The damage matrix: every way of coding pixels × every kind of damage, and none of them passes unseen.

What cannot be noticed has to stand in docs/archive.md, by the way of coding; the tests hold the page and the decoders
against each other.
"""

from __future__ import annotations

import io
import os
import random
import shutil
from collections.abc import Callable
from functools import cache

import imagecodecs
import numpy as np
import photos
import pytest
import tifffile
from commands import ROOT
from damages import DAMAGES, find_coded, hole_of
from format_rows import arithmetic, heic, jpeg12, ycbcr, ycck
from PIL import Image

from photocolor.containers.boxes import boxes, make_box
from photocolor.containers.jpeg import SOS, segments_of
from photocolor.errors import NotAnImage, TruncatedPhoto
from photocolor.image.decode import decode
from photocolor.image.photo import Photo
from photocolor.image.tiff.jpeg_strip import doubts_of_strip

HEIGHT, WIDTH = 96, 128
GRAY, GRAY_16 = photos.gray(HEIGHT, WIDTH), photos.gray(HEIGHT, WIDTH, 16)
COLORS = photos.tinted(HEIGHT, WIDTH)
LIMIT_MP = 100.0
SEEDS = 3


def _tiff(compression: str | None, pixels: photos.Array = GRAY, **how: object) -> Callable[[], bytes]:
    return lambda: photos.tiff(pixels, **{**({"compression": compression} if compression else {}), **how})


def _fax(name: str) -> Callable[[], bytes]:
    def build() -> bytes:
        file = io.BytesIO()
        Image.fromarray(GRAY > 128).save(file, "TIFF", compression=name, tiffinfo={262: 0})
        return file.getvalue()

    return build


def _jpeg(pixels: photos.Array = GRAY, **how: object) -> Callable[[], bytes]:
    def build() -> bytes:
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "JPEG", quality=90, **how)
        return file.getvalue()

    return build


def _jp2(pixels: photos.Array = GRAY, **how: object) -> Callable[[], bytes]:
    return lambda: bytes(
        imagecodecs.jpeg2k_encode(pixels, **{"level": 0, "reversible": True, "codecformat": "jp2", **how})
    )


def _jxl(pixels: photos.Array = GRAY, **how: object) -> Callable[[], bytes]:
    return lambda: bytes(imagecodecs.jpegxl_encode(pixels, **{"usecontainer": True, **how}))


def _avif(pixels: photos.Array = COLORS, **how: object) -> Callable[[], bytes]:
    return lambda: bytes(imagecodecs.avif_encode(pixels, speed=8, numthreads=1, **{"level": 90, **how}))


# Row of the table "Damage, and who can tell" in docs/archive.md → the files that stand for it.
CODINGS: dict[str, dict[str, Callable[[], bytes]]] = {
    "PNG": {
        "gray": lambda: photos.png(GRAY),
        "16 bits": lambda: photos.png(GRAY_16),
        "color, interlaced": lambda: photos.png(COLORS, interlaced=True),
    },
    "TIFF, deflate": {
        "strips": _tiff("zlib", rowsperstrip=32, predictor=2),
        "tiles, 16 bits": _tiff("zlib", GRAY_16, tile=(32, 32)),
    },
    "TIFF, LZMA": {"strip": _tiff("lzma")},
    "TIFF, ZSTD": {"strip": _tiff("zstd", GRAY_16, predictor=2)},
    "TIFF, LZW": {
        "strip": _tiff("lzw"),
        "strips, color": _tiff("lzw", COLORS, rowsperstrip=16, predictor=2),
        "tiles, big-endian": _tiff("lzw", GRAY_16, tile=(32, 32), byteorder=">"),
    },
    "TIFF, PackBits": {"strip": _tiff("packbits", COLORS // 64 * 64)},
    "TIFF, not compressed": {
        "strip": _tiff(None),
        "tiles": _tiff(None, GRAY_16, tile=(32, 32)),
        "YCbCr": lambda: ycbcr(1),
    },
    "TIFF, fax (CCITT)": {"RLE": _fax("tiff_ccitt"), "G3": _fax("group3"), "G4": _fax("group4")},
    "JPEG": {
        "gray": _jpeg(),
        "color, reduced chroma": _jpeg(COLORS),
        "restart markers": _jpeg(restart_marker_rows=1),
        "progressive": _jpeg(COLORS, progressive=True),
        "inks": lambda: ycck(1),
    },
    "JPEG, 12 bits or arithmetic": {"12 bits": lambda: jpeg12(1)},
    "TIFF, JPEG": {
        "strip": _tiff("jpeg"),
        "tiles, color": _tiff("jpeg", COLORS, tile=(32, 32)),
    },
    "WebP": {
        "lossless": lambda: photos.webp(COLORS),
        "lossy": lambda: photos.webp(COLORS, lossless=False),
    },
    "TIFF, WebP": {"strip": _tiff("webp", COLORS)},
    "JPEG 2000": {
        "lossless": _jp2(),
        "lossy, color": _jp2(COLORS, level=35, reversible=False),
        "codestream": _jp2(GRAY_16, codecformat="j2k"),
    },
    "TIFF, JPEG 2000": {"strip": _tiff("jpeg2000"), "tiles": _tiff("jpeg2000", GRAY_16, tile=(48, 64))},
    "JPEG XL": {
        "lossless": _jxl(lossless=True),
        "16 bits": _jxl(GRAY_16, lossless=True),
        "lossy": _jxl(COLORS, distance=1.0),
    },
    "TIFF, JPEG XL": {"strip": _tiff("jpegxl")},
    "AVIF": {
        "lossy": _avif(),
        "lossless": _avif(level=100, matrix=0, pixelformat="yuv444"),
        "12 bits": _avif(photos.tinted(HEIGHT, WIDTH, 12), bitspersample=12),
    },
    "HEIC": {"lossless": lambda: heic(COLORS, 1), "lossy": lambda: heic(COLORS, 1, quality=80, matrix_coefficients=6)},
}
if shutil.which("jpegtran") or os.environ.get("CI") == "true":
    CODINGS["JPEG, 12 bits or arithmetic"]["arithmetic"] = lambda: arithmetic(1)
CELLS = [
    (coding, name, column, kind)
    for coding, files in CODINGS.items()
    for name in files
    for column, kinds in DAMAGES.items()
    for kind in kinds
]


def _table() -> dict[str, list[str]]:
    """The rows of the page's table: coding → words for `integrity` and for each kind of damage."""
    page = (ROOT / "docs" / "archive.md").read_text(encoding="utf-8")
    part = page.split("## Damage, and who can tell")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line[:1] == "|"]
    return {row[0]: row[1:] for row in rows[2:]}


TABLE = _table()


@cache
def _built(coding: str, name: str) -> tuple[bytes, Photo]:
    data = CODINGS[coding][name]()
    return data, decode(data, LIMIT_MP)


def _outcome(damaged: bytes, whole: Photo) -> str:
    try:
        photo = decode(damaged, LIMIT_MP)
    except (TruncatedPhoto, NotAnImage):
        return "refused"
    if np.array_equal(photo.pixels, whole.pixels):
        return "harmless"
    assert not photo.container.checksummed, "what is said to be checked was not noticed"
    return "told" if set(photo.warnings) - set(whole.warnings) else "passed"


def test_the_table_has_a_row_for_every_coding_and_the_matrix_two_hundred_cells() -> None:
    assert set(TABLE) == set(CODINGS)
    assert len(CELLS) >= 200
    for coding, files in CODINGS.items():
        assert {_built(coding, name)[1].container.integrity for name in files} == {TABLE[coding][0]}, coding


@pytest.mark.parametrize(("coding", "name", "column", "kind"), CELLS)
def test_no_damage_passes_in_silence_unless_the_page_says_that_it_can(
    coding: str, name: str, column: str, kind: str
) -> None:
    data, whole = _built(coding, name)
    said = TABLE[coding][1 + list(DAMAGES).index(column)]
    for seed in range(SEEDS if column == "other bits" or kind.startswith("of ") else 1):
        damaged = DAMAGES[column][kind](find_coded(data), random.Random(f"{coding} {name} {kind} {seed}"))
        assert damaged != data
        outcome = _outcome(damaged, whole)
        if outcome == "passed":
            assert "can pass" in said, f"{coding}, {name}: {column} {kind} passed"
        if outcome == "told":
            assert "told" in said or "can pass" in said, f"{coding}, {name}: {column} {kind} was only told"


def test_zeros_in_a_jpeg_are_told_unless_they_can_be_meant() -> None:
    white = np.full((2048, 256), 255, np.uint8)
    white[:64] = photos.gray(64, 256)
    for how in ({}, {"optimize": True}, {"progressive": True}):
        data = _jpeg(white, **how)()
        assert not decode(data, LIMIT_MP).warnings, how
    whole = decode(_jpeg(COLORS)(), LIMIT_MP)
    coded = find_coded(_jpeg(COLORS)())
    told = [_outcome(hole_of(64)(coded, random.Random(seed)), whole) for seed in range(20)]
    assert "told" in told and "passed" not in told


@pytest.mark.parametrize("compression", [None, "lzw", "zlib", "packbits"])
def test_strips_that_lie_over_each_other_are_told(compression: str | None) -> None:
    data = bytearray(photos.tiff(GRAY, rowsperstrip=32, **({"compression": compression} if compression else {})))
    with tifffile.TiffFile(io.BytesIO(bytes(data))) as file:
        page = file.pages[0]
        (first, second, _), tag = page.dataoffsets, page.tags[273]
        sizes, counts = page.databytecounts, page.tags[279]
    at, width = tag.valueoffset, {3: 2, 4: 4}[int(tag.dtype)]
    data[at + width : at + 2 * width] = first.to_bytes(width, "little")
    at, width = counts.valueoffset, {3: 2, 4: 4}[int(counts.dtype)]
    data[at + width : at + 2 * width] = sizes[0].to_bytes(width, "little")
    assert second != first
    assert any("lie where another one lies" in said for said in decode(bytes(data), LIMIT_MP).warnings)


def _with_scans(data: bytes, kept: range) -> bytes:
    """A JPEG with some of its scans, and everything else."""
    scans = [segment for segment in segments_of(data) if segment.marker == SOS]
    parts, at = [], 0
    for number, scan in enumerate(scans):
        parts.append(data[at : scan.end if number in kept else scan.head])
        at = scan.end
    return b"".join([*parts, data[at:]])


@pytest.mark.parametrize("tiff", [False, True])
def test_a_jpeg_that_ends_after_some_of_its_scans_is_refused_or_told(tiff: bool) -> None:
    progressive = _jpeg(COLORS, progressive=True)()
    count = sum(segment.marker == SOS for segment in segments_of(progressive))

    def heard(kept: int) -> str:
        data = _with_scans(progressive, range(kept))
        if not tiff:
            return " ".join(decode(data, LIMIT_MP).warnings)
        return " ".join(doubts_of_strip(data, None))

    for kept in range(1, count):
        try:
            assert "the last scans of the JPEG are missing" in heard(kept), kept
        except (TruncatedPhoto, ValueError) as error:
            assert "scans of the JPEG are missing" in str(error)
    with pytest.raises((TruncatedPhoto, ValueError), match="63 of the 64 frequencies"):
        heard(1)
    assert not heard(count)


def test_a_quantization_table_with_a_step_of_zero_is_refused() -> None:
    data = bytearray(_jpeg()())
    at = data.index(b"\xff\xdb")
    data[at + 5 : at + 69] = bytes(64)
    with pytest.raises(TruncatedPhoto, match="a step of 0"):
        decode(bytes(data), LIMIT_MP)


def test_chunks_of_a_png_with_a_wrong_checksum_and_doubled_ones_are_told() -> None:
    whole = photos.png(GRAY, chunks=[(b"tEXt", b"Comment\0hello")])
    at = whole.index(b"hello")
    damaged = whole[:at] + b"hallo" + whole[at + 5 :]
    assert not decode(whole, LIMIT_MP).warnings
    assert any("wrong checksum" in said and "tEXt" in said for said in decode(damaged, LIMIT_MP).warnings)
    srgb, pq = (b"cICP", bytes([1, 13, 0, 1])), (b"cICP", bytes([1, 16, 0, 1]))
    assert any("several chunks" in said for said in decode(photos.png(GRAY, chunks=[srgb, pq]), LIMIT_MP).warnings)
    assert any(
        "gamma of 0" in said for said in decode(photos.png(GRAY, chunks=[(b"gAMA", bytes(4))]), LIMIT_MP).warnings
    )


def _tiled_jp2() -> bytes:
    file = io.BytesIO()
    Image.fromarray(GRAY).save(file, "JPEG2000", tile_size=(32, 32))
    return file.getvalue()


@pytest.mark.parametrize("lost", [0, 5, -1])
def test_a_tile_of_a_jpeg_2000_that_is_missing_is_refused(lost: int) -> None:
    data = _tiled_jp2()
    box = next(box for box in boxes(data) if box.kind == b"jp2c")
    at, tiles = data.index(b"\xff\x90", box.start), list[tuple[int, int]]()
    while data[at : at + 2] == b"\xff\x90":
        end = at + int.from_bytes(data[at + 6 : at + 10], "big")
        tiles.append((at, end))
        at = end
    first, end = tiles[lost]
    content = data[box.start : first] + data[end : box.end]
    damaged = data[: box.head] + make_box(b"jp2c", content) + data[box.end :]
    assert not decode(data, LIMIT_MP).warnings
    with pytest.raises(TruncatedPhoto, match="1 of its 12 tiles"):
        decode(damaged, LIMIT_MP)
    with pytest.raises(TruncatedPhoto, match="1 of its 12 tiles"):
        decode(content, LIMIT_MP)


def _riff(*chunks: bytes) -> bytes:
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def test_transparency_of_a_webp_that_is_damaged_or_gone_is_told() -> None:
    whole = photos.webp(np.dstack([COLORS, GRAY // 2 + 60]), lossless=False)
    at = whole.index(b"ALPH")
    size = int.from_bytes(whole[at + 4 : at + 8], "little")
    end = at + 8 + size + size % 2
    assert whole[at + 8] & 3
    zeros = whole[: at + 8 + size // 3] + bytes(size - size // 3) + whole[at + 8 + size :]
    assert not decode(whole, LIMIT_MP).warnings
    assert any("transparency" in said for said in decode(zeros, LIMIT_MP).warnings)
    gone = _riff(whole[12:at], whole[end:])
    assert any("has none" in said for said in decode(gone, LIMIT_MP).warnings)
    two = _riff(photos.webp(COLORS)[12:], photos.webp(COLORS, lossless=False)[12:])
    assert any("more than one picture" in said for said in decode(two, LIMIT_MP).warnings)


def test_what_lies_behind_a_picture_in_avif_and_jpeg_xl_is_told() -> None:
    avif, jxl = _avif()(), bytes(imagecodecs.jpegxl_encode(GRAY, lossless=True, usecontainer=False))
    assert not decode(avif, LIMIT_MP).warnings and not decode(jxl, LIMIT_MP).warnings
    assert any("behind the last box" in said for said in decode(avif + b"a caption" * 9, LIMIT_MP).warnings)
    assert any("'abcd'" in said for said in decode(avif + make_box(b"abcd", b"x"), LIMIT_MP).warnings)
    assert decode(jxl + b"a caption" * 9, LIMIT_MP).warnings
    alpha = _avif(np.dstack([COLORS, GRAY // 2 + 60]))()
    depth = alpha.replace(b"auxiliary:alpha", b"auxiliary:depth")
    assert depth != alpha and not decode(alpha, LIMIT_MP).warnings
    assert any("auxiliary:depth" in said for said in decode(depth, LIMIT_MP).warnings)
