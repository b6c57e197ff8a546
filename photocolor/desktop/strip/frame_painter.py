"""Draws one frame of the film strip: picture, marks and name."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from photocolor.desktop.strip.film import Frame
from photocolor.desktop.strip.state import State
from photocolor.desktop.strip.thumbnails import THUMB_PX

CELL = QSize(124, 132)
MARKS = {State.WAITING: "…", State.WORKING: "▶", State.DONE: "✓", State.SKIPPED: "–", State.FAILED: "!"}
COLORS = {
    State.WAITING: "#6b7280",
    State.WORKING: "#1d6fc2",
    State.DONE: "#23803c",
    State.SKIPPED: "#6b7280",
    State.FAILED: "#c02626",
}
_Index = QModelIndex | QPersistentModelIndex


class FramePainter(QStyledItemDelegate):
    """Draws the frames of a list view."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Returns the same size for all frames."""
        return CELL

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paints the frame."""
        frame: Frame = index.data(Qt.ItemDataRole.UserRole)
        view = option.widget
        rect: QRect = option.rect
        state = option.state
        palette: QPalette = view.palette()
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.color(QPalette.ColorRole.Highlight))
            painter.drawRoundedRect(rect.adjusted(2, 2, -2, -2), 6, 6)
        self._thumb(painter, frame, QRect(rect.left() + 14, rect.top() + 8, THUMB_PX, THUMB_PX), palette)
        if state & QStyle.StateFlag.State_HasFocus and view.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(palette.color(QPalette.ColorRole.Text))
            painter.drawRoundedRect(rect.adjusted(2, 2, -3, -3), 6, 6)
        role = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text
        painter.setPen(palette.color(role))
        line = QRect(rect.left() + 6, rect.bottom() - 24, rect.width() - 12, 20)
        name = painter.fontMetrics().elidedText(frame.path.name, Qt.TextElideMode.ElideMiddle, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, name)
        painter.restore()

    def _thumb(self, painter: QPainter, frame: Frame, box: QRect, palette: QPalette) -> None:
        if frame.thumb is None:
            painter.setPen(palette.color(QPalette.ColorRole.Mid))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(8, 8, -8, -8), 4, 4)
        else:
            size = frame.thumb.size().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRect(QPoint(0, 0), size)
            place.moveCenter(box.center())
            painter.drawImage(place, frame.thumb)
        if frame.state is not State.OPEN:
            self._badge(painter, box.topRight() + QPoint(-8, 8), COLORS[frame.state], MARKS[frame.state])
        if frame.points:
            self._badge(painter, box.topLeft() + QPoint(8, 8), "#8a4fb5", "●")

    def _badge(self, painter: QPainter, center: QPoint, color: str, mark: str) -> None:
        painter.setPen(QColor("white"))
        painter.setBrush(QColor(color))
        painter.drawEllipse(center, 10, 10)
        painter.drawText(QRect(center.x() - 10, center.y() - 10, 20, 20), Qt.AlignmentFlag.AlignCenter, mark)
