"""Runs a batch in a thread, and reports it as Qt signals."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from photocolor.batch.control import RunControl
from photocolor.batch.pace import Pace
from photocolor.batch.plan.targets import make_plan
from photocolor.batch.reporter import Summary
from photocolor.batch.start import color_plan
from photocolor.desktop.thread_end import run_and_report
from photocolor.outcome import Job, Outcome
from photocolor.pipeline.mending.on_request import with_finder
from photocolor.settings import Settings


class BackgroundRun(QObject):
    """Runs one batch; a `Reporter` in its own thread, which sends signals to the window's.

    Args:
        settings: of the run.
        chosen: photos that it is about; None for all of the sources.
        ready: returns when the files beside the photos are written; called in the run's thread.
        parent: of this object.
    """

    began = Signal(int)
    noted = Signal(str)
    worked = Signal(object, str, int, int)
    settled = Signal(object, object, object)
    ended = Signal(object)
    refused = Signal(str, str)

    def __init__(
        self,
        settings: Settings,
        chosen: frozenset[Path] | None,
        ready: Callable[[], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.settings = settings
        self._chosen, self._ready = chosen, ready
        self.control = RunControl()
        self._pace = Pace()
        self._summary = Summary()
        self._thread = threading.Thread(target=self._run, name="photocolor-run", daemon=True)

    @property
    def going_on(self) -> bool:
        """Returns True until the last photo at work has ended."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Starts the run."""
        self._thread.start()

    def pause(self, on: bool) -> None:
        """Pauses the run, or goes on."""
        if on:
            self.control.pause()
            self._pace.pause()
        else:
            self._pace.go_on()
            self.control.go_on()

    def cancel(self) -> None:
        """Cancels the run; finished results stay whole."""
        self.control.cancel()

    def wait(self, seconds: float) -> bool:
        """Waits for the end; returns True if it has come by then."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        run_and_report(lambda: partial(self.ended.emit, self._color()), self.refused.emit)

    def _color(self) -> Summary:
        self._ready()
        settings = replace(self.settings, files=with_finder(self.settings.files))
        plan = make_plan(settings.sources, settings.out, settings.files.format)
        if self._chosen is not None:
            plan = replace(plan, entries=[each for each in plan.entries if Path(each.found.path) in self._chosen])
        return color_plan(plan, settings, self, self.control)

    # -- the reporter

    def begin(self, summary: Summary) -> None:
        """Reports that the run starts."""
        self._summary = summary
        self._pace = Pace()
        self.began.emit(summary.photos)

    def note(self, message: str) -> None:
        """Reports a sentence about the run."""
        self.noted.emit(message)

    def at_work(self, job: Job, stage: str, done: int, total: int) -> None:
        """Reports the progress of a photo."""
        self.worked.emit(job, stage, done, total)

    def finished(self, outcome: Outcome) -> None:
        """Reports the outcome of a photo."""
        self._pace.add(outcome)
        counts = replace(self._summary, skipped=self._summary.skipped.copy(), failed=self._summary.failed.copy())
        self.settled.emit(outcome, counts, self._pace.seconds_left(self._summary))

    def end(self) -> None:
        """Notes that the run is over; `ended` is emitted when its thread has finished."""
