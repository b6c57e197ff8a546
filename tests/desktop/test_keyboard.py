"""Who has no mouse gets everywhere in the order in which things are seen, and reads the names that the keys have."""

from __future__ import annotations

import re
from pathlib import Path

import photos
import pytest
from hands import wait_for
from journey import opened
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget, QLabel, QMessageBox, QWidget

from photocolor.desktop.export.dialog import ExportDialog
from photocolor.desktop.keys import KEYS, keys_table, native_keys
from photocolor.desktop.language import LANGUAGES, speak
from photocolor.desktop.window import Window
from photocolor.settings import FileSettings

SAME_LINE_PX = 14
"""Parts of one line are this much higher or lower at most."""
LEAST_SCREEN_PX = 600
"""Height that a dialog may have on the smallest screen, without borders and bars."""


def test_tab_goes_through_a_panel_from_top_to_bottom(window: Window, tmp_path: Path) -> None:
    photo = tmp_path / "scan.jpg"
    photo.write_bytes(photos.jpeg(photos.gray(300, 400)))
    window.resize(1272, 1400)  # all of a panel is seen at once
    walk = opened(window, photo)
    for keys in ("v", "p", "Return"):
        walk.hands.press(keys)
    wait_for(lambda: window.swatches.buttons, "suggestions")
    for answer in ("one", "two", "three"):
        window.variants.panel.add(answer, QImage(80, 60, QImage.Format.Format_RGB32))
    window.panel.more.setChecked(True)
    QApplication.processEvents()
    order = tab_stops(window)
    for dock in window.findChildren(QDockWidget):
        stops = [part for part in order if dock.isAncestorOf(part)]
        assert len(stops) > 8
        tops = [part.mapTo(dock, QPoint()).y() for part in stops]
        upward = [
            f"{spoken(one)} -> {spoken(other)}"
            for one, other, top, below in zip(stops, stops[1:], tops, tops[1:], strict=False)
            if below < top - SAME_LINE_PX
        ]
        assert upward == []
        assert [type(part) for part in stops if not spoken(part)] == []


def test_tab_goes_through_the_export_dialog_as_it_is_seen(window: Window, tmp_path: Path) -> None:
    dialog = ExportDialog(tmp_path / "scan.jpg", FileSettings(), window)
    dialog.show()
    wait_for(dialog.format.hasFocus, "the dialog's first field")
    seen: list[QWidget] = [dialog.format]
    for _ in range(7):
        QTest.keyClick(seen[-1], Qt.Key.Key_Tab)
        seen.append(QApplication.focusWidget())
    places = [part.mapTo(dialog, QPoint()) for part in seen]
    lines = [(place.y() // SAME_LINE_PX, place.x()) for place in places]
    assert len(set(seen)) == 8 and dialog.export in seen
    assert lines == sorted(lines), [spoken(part) for part in seen]
    dialog.reject()


def tab_stops(window: Window) -> list[QWidget]:
    """Whom Tab gives the keyboard to, one after the other."""
    found, part = [], window.nextInFocusChain()
    while part is not window:
        if part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.isVisible() and part.isEnabled():
            found.append(part)
        part = part.nextInFocusChain()
    return [part for part in found if part.focusProxy() is None and "qt_" not in part.objectName()]


def spoken(part: QWidget) -> str:
    text = getattr(part, "text", None)
    return part.accessibleName() or (text() if callable(text) else "")


def test_keys_have_the_names_that_the_menus_have(app: QApplication) -> None:
    speak(app, "de")
    try:
        assert "Strg+Umschalt+Z" in keys_table()
        assert native_keys("Home, End") == "Pos1, Ende"
        assert native_keys("← →, Del, Esc") == "← →, Entf, Esc"
        assert "Ctrl" not in keys_table()
    finally:
        speak(app, "en")


def test_every_key_of_the_list_is_one(app: QApplication) -> None:
    for keys, _ in KEYS:
        for each in re.findall(r"[A-Z][\w+]*", keys):
            assert not QKeySequence(each).isEmpty(), each


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_of_keys_is_no_higher_than_a_small_screen(app: QApplication, language: str) -> None:
    speak(app, language)
    try:
        box = QMessageBox(QMessageBox.Icon.Information, "", keys_table(), QMessageBox.StandardButton.Ok)
        box.show()
        assert box.height() <= LEAST_SCREEN_PX
        assert any(label.text() == keys_table() for label in box.findChildren(QLabel))
        box.close()
    finally:
        speak(app, "en")
