"""Draws the parts of the canvas."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPalette, QPen

POINT_RADIUS_PX = 9.0
HANDLE_RADIUS_PX = 15.0
ACCENT = QColor("#3d8ee6")


def ground(painter: QPainter, rect: QRect, palette: QPalette) -> None:
    """Fills the background with a neutral gray, which does not distort the perception of colors."""
    dark = palette.color(QPalette.ColorRole.Window).lightness() < 128
    painter.fillRect(rect, QColor("#202020") if dark else QColor("#d0d0d0"))


def words(painter: QPainter, rect: QRect, text: str, palette: QPalette) -> None:
    """Draws a message in the middle."""
    painter.setPen(palette.color(QPalette.ColorRole.WindowText))
    font = painter.font()
    font.setPointSizeF(font.pointSizeF() * 1.15)
    painter.setFont(font)
    painter.drawText(rect.adjusted(40, 40, -40, -40), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)


def picture(painter: QPainter, image: QImage, whole: QRectF, canvas: QRect) -> None:
    """Draws the visible part of an image; `whole` is the rectangle of all of it."""
    seen = whole.intersected(QRectF(canvas))
    if seen.isEmpty():
        return
    across, down = image.width() / whole.width(), image.height() / whole.height()
    part = QRectF(
        (seen.left() - whole.left()) * across,
        (seen.top() - whole.top()) * down,
        seen.width() * across,
        seen.height() * down,
    )
    painter.drawImage(seen, image, part)


def split_line(painter: QPainter, x: float, rect: QRectF, focused: bool) -> None:
    """Draws the line between before and after, with a handle that shows that it can be dragged."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for color, width in ((QColor(0, 0, 0, 110), 4.0), (QColor("white"), 2.0)):
        painter.setPen(QPen(color, width))
        painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))
    middle = QPointF(x, rect.center().y())
    painter.setPen(QPen(ACCENT if focused else QColor(0, 0, 0, 120), 3.0 if focused else 1.5))
    painter.setBrush(QColor("white"))
    painter.drawEllipse(middle, HANDLE_RADIUS_PX, HANDLE_RADIUS_PX)
    painter.setPen(QPen(QColor("#333333"), 2.0))
    for way in (-1, 1):
        tip, back = middle + QPointF(way * 9, 0), middle + QPointF(way * 4.5, 0)
        painter.drawLine(tip, back + QPointF(0, -4.5))
        painter.drawLine(tip, back + QPointF(0, 4.5))
    _label(painter, "before", QPointF(rect.left() + 10, rect.top() + 10), x - rect.left())
    _label(painter, "after", QPointF(rect.right() - 10, rect.top() + 10), rect.right() - x, right=True)


def _label(painter: QPainter, text: str, corner: QPointF, room: float, *, right: bool = False) -> None:
    size = painter.fontMetrics().size(0, text)
    box = QRectF(corner.x(), corner.y(), size.width() + 14, size.height() + 6)
    if right:
        box.moveRight(corner.x())
    if room < box.width() + 30:
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 150))
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(QColor("white"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def point(painter: QPainter, at: QPointF, color: str, selected: bool) -> None:
    """Draws a color point that is visible on black and on white; the selected one is larger."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    radius = POINT_RADIUS_PX + (3 if selected else 0)
    painter.setBrush(QColor(color))
    painter.setPen(QPen(QColor(0, 0, 0, 200), 5 if selected else 4))
    painter.drawEllipse(at, radius, radius)
    painter.setPen(QPen(ACCENT if selected else QColor("white"), 3 if selected else 2))
    painter.drawEllipse(at, radius, radius)
    if selected:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor("white"), 1.5))
        painter.drawEllipse(at, radius + 3, radius + 3)


def crosshair(painter: QPainter, at: QPointF) -> None:
    """Draws the crosshair where Enter makes a point."""
    for color, width in ((QColor(0, 0, 0, 170), 3.5), (QColor("white"), 1.5)):
        painter.setPen(QPen(color, width))
        for way in (QPointF(1, 0), QPointF(-1, 0), QPointF(0, 1), QPointF(0, -1)):
            painter.drawLine(at + way * 5, at + way * 15)
