"""What the chunks of a PNG say about its colors is used, refused or told; nothing of it is passed over."""

from __future__ import annotations

import re
import struct
import zlib

import numpy as np
import photos
import pytest
from commands import ROOT

from photocolor.color.icc import srgb_profile
from photocolor.errors import TruncatedPhoto, UnsupportedPhoto
from photocolor.image.decode import decode
from photocolor.metadata.formats.png import ENCODING

LIMIT_MP = 100.0
COLORS = photos.tinted()
PROPHOTO = (34567, 35850, 73470, 26530, 15960, 84040, 3660, 10)
SRGB = (31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)
PIXELS = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"acTL", b"fcTL", b"fdAT"}
ELSEWHERE = {b"eXIf", b"pHYs", b"caBX"}
"""Metadata; what becomes of those is in the tests of metadata."""


def points(values: tuple[int, ...]) -> bytes:
    """The payload of a cHRM chunk."""
    return struct.pack(">8I", *values)


# chunk → (payload, what becomes of it)
TABLE: dict[str, tuple[bytes, bytes, str]] = {
    "numbers of sRGB": (b"cICP", bytes((1, 13, 0, 1)), "sRGB"),
    "numbers of P3": (b"cICP", bytes((12, 13, 0, 1)), "applied"),
    "numbers of BT.2020": (b"cICP", bytes((9, 13, 0, 1)), "applied"),
    "numbers of linear light": (b"cICP", bytes((1, 8, 0, 1)), "applied"),
    "numbers of PQ": (b"cICP", bytes((9, 16, 0, 1)), "refused"),
    "numbers of HLG": (b"cICP", bytes((9, 18, 0, 1)), "refused"),
    "numbers with a matrix": (b"cICP", bytes((1, 13, 6, 1)), "refused"),
    "numbers of a narrow range": (b"cICP", bytes((1, 13, 0, 0)), "refused"),
    "damaged numbers": (b"cICP", b"\1", "told"),
    "profile": (b"iCCP", photos.icc_chunk(photos.adobe_rgb())[1], "applied"),
    "profile of sRGB": (b"iCCP", photos.icc_chunk(srgb_profile())[1], "sRGB"),
    "damaged profile": (b"iCCP", b"x\0\0garbage", "told"),
    "sRGB": (b"sRGB", b"\0", "sRGB"),
    "primaries": (b"cHRM", points(PROPHOTO), "applied"),
    "primaries of sRGB": (b"cHRM", points(SRGB), "sRGB"),
    "no primaries": (b"cHRM", bytes(32), "told"),
    "primaries in one point": (b"cHRM", points((31270, 32900) * 4), "told"),
    "gamma": (b"gAMA", struct.pack(">I", 100000), "told"),
    "gamma of sRGB": (b"gAMA", struct.pack(">I", 45455), "sRGB"),
    "significant bits": (b"sBIT", b"\5\5\5", "told"),
    "background": (b"bKGD", bytes(6), "told"),
    "histogram": (b"hIST", bytes(32), "told"),
    "suggested palette": (b"sPLT", b"p\0\x08" + bytes(6), "told"),
    "display": (b"mDCV", bytes(24), "told"),
    "brightest light": (b"cLLI", bytes(8), "told"),
    "display, as written before": (b"mDCv", bytes(24), "told"),
    "brightest light, as written before": (b"cLLi", bytes(8), "told"),
}


def test_the_table_walks_every_chunk_that_says_something_about_colors_and_so_does_the_page() -> None:
    names = {chunk for chunk, _, _ in TABLE.values()}
    assert names == ENCODING - PIXELS - ELSEWHERE
    page = (ROOT / "docs" / "archive.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`\w{4}`(?:, `\w{4}`)*) \|", page, re.MULTILINE)
    said = {name.strip("`").encode() for row in rows for name in row.split(", ")}
    assert said == names - {b"mDCv", b"cLLi"}


@pytest.mark.parametrize("row", TABLE)
def test_a_chunk_about_colors_is_applied_refused_or_told(row: str) -> None:
    chunk, payload, outcome = TABLE[row]
    data = photos.png(COLORS, chunks=[(chunk, payload)])
    if outcome == "refused":
        with pytest.raises(UnsupportedPhoto):
            decode(data, LIMIT_MP)
        return
    photo = decode(data, LIMIT_MP)
    assert bool(photo.warnings) == (outcome == "told"), photo.warnings
    assert np.array_equal(photo.pixels, COLORS) == (outcome != "applied")


def test_numbers_win_over_a_profile_and_that_is_told() -> None:
    data = photos.png(COLORS, chunks=[(b"cICP", bytes((1, 13, 0, 1))), photos.icc_chunk(photos.adobe_rgb())])
    photo = decode(data, LIMIT_MP)
    assert np.array_equal(photo.pixels, COLORS)
    assert any("win over its color profile" in warning for warning in photo.warnings)


def test_primaries_with_a_gamma_are_applied_as_a_profile_of_them_is() -> None:
    gamma = (b"gAMA", struct.pack(">I", 55556))
    photo = decode(photos.png(COLORS, chunks=[gamma, (b"cHRM", points(PROPHOTO))]), LIMIT_MP)
    plain = decode(photos.png(COLORS, chunks=[(b"cHRM", points(PROPHOTO))]), LIMIT_MP)
    assert not np.array_equal(photo.pixels, plain.pixels)
    gray = decode(photos.png(chunks=[(b"cHRM", points(PROPHOTO))]), LIMIT_MP)
    assert np.array_equal(gray.pixels, photos.gray())
    assert gray.warnings == ()


def test_a_png_without_a_picture_says_so_in_words() -> None:
    whole = photos.png()
    at = whole.index(b"IDAT") - 4
    with pytest.raises(TruncatedPhoto, match="no picture in it") as caught:
        decode(whole[:at] + photos.chunk(b"IEND", b""), LIMIT_MP)
    assert "codec" not in caught.value.message
    assert "no copy" in caught.value.hint


def test_the_profile_of_primaries_does_not_depend_on_the_day() -> None:
    """Little CMS writes the time into it, so it must never be the one that goes into a result."""
    near = tuple(point + 300 for point in SRGB)
    photo = decode(photos.png(COLORS, chunks=[(b"cHRM", points(near))]), LIMIT_MP)
    assert photo.container.icc is None or not photo.container.keep_icc
    assert zlib.crc32(photo.pixels.tobytes())
