"""Handles Ctrl-C and SIGTERM during a run: the first ends it in order, the second at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Self

from photocolor.errors import Interrupted, Terminated

_Handler = Callable[[int, FrameType | None], object] | int | None


class Stop:
    """Handles the two signals while it is entered; `asked` is the error with which the run shall end.

    It may be entered again while it is entered, as by a run within a watch. In another thread than the main one (a
    window, a server) it hears nothing; there `ask` is called directly.
    """

    def __init__(self) -> None:
        self.asked: Interrupted | None = None
        self._before: dict[signal.Signals, _Handler] = {}
        self._depth = 0

    def ask(self, error: Interrupted) -> None:
        """Ends the run with this error as soon as the work in flight has ended."""
        self.asked = self.asked or error

    def __enter__(self) -> Self:
        self._depth += 1
        if self._depth == 1 and threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._hear)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._depth -= 1
        if self._depth == 0:
            for number, handler in self._before.items():
                signal.signal(number, handler)
            self._before.clear()

    def _hear(self, number: int, frame: FrameType | None) -> None:
        if self.asked is not None:
            raise SystemExit(self.asked.exit_code)  # whoever asks twice does not want to wait
        self.ask(Interrupted("Interrupted by Ctrl-C") if number == signal.SIGINT else Terminated("Ended by SIGTERM"))
