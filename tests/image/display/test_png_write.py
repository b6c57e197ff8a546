"""Pictures for the eye, written as PNG."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from photocolor.containers.png import chunks, make_chunk
from photocolor.image.display import png_write
from photocolor.image.display.png_write import PART_ROWS, png_of


def picture(height: int, width: int) -> np.ndarray:
    """A ramp with grain."""
    rows, columns = np.mgrid[0:height, 0:width]
    ramp = (rows + columns)[..., None] * np.array((1, 2, 3)) // 4
    return ((ramp + np.random.default_rng(1).integers(0, 9, (height, width, 3))) % 256).astype(np.uint8)


@pytest.mark.parametrize("height", [1, 2, PART_ROWS - 1, PART_ROWS, PART_ROWS + 1, 2 * PART_ROWS, 700])
def test_every_pixel_comes_back(height: int) -> None:
    pixels = picture(height, 37)
    with Image.open(io.BytesIO(png_of(pixels))) as image:
        image.load()
        assert (image.format, image.mode) == ("PNG", "RGB")
        assert np.array_equal(np.asarray(image), pixels)


def test_the_bytes_do_not_depend_on_the_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    pixels = picture(600, 200)
    many = png_of(pixels)
    monkeypatch.setattr(png_write, "usable_cpus", lambda: 1)
    assert png_of(pixels) == many


def test_chunks_stand_before_the_pixels() -> None:
    data = png_of(picture(5, 5), make_chunk(b"tEXt", b"Software\0tests"))
    assert [chunk.name for chunk in chunks(data)] == [b"IHDR", b"tEXt", b"IDAT", b"IEND"]
