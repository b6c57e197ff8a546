"""How long the window could not answer: the longest gap between two ticks of a timer on its thread."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest

TICK_MS = 2


class Stall:
    """Ticks while it is entered."""

    def __init__(self) -> None:
        self.longest_s = 0.0
        self._last_s = 0.0
        self._timer = QTimer()
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)

    def __enter__(self) -> Stall:
        self._last_s = time.perf_counter()
        self._timer.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._timer.stop()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.longest_s = max(self.longest_s, now - self._last_s)
        self._last_s = now


def longest_stall_s(until: Callable[[], object], patience_s: float = 240.0) -> float:
    """The longest time in seconds that the window was blocked until a condition held."""
    end = time.monotonic() + patience_s
    with Stall() as stall:
        while not until():
            assert time.monotonic() < end, "in vain"
            QTest.qWait(5)
    return stall.longest_s
