"""Draws sample photos of a prepared set, gray beside color, to check before training."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.color import lab_of_photo, photo_of_lab
from training.data.crops import central_crop, square
from training.data.prepared import Prepared
from training.evaluation.figures import grid, save_picture

SHEET = "samples.png"
PHOTOS = 24
PER_ROW = 4
SIDE_PX = 128


def save_samples(data: Prepared) -> Path:
    """Writes samples.png into the set's folder: photos spread over the split, each gray and in color.

    Of a pair the gray one is the picture that a network is given, of any other photo its own lightness.
    """
    chosen = np.linspace(0, len(data) - 1, min(PHOTOS, len(data))).round().astype(int).tolist()
    pictures = [_gray_and_color(data, index) for index in chosen]
    rows = [pictures[start : start + PER_ROW] for start in range(0, len(pictures), PER_ROW)]
    path = data.folder / SHEET
    save_picture(grid([[picture for pair in row for picture in pair] for row in rows]), path)
    return path


def _gray_and_color(data: Prepared, index: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    input_picture, photo = data.pair(index)
    crop = central_crop(index, (photo.shape[0], photo.shape[1]))
    lightness, ab = lab_of_photo(square(input_picture, crop, SIDE_PX))
    return photo_of_lab(lightness, np.zeros_like(ab)), square(photo, crop, SIDE_PX)
