"""Gives the window a size and a place that the screen has room for, whatever an earlier screen had."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRect, QSize
from PySide6.QtWidgets import QMainWindow

USUAL = QSize(1240, 860)
FRAME = QSize(8, 40)
"""What title and borders take; before the window is shown the system does not tell."""


def place_window(window: QMainWindow, stored: object) -> None:
    """Places the window as it was when it was closed, or in its usual size, within the screen.

    Args:
        window: not yet shown.
        stored: what `saveGeometry` gave; anything else counts as nothing.
    """
    window.resize(USUAL)
    if isinstance(stored, QByteArray):
        window.restoreGeometry(stored)
    room = window.screen().availableGeometry()
    if not window.isMaximized() and not window.isFullScreen():
        window.setGeometry(fitted(window.geometry(), room))


def fitted(wanted: QRect, room: QRect) -> QRect:
    """Returns the nearest rectangle that lies in the room with its frame, no larger than the wanted one."""
    size = wanted.size().boundedTo(room.size() - FRAME)
    top = FRAME.height() // 2 + 16  # the title bar stays in reach
    left = min(max(wanted.left(), room.left()), room.right() + 1 - size.width())
    upper = min(max(wanted.top(), room.top()), room.bottom() + 1 - size.height())
    upper = max(upper, min(room.top() + top, room.bottom() + 1 - size.height()))
    return QRect(left, upper, size.width(), size.height())
