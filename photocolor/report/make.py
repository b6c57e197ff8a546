"""Makes the report of an output folder, for the command and for the window."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from photocolor.batch.plan.only import read_marks
from photocolor.batch.plan.results_folder import RECORD_FOLDER
from photocolor.errors import OutputError
from photocolor.report.contact_sheet import Sheet, marks_of, readers_of_all
from photocolor.report.history import HistoryEntry, Totals
from photocolor.report.thumbnails import PictureFolder, Shown
from photocolor.system.printable import as_argument, command_line
from photocolor.system.spelling import Respelled
from photocolor.system.temporary.folders import temporary_folder

EMBEDDED_MOST = 10_000
"""Photos whose pictures stand in the page itself: 148 MB, which a browser opens in 1.4 s (measured, docs/report.md)."""
MOST_WORKERS = 4


def make_report(
    out: Path,
    path: Path,
    ledger: tuple[list[HistoryEntry], Totals],
    watched: Callable[[Iterable[Shown]], Iterable[Shown]],
    *,
    embed: bool | None,
    workers: int | None,
    max_megapixels: float,
) -> int:
    """Writes the page; returns how many small pictures were made for it.

    Args:
        out: the output folder.
        path: where the page goes; it must not be another file.
        ledger: what `read_ledger` says about the folder.
        watched: passes the pictures on one by one, and may show how far they are.
        embed: whether the pictures are inside of the page; None chooses by their number.
        workers: photos that are made small at the same time; None chooses by the processors.
        max_megapixels: larger pictures are not opened.

    Raises:
        OutputError: the page or a picture cannot be written, or the folder may only be read and the page lies there.
    """
    entries, totals = ledger
    with _home_of_pictures(out, path, embed=embed) as home:
        pictures = PictureFolder(out, max_megapixels, home)
        embeds = (home != out or totals.photos <= EMBEDDED_MOST) if embed is None else embed
        marks = _as_named_now(read_marks(marks_of(path)), entries)
        sheet = Sheet(path, out, pictures.path, embeds, readers_of_all(out, entries), marks)
        names: set[str] = set()

        def noted(rows: Iterable[Shown]) -> Iterator[Shown]:
            for row in rows:
                names.add(row.name)
                yield row

        rows = noted(watched(pictures.all(entries, workers or min(MOST_WORKERS, os.cpu_count() or 1))))
        sheet.write(zip(entries, rows, strict=True), totals)
        pictures.keep_only(names)
        return pictures.made


def _as_named_now(marks: dict[str, str], entries: Iterable[HistoryEntry]) -> dict[str, str]:
    """Returns the marks by their photos' names as these are spelled now, after a copy that changed case or accents."""
    named = Respelled({entry.source: entry.source for entry in entries} if marks else {})
    return {named.meant(source) or source: mark for source, mark in marks.items()}


@contextmanager
def _home_of_pictures(out: Path, page: Path, *, embed: bool | None) -> Iterator[Path]:
    """Yields the folder that takes the small pictures: the output folder, or one for this time if it may only be read.

    Raises:
        OutputError: it may only be read, and the page shall lie there.
    """
    if embed is False or os.access(out / RECORD_FOLDER, os.W_OK):
        yield out
        return
    if page.absolute().parent == out.absolute() and not os.access(out, os.W_OK):
        line = command_line(["photocolor", "report", as_argument(out), "--to", "report.html"])
        raise OutputError(f"{out} may only be read", f"A page elsewhere, with the pictures inside: {line}")
    with temporary_folder("photocolor-report-") as folder:
        yield folder
