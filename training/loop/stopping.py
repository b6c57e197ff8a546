"""Lets a run end where its checkpoint is whole: signals are noted, and the loop looks."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from photocolor.errors import Interrupted, Terminated


@contextmanager
def noted_signals() -> Iterator[list[int]]:
    """Yields a list that is no longer empty once the process was asked to end (SIGTERM, SIGINT).

    Afterwards signals mean what they meant before: who trains and then measures is not deaf to Ctrl-C.
    """
    asked, before = list[int](), {}

    def note(number: int, frame: FrameType | None) -> None:
        asked.append(number)

    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            before[number] = signal.signal(number, note)
    except ValueError:
        pass  # not the main thread: whoever runs this there stops it otherwise
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def leave_signals() -> None:
    """Lets this process, a helper of another one, ignore the Ctrl-C that a terminal sends to both."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def stopped(asked: list[int], seen: int, what: str = "images") -> Interrupted:
    """Returns the error that ends a run which was asked to end, once its checkpoint is written."""
    kind = Interrupted if asked[0] == signal.SIGINT else Terminated
    return kind(f"stopped after {seen} {what}", "Run the same command again to go on.")
