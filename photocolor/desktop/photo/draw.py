"""Draws the parts of the canvas."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPalette, QPen, QPolygonF

from photocolor.desktop.damage.legend import Legend
from photocolor.desktop.language import tr

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
    _label(painter, tr("before"), QPointF(rect.left() + 10, rect.top() + 10), x - rect.left())
    _label(painter, tr("after"), QPointF(rect.right() - 10, rect.top() + 10), rect.right() - x, right=True)


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


def legend(painter: QPainter, rect: QRect, entries: Sequence[Legend]) -> None:
    """Draws what the colors over the photo mean, on a dark label at the lower left edge."""
    if not entries:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    lines = painter.fontMetrics()
    height, swatch = lines.height() + 4, lines.height() - 4
    width = max(lines.horizontalAdvance(entry.text) for entry in entries) + swatch + 24
    box = QRectF(10, rect.bottom() - 10 - height * len(entries) - 8, width, height * len(entries) + 8)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 170))
    painter.drawRoundedRect(box, 4, 4)
    for number, entry in enumerate(entries):
        top = box.top() + 4 + number * height
        if entry.color:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(entry.color))
            painter.drawRect(QRectF(box.left() + 8, top + (height - swatch) / 2, swatch, swatch))
        painter.setPen(QColor("white"))
        text = QRectF(box.left() + swatch + 16, top, width, height)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, entry.text)


def point(painter: QPainter, at: QPointF, color: str, selected: bool) -> None:
    """Draws a color point that is visible on black and on white; the selected one is larger, a colorless one asks."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    radius = POINT_RADIUS_PX + (3 if selected else 0)
    painter.setBrush(QColor(color or "#808080"))
    painter.setPen(QPen(QColor(0, 0, 0, 200), 5 if selected else 4))
    painter.drawEllipse(at, radius, radius)
    painter.setPen(QPen(ACCENT if selected else QColor("white"), 3 if selected else 2))
    painter.drawEllipse(at, radius, radius)
    if selected:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor("white"), 1.5))
        painter.drawEllipse(at, radius + 3, radius + 3)
    if not color:
        painter.setPen(QColor("white"))
        painter.drawText(QRectF(at.x() - 10, at.y() - 10, 20, 20), Qt.AlignmentFlag.AlignCenter, "…")


def area(painter: QPainter, corners: Sequence[QPointF], color: str, selected: bool) -> None:
    """Draws the edge of a colored area; that of the selected one is stronger."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    edges = (QColor(0, 0, 0, 170), 3.5 if selected else 2.5), (ACCENT if selected else QColor(color), 1.5)
    for edge, width in edges:
        painter.setPen(QPen(edge, width))
        painter.drawPolygon(QPolygonF(list(corners)))


def stroke(painter: QPainter, places: Sequence[QPointF], radius: float, color: str) -> None:
    """Draws what a brush has covered so far."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    path = QPainterPath(places[0])
    for place in places[1:]:
        path.lineTo(place)
    path.lineTo(places[-1] + QPointF(0.01, 0))  # or a dab would have no length, and not be drawn
    paint = QColor(color or "#ffffff")
    paint.setAlpha(140)
    pen = QPen(paint, 2 * radius, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen)
    painter.drawPath(path)


def brush(painter: QPainter, at: QPointF, radius: float) -> None:
    """Draws the brush's edge around the mouse, visible on black and on white."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, width in ((QColor(0, 0, 0, 170), 3.0), (QColor("white"), 1.2)):
        painter.setPen(QPen(color, width))
        painter.drawEllipse(at, radius, radius)


def spinner(painter: QPainter, rect: QRect, word: str, turn: float) -> None:
    """Draws a turning arc and a word on a dark label, at the lower edge.

    Args:
        painter: of the canvas.
        rect: the canvas.
        word: what is going on.
        turn: how far the arc has turned, 0 to 1.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    size = painter.fontMetrics().size(0, word)
    box = QRectF(0, 0, size.width() + 48, max(size.height() + 12, 30))
    box.moveCenter(QPointF(rect.center().x(), rect.bottom() - box.height()))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 170))
    painter.drawRoundedRect(box, 6, 6)
    painter.setPen(QPen(QColor("white"), 2.5))
    ring = QRectF(box.left() + 10, box.center().y() - 8, 16, 16)
    painter.drawArc(ring, round(-turn * 360 * 16), 270 * 16)
    painter.drawText(box.adjusted(34, 0, -8, 0), Qt.AlignmentFlag.AlignVCenter, word)


def crosshair(painter: QPainter, at: QPointF) -> None:
    """Draws the crosshair where Enter makes a point."""
    for color, width in ((QColor(0, 0, 0, 170), 3.5), (QColor("white"), 1.5)):
        painter.setPen(QPen(color, width))
        for way in (QPointF(1, 0), QPointF(-1, 0), QPointF(0, 1), QPointF(0, -1)):
            painter.drawLine(at + way * 5, at + way * 15)
