"""Reads the color of a place out of a picture."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage

GRAIN_PX = 2
"""How far around a place its color is averaged, in pixels of the screen: one pixel is as much grain as color."""


def color_of_pixel(image: QImage, x: float, y: float) -> str:
    """Returns the color of the pixel at a place, "#rrggbb"; x and y are shares of width and height."""
    column = min(max(int(x * image.width()), 0), image.width() - 1)
    row = min(max(int(y * image.height()), 0), image.height() - 1)
    return image.pixelColor(column, row).name()


def color_around(image: QImage, x: float, y: float) -> str:
    """Returns the mean color around a place, "#rrggbb"; x and y as above."""
    column, row = int(x * image.width()), int(y * image.height())
    square = QRect(column - GRAIN_PX, row - GRAIN_PX, 2 * GRAIN_PX + 1, 2 * GRAIN_PX + 1)
    around = image.copy(square.intersected(image.rect()))
    return color_of_pixel(around.scaled(1, 1, mode=Qt.TransformationMode.SmoothTransformation), 0.5, 0.5)
