"""The window fits its screen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, QSettings, QSize, Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel, QLineEdit, QPushButton, QWidget

from photocolor.desktop.language import LANGUAGES, speak
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


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_window_can_be_as_small_as_a_screen_of_1920_by_1080_at_200_percent(
    app: QApplication, settings: QSettings, language: str
) -> None:
    speak(app, language)
    try:
        window = Window(settings)
        window.panel.more.setChecked(True)
        window.show()
        app.processEvents()
        assert window.minimumSizeHint().boundedTo(QSize(960, 540) - FRAME) == window.minimumSizeHint()
        window.close()
        window.deleteLater()
    finally:
        speak(app, "en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [(1272, 760), (1016, 660)])  # screens of 1280 x 800 and 1024 x 700, without borders
def test_no_text_of_the_window_is_cut_off(
    app: QApplication, settings: QSettings, language: str, size: tuple[int, int]
) -> None:
    speak(app, language)
    try:
        window = Window(settings)
        window.panel.more.setChecked(True)
        window.variants.panel.show()
        window.resize(*size)
        window.show()
        app.processEvents()
        assert cut_off(window) == []
        window.close()
        window.deleteLater()
    finally:
        speak(app, "en")


def cut_off(window: Window) -> list[str]:
    """The texts that have less room than they need."""
    found = []
    for part in window.findChildren(QWidget):
        if not part.isVisible():
            continue
        if isinstance(part, QLineEdit) and not part.text():
            text, room = part.placeholderText(), part.width() - 12
        elif isinstance(part, QComboBox):
            text, room = part.currentText(), part.width() - 28
        elif isinstance(part, QPushButton | QCheckBox):
            text, room = part.text(), part.width() - (24 if isinstance(part, QCheckBox) else 8)
        elif isinstance(part, QLabel) and not part.wordWrap():
            text, room = part.text(), part.width()
        else:
            continue
        needed = part.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, text).width()
        found += [f"{text}: {room} of {needed} px"] if needed > room else []
    return found
