"""Holds the color points and areas of one photo, undone and redone by the window's one history, and what is saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from photocolor.desktop.language import tr
from photocolor.hints.brush import Corners
from photocolor.hints.sidecar import Hints, Point, Polygon
from photocolor.hints.variant import Variant
from photocolor.pipeline.source import read_hints, write_hints
from photocolor.settings import Preset

_MOVE_ID = 1
PENDING = ""
"""The color of a point that was put before the photo had any; it takes the place's own when that is there."""
Entry = TypeVar("Entry")


class PointBook(QObject):
    """Holds the color points and areas of one photo; areas are counted on from the points.

    Args:
        photo: the file; its sidecar is read now.
        stack: the history that changes go to.

    Attributes:
        save_due: whether points that were to be saved still wait for their color.

    Raises:
        HintsInvalid: the sidecar breaks its schema.
    """

    changed = Signal()

    def __init__(self, photo: Path, stack: QUndoStack, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.photo = photo
        self._state = self._saved = read_hints(photo)[0] or Hints()
        self._stack = stack
        self._taken: dict[tuple[float, float], str] = {}
        self.save_due = False
        self.selected = -1

    @property
    def points(self) -> tuple[Point, ...]:
        """Returns the points in their order."""
        return self._state.points

    @property
    def areas(self) -> tuple[Polygon, ...]:
        """Returns the areas in their order."""
        return self._state.polygons

    @property
    def hints(self) -> Hints:
        """Returns everything that has a color."""
        return replace(self._state, points=tuple(point for point in self.points if point.color != PENDING))

    @property
    def pending(self) -> bool:
        """Returns True if a point waits for its color."""
        return self.hints != self._state

    @property
    def saved(self) -> bool:
        """Returns True if the sidecar holds the same."""
        return self._state == self._saved

    @property
    def area(self) -> int:
        """Returns the index of the selected area; -1 if none is."""
        return self.selected - len(self.points) if self.selected >= len(self.points) else -1

    def add(self, x: float, y: float, color: str) -> None:
        """Adds a point and selects it."""
        after = replace(self._state, points=(*self.points, Point(x, y, color)))
        self._push(tr("add color point"), after, len(self.points))

    def paint(self, areas: tuple[Corners, ...], color: str) -> None:
        """Replaces the selected area, if there is one, by these pieces; the last of them is selected."""
        at = self.area
        kept = self.areas[:at] + self.areas[at + 1 :] if at >= 0 else self.areas
        pieces = tuple(Polygon(corners, color) for corners in reversed(areas))
        after = replace(self._state, polygons=(*kept, *pieces))
        self._push(tr("paint area"), after, len(self.points) + len(after.polygons) - 1 if pieces else -1)

    def choose_variant(self, variant: Variant | None) -> None:
        """Colors the photo in another answer of the model; None is its own."""
        if variant != self._state.variant:
            self._push(tr("choose another answer"), replace(self._state, variant=variant), self.selected)

    def choose_preset(self, preset: Preset | None) -> None:
        """Gives the photo a preset of its own; None is that of the run."""
        if preset != self._state.preset:
            self._push(tr("change this photo's color"), replace(self._state, preset=preset), self.selected)

    def move(self, index: int, x: float, y: float, *, whole: bool) -> None:
        """Moves a point; `whole` ends a drag, whose steps are undone together."""
        moved = replace(self.points[index], x=round(x, 5), y=round(y, 5))
        after = replace(self._state, points=_with(self.points, index, moved))
        self._stack.push(_Change(self, tr("move color point"), after, index, drag=True))
        if whole:
            self._stack.push(_Change(self, tr("move color point"), self._state, index, closes=True))

    def recolor(self, index: int, color: str) -> None:
        """Gives a point or an area another color."""
        many = len(self.points)
        if index < many:
            self._change_point(index, tr("change color"), replace(self.points[index], color=color))
            return
        areas = _with(self.areas, index - many, replace(self.areas[index - many], color=color))
        if areas != self.areas:
            self._push(tr("change color"), replace(self._state, polygons=areas), index)

    def reach(self, index: int, radius: float | None) -> None:
        """Gives a point another radius: how far its color may spread."""
        if index < len(self.points):
            self._change_point(index, tr("change reach"), replace(self.points[index], radius=radius))

    def delete(self, index: int) -> None:
        """Deletes a point or an area."""
        many = len(self.points)
        if index < many:
            after = replace(self._state, points=self.points[:index] + self.points[index + 1 :])
        else:
            at = index - many
            after = replace(self._state, polygons=self.areas[:at] + self.areas[at + 1 :])
        self._push(tr("delete"), after, min(index, len(after.points) + len(after.polygons) - 1))

    def select(self, index: int) -> None:
        """Selects a point or an area; nothing of them changes."""
        self.selected = index if -1 <= index < len(self.points) + len(self.areas) else -1
        self.changed.emit()

    def take_colors(self, color_at: Callable[[float, float], str]) -> None:
        """Gives the points that wait for it the color of their places."""
        for point in self.points:
            if point.color == PENDING and (color := color_at(point.x, point.y)):
                self._taken[point.x, point.y] = color
        if self.pending and self._colored(self._state) != self._state:
            self.become(self._state, self.selected)

    def save(self) -> Path:
        """Writes the sidecar; returns its path. Points that wait for their color are saved when they have it.

        Raises:
            OutputError: the folder cannot be written.
        """
        written = write_hints(self.photo, self.hints)
        self._saved = self.hints
        self.save_due = self.pending
        self.changed.emit()
        return written

    def become(self, state: Hints, selected: int) -> None:
        """Sets another state; undo and redo use it."""
        self._state = self._colored(state)
        self.selected = selected if selected < len(state.points) + len(state.polygons) else -1
        self.changed.emit()

    def _colored(self, state: Hints) -> Hints:
        """Returns a state in which no point waits whose place has given it a color."""
        points = [
            replace(point, color=self._taken.get((point.x, point.y), PENDING)) if point.color == PENDING else point
            for point in state.points
        ]
        return replace(state, points=tuple(points))

    def _change_point(self, index: int, text: str, point: Point) -> None:
        if point != self.points[index]:
            self._push(text, replace(self._state, points=_with(self.points, index, point)), index)

    def _push(self, text: str, after: Hints, selected: int) -> None:
        self._stack.push(_Change(self, text, after, selected))


class _Change(QUndoCommand):
    """Changes one set of points and areas into another; the steps of one drag become one change."""

    def __init__(
        self, book: PointBook, text: str, after: Hints, selected: int, *, drag: bool = False, closes: bool = False
    ) -> None:
        super().__init__(text)
        self._book = book
        self._before, self._after = book._state, after
        self._selected_before, self._selected = book.selected, selected
        self._drag = drag
        self._closes = closes
        self._closed = False

    def id(self) -> int:
        """Returns a number; Qt may merge commands with the same one."""
        return _MOVE_ID if self._drag or self._closes else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Merges the next step of the same drag, or its end; returns False for any other change."""
        if not isinstance(other, _Change) or other._book is not self._book:
            return False
        if self._closed or other._selected != self._selected:
            return False
        self._after = other._after
        self._closed = other._closes
        return True

    def redo(self) -> None:
        """Applies the change, for the first time or again."""
        self._book.become(self._after, self._selected)

    def undo(self) -> None:
        """Reverts the change."""
        self._book.become(self._before, self._selected_before)


def _with(entries: tuple[Entry, ...], index: int, entry: Entry) -> tuple[Entry, ...]:
    return (*entries[:index], entry, *entries[index + 1 :])
