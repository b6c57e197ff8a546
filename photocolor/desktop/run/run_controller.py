"""Controls the window's run, from the button to the last photo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from photocolor.batch.plan.only import read_list
from photocolor.batch.reporter import Summary
from photocolor.desktop.language import QT_TR_NOOP, figure, tr
from photocolor.desktop.run.background_run import BackgroundRun
from photocolor.desktop.strip.past import result_of
from photocolor.desktop.strip.state import State
from photocolor.errors import Interrupted, PhotocolorError
from photocolor.outcome import Failed, Job, Outcome, Skipped
from photocolor.report import people
from photocolor.report.phrases import duration
from photocolor.system.spelling import Respelled

if TYPE_CHECKING:
    from photocolor.desktop.window import Window

SKIP_HINTS = {
    "already_color": QT_TR_NOOP("Choose “color anyway” for photos in color already, and run again."),
    "negative": QT_TR_NOOP("photocolor restore --negatives invert makes a positive of it first."),
    "exists": QT_TR_NOOP("Choose another folder for the results."),
}
MARKS = "photocolor-report.marks.json"
"""Where the report of a run has its marks saved."""
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
        window.finder.unused.connect(self._tell_unused)

    @property
    def going_on(self) -> bool:
        """Returns True while a run is at work."""
        return self._run is not None and self._run.going_on

    def _tell_unused(self, sentence: str) -> None:
        """Shows which sidecars and masks no photo uses by their names, until a run begins; "" for none."""
        if not self.going_on:
            self._window.panel.tell(sentence)

    def start(self) -> None:
        """Colors all photos of the window."""
        self._start(None)

    def start_selected(self) -> None:
        """Colors the photos that are selected in the film strip."""
        chosen = frozenset(self._window.strip.selected())
        if chosen:
            self._start(chosen)

    def ask_list(self) -> None:
        """Asks for a list, or for the marks of a report, and colors its photos."""
        start = str(self._window.results.out / MARKS)
        filters = tr("Lists and marks ({kinds});;All files (*)").format(kinds="*.json *.txt")
        name, _ = QFileDialog.getOpenFileName(self._window, tr("A list, or marks of a report"), start, filters)
        if name:
            self.start_list(Path(name))

    def start_list(self, path: Path) -> None:
        """Colors the photos that a list names, or that were marked “look again” or “wrong” in a report."""
        window = self._window
        try:
            wanted = read_list(path)
        except PhotocolorError as error:
            window.complain(error.message, error.hint)
            return
        places = Respelled({str(frame.path.absolute()): frame.path for frame in window.film.frames})
        named = (places.meant(str(Path(name).absolute())) for name in wanted)
        chosen = frozenset(path for path in named if path is not None)
        if len(chosen) < len(wanted):
            message = tr("{number} of the list are not open here.").format(number=figure(len(wanted) - len(chosen)))
            window.statusBar().showMessage(message, 8000)
        if chosen:
            self._start(chosen)

    def _start(self, chosen: frozenset[Path] | None) -> None:
        window = self._window
        settings = window.settings()
        if not settings.sources:
            window.statusBar().showMessage(tr("Open a photo first."), 4000)
            return
        if self.going_on or not window.may_leave(tr("run")):
            return
        window.masking.save()
        run = self._run = BackgroundRun(settings, chosen, window.masking.wait, self)
        run.began.connect(window.panel.begin)
        run.worked.connect(self._worked)
        run.settled.connect(self._settled)
        run.ended.connect(self._ended)
        run.refused.connect(self._refused)
        run.noted.connect(lambda sentence: window.statusBar().showMessage(sentence, 8000))
        window.film.set_waiting(chosen)
        window.statusBar().clearMessage()
        window.run_dock.show()
        window.panel.begin(len(window.film.frames) if chosen is None else len(chosen))
        run.start()

    def cancel(self) -> None:
        """Cancels the run."""
        if self._run is not None:
            self._window.panel.tell(tr("Stopping…"))
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
                self._window.panel.tell(tr("Paused; photos at work are finished."))

    def _worked(self, job: Job, stage: str, done: int, total: int) -> None:
        self._window.panel.at_work(job, stage, done, total)
        self._window.film.set_state(job.source, State.WORKING)

    def _settled(self, outcome: Outcome, summary: Summary, seconds_left: float | None) -> None:
        self._window.panel.settled(outcome.job.relative, summary, seconds_left)
        self._window.film.set_result(outcome.job.source, result_of(outcome))
        if isinstance(outcome, Failed):
            self._window.panel.not_colored(outcome.job, outcome.message, outcome.hint, failed=True)
        elif isinstance(outcome, Skipped) and outcome.reason != "done":
            hint = SKIP_HINTS.get(outcome.reason, "")
            why = tr(people.reason(outcome.reason))
            self._window.panel.not_colored(outcome.job, why, tr(hint), failed=False)

    def _ended(self, summary: Summary) -> None:
        self._window.film.set_open()
        self._window.panel.end(summary_line(summary))
        self._window.look_for_results()  # what was not reached may have been done by an earlier run
        error = summary.ended_by
        if error is not None and not isinstance(error, Interrupted):
            self._window.complain(error.message, error.hint)

    def _refused(self, message: str, hint: str) -> None:
        self._ended(Summary())
        self._window.panel.end(tr("The run was refused."))
        self._window.complain(message, hint)

    def _show(self, source: Path) -> None:
        self._window.strip.choose(self._window.film.row(source))


def summary_line(summary: Summary) -> str:
    """Returns a summary of the run in one line."""
    parts = [tr("%Ln photos colored in {time}", "", summary.done).format(time=duration(summary.seconds))]
    parts += [tr("{number} skipped").format(number=figure(summary.skipped.total()))] * bool(summary.skipped)
    parts += [tr("{number} failed").format(number=figure(summary.failed.total()))] * bool(summary.failed)
    left = summary.photos - summary.settled
    parts += [tr("{number} left; run again to go on").format(number=figure(left))] * bool(left)
    head = tr("Canceled: {parts}.") if summary.ended_by is not None else tr("Finished: {parts}.")
    return head.format(parts=", ".join(parts))
