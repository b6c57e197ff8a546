"""Reports to people on standard error: bars on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections import Counter
from typing import TYPE_CHECKING

from photocolor.batch.reporter import Summary
from photocolor.outcome import Done, Failed, Job, Outcome, Skipped
from photocolor.report.emphasis import BAD, NOTEWORTHY, emphasized
from photocolor.report.phrases import count, duration, failure, remarks, results_place, speed, summary_rows
from photocolor.system.printable import clean

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from photocolor.report.bars import Bars

PLAIN_INTERVAL_S = 30.0
"""Where there are no bars, a line says this often how far the run is."""
REMARKS_SHOWN = 20
"""Further remarks that differ only in the photo's name are counted, not printed."""


class ConsoleReport:
    """Reports to people; a `Reporter`.

    Args:
        quiet: only failures and degraded results are reported.
        bars: show progress bars; for terminals.
        console: where to; standard error if None.
    """

    def __init__(self, *, quiet: bool = False, bars: bool = False, console: Console | None = None) -> None:
        self._own_console = console
        self._stream = sys.stderr
        self._quiet = quiet
        self._wants_bars = bars and not quiet
        self._bars: Bars | None = None
        self._summary, self._place = Summary(), ""
        self._last_line = self._started = time.monotonic()
        self._hinted: set[str] = set()
        self._remarked: Counter[str] = Counter()
        self._since: dict[str, float] = {}
        """When each photo at work was heard of first, by its place; the longest first."""

    @property
    def _console(self) -> Console:
        """Returns the console on standard error; Rich is loaded when it is needed, not while the first photo waits."""
        if self._own_console is None:
            from rich.console import Console

            self._own_console = Console(file=self._stream, highlight=False)
        return self._own_console

    def begin(self, summary: Summary) -> None:
        """Shows the bars."""
        self._summary = summary
        self._last_line = self._started = time.monotonic()
        if self._wants_bars and summary.photos:
            from photocolor.report.bars import Bars

            self._bars = Bars(self._console, summary)

    def note(self, message: str) -> None:
        """Prints a sentence, unless quiet."""
        if not self._quiet:
            self._print(message)

    def at_work(self, job: Job, stage: str, done: int, total: int) -> None:
        """Moves a bar, or reports now and then how far the run is."""
        self._since.setdefault(job.relative, time.monotonic())
        if self._bars is not None:
            self._bars.at_work(job, stage, done, total)
        elif not self._quiet:
            load_table()  # for the end, while the photo is at work
            self._tell_how_far()

    def finished(self, outcome: Outcome) -> None:
        """Reports what went wrong, and how far the run is."""
        if isinstance(outcome, Failed):
            self._tell_failure(outcome)
        elif isinstance(outcome, Done | Skipped):
            self._tell_remarks(outcome)
        self._since.pop(outcome.job.relative, None)
        if self._bars is not None:
            self._bars.finished(outcome)
        else:
            self._tell_how_far()

    def end(self) -> None:
        """Removes the bars, and prints the closing table and where the results lie."""
        if self._bars is not None:
            self._bars.stop()
            self._bars = None
        if not self._quiet:
            self._console.print(closing_table(self._summary))
            if (place := results_place(self._summary)) and place != self._place:
                self._place = place  # a watch has many runs into one folder
                self._print(place)

    def _tell_failure(self, outcome: Failed) -> None:
        self._print(failure(outcome), BAD)
        if outcome.hint and outcome.hint not in self._hinted:  # one reason may have several
            self._hinted.add(outcome.hint)
            self._print(f"  {outcome.hint}")

    def _tell_remarks(self, outcome: Done | Skipped) -> None:
        for phrase, line in remarks(outcome):
            self._remarked[phrase] += 1
            is_shown = not self._quiet or (isinstance(outcome, Done) and phrase in outcome.degraded)
            if is_shown and self._remarked[phrase] <= REMARKS_SHOWN:
                self._print(line, NOTEWORTHY if line.startswith(("degraded:", "warning:")) else "")

    def _tell_how_far(self) -> None:
        if not self._quiet and time.monotonic() - self._last_line >= PLAIN_INTERVAL_S:
            self._last_line = time.monotonic()
            self._print(self._how_far())

    def _how_far(self) -> str:
        summary, now = self._summary, time.monotonic()
        seconds = now - self._started
        parts = [f"{summary.settled:,} of {count(summary.photos)} after {duration(seconds)}"]
        parts += [speed(summary.megapixels, summary.done, seconds), f"{summary.failed.total():,} failed"]
        if self._since:
            name, since = next(iter(self._since.items()))
            parts.append(f"at work for {duration(now - since)}: {clean(name)}")
        return ", ".join(parts)

    def _print(self, line: str, style: str = "") -> None:
        line = line[: len(line) - len(line.lstrip(" "))] + clean(line.lstrip(" "))
        if self._bars is not None:
            self._bars.print(emphasized(line, style))
        elif style or self._own_console is not None:
            self._console.print(emphasized(line, style), soft_wrap=True)
        else:
            print(line, file=self._stream, flush=True)


def load_table() -> None:
    """Loads what the closing table takes."""
    import rich.console
    import rich.table  # noqa: F401


def closing_table(summary: Summary) -> Table:
    """Returns a table of the outcomes."""
    from rich.table import Table
    from rich.text import Text

    styles = {"failed": BAD} | dict.fromkeys(("degraded", "warned", "stale", "not done"), NOTEWORTHY)
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    for what, number, how in summary_rows(summary):
        table.add_row(Text(what, styles.get(what, "")), f"{number:,}", Text(clean(how)))
    return table
