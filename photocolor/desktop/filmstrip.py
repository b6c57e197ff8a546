"""Shows every photo of the folder as a small picture with its state."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QImage, QPainter, QPalette
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from photocolor.desktop.plain import tooltip
from photocolor.desktop.preview_worker import image_of
from photocolor.errors import PhotocolorError
from photocolor.hints.sidecar import sidecar_of
from photocolor.image.display.compare import gray_picture
from photocolor.preview.screen_photo import read_screen_photo

THUMB_PX = 96
CELL = QSize(124, 132)
MAX_MEGAPIXELS = 1000.0
_Index = QModelIndex | QPersistentModelIndex


class State(StrEnum):
    """Names the state of a photo."""

    OPEN = "not colored yet"
    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"


MARKS = {State.WAITING: "…", State.WORKING: "▶", State.DONE: "✓", State.SKIPPED: "–", State.FAILED: "!"}
COLORS = {
    State.WAITING: "#6b7280",
    State.WORKING: "#1d6fc2",
    State.DONE: "#23803c",
    State.SKIPPED: "#6b7280",
    State.FAILED: "#c02626",
}


@dataclass
class Frame:
    """Describes one photo of the strip."""

    path: Path
    state: State = State.OPEN
    note: str = ""
    points: bool = False
    thumb: QImage | None = None


class Film(QAbstractListModel):
    """Holds the photos as a Qt model; a thread reads small pictures when they are first seen."""

    _thumbed = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.frames: list[Frame] = []
        self._rows: dict[Path, int] = {}
        self._asked: set[Path] = set()
        self._wanted: list[Path] = []
        self._news = threading.Condition()
        self._ended = False
        self._thumbed.connect(self._take)
        threading.Thread(target=self._read, name="photocolor-thumbs", daemon=True).start()

    def set_photos(self, paths: Sequence[Path]) -> None:
        """Shows the photos of another folder."""
        self.beginResetModel()
        self.frames = [Frame(path, points=sidecar_of(path).exists()) for path in paths]
        self._rows = {path: row for row, path in enumerate(paths)}
        self._asked.clear()
        self.endResetModel()

    def row(self, path: Path) -> int:
        """Returns the row of a photo; -1 if it is not there."""
        return self._rows.get(path, -1)

    def set_state(self, path: Path, state: State, note: str = "") -> None:
        """Sets the state of a photo."""
        row = self.row(path)
        if row >= 0 and (self.frames[row].state, self.frames[row].note) != (state, note):
            self.frames[row].state, self.frames[row].note = state, note
            self._changed(row)

    def set_points(self, path: Path, points: bool) -> None:
        """Marks whether the user set color points on a photo."""
        row = self.row(path)
        if row >= 0:
            self.frames[row].points = points
            self._changed(row)

    def end(self) -> None:
        """Ends the thread that reads small pictures."""
        with self._news:
            self._ended = True
            self._news.notify_all()

    def rowCount(self, parent: _Index | None = None) -> int:
        """Returns how many photos there are."""
        return len(self.frames)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Returns what the view and screen readers present."""
        frame = self.frames[index.row()]
        told = f"{frame.path.name}, {frame.state}{', with color points' if frame.points else ''}"
        if role == Qt.ItemDataRole.DisplayRole:
            return frame.path.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return told
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(f"{told}\n{frame.note}" if frame.note else told)
        if role == Qt.ItemDataRole.UserRole:
            if frame.thumb is None:
                self._ask(frame.path)
            return frame
        return None

    def _changed(self, row: int) -> None:
        index = self.index(row)
        self.dataChanged.emit(index, index)

    def _ask(self, path: Path) -> None:
        with self._news:
            if path not in self._asked:
                self._asked.add(path)
                self._wanted.append(path)
                self._news.notify()

    def _read(self) -> None:
        while True:
            with self._news:
                while not self._wanted and not self._ended:
                    self._news.wait()
                if self._ended:
                    return
                path = self._wanted.pop()  # what was scrolled to last is seen now
            try:
                image = image_of(gray_picture(read_screen_photo(path, MAX_MEGAPIXELS, 2 * THUMB_PX).gray))
            except PhotocolorError as error:
                self._thumbed.emit(path, error.message)
            else:
                self._thumbed.emit(path, image)

    def _take(self, path: Path, found: QImage | str) -> None:
        row = self.row(path)
        if row < 0:
            return
        if isinstance(found, str):
            self.set_state(path, State.FAILED, found)
        else:
            self.frames[row].thumb = found
            self._changed(row)


class _Painter(QStyledItemDelegate):
    """Draws one frame: picture, mark and name."""

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


class FilmStrip(QListView):
    """Shows the strip as one row; photos are chosen by mouse or arrow keys."""

    chosen = Signal(object)

    def __init__(self, film: Film, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._film = film
        self.setModel(film)
        self.setItemDelegate(_Painter(self))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFixedHeight(CELL.height() + 22)
        self.setAccessibleName("Photos")
        self.selectionModel().currentChanged.connect(self._current)

    def choose(self, row: int) -> None:
        """Selects a photo."""
        index = self._film.index(row)
        if index.isValid():
            how = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().setCurrentIndex(index, how)
            self.scrollTo(index)

    def show_photo(self, photo: Path) -> None:
        """Selects a photo by its path."""
        self.choose(self._film.row(photo))

    def selected(self) -> list[Path]:
        """Returns the selected photos."""
        return [self._film.frames[index.row()].path for index in self.selectionModel().selectedIndexes()]

    def _current(self, index: QModelIndex) -> None:
        if index.isValid():
            self.chosen.emit(self._film.frames[index.row()].path)
