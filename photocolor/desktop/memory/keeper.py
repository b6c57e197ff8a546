"""Stores the window's settings soon after they change, so that a crash or a power cut loses nothing but a moment."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QSettings, QTimer
from PySide6.QtWidgets import QWidget

STORED_MS = 400
"""Changes that follow each other faster, as of a window that is drawn larger, are stored once."""
_EVENTS = frozenset({QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide})


class Keeper(QObject):
    """Calls `store` when something has changed and then rested for a moment, and writes the file.

    Args:
        settings: the file.
        store: puts everything that is to be remembered into the settings.
        parent: of this object.
    """

    def __init__(self, settings: QSettings, store: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._settings, self._store = settings, store
        self._timer = QTimer(self, singleShot=True, interval=STORED_MS)
        self._timer.timeout.connect(self.store_now)

    def watch(self, *widgets: QWidget) -> None:
        """Notes when these widgets are moved, resized, shown or hidden."""
        for widget in widgets:
            widget.installEventFilter(self)

    def note(self) -> None:
        """Notes that something has changed."""
        self._timer.start()

    def store_now(self) -> None:
        """Writes the settings, whole or not at all."""
        self._timer.stop()
        self._store()
        self._settings.sync()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notes what happens to a watched widget; hides nothing from it."""
        if event.type() in _EVENTS:
            self.note()
        return False
