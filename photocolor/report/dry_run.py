"""Prints the plan of a run: what would be done with each photo."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from photocolor.batch.resume import Action, ResumeVerdict
from photocolor.outcome import Job
from photocolor.report.json_lines import print_json
from photocolor.report.phrases import why_skipped
from photocolor.system.printable import clean

TABLE_ROWS = 2000
"""Longer plans are printed line by line: a table must be held in memory to know its columns."""
_BOUNDLESS = 1_000_000
"""Columns of a terminal that every table fits into."""
_HEADINGS = ("source", "target", "size", "action")
_Cells = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Planned:
    """Describes one photo of a dry run."""

    job: Job
    verdict: ResumeVerdict

    @property
    def action(self) -> str:
        """Returns the action, with its reason if there is one."""
        verdict = self.verdict
        is_left = verdict.action is Action.SKIP
        words = why_skipped(verdict.reason, verdict.detail) if is_left else verdict.detail or verdict.reason
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
        _show([_cells(item) for item in planned], Console(highlight=False))
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


def _cells(item: Planned) -> _Cells:
    job = item.job
    return clean(job.origin), clean(job.destination), f"{job.fingerprint.size_bytes:,}", clean(item.action)


def _show(rows: list[_Cells], console: Console) -> None:
    """Prints a table, or a paragraph for each photo if the terminal is too narrow for whole paths side by side."""
    table = _table(rows)
    boundless = console.options.update(width=_BOUNDLESS)
    if console.measure(table, options=boundless).minimum <= console.width:
        console.print(table)
        return
    for source, target, size, action in rows:
        paragraph = f"{source}\n  to {target}\n  {size} bytes, {action}"
        console.print(Text(paragraph), soft_wrap=True)  # the terminal breaks lines, which can be copied as they are


def _table(rows: list[_Cells]) -> Table:
    table = Table()
    for place, heading in enumerate(_HEADINGS[:-1]):  # without a least width a name counts as wide as its longest word
        widest = max((cell_len(cells[place]) for cells in rows), default=0)
        table.add_column(heading, no_wrap=True, min_width=widest, justify="right" if heading == "size" else "left")
    table.add_column(_HEADINGS[-1])
    for cells in rows:
        table.add_row(*map(Text, cells))
    return table
