"""What a person does with the window, from the first photo to the last; told once for all hands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import photos
from hands import QtHands, wait_for
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QWidget

from photocolor.desktop.strip.state import State
from photocolor.desktop.window import Window
from photocolor.hints.sidecar import Point, parse_hints, sidecar_of

BROKEN = "07-broken.jpg"
PLACES = ((0.3, 0.3), (0.55, 0.6), (0.8, 0.4))


class Hands(Protocol):
    """Gestures."""

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """The left button, pressed and released."""

    def drag(self, widget: QWidget, start: QPoint, end: QPoint) -> None:
        """The left button, held."""

    def press(self, keys: str) -> None:
        """A key."""

    def write(self, text: str) -> None:
        """Letters, one after the other."""


def write_album(folder: Path, height: int = 700, width: int = 1000, count: int = 12) -> Path:
    """Twelve photos, or so many, one of them cut off."""
    folder.mkdir()
    for number in range(1, count + 1):
        data = photos.jpeg(photos.gray(height, width, seed=number))
        name = f"{number:02d}.jpg"
        if BROKEN.startswith(name[:2]):
            name, data = BROKEN, photos.cut(data)
        (folder / name).write_bytes(data)
    return folder


class Journey:
    """The steps, each checked; `look` is called after each with its name.

    Args:
        window: shown, and empty.
        hands: what touches it.
        look: takes a picture.
    """

    def __init__(self, window: Window, hands: Hands, look: Callable[[str], None]) -> None:
        self.window, self.hands, self.look = window, hands, look
        self.canvas = window.canvas

    def colored(self) -> bool:
        """True if the canvas shows the color of what is set."""
        return self.window.up_to_date

    @property
    def points(self) -> tuple[Point, ...]:
        """Those of the photo that is seen."""
        return self.window.steering.book.points if self.window.steering.book is not None else ()

    def place(self, x: float, y: float) -> QPoint:
        """Where a place of the photo is on the canvas."""
        return self.canvas.view.position(QPointF(x, y)).toPoint()

    def open(self, folder: Path) -> None:
        """The folder is opened and its first photo colored."""
        self.window.open_paths([folder])
        wait_for(lambda: self.window.film.frames and self.colored(), "the first photo in color")
        self.look("open")

    def drag_the_split(self) -> None:
        """By mouse, then by keys."""
        self.hands.drag(self.canvas, self.place(0.5, 0.3), self.place(0.25, 0.3))
        assert abs(self.canvas.split - 0.25) < 0.02
        self.hands.press("Right")
        self.hands.press("Right")
        assert abs(self.canvas.split - 0.27) < 0.02
        self.look("split")

    def zoom(self) -> None:
        """To the pixels, a pan by mouse, and back."""
        self.hands.press("1")
        assert self.canvas.view.zoom is not None
        wait_for(lambda: self.canvas.part_shown, "the pixels at full size")
        before = self.canvas.view.rect.topLeft()
        middle = self.canvas.rect().center()
        self.hands.drag(self.canvas, middle + QPoint(0, 60), middle + QPoint(-40, 20))
        if self.canvas.view.rect.width() > self.canvas.width():
            assert self.canvas.view.rect.left() < before.x()
        wait_for(lambda: self.canvas.part_shown, "the pixels after the pan")
        self.look("zoom")
        self.hands.press("0")
        assert self.canvas.view.zoom is None

    def put_points(self) -> None:
        """Three points; each gets a color of the suggestions, which is seen."""
        self.hands.press("p")
        assert self.canvas.pointing
        for number, (x, y) in enumerate(PLACES, 1):
            before = self.canvas.color_at(x, y)
            self.hands.click(self.canvas, self.place(x, y))
            wait_for(lambda n=number: len(self.points) == n, "a point")
            wait_for(lambda: len(self.window.swatches.buttons) > 5, "suggestions")
            self.hands.click(self.window.swatches.buttons[-3 - number])
            wait_for(self.colored, "the color of the point")
            wait_for(lambda b=before, x=x, y=y: self.canvas.color_at(x, y) != b, "another color at the point")
        self.look("points")

    def undo_one(self) -> None:
        """The last color, and the last point."""
        book = self.window.steering.book
        assert book is not None
        self.hands.press("ctrl+z")
        self.hands.press("ctrl+z")
        assert len(book.points) == 2
        self.hands.press("ctrl+shift+z")
        assert len(book.points) == 3
        self.hands.press("ctrl+z")
        wait_for(self.colored, "the color without the point")
        self.look("undo")

    def save(self) -> None:
        """The sidecar says what is seen."""
        book = self.window.steering.book
        assert book is not None
        assert self.window.isWindowModified()
        self.hands.press("ctrl+s")
        assert not self.window.isWindowModified()
        sidecar = sidecar_of(book.photo)
        assert parse_hints(sidecar.read_text(encoding="utf-8")) == book.hints
        self.hands.press("p")

    def run_and_cancel(self, after: int = 2) -> None:
        """The folder is begun; after some photos it is canceled."""
        panel = self.window.panel
        self.hands.click(panel.run)
        wait_for(lambda: panel.total.value() >= after, "some photos", 180)
        self.look("run")
        self.hands.click(panel.cancel)
        wait_for(lambda: not self.window.running.going_on and panel.run.isEnabled(), "the end of the run")
        assert panel.told.text().startswith("Canceled"), panel.told.text()
        self.look("cancel")

    def resume(self) -> None:
        """The run goes on where it stopped, and names what failed."""
        panel = self.window.panel
        self.hands.click(panel.run)
        wait_for(lambda: not self.window.running.going_on and panel.run.isEnabled(), "the end of the run", 240)
        assert panel.told.text().startswith("Finished")
        assert panel.failures.rowCount() == 1
        assert panel.failures.item(0, 0).text() == BROKEN
        assert panel.retry.isEnabled()
        states = [frame.state for frame in self.window.film.frames]
        assert states.count(State.FAILED) == 1
        assert states.count(State.DONE) + states.count(State.SKIPPED) == len(states) - 1
        self.look("done")


def opened(window: Window, *paths: Path) -> Journey:
    """The window with its first photo in color."""
    walk = Journey(window, QtHands(window), lambda name: None)
    window.open_paths(list(paths))
    wait_for(walk.colored, "color")
    window.canvas.setFocus()
    return walk
