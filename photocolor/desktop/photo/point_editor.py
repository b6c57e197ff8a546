"""Edits color points in the window, from the click to the saved sidecar."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoGroup

from photocolor.desktop.photo.points import PointBook
from photocolor.desktop.preview_worker import Advice
from photocolor.errors import PhotocolorError
from photocolor.hints.sidecar import Hints

if TYPE_CHECKING:
    from photocolor.desktop.window import Window

DEFAULT_COLOR = "#808080"
"""Of a point that is put before the photo has any color."""


class PointEditor(QObject):
    """Holds the points of every photo that was shown."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._books: dict[Path, PointBook] = {}
        self.undo_group = QUndoGroup(self)
        canvas, swatches = window.canvas, window.swatches
        canvas.point_asked.connect(self.add)
        canvas.point_moved.connect(self._move)
        canvas.point_selected.connect(self.select)
        canvas.point_deleted.connect(lambda index: self.change(lambda book: book.delete(index)))
        swatches.selected.connect(self.select)
        swatches.color_chosen.connect(lambda color: self.change(lambda book: book.recolor(book.selected, color)))
        swatches.radius_chosen.connect(lambda radius: self.change(lambda book: book.reach(book.selected, radius)))
        swatches.delete_asked.connect(self.delete_selected)
        window.preview_worker.advised.connect(self._advised)

    @property
    def book(self) -> PointBook | None:
        """Returns the points of the photo that is shown."""
        photo = self._window.photo
        return self._books.get(photo) if photo is not None else None

    @property
    def unsaved(self) -> list[str]:
        """Returns the names of the photos whose points are not in their sidecars."""
        return [book.photo.name for book in self._books.values() if not book.saved]

    def hints_of(self, photo: Path) -> Hints:
        """Returns the color points of a photo."""
        book = self._books.get(photo)
        return book.hints if book is not None else Hints()

    def forget(self) -> None:
        """Forgets all points, because other photos are opened."""
        for book in self._books.values():
            book.deleteLater()
        self._books.clear()

    def take_up(self, photo: Path) -> None:
        """Edits the points of this photo from now on.

        Raises:
            HintsInvalid: its sidecar breaks its schema.
        """
        book = self._books.get(photo)
        if book is None:
            book = self._books[photo] = PointBook(photo, self)
            self.undo_group.addStack(book.stack)
            book.changed.connect(self._changed)
            book.stack.cleanChanged.connect(lambda _: self.show())
        self.undo_group.setActiveStack(book.stack)
        self.show()

    def change(self, what: Callable[[PointBook], object]) -> None:
        """Changes the points of the photo that is shown, if there is one."""
        if self.book is not None:
            what(self.book)

    def add(self, x: float, y: float) -> None:
        """Adds a point in the color that the place has, so that little changes before a color is chosen."""
        color = self._window.canvas.color_at(x, y) or DEFAULT_COLOR
        self.change(lambda book: book.add(round(x, 5), round(y, 5), color))

    def select(self, index: int) -> None:
        """Selects a point."""
        if self.book is not None and index != self.book.selected:
            self.book.select(index)

    def delete_selected(self) -> None:
        """Deletes the selected point, if there is one."""
        if self.book is not None and self.book.selected >= 0:
            self.book.delete(self.book.selected)

    def save(self) -> bool:
        """Writes the sidecars of all photos whose points changed; returns False if one could not be written."""
        try:
            for book in self._books.values():
                if not book.saved:
                    written = book.save()
                    self._window.statusBar().showMessage(f"saved {written.name}", 4000)
        except PhotocolorError as error:
            self._window.complain(error.message, error.hint)
            return False
        return True

    def show(self) -> None:
        """Shows the points in the canvas, the list, the film strip and the title."""
        window, book = self._window, self.book
        if book is None:
            return
        window.canvas.show_points(book.points, book.selected)
        window.swatches.show_points(book.points, book.selected)
        window.film.set_points(book.photo, bool(book.hints))
        window.setWindowTitle(f"{book.photo.name}[*] – photocolor")
        window.setWindowModified(bool(self.unsaved))
        if book.selected >= 0:
            point = book.points[book.selected]
            window.preview_worker.want_advice(point.x, point.y)

    def _changed(self) -> None:
        self.show()
        self._window.want()

    def _move(self, index: int, x: float, y: float, whole: bool) -> None:
        self.change(lambda book: book.move(index, x, y, whole=whole))

    def _advised(self, advice: Advice) -> None:
        book = self.book
        if book is None or advice.path != book.photo or book.selected < 0:
            return
        point = book.points[book.selected]
        if (point.x, point.y) == (advice.x, advice.y):
            self._window.swatches.show_suggestions(advice.suggestions)
