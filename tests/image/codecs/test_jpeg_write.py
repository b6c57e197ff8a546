"""A JPEG whose strips were coded alone is the picture that is coded at once, for every decoder."""

from __future__ import annotations

import io

import cv2
import imagecodecs
import numpy as np
import photos
import pytest
import simplejpeg
from PIL import Image

from photocolor.containers.jpeg import DRI, parts
from photocolor.image.codecs.jpeg_write import STRIP_ROWS, JpegHeader, write_jpeg
from photocolor.system.photo_threads import limit_threads


def written(rgb: photos.Array, cover: JpegHeader | None = None, rows: int = 50) -> bytes:
    """The file, its rows given `rows` at a time."""
    file = io.BytesIO()
    write_jpeg(
        file, (rgb[top : top + rows] for top in range(0, len(rgb), rows)), cover or JpegHeader(*rgb.shape[:2], 95)
    )
    return file.getvalue()


def at_once(rgb: photos.Array, quality: int = 95) -> bytes:
    """The same picture by Pillow."""
    file = io.BytesIO()
    Image.fromarray(rgb).save(file, "JPEG", quality=quality, subsampling="4:4:4")
    return file.getvalue()


def decoded(data: bytes) -> photos.Array:
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        return np.asarray(image)


@pytest.mark.parametrize("height", [1, 8, STRIP_ROWS, STRIP_ROWS + 1, 10 * STRIP_ROWS + 5])
@pytest.mark.parametrize("width", [1, 53])
def test_it_decodes_as_if_it_had_been_coded_at_once(height: int, width: int) -> None:
    rgb = photos.rgb(height, width)
    assert np.array_equal(decoded(written(rgb)), decoded(at_once(rgb)))


def test_every_decoder_reads_it() -> None:
    rgb = photos.rgb(3 * STRIP_ROWS, 80)
    ours, theirs = written(rgb), at_once(rgb)
    for decode in (
        simplejpeg.decode_jpeg,
        imagecodecs.jpeg8_decode,
        lambda data: cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR),
    ):
        assert np.array_equal(decode(ours), decode(theirs))


@pytest.mark.parametrize("width", [32_761, 65_500])
def test_the_number_of_blocks_between_restarts_fits_its_16_bits(width: int) -> None:
    rgb = np.zeros((STRIP_ROWS + 10, width, 3), np.uint8)
    rgb[:, ::97] = np.arange(len(rgb), dtype=np.uint8)[:, None, None]
    data = written(rgb)
    (interval,) = (int.from_bytes(part.payload, "big") for part in parts(data) if part.marker == DRI)
    assert interval % -(-width // 8) == 0
    assert np.array_equal(decoded(data), decoded(at_once(rgb)))


def test_neither_threads_nor_how_rows_come_change_a_byte() -> None:
    rgb = photos.rgb(5 * STRIP_ROWS, 64)
    found = set()
    try:
        for threads in (1, 3):
            limit_threads(threads)
            found |= {written(rgb, rows=rows) for rows in (1, 100, 1000)}
    finally:
        limit_threads(None)
    assert len(found) == 1


@pytest.mark.parametrize("quality", [1, 50, 80, 100])
def test_quality_means_what_it_means_elsewhere(quality: int) -> None:
    rgb = photos.rgb(200, 60)
    assert np.array_equal(decoded(written(rgb, JpegHeader(200, 60, quality))), decoded(at_once(rgb, quality)))


def test_profile_and_resolution_stand_in_the_header() -> None:
    icc = np.random.default_rng(1).bytes(150_000)  # more than two segments hold
    with Image.open(
        io.BytesIO(written(photos.rgb(), JpegHeader(*photos.rgb().shape[:2], 95, icc, (299.6, 600))))
    ) as image:
        assert image.info["icc_profile"] == icc
        assert image.info["dpi"] == (300, 600)
    with Image.open(io.BytesIO(written(photos.rgb()))) as image:
        assert "icc_profile" not in image.info
        assert "dpi" not in image.info
