"""The film strip: what it shows of each photo, in which order, and what an earlier run made of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import photos
import pytest
from hands import wait_for
from journey import opened
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from photocolor.desktop.strip.film import Order
from photocolor.desktop.strip.state import State
from photocolor.desktop.window import Window

SEPIA = np.array([1.0, 0.85, 0.65])
TINT = 12
"""Codes between red and blue from which on a picture is seen to have a color."""


def album(folder: Path, names: tuple[str, ...] = ("b.jpg", "a.jpg", "c.jpg", "sub-d.jpg")) -> Path:
    """Gray photos."""
    folder.mkdir()
    for number, name in enumerate(names):
        (folder / name).write_bytes(photos.jpeg(photos.gray(120, 160, seed=number)))
    return folder


def sepia(path: Path) -> Path:
    """A toned print."""
    path.write_bytes(photos.png((photos.gray(900, 1200)[..., None] * SEPIA).astype(np.uint8)))
    return path


def warmth(image: QImage) -> int:
    """Red minus blue in the mean of a picture."""
    color = image.scaled(1, 1, mode=Qt.TransformationMode.SmoothTransformation).pixelColor(0, 0)
    return color.red() - color.blue()


def names(window: Window) -> list[str]:
    """The photos of the strip from left to right."""
    return [window.film.index(row).data() for row in range(window.film.rowCount())]


def run(window: Window) -> None:
    """All photos are colored."""
    window.running.start()
    wait_for(lambda: window.panel.told.text().startswith("Finished"), "the end of the run", 120)


def test_photos_are_shown_as_they_are_and_finished_ones_in_color(window: Window, tmp_path: Path) -> None:
    folder = album(tmp_path / "album", ("a.jpg",))
    sepia(folder / "z.png")
    opened(window, folder)
    gray, toned = window.film.frames
    wait_for(lambda: gray.thumb is not None and toned.thumb is not None, "small pictures")
    assert abs(warmth(gray.thumb)) < 3
    assert warmth(toned.thumb) > TINT
    before = gray.thumb
    run(window)
    assert gray.result is not None and gray.result.is_file()
    wait_for(lambda: gray.thumb is not before, "the small picture of the result")
    colors = gray.thumb.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(colors.constBits(), np.uint8).reshape(colors.height(), colors.width(), 4)[..., :3]
    assert np.ptp(pixels.astype(int), axis=2).mean() > 5


def test_another_window_knows_what_was_done(app: object, settings: QSettings, window: Window, tmp_path: Path) -> None:
    folder = album(tmp_path / "album", ("a.jpg", "b.jpg"))
    (folder / "broken.jpg").write_bytes(photos.cut(photos.jpeg()))
    opened(window, folder)
    run(window)
    doubt = window.film.frames[0].doubt
    (tmp_path / "album-color" / "b.jpg").unlink()
    other = type(window)(settings)
    opened(other, folder)
    wait_for(lambda: other.film.frames[0].state is State.DONE, "what was recorded")
    states = [frame.state for frame in other.film.frames]
    assert states == [State.DONE, State.OPEN, State.FAILED], "a result that is gone is not done"
    assert other.film.frames[0].result == tmp_path / "album-color" / "a.jpg"
    assert other.film.frames[0].doubt == pytest.approx(doubt)
    assert "end-of-image" in other.film.frames[2].note
    other.close()


def test_a_name_is_found_however_its_letters_are_composed(window: Window, tmp_path: Path) -> None:
    folder = album(tmp_path / "album")
    (folder / "a.jpg").rename(folder / "Mu\u0308ller.jpg")
    opened(window, folder)
    window.strip_bar.search.setText("m\u00fcll")
    wait_for(lambda: names(window) == ["Mu\u0308ller.jpg"], "what was searched for")


def test_search_order_and_position(window: Window, tmp_path: Path) -> None:
    walk = opened(window, album(tmp_path / "album"))
    bar = window.strip_bar
    assert names(window) == ["a.jpg", "b.jpg", "c.jpg", "sub-d.jpg"]
    assert bar.position.text() == "1 of 4"
    walk.hands.press("Next")
    assert bar.position.text() == "2 of 4"
    QTest.keyClicks(bar.search, "ALBUM/B")
    wait_for(lambda: names(window) == ["b.jpg"], "what was searched for")
    assert bar.position.text() == "1 of 1 found, 4 in all"
    assert window.photo is not None and window.photo.name == "b.jpg", "the photo stays on the canvas"
    QTest.keyClicks(bar.search, "x")
    wait_for(lambda: names(window) == [], "nothing")
    assert bar.position.text() == "0 found, 4 in all"
    bar.search.clear()
    wait_for(lambda: len(names(window)) == 4, "all photos")
    assert bar.position.text() == "2 of 4"
    assert window.strip.currentIndex().row() == 1
    for frame, doubt in zip(window.film.frames, (0.1, 0.3, None, 0.2), strict=True):
        frame.doubt = doubt
        frame.damage = None if doubt is None else 1 - doubt
    window.film.set_state(window.film.frames[2].path, State.FAILED, "why")
    for order, expected in (
        (Order.DOUBT, "b.jpg sub-d.jpg a.jpg c.jpg"),
        (Order.DAMAGE, "a.jpg sub-d.jpg b.jpg c.jpg"),
        (Order.STATE, "c.jpg a.jpg b.jpg sub-d.jpg"),
        (Order.NAME, "a.jpg b.jpg c.jpg sub-d.jpg"),
    ):
        index = bar.order.findData(order)
        bar.order.setCurrentIndex(index)
        bar.order.activated.emit(index)
        assert names(window) == expected.split()
        assert window.film.shown[window.strip.currentIndex().row()].path.name == "b.jpg"


def test_before_is_the_print_and_plain_gray_on_request(window: Window, tmp_path: Path) -> None:
    walk = opened(window, sepia(tmp_path / "sepia.png"))
    window.canvas.set_split(1.0)
    place = walk.place(0.5, 0.2)

    def tint() -> int:
        color = window.canvas.grab().toImage().pixelColor(place)
        return color.red() - color.blue()

    assert tint() > TINT
    walk.hands.press("g")
    assert tint() == 0
    walk.hands.press("g")
    walk.hands.press("1")
    wait_for(lambda: window.canvas.part_shown, "the photo's pixels")
    assert tint() > TINT
    walk.hands.press("g")
    assert tint() == 0
    assert str(window.remembered("plain_gray", "")).lower() == "true"
    assert window.zoom.text() == "100%"


def test_skipped_photos_are_named_with_their_reason(window: Window, tmp_path: Path) -> None:
    folder = album(tmp_path / "album", ("a.jpg",))
    colored = np.zeros((120, 160, 3), np.uint8)
    colored[:60], colored[60:, :80], colored[60:, 80:] = (200, 40, 30), (30, 90, 200), (40, 160, 60)
    (folder / "in-color.png").write_bytes(photos.png(colored))
    opened(window, folder)
    run(window)
    table = window.panel.failures
    assert table.rowCount() == 1
    assert [table.item(0, column).text() for column in (0, 1)] == ["in-color.png", "in color already"]
    assert "color anyway" in table.item(0, 2).text()
    assert not window.panel.retry.isEnabled()


def test_a_photo_is_dragged_out_as_a_file(window: Window, tmp_path: Path) -> None:
    folder = album(tmp_path / "album", ("a.jpg", "b.jpg"))
    opened(window, folder)
    indexes = [window.film.index(0), window.film.index(1)]
    run(window)
    (tmp_path / "album-color" / "b.jpg").unlink()
    window.film.frames[1].result = None
    urls = [Path(url.toLocalFile()) for url in window.film.mimeData(indexes).urls()]
    assert urls == [tmp_path / "album-color" / "a.jpg", folder / "b.jpg"]
    assert window.drag_out.data() is None
    window.drag_out.start()
    wait_for(lambda: window.drag_out.data() is not None, "the file to be dragged")
    data = window.drag_out.data()
    assert data is not None
    (file,) = (Path(url.toLocalFile()) for url in data.urls())
    assert file.name == "a-color.jpg" and QImage(str(file)).width() == 160
    window.controls.strength.set_value(0.3)
    assert window.drag_out.data() is None, "what is dragged is what is seen"
    window.close()
    assert not file.exists()
