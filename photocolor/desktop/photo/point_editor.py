"""Edits color points and areas in the window, from the click to the saved sidecar."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from photocolor.desktop.language import tr
from photocolor.desktop.layout import bring_into_sight
from photocolor.desktop.photo.points import PENDING, PointBook
from photocolor.desktop.photo.tools import BRUSHES, RADIUS_RANGE, USUAL_RADIUS, Tool
from photocolor.desktop.preview_worker import Advice
from photocolor.errors import PhotocolorError
from photocolor.hints.brush import Stroke, painted_areas
from photocolor.hints.sidecar import CORNERS_MOST, HINTS_MOST, Hints
from photocolor.preview.color_names import color_name

if TYPE_CHECKING:
    from photocolor.desktop.window import Window

USUAL_COLOR = "#8a5a3c"
"""Color of a brush before a color is chosen or picked."""
EDGE_SIDE_PX = 1600
"""Longer side at which the edge of an area is found."""


class PointEditor(QObject):
    """Holds the points and areas of every photo that was shown."""

    shown = Signal()

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._books: dict[Path, PointBook] = {}
        self._dropper: tuple[PointBook, int] | None = None
        self._tool_before = Tool.HAND
        self._radii = dict.fromkeys(BRUSHES, USUAL_RADIUS)
        canvas, swatches = window.canvas, window.swatches
        canvas.point_asked.connect(self.add)
        canvas.point_moved.connect(self._move)
        canvas.point_selected.connect(self.select)
        canvas.point_deleted.connect(lambda index: self.change(lambda book: book.delete(index)))
        canvas.stroked.connect(self._stroked)
        canvas.brush_resized.connect(lambda radius: self.set_brush(radius, canvas.brush_color))
        canvas.color_picked.connect(self._picked)
        swatches.selected.connect(self.select)
        swatches.color_chosen.connect(self.recolor)
        swatches.radius_chosen.connect(lambda radius: self.change(lambda book: book.reach(book.selected, radius)))
        swatches.delete_asked.connect(self.delete_selected)
        swatches.brush.changed.connect(self.set_brush)
        window.preview_worker.advised.connect(self._advised)
        self.set_brush(USUAL_RADIUS, USUAL_COLOR)

    @property
    def book(self) -> PointBook | None:
        """Returns the points and areas of the photo that is shown."""
        photo = self._window.photo
        return self._books.get(photo) if photo is not None else None

    @property
    def unsaved(self) -> list[str]:
        """Returns the names of the photos whose points are not in their sidecars."""
        return [book.photo.name for book in self._books.values() if not book.saved]

    def hints_of(self, photo: Path) -> Hints:
        """Returns the color hints of a photo."""
        book = self._books.get(photo)
        return book.hints if book is not None else Hints()

    def forget(self) -> None:
        """Forgets all points, because other photos are opened."""
        self._dropper = None
        self._window.history.clear()
        for book in self._books.values():
            book.deleteLater()
        self._books.clear()

    def take_up(self, photo: Path) -> None:
        """Edits the points of this photo from now on.

        Raises:
            HintsInvalid: its sidecar breaks its schema.
        """
        if photo not in self._books:
            book = self._books[photo] = PointBook(photo, self._window.history, self)
            book.changed.connect(lambda: self._changed(book))
        self.show()

    def change(self, what: Callable[[PointBook], object]) -> None:
        """Changes the points of the photo that is shown, if there is one."""
        if self.book is not None:
            what(self.book)

    def add(self, x: float, y: float) -> None:
        """Adds a point in the color that the place has, or will have, so that little changes before one is chosen."""
        color = self._window.canvas.color_at(x, y) or PENDING
        if (book := self.book) is not None and len(book.points) + len(book.areas) >= HINTS_MOST:
            self._refuse_more()
            return
        self.change(lambda book: book.add(round(x, 5), round(y, 5), color))

    def recolor(self, color: str) -> None:
        """Gives the selected point or area a color, and the brush, too, if it is an area."""
        book = self.book
        if book is not None and book.selected >= 0:
            book.recolor(book.selected, color)
            if book.area >= 0:
                self.set_brush(self._window.canvas.brush_radius, color)

    def select(self, index: int) -> None:
        """Selects a point or an area."""
        if self.book is not None and index != self.book.selected:
            self.book.select(index)

    def delete_selected(self) -> None:
        """Deletes the selected point or area, if there is one."""
        if self.book is not None and self.book.selected >= 0:
            self.book.delete(self.book.selected)

    def take_colors(self) -> None:
        """Gives points that were put before there was any color the color of their places."""
        if (book := self.book) is not None:
            book.take_colors(self._window.canvas.color_at)
            if book.save_due and not book.pending:
                self._save([book])

    def save(self) -> bool:
        """Writes the sidecars of all photos whose points changed; returns False if one could not be written."""
        return self._save(self._books.values())

    def _save(self, books: Iterable[PointBook]) -> bool:
        bar = self._window.statusBar()
        try:
            for book in books:
                if not book.saved:
                    written = book.save()
                    later = tr("; points without color follow when they have one") if book.pending else ""
                    bar.showMessage(tr("saved {file}").format(file=written.name) + later, 4000)
        except PhotocolorError as error:
            self._window.complain(error.message, error.hint)
            return False
        return True

    # -- brush and dropper

    def set_brush(self, radius: float, color: str) -> None:
        """Sets the brush's radius, a share of the longer side, and its color."""
        radius = min(max(radius, RADIUS_RANGE[0]), RADIUS_RANGE[1])
        self._radii[self._brush] = radius
        self._window.canvas.set_brush(radius, color)
        self._window.swatches.brush.show_brush(radius, color)

    def set_radius(self, tool: Tool, radius: float) -> None:
        """Sets the radius that a brush has when it is taken up."""
        self._radii[tool] = radius
        if tool is self._brush:
            self.set_brush(radius, self._window.canvas.brush_color)

    @property
    def _brush(self) -> Tool:
        """Returns the brush in the hand, or the area's where none is."""
        return self._window.canvas.tool if self._window.canvas.tool in BRUSHES else Tool.AREA

    def use_tool(self, tool: Tool) -> None:
        """Takes up a tool; the dropper remembers whom its color is for, also while another photo is shown."""
        canvas, book = self._window.canvas, self.book
        if tool is Tool.DROPPER and canvas.tool is not Tool.DROPPER:
            self._tool_before = canvas.tool
            self._dropper = (book, book.selected) if book is not None and book.selected >= 0 else None
        canvas.set_tool(tool)
        self.set_brush(self._radii[self._brush], canvas.brush_color)
        self._window.actions_.show_tool(tool)
        if tool in (Tool.POINT, Tool.AREA):
            bring_into_sight(self._window, self._window.swatches)

    def _stroked(self, tool: Tool, stroke: Stroke) -> None:
        """Makes a stroke of the area brush a part of the selected area, or a new one."""
        book = self.book
        if tool is not Tool.AREA or book is None:
            return
        size = self._window.canvas.view.photo
        scale = min(1.0, EDGE_SIDE_PX / max(size))
        at = book.area
        if at < 0 and stroke.erases:
            self._window.statusBar().showMessage(tr("Select the area that you want to erase from."), 4000)
            return
        area = book.areas[at].corners if at >= 0 else ()
        color = book.areas[at].color if at >= 0 else self._window.canvas.brush_color
        height, width = (max(1, round(side * scale)) for side in size)
        areas = painted_areas(area, stroke, height, width)
        others = [each.corners for index, each in enumerate(book.areas) if index != at]
        entries, corners = len(book.points) + len(others) + len(areas), sum(map(len, (*others, *areas)))
        if entries > HINTS_MOST or corners > CORNERS_MOST:
            self._refuse_more()
            return
        book.paint(areas, color)

    def _refuse_more(self) -> None:
        """Says that a photo has as many points and areas as its sidecar can hold."""
        self._window.complain(
            tr("This photo has as many points and areas as can be saved."),
            tr("Delete some, or paint with a larger brush and fewer turns."),
        )

    def _picked(self, color: str) -> None:
        """Gives a picked color to the point or area that was selected, or else to the brush; the tool goes back."""
        self._window.statusBar().showMessage(
            tr("picked {color}").format(color=f"{tr(color_name(color))}, {color}"), 4000
        )
        target, self._dropper = self._dropper, None
        if target is not None:
            book, index = target
            book.select(index)
            book.recolor(index, color)
        if target is None or target[0].area >= 0:
            self.set_brush(self._window.canvas.brush_radius, color)
        self.use_tool(self._tool_before)

    # -- what is shown

    def show(self) -> None:
        """Shows the points and areas in the canvas, the list, the film strip and the title."""
        window, book = self._window, self.book
        if book is None:
            return
        window.canvas.show_points(book.points, book.selected, book.areas)
        window.swatches.show_points(book.points, book.selected, book.areas)
        window.film.set_points(book.photo, bool(book.hints))
        window.setWindowTitle(f"{book.photo.name}[*] – photocolor")
        window.setWindowModified(bool(self.unsaved))
        if 0 <= book.selected < len(book.points):
            point = book.points[book.selected]
            window.preview_worker.want_advice(point.x, point.y)
        elif book.area >= 0:
            window.preview_worker.want_advice(*_middle(book.areas[book.area].corners))
        self.shown.emit()

    def _changed(self, book: PointBook) -> None:
        if book.photo != self._window.photo:
            self._window.showing.bring(book.photo)  # what is undone is to be seen
        self.show()
        self._window.want()

    def _move(self, index: int, x: float, y: float, whole: bool) -> None:
        self.change(lambda book: book.move(index, x, y, whole=whole))

    def _advised(self, advice: Advice) -> None:
        book = self.book
        if book is None or advice.path != book.photo or book.selected < 0:
            return
        if book.area >= 0:
            place = _middle(book.areas[book.area].corners)
        else:
            place = (book.points[book.selected].x, book.points[book.selected].y)
        if place == (advice.x, advice.y):
            self._window.swatches.show_suggestions(advice.suggestions)
            bring_into_sight(self._window, self._window.swatches)


def _middle(corners: tuple[tuple[float, float], ...]) -> tuple[float, float]:
    """Returns the mean of an area's corners."""
    return sum(x for x, _ in corners) / len(corners), sum(y for _, y in corners) / len(corners)
