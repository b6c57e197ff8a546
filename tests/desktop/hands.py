"""A person's hands: the same gestures offscreen by Qt's own events, or in a real window by the X server's."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

PATIENCE_S = 90.0
_QT_KEYS = {
    "Left": Qt.Key.Key_Left,
    "Right": Qt.Key.Key_Right,
    "Delete": Qt.Key.Key_Delete,
    "Return": Qt.Key.Key_Return,
    "Escape": Qt.Key.Key_Escape,
    "Home": Qt.Key.Key_Home,
    "End": Qt.Key.Key_End,
    "Next": Qt.Key.Key_PageDown,
    "space": Qt.Key.Key_Space,
    "F6": Qt.Key.Key_F6,
    "Tab": Qt.Key.Key_Tab,
    "Down": Qt.Key.Key_Down,
}
_MODIFIERS = {"ctrl": Qt.KeyboardModifier.ControlModifier, "shift": Qt.KeyboardModifier.ShiftModifier}


def wait_for(condition: Callable[[], object], what: str, seconds: float = PATIENCE_S) -> None:
    """Lets the window work until the condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"in vain: {what}"
        QTest.qWait(10)


class QtHands:
    """Events made by Qt; for windows that nobody sees.

    Args:
        window: the window.
    """

    def __init__(self, window: QWidget) -> None:
        self.window = window

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """The left button, pressed and released."""
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at or widget.rect().center())
        QTest.qWait(20)

    def drag(self, widget: QWidget, start: QPoint, end: QPoint) -> None:
        """The left button, held."""
        QTest.mousePress(widget, Qt.MouseButton.LeftButton, pos=start)
        for step in range(1, 9):
            QTest.mouseMove(widget, start + (end - start) * step / 8)
            QTest.qWait(10)
        QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=end)
        QTest.qWait(20)

    def press(self, keys: str) -> None:
        """A key such as "Left", "p" or "ctrl+z"; as a shortcut too."""
        *modifiers, name = keys.split("+")
        key = _QT_KEYS.get(name) or Qt.Key(ord(name.upper()))
        held = Qt.KeyboardModifier.NoModifier
        for modifier in modifiers:
            held |= _MODIFIERS[modifier]
        QTest.keyClick(QApplication.focusWidget() or self.window, key, held)
        QTest.qWait(20)

    def write(self, text: str) -> None:
        """Letters, one after the other."""
        QTest.keyClicks(QApplication.focusWidget() or self.window, text)


class XHands:
    """Events made by the X server, as from a mouse and a keyboard; needs xdotool.

    Args:
        window: the window.
    """

    def __init__(self, window: QWidget) -> None:
        self.window = window

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """The left button, pressed and released."""
        _xdotool(*_move(widget, at), "click", "1")

    def drag(self, widget: QWidget, start: QPoint, end: QPoint) -> None:
        """The left button, held."""
        _xdotool(*_move(widget, start), "mousedown", "1")
        for step in range(1, 9):
            _xdotool(*_move(widget, start + (end - start) * step / 8))
        _xdotool("mouseup", "1")

    def carry(self, widget: QWidget, start: QPoint, end: QPoint) -> None:
        """Drags something out, in one go: while it is carried, nothing else of this program goes on."""
        first, last = widget.mapToGlobal(start), widget.mapToGlobal(end)
        steps = ["mousemove", str(first.x()), str(first.y()), "sleep", "0.2", "mousedown", "1"]
        for step in range(1, 13):
            place = first + (last - first) * step / 12
            steps += ["sleep", "0.1", "mousemove", str(place.x()), str(place.y())]
        _xdotool(*steps, "sleep", "0.5", "mouseup", "1")

    def press(self, keys: str) -> None:
        """A key such as "Left", "p" or "ctrl+z"."""
        _xdotool("key", keys)

    def write(self, text: str) -> None:
        """Letters, one after the other."""
        _xdotool("type", "--delay", "20", text)


def _move(widget: QWidget, at: QPoint | None) -> tuple[str, str, str]:
    """The way there, or into the middle; what was just made gets its place, and is scrolled to, a moment later."""

    def place() -> QPoint:
        return widget.mapToGlobal(at or widget.rect().center())

    before, now = None, place()
    while now != before:
        QTest.qWait(20)
        before, now = now, place()
    return "mousemove", str(now.x()), str(now.y())


def _xdotool(*arguments: str) -> None:
    """Runs it while the window works."""
    with subprocess.Popen(["xdotool", *arguments]) as process:
        while process.poll() is None:
            QTest.qWait(5)
    assert process.returncode == 0
    QTest.qWait(60)


def picture(window: QWidget, path: Path) -> None:
    """What the window looks like."""
    QTest.qWait(50)
    assert window.grab().save(str(path))
