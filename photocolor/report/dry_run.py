"""Prints the plan of a run as a table: what would be done with each photo."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from photocolor.batch.resume import ResumeVerdict
from photocolor.outcome import Job
from photocolor.report.json_lines import print_json
from photocolor.system.printable import clean

TABLE_ROWS = 2000
"""Longer plans are printed line by line: a table must be held in memory to know its columns."""
_HEADINGS = ("source", "target", "size", "action")


@dataclass(frozen=True, slots=True)
class Planned:
    """Describes one photo of a dry run."""

    job: Job
    verdict: ResumeVerdict

    @property
    def action(self) -> str:
        """Returns the action, with its reason if there is one."""
        words = self.verdict.detail or self.verdict.reason
        return f"{self.verdict.action}: {words}" if words else self.verdict.action.value


def print_plan(planned: Iterable[Planned], photos: int, *, as_json: bool) -> None:
    """Prints the plan to standard output: JSON lines, a table on a terminal, or tab-separated lines.

    Args:
        planned: the photos in the order of work.
        photos: how many there are.
        as_json: one object per photo.
    """
    if as_json:
        for item in planned:
            print_json(_record(item))
    elif sys.stdout.isatty() and photos <= TABLE_ROWS:
        Console(highlight=False).print(_table(planned))
    else:
        for cells in (_HEADINGS, *map(_cells, planned)):
            sys.stdout.write("\t".join(cells).encode(errors="replace").decode() + "\n")


def _record(item: Planned) -> dict[str, object]:
    job, verdict = item.job, item.verdict
    return {
        "action": verdict.action.value,
        "reason": verdict.reason,
        "detail": verdict.detail,
        "relative": job.relative,
        "source": job.origin,
        "target": job.destination,
        "source_bytes": job.fingerprint.size_bytes,
    }


def _cells(item: Planned) -> tuple[str, str, str, str]:
    job = item.job
    return clean(job.origin), clean(job.destination), f"{job.fingerprint.size_bytes:,}", clean(item.action)


def _table(planned: Iterable[Planned]) -> Table:
    table = Table()
    for heading in _HEADINGS:
        table.add_column(heading, overflow="fold", justify="right" if heading == "size" else "left")
    for item in planned:
        table.add_row(*map(Text, _cells(item)))
    return table
