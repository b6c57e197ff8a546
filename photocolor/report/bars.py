"""Draws progress bars: the photos at work with their tiles, and below them the run as a whole."""

from __future__ import annotations

import time

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.text import Text

from photocolor.batch.reporter import Summary
from photocolor.batch.resume import SKIP_DONE, SKIP_EXISTS
from photocolor.outcome import Job, Outcome, Skipped
from photocolor.report.phrases import duration, shortened, speed
from photocolor.system.printable import clean

PHOTOS_SHOWN = 8
BAR_WIDTHS = (10, 20)
"""In a narrow terminal, and from WIDE_COLUMNS on."""
WIDE_COLUMNS = 100
STAGE_WIDTH = 22
"""Room for the longest stage: "color, tile 12 of 120"."""
LEAST_NAME_WIDTH = 12


class Bars:
    """Keeps a live area at the bottom of the terminal.

    Args:
        console: a terminal.
        summary: kept up to date by the runner.
    """

    def __init__(self, console: Console, summary: Summary) -> None:
        self._summary = summary
        self._started = time.monotonic()
        bar_width = BAR_WIDTHS[console.width >= WIDE_COLUMNS]
        self._name_width = max(console.width - bar_width - STAGE_WIDTH - 2, LEAST_NAME_WIDTH)
        self._worked_on = 0
        self._photos = Progress(
            BarColumn(bar_width=bar_width),
            TextColumn("{task.fields[stage]}", markup=False),
            TextColumn("{task.description}", markup=False),  # last: what is left of the line is the name's
            console=console,
        )
        self._overall = Progress(
            BarColumn(bar_width=bar_width),
            TextColumn("{task.description}", markup=False),
            TextColumn("{task.fields[figures]}", markup=False),
            console=console,
        )
        self._total = self._overall.add_task("all photos", total=max(1, summary.photos), figures="")
        self._tasks: dict[str, TaskID] = {}
        self._tell_figures()
        self._live = Live(Group(self._photos, self._overall), console=console, refresh_per_second=8, transient=True)
        self._live.start()

    def at_work(self, job: Job, stage: str, done: int, total: int) -> None:
        """Moves the bar of one photo."""
        task = self._tasks.get(job.relative)
        if task is None:
            if len(self._tasks) >= PHOTOS_SHOWN:
                return
            name = shortened(clean(job.relative), self._name_width)
            task = self._tasks[job.relative] = self._photos.add_task(name, total=None, stage=stage)
        tiles = f"{stage}, tile {done} of {total}" if total else stage
        self._photos.update(task, total=total or None, completed=done, stage=tiles)
        self._tell_figures()

    def finished(self, outcome: Outcome) -> None:
        """Removes the photo's bar and moves the bar of the run."""
        task = self._tasks.pop(outcome.job.relative, None)
        if task is not None:
            self._photos.remove_task(task)
        resumed = isinstance(outcome, Skipped) and outcome.reason in (SKIP_DONE, SKIP_EXISTS)
        self._worked_on += not resumed
        self._tell_figures()

    def print(self, line: Text) -> None:
        """Prints a line above the bars."""
        self._live.console.print(line, soft_wrap=True)

    def stop(self) -> None:
        """Removes the bars."""
        self._live.stop()

    def _tell_figures(self) -> None:
        summary, seconds = self._summary, time.monotonic() - self._started
        parts = [f"{summary.settled:,} of {summary.photos:,}", speed(summary.megapixels, summary.done, seconds, "/min")]
        if summary.failed:
            parts.append(f"{summary.failed.total():,} failed")
        left = summary.photos - summary.settled
        if self._worked_on and left:
            parts.append(f"{duration(seconds / self._worked_on * left)} left")
        self._overall.update(self._total, completed=summary.settled, figures=", ".join(parts))
