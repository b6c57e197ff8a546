"""Draws a patch of a color for buttons and lists."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

SWATCH = QSize(28, 24)


def swatch(color: str, size: QSize = QSize(20, 16)) -> QIcon:  # noqa: B008 -- never changed
    """Returns a patch of color with an edge that is visible on light and on dark."""
    pixmap = QPixmap(size)
    pixmap.fill(QColor(color))
    with QPainter(pixmap) as painter:
        painter.setPen(QColor(0, 0, 0, 120))
        painter.drawRect(0, 0, size.width() - 1, size.height() - 1)
    found = QIcon(pixmap)
    for mode in (QIcon.Mode.Selected, QIcon.Mode.Active):
        found.addPixmap(pixmap, mode)  # or the style would tint it
    return found
