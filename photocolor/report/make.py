"""Makes the report of an output folder, for the command and for the window."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from photocolor.batch.plan.only import read_marks
from photocolor.report.contact_sheet import Sheet, marks_of, narrowest
from photocolor.report.history import HistoryEntry, Totals
from photocolor.report.thumbnails import PictureFolder, Shown

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
        OutputError: the page or a picture cannot be written.
    """
    entries, totals = ledger
    pictures = PictureFolder(out, max_megapixels)
    embeds = totals.photos <= EMBEDDED_MOST if embed is None else embed
    sheet = Sheet(path, out, pictures.path, embeds, narrowest(out, entries), read_marks(marks_of(path)))
    names: set[str] = set()

    def noted(rows: Iterable[Shown]) -> Iterator[Shown]:
        for row in rows:
            names.add(row.name)
            yield row

    rows = noted(watched(pictures.all(entries, workers or min(MOST_WORKERS, os.cpu_count() or 1))))
    sheet.write(zip(entries, rows, strict=True), totals)
    pictures.keep_only(names)
    return pictures.made
