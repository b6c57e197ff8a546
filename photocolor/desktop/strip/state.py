"""Names what became of a photo."""

from __future__ import annotations

from enum import StrEnum

from photocolor.desktop.language import QT_TR_NOOP


class State(StrEnum):
    """Names the state of a photo, in words that the window translates."""

    OPEN = QT_TR_NOOP("not colored yet")
    WAITING = QT_TR_NOOP("waiting")
    WORKING = QT_TR_NOOP("working")
    DONE = QT_TR_NOOP("done")
    SKIPPED = QT_TR_NOOP("skipped")
    FAILED = QT_TR_NOOP("failed")
