"""Turns while color is on its way."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRect, QTimer
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from photocolor.desktop.photo import draw

TURN_MS = 60
STEPS = 18
SEEN_PX = 80
"""How far from the lower edge it is drawn."""
LATE_MS = 250
"""What comes sooner needs no spinner, which would only flicker."""


class Spinner(QObject):
    """Draws itself over a widget, with a word, after a moment of waiting.

    Args:
        widget: what it is painted on; updated as it turns.
    """

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self.word = ""
        self._step = 0
        self._late = QTimer(self, singleShot=True, interval=LATE_MS)
        self._ticks = QTimer(self, interval=TURN_MS)
        self._late.timeout.connect(self._ticks.start)
        self._ticks.timeout.connect(self._turn)

    @property
    def shown(self) -> bool:
        """Returns True if it is seen."""
        return self._ticks.isActive()

    def turn(self, word: str) -> None:
        """Begins to wait with this word, or goes on with another; an empty one ends it."""
        was, self.word = self.word, word
        if not word:
            self._late.stop()
            self._ticks.stop()
        elif not was:
            self._late.start()
        if was != word:
            self._widget.update()

    def paint(self, painter: QPainter, rect: QRect) -> None:
        """Draws it, if it is seen."""
        if self.shown:
            draw.spinner(painter, rect, self.word, self._step / STEPS)

    def _turn(self) -> None:
        self._step = (self._step + 1) % STEPS
        rect = self._widget.rect()
        self._widget.update(rect.adjusted(0, max(0, rect.height() - SEEN_PX), 0, 0))  # not the photo: that takes longer
