"""EXIF orientation of planes."""

from __future__ import annotations

import io

import numpy as np
import photos
import pytest
from PIL import Image, ImageOps

from photocolor.image.orient import stored, upright, upright_shape


@pytest.mark.parametrize("orientation", range(1, 9))
def test_upright_is_what_pillow_shows_and_stored_is_its_inverse(orientation: int) -> None:
    grid = photos.rgb(30, 50)
    file = io.BytesIO()
    Image.fromarray(grid).save(file, "PNG", exif=b"Exif\x00\x00" + photos.exif(orientation))
    shown = np.asarray(ImageOps.exif_transpose(Image.open(file)))
    assert np.array_equal(upright(grid, orientation), shown)
    assert np.array_equal(stored(upright(grid, orientation), orientation), grid)
    assert upright_shape(30, 50, orientation) == shown.shape[:2]
