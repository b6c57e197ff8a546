"""Controls the window's run, from the button to the last photo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from photocolor.batch.reporter import Summary
from photocolor.desktop.filmstrip import State
from photocolor.desktop.run.background_run import BackgroundRun
from photocolor.errors import Interrupted
from photocolor.outcome import Done, Failed, Job, Outcome, Skipped
from photocolor.report.phrases import count, duration

if TYPE_CHECKING:
    from photocolor.desktop.window import Window

END_S = 15.0
"""A run that is canceled ends within a second; on a machine that swaps it may take longer."""


class RunController(QObject):
    """Starts, pauses and ends runs, and updates the panel and the film strip."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._run: BackgroundRun | None = None
        panel = window.panel
        panel.run_asked.connect(self.start)
        panel.retry_asked.connect(self.start)  # what is done is skipped, what failed is tried again
        panel.cancel_asked.connect(self.cancel)
        panel.pause_asked.connect(self._pause)
        panel.photo_asked.connect(self._show)

    @property
    def going_on(self) -> bool:
        """Returns True while a run is at work."""
        return self._run is not None and self._run.going_on

    def start(self) -> None:
        """Colors all photos of the window."""
        self._start(None)

    def start_selected(self) -> None:
        """Colors the photos that are selected in the film strip."""
        chosen = frozenset(self._window.strip.selected())
        if chosen:
            self._start(chosen)

    def _start(self, chosen: frozenset[Path] | None) -> None:
        window = self._window
        settings = window.settings()
        if self.going_on or not settings.sources or not window.may_leave("run"):
            return
        run = self._run = BackgroundRun(settings, chosen, self)
        run.began.connect(window.panel.begin)
        run.worked.connect(self._worked)
        run.settled.connect(self._settled)
        run.ended.connect(self._ended)
        run.refused.connect(self._refused)
        run.noted.connect(lambda sentence: window.statusBar().showMessage(sentence, 8000))
        for frame in window.film.frames:
            if chosen is None or frame.path in chosen:
                window.film.set_state(frame.path, State.WAITING)
        window.statusBar().clearMessage()
        window.run_dock.show()
        window.panel.begin(len(window.film.frames) if chosen is None else len(chosen))
        run.start()

    def cancel(self) -> None:
        """Cancels the run."""
        if self._run is not None:
            self._window.panel.tell("Stopping…")
            self._run.cancel()

    def end(self) -> None:
        """Ends the run and waits for it, because the window closes."""
        if self._run is not None and self._run.going_on:
            self._run.cancel()
            self._run.wait(END_S)

    def _pause(self, on: bool) -> None:
        if self._run is not None and self.going_on:
            self._run.pause(on)
            if on:
                self._window.panel.tell("Paused; photos at work are finished.")

    def _worked(self, job: Job, stage: str, done: int, total: int) -> None:
        self._window.panel.at_work(job, stage, done, total)
        self._window.film.set_state(job.source, State.WORKING)

    def _settled(self, outcome: Outcome, summary: Summary, seconds_left: float | None) -> None:
        self._window.panel.settled(outcome.job.relative, summary, seconds_left)
        source = outcome.job.source
        match outcome:
            case Done():
                remarks = "; ".join((*outcome.degraded, *outcome.warnings))
                self._window.film.set_state(source, State.DONE, remarks)
            case Skipped(reason="done"):
                self._window.film.set_state(source, State.DONE, outcome.detail)
            case Skipped():
                self._window.film.set_state(source, State.SKIPPED, outcome.detail or outcome.reason)
            case Failed():
                self._window.film.set_state(source, State.FAILED, outcome.message)
                self._window.panel.failed(outcome)

    def _ended(self, summary: Summary) -> None:
        for frame in self._window.film.frames:
            if frame.state in (State.WAITING, State.WORKING):
                self._window.film.set_state(frame.path, State.OPEN)
        self._window.panel.end(told(summary))
        error = summary.ended_by
        if error is not None and not isinstance(error, Interrupted):
            self._window.complain(error.message, error.hint)

    def _refused(self, message: str, hint: str) -> None:
        self._ended(Summary())
        self._window.panel.end("The run was refused.")
        self._window.complain(message, hint)

    def _show(self, source: Path) -> None:
        self._window.strip.choose(self._window.film.row(source))


def told(summary: Summary) -> str:
    """Returns a summary of the run in one line."""
    parts = [f"{count(summary.done)} colored in {duration(summary.seconds)}"]
    parts += [f"{summary.skipped.total():,} skipped"] * bool(summary.skipped)
    parts += [f"{summary.failed.total():,} failed"] * bool(summary.failed)
    left = summary.photos - summary.settled
    parts += [f"{left:,} left; run again to go on"] * bool(left)
    head = "Canceled: " if summary.ended_by is not None else "Finished: "
    return head + ", ".join(parts) + "."
