"""Shows every photo of the folder as a small picture with its state."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtWidgets import QListView, QWidget

from photocolor.desktop.language import tr
from photocolor.desktop.strip.film import Film, Order
from photocolor.desktop.strip.frame_painter import CELL, FramePainter


class FilmStrip(QListView):
    """Shows the strip as one row; photos are chosen by mouse or arrow keys."""

    chosen = Signal(object)
    moved = Signal()
    """Another photo is the current one, or the same stands elsewhere."""

    def __init__(self, film: Film, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._film = film
        self._photo: Path | None = None
        self.setModel(film)
        self.setItemDelegate(FramePainter(self))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFixedHeight(CELL.height() + 22)
        self.setAccessibleName(tr("Photos"))
        self.setDragEnabled(True)
        self.setDragDropMode(QListView.DragDropMode.DragOnly)
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
        return [self._film.shown[index.row()].path for index in self.selectionModel().selectedIndexes()]

    def arrange(self, text: str, order: Order) -> None:
        """Shows the photos whose names contain a text, in an order; the current one stays so if it is among them."""
        blocked = self.selectionModel().blockSignals(True)
        self._film.arrange(text, order)
        if self._photo is not None and (there := self._film.row(self._photo)) >= 0:
            self.choose(there)
        self.selectionModel().blockSignals(blocked)
        self.viewport().update()
        self.moved.emit()

    def _current(self, index: QModelIndex) -> None:
        if index.isValid():
            self._photo = self._film.shown[index.row()].path
            self.chosen.emit(self._photo)
        self.moved.emit()
