"""The luma of a colored JPEG is the source's, bit by bit, for every decoder that is asked for gray."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import photos
import pytest
from PIL import Image

from photocolor.color.icc import srgb_profile
from photocolor.containers.jpeg import DRI, parts
from photocolor.errors import UnsupportedPhoto
from photocolor.image.codecs.exact_luma import luma_of, refuse_inexact, write_exact
from photocolor.image.decode import decode
from photocolor.render.exact_gray import stitch
from photocolor.settings import FileSettings, OutputFormat

CHROMA_CODES = 4
"""Mean error in codes of 255 that the coding of chroma may add to the colors, at quality 95."""


def colored(data: bytes, path: Path, quality: int = 95) -> tuple[np.ndarray, bytes]:
    """The color that was meant, and the file that was written."""
    photo, files = decode(data, 100), FileSettings(quality=quality, exact_luma=True)
    ab = np.full((photo.height, photo.width, 2), (18, 24), np.float32)
    rgb = stitch(photo.pixels, ab)
    refuse_inexact(data, photo, files)
    write_exact(path, data, photo, rgb, files)
    return rgb, path.read_bytes()


def gray_by_opencv(data: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE | cv2.IMREAD_IGNORE_ORIENTATION)


def gray_by_pillow(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as image:
        image.draft("L", image.size)
        return np.asarray(image)


@pytest.mark.parametrize("progressive", [False, True], ids=["baseline", "progressive"])
@pytest.mark.parametrize("quality", [20, 75, 100])
@pytest.mark.parametrize("size", [(48, 64), (51, 77), (1, 1), (7, 130)])
def test_a_gray_decode_of_the_result_is_a_gray_decode_of_the_source(
    size: tuple[int, int], quality: int, progressive: bool, tmp_path: Path
) -> None:
    data = photos.jpeg(photos.gray(*size), quality=quality, progressive=progressive)
    _, result = colored(data, tmp_path / "a.jpg")
    assert np.array_equal(gray_by_opencv(result), gray_by_opencv(data))
    assert np.array_equal(gray_by_pillow(result), gray_by_pillow(data))
    assert np.array_equal(luma_of(result), decode(data, 100).pixels)


def test_the_result_is_an_ordinary_color_jpeg_with_the_colors_that_were_meant(tmp_path: Path) -> None:
    rgb, result = colored(photos.jpeg(photos.gray(120, 200)), tmp_path / "a.jpg")
    by_pillow = np.asarray(Image.open(io.BytesIO(result)).convert("RGB"))
    by_opencv = cv2.imdecode(np.frombuffer(result, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
    assert np.array_equal(by_pillow, by_opencv)
    inner = (rgb > 8).all(axis=2) & (rgb < 247).all(axis=2)  # black and white have no room for chroma of another luma
    assert np.abs(by_pillow.astype(int) - rgb)[inner].mean() < CHROMA_CODES
    assert decode(result, 100).pixels.shape == rgb.shape


def test_restart_markers_and_odd_table_numbers_of_the_source_are_honored(tmp_path: Path) -> None:
    file = io.BytesIO()
    Image.fromarray(photos.gray(70, 90)).save(file, "JPEG", quality=80, restart_marker_rows=1)
    data = file.getvalue()
    table, frame = data.index(b"\xff\xdb"), data.index(b"\xff\xc0")
    moved = bytearray(data)
    moved[table + 4] = 1  # the quantization table is now number 1 …
    moved[frame + 12] = 1  # … and the component says so
    for source in (data, bytes(moved)):
        _, result = colored(source, tmp_path / "a.jpg")
        assert np.array_equal(gray_by_opencv(result), gray_by_opencv(data))
        assert [part.payload for part in parts(result) if part.marker == DRI][-1] == b"\0\0"


def test_the_same_source_gives_the_same_bytes(tmp_path: Path) -> None:
    data = photos.jpeg()
    assert colored(data, tmp_path / "a.jpg")[1] == colored(data, tmp_path / "b.jpg")[1]


@pytest.mark.parametrize(
    ("data", "wanted", "why"),
    [
        (photos.png(), OutputFormat.KEEP, "must both be JPEG"),
        (photos.jpeg(), OutputFormat.PNG, "must both be JPEG"),
        (photos.jpeg(photos.rgb()), OutputFormat.KEEP, "stored in color"),
        (photos.jpeg(icc=photos.gray_gamma()), OutputFormat.KEEP, "gray color profile"),
        (photos.jpeg(icc=srgb_profile()), OutputFormat.KEEP, "a color profile for RGB pictures"),
        (photos.jpeg(icc=photos.cmyk_profile()), OutputFormat.KEEP, "a color profile for CMYK pictures"),
        (photos.jpeg(icc=bytes(200)), OutputFormat.KEEP, "a color profile, and luma is copied only"),
    ],
)
def test_a_photo_that_cannot_be_exact_is_refused_with_its_reason(data: bytes, wanted: OutputFormat, why: str) -> None:
    with pytest.raises(UnsupportedPhoto, match=why) as caught:
        refuse_inexact(data, decode(data, 100), FileSettings(format=wanted, exact_luma=True))
    assert caught.value.hint.startswith("Run such photos without --exact-luma; --format png then"), "not both, as said"
