"""The window fits its screen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, QSettings
from PySide6.QtWidgets import QApplication

from photocolor.desktop.screen_fit import FRAME, USUAL, fitted
from photocolor.desktop.window import Window


@pytest.mark.parametrize("room", [(1366, 768), (1280, 800), (960, 540), (2560, 1440)])
@pytest.mark.parametrize("wanted", [(0, 0, 1240, 860), (3000, 2000, 1900, 1200), (-500, -300, 800, 600)])
def test_any_remembered_place_lies_within_any_screen(room: tuple[int, int], wanted: tuple[int, int, int, int]) -> None:
    screen = QRect(0, 0, *room)
    place = fitted(QRect(*wanted), screen)
    assert screen.contains(place)
    assert place.height() <= room[1] - FRAME.height()
    if room[1] > 1000:
        assert place.size() == QRect(*wanted).size()


def test_a_window_of_a_larger_screen_opens_within_this_one(app: QApplication, settings: QSettings) -> None:
    room = app.primaryScreen().availableGeometry()
    assert room.height() < USUAL.height() or room.width() < USUAL.width()
    made = Window(settings)
    assert room.contains(made.geometry())
    made.resize(3000, 2000)
    settings.setValue("geometry", made.saveGeometry())
    again = Window(settings)
    assert room.contains(again.geometry())
    for window in (made, again):
        window.close()
        window.deleteLater()
