"""Painting areas, picking colors, and points that wait for their color."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import photos
import pytest
from hands import QtHands, wait_for
from journey import Journey, opened
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from photocolor.desktop.photo.tools import Tool
from photocolor.desktop.window import Window
from photocolor.hints.brush import Stroke
from photocolor.hints.sidecar import Hints, Polygon
from photocolor.pipeline.source import read_hints


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "scan.jpg"
    path.write_bytes(photos.jpeg(photos.gray(300, 400)))
    return path


def erase(walk: Journey, start: QPoint, end: QPoint) -> None:
    """A drag with the right button."""
    canvas = walk.canvas
    QTest.mousePress(canvas, Qt.MouseButton.RightButton, pos=start)
    QTest.mouseMove(canvas, (start + end) / 2)
    QTest.mouseMove(canvas, end)
    QTest.mouseRelease(canvas, Qt.MouseButton.RightButton, pos=end)


def near(one: str, other: str) -> bool:
    """True if two colors differ as much as grain does."""
    return all(abs(int(one[at : at + 2], 16) - int(other[at : at + 2], 16)) < 12 for at in (1, 3, 5))


def test_an_area_is_painted_seen_erased_undone_saved_and_replayed(window: Window, photo: Path) -> None:
    walk = opened(window, photo)
    window.steering.set_brush(0.05, "#2040c0")
    before = window.canvas.color_at(0.5, 0.5)
    walk.hands.press("a")
    walk.hands.drag(window.canvas, walk.place(0.3, 0.5), walk.place(0.7, 0.5))
    book = window.steering.book
    assert book is not None
    (area,) = book.areas
    assert area.color == "#2040c0"
    wait_for(walk.colored, "the area in color")
    red, _, blue = (int(window.canvas.color_at(0.5, 0.5)[at : at + 2], 16) for at in (1, 3, 5))
    assert window.canvas.color_at(0.5, 0.5) != before and blue > red
    walk.hands.drag(window.canvas, walk.place(0.5, 0.3), walk.place(0.5, 0.7))
    (cross,) = book.areas
    assert len(cross.corners) > len(area.corners)
    erase(walk, walk.place(0.5, 0.2), walk.place(0.5, 0.9))
    assert len(book.areas) == 2, "the eraser cuts the area in two"
    for _ in range(2):
        walk.hands.press("ctrl+z")
    assert book.areas == (area,)
    walk.hands.press("ctrl+s")
    assert read_hints(photo)[0] == Hints((), (area,))
    assert not window.isWindowModified()


def test_the_brush_works_by_keys_and_its_size_too(window: Window, photo: Path) -> None:
    walk = opened(window, photo)
    walk.hands.press("a")
    small = window.canvas.brush_radius
    QTest.keyClick(window.canvas, Qt.Key.Key_BracketRight)
    assert window.canvas.brush_radius > small
    walk.hands.press("Return")
    book = window.steering.book
    assert book is not None and len(book.areas) == 1
    assert "area 1 selected" in window.canvas.accessibleDescription()
    walk.hands.press("Escape")
    walk.hands.press("shift+Right")
    walk.hands.press("Return")
    assert len(book.areas) == 2, "a new area, because none was selected"
    walk.hands.press("Delete")
    assert len(book.areas) == 1


def test_a_stroke_belongs_to_its_tool(window: Window, photo: Path) -> None:
    walk = opened(window, photo)
    strokes: list[tuple[Tool, object]] = []
    window.canvas.stroked.connect(lambda tool, stroke: strokes.append((tool, stroke)))
    window.canvas.set_tool(Tool.DAMAGE)
    walk.hands.drag(window.canvas, walk.place(0.2, 0.2), walk.place(0.4, 0.4))
    assert strokes[0][0] is Tool.DAMAGE
    book = window.steering.book
    assert book is not None and book.areas == ()


def test_the_dropper_takes_a_color_from_another_photo_and_comes_back(window: Window, tmp_path: Path) -> None:
    gray, red = tmp_path / "a.jpg", tmp_path / "b.png"
    gray.write_bytes(photos.jpeg(photos.gray(300, 400)))
    pixels = np.full((300, 400, 3), 128, np.uint8)
    pixels[:] = (190, 60, 50)
    red.write_bytes(photos.png(pixels))
    walk = opened(window, gray, red)
    walk.hands.press("p")
    walk.hands.click(window.canvas, walk.place(0.6, 0.6))
    walk.hands.press("i")
    assert window.canvas.tool is Tool.DROPPER
    walk.hands.press("Next")
    wait_for(lambda: window.photo == red and walk.colored(), "the other photo")
    seen = window.canvas.color_at(0.8, 0.5)
    walk.hands.click(window.canvas, walk.place(0.8, 0.5))
    assert window.photo == gray
    assert near(walk.points[0].color, seen)
    assert window.canvas.tool is Tool.POINT


def test_a_picked_color_is_the_brushs_if_nothing_is_selected(window: Window, photo: Path) -> None:
    walk = opened(window, photo)
    walk.hands.press("i")
    seen = window.canvas.color_at(0.9, 0.9)
    walk.hands.click(window.canvas, walk.place(0.9, 0.9))
    picked = window.canvas.brush_color
    assert near(picked, seen)
    assert window.canvas.tool is Tool.HAND
    assert picked in window.swatches.brush.color.accessibleName()


def test_a_point_set_before_there_is_color_takes_it_when_it_comes(window: Window, photo: Path) -> None:
    window.open_paths([photo])
    wait_for(lambda: window.photo == photo and window.steering.book, "the photo")
    assert window.canvas.color_at(0.5, 0.5) == ""
    assert window.canvas.busy
    window.steering.add(0.5, 0.5)
    book = window.steering.book
    assert book is not None and book.pending
    assert book.hints == Hints()
    assert window.steering.save()
    walk = Journey(window, QtHands(window), lambda name: None)
    wait_for(lambda: not book.pending and walk.colored(), "the point's color")
    assert book.points[0].color.startswith("#") and book.points[0].color != "#808080"
    assert not window.canvas.busy
    assert read_hints(photo)[0] == Hints(book.points), "it was to be saved, and is"
    color = book.points[0].color
    walk.hands.press("ctrl+z")
    assert book.points == ()
    walk.hands.press("ctrl+shift+z")
    assert book.points[0].color == color


def test_a_wait_is_seen_and_ends(window: Window, photo: Path) -> None:
    walk = opened(window, photo)
    window.canvas.set_busy("Coloring…")
    wait_for(lambda: window.canvas._spinner.shown, "the spinner")
    window.canvas.set_busy("")
    assert not window.canvas._spinner.shown
    assert walk.colored()


def test_everything_is_undone_in_its_order(window: Window, photo: Path) -> None:
    walk = opened(window, photo)
    controls = window.controls
    usual, device = controls.color, controls.device_name
    controls.strength.set_value(0.5)
    window.steering.add(0.3, 0.3)
    controls.detail.setCurrentIndex(2)
    controls.detail.activated.emit(2)
    window.steering.book.paint((((0.1, 0.1), (0.4, 0.1), (0.4, 0.4)),), "#203040")
    controls.fade.set_value(0.25)
    window.panel.out.setText("elsewhere")
    undone = []
    for _ in range(6):
        undone.append(window.history.undoText())
        walk.hands.press("ctrl+z")
    assert undone == [
        "change results folder", "change doubt fade", "paint area", "change detail", "add color point",
        "change strength",
    ]  # fmt: skip
    assert controls.color == usual
    assert controls.device_name == device
    assert walk.points == ()
    assert not window.history.canUndo()
    for _ in range(6):
        walk.hands.press("ctrl+shift+z")
    assert (controls.color.strength, controls.color.detail, controls.color.fade_doubt) == (0.5, 1024, 0.25)
    assert window.steering.book.areas == (Polygon(((0.1, 0.1), (0.4, 0.1), (0.4, 0.4)), "#203040"),)
    assert window.panel.out.text() == "elsewhere"
    wait_for(walk.colored, "the color of all that")


def test_undo_shows_the_photo_that_it_changes(window: Window, tmp_path: Path) -> None:
    first, second = tmp_path / "a.jpg", tmp_path / "b.jpg"
    for number, path in enumerate((first, second)):
        path.write_bytes(photos.jpeg(photos.gray(200, 300, seed=number)))
    walk = opened(window, first, second)
    window.steering.add(0.5, 0.5)
    walk.hands.press("Next")
    wait_for(lambda: window.photo == second and walk.colored(), "the second photo")
    walk.hands.press("ctrl+z")
    assert window.photo == first
    assert window.steering.unsaved == []


def test_no_more_is_painted_than_a_sidecar_holds(window: Window, photo: Path) -> None:
    walk = opened(window, photo)
    book = window.steering.book
    assert book is not None
    fence = tuple((0.1 + 0.8 * (n % 2), 0.05 + 0.9 * n / 9_996) for n in range(9_996))
    for _ in range(2):
        book.select(-1)
        book.paint((fence,), "#203040")
    book.select(-1)
    window.steering._stroked(Tool.AREA, Stroke(((0.1, 0.1), (0.9, 0.3), (0.2, 0.8)), 0.01))
    assert len(book.areas) == 2 and "as many" in window.complaints[0]
    assert window.steering.save()
    assert read_hints(photo)[0] == book.hints
    assert walk.points == ()
