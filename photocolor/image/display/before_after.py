"""Makes the pictures of a report: a small photo, and before and after side by side in one file."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import numpy as np
from PIL import Image

from photocolor.color.resize import resize
from photocolor.image.display.compare import Picture, gray_picture
from photocolor.image.display.decode_small import decode_reduced
from photocolor.image.orient import upright

QUALITY = 72
EFFORT = 4
"""Effort of the WebP encoder, from 0 to 6; more makes files of 256 px smaller by 1 % and takes twice the time."""


def small_picture(data: bytes, max_megapixels: float, side_px: int) -> Picture:
    """Returns the first page of a photo, upright, its longer side at most `side_px`, as (h, w, 3) uint8 sRGB.

    Args:
        data: the whole file.
        max_megapixels: larger pictures are refused from their header.
        side_px: longer side of the result; smaller photos keep their size.

    Raises:
        PhotoError: it cannot be decoded.
    """
    photo, _ = decode_reduced(data, max_megapixels, side_px)
    pixels = photo.pixels if photo.pixels.dtype == np.uint8 else (photo.pixels >> 8).astype(np.uint8)
    picture = upright(pixels, photo.orientation)
    return np.ascontiguousarray(picture) if picture.ndim == 3 else gray_picture(picture)


def side_by_side(pictures: Sequence[Picture]) -> bytes:
    """Returns one or two pictures as one WebP file; the first is brought to the size of the last.

    A file for both halves the requests of a page with many photos, and 256 px of both take about 10 kB.
    """
    height, width = pictures[-1].shape[:2]
    joined = np.concatenate([resize(picture, height, width) for picture in pictures], axis=1)
    file = BytesIO()
    Image.fromarray(joined).save(file, "WEBP", quality=QUALITY, method=EFFORT)
    return file.getvalue()
