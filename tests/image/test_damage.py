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

from photocolor.errors import NotAnImage, TruncatedPhoto
from photocolor.image.decode import decode
from photocolor.image.photo import Photo

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
        "lossless": _avif(level=100, matrix=0, pixelformat="444"),
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
