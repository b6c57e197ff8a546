"""Holds the color points of one photo, with undo and redo, and whether they are saved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from photocolor.hints.sidecar import Hints, Point
from photocolor.pipeline.source import read_hints, write_hints

_MOVE_ID = 1


class PointBook(QObject):
    """Holds the color points of one photo.

    Args:
        photo: the file; its sidecar is read now.

    Raises:
        HintsInvalid: the sidecar breaks its schema.
    """

    changed = Signal()

    def __init__(self, photo: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.photo = photo
        self.hints = read_hints(photo)[0] or Hints()
        self.selected = -1
        self.stack = QUndoStack(self)

    @property
    def points(self) -> tuple[Point, ...]:
        """Returns the points in their order."""
        return self.hints.points

    @property
    def saved(self) -> bool:
        """Returns True if the sidecar holds the same points."""
        return self.stack.isClean()

    def add(self, x: float, y: float, color: str) -> None:
        """Adds a point and selects it."""
        self.stack.push(_Change(self, "add color point", (*self.points, Point(x, y, color)), len(self.points)))

    def move(self, index: int, x: float, y: float, *, whole: bool) -> None:
        """Moves a point; `whole` ends a drag, whose steps are undone together."""
        moved = replace(self.points[index], x=round(x, 5), y=round(y, 5))
        command = _Change(self, "move color point", _with(self.points, index, moved), index, drag=True)
        self.stack.push(command)
        if whole:
            command = _Change(self, "move color point", self.points, index, closes=True)
            self.stack.push(command)

    def recolor(self, index: int, color: str) -> None:
        """Gives a point another color."""
        changed = replace(self.points[index], color=color)
        if changed != self.points[index]:
            self.stack.push(_Change(self, "change color", _with(self.points, index, changed), index))

    def reach(self, index: int, radius: float | None) -> None:
        """Gives a point another radius: how far its color may spread."""
        changed = replace(self.points[index], radius=radius)
        if changed != self.points[index]:
            self.stack.push(_Change(self, "change reach", _with(self.points, index, changed), index))

    def delete(self, index: int) -> None:
        """Deletes a point."""
        left = self.points[:index] + self.points[index + 1 :]
        self.stack.push(_Change(self, "delete color point", left, min(index, len(left) - 1)))

    def select(self, index: int) -> None:
        """Selects a point; no point changes."""
        self.selected = index if -1 <= index < len(self.points) else -1
        self.changed.emit()

    def save(self) -> Path:
        """Writes the sidecar; returns its path.

        Raises:
            OutputError: the folder cannot be written.
        """
        written = write_hints(self.photo, self.hints)
        self.stack.setClean()
        self.changed.emit()
        return written

    def become(self, points: tuple[Point, ...], selected: int) -> None:
        """Sets another state; undo and redo use it."""
        self.hints = replace(self.hints, points=points)
        self.selected = selected
        self.changed.emit()


class _Change(QUndoCommand):
    """Changes one set of points into another; the steps of one drag become one change."""

    def __init__(
        self,
        book: PointBook,
        text: str,
        after: tuple[Point, ...],
        selected: int,
        *,
        drag: bool = False,
        closes: bool = False,
    ) -> None:
        super().__init__(text)
        self._book = book
        self._before, self._after = book.points, after
        self._selected_before, self._selected = book.selected, selected
        self._drag = drag
        self._closes = closes
        self._closed = False

    def id(self) -> int:
        """Returns a number; Qt may merge commands with the same one."""
        return _MOVE_ID if self._drag or self._closes else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Merges the next step of the same drag, or its end; returns False for any other change."""
        if not isinstance(other, _Change) or self._closed or other._selected != self._selected:
            return False
        self._after = other._after
        self._closed = other._closes
        return True

    def redo(self) -> None:
        """Applies the change, for the first time or again."""
        self._book.become(self._after, self._selected)

    def undo(self) -> None:
        """Reverts the change."""
        count = len(self._before)
        self._book.become(self._before, self._selected_before if self._selected_before < count else -1)


def _with(points: tuple[Point, ...], index: int, point: Point) -> tuple[Point, ...]:
    return (*points[:index], point, *points[index + 1 :])
