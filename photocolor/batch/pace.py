"""Measures the speed of a run and estimates the time that it still takes."""

from __future__ import annotations

import time
from collections.abc import Callable

from photocolor.batch.reporter import Summary
from photocolor.batch.resume import SKIP_DONE, SKIP_EXISTS
from photocolor.outcome import Outcome, Skipped


class Pace:
    """Measures speed by the photos that took time; those of earlier runs and pauses are not counted.

    Args:
        clock: returns seconds; another one is used in tests.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since: float | None = clock()
        self._before_s = 0.0
        self._worked_on = 0

    @property
    def seconds(self) -> float:
        """Returns the seconds since the beginning, without pauses."""
        running = 0.0 if self._since is None else self._clock() - self._since
        return self._before_s + running

    def add(self, outcome: Outcome) -> None:
        """Counts one photo."""
        self._worked_on += not (isinstance(outcome, Skipped) and outcome.reason in (SKIP_DONE, SKIP_EXISTS))

    def pause(self) -> None:
        """Stops the clock."""
        self._before_s, self._since = self.seconds, None

    def go_on(self) -> None:
        """Restarts the clock."""
        self._before_s, self._since = self.seconds, self._clock()

    def seconds_left(self, summary: Summary) -> float | None:
        """Returns the estimated seconds until the end; None while nothing is known."""
        left = summary.photos - summary.settled
        return self.seconds / self._worked_on * left if self._worked_on else None
