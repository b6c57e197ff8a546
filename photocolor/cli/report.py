"""`photocolor report`: the contact sheet of an output folder."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from photocolor.cli.records.export import SourcesIn
from photocolor.settings import FileSettings

if TYPE_CHECKING:
    from photocolor.report.history import Totals
    from photocolor.report.thumbnails import Shown

EMBEDDED_MOST, MOST_WORKERS = 10_000, 4
"""As in `report.make`, which is loaded late; a test compares them."""

Out = Annotated[Path, typer.Argument(metavar="DIR", help="The folder that photocolor restore --out wrote into.")]
To = Annotated[
    Path | None,
    typer.Option("--to", metavar="FILE", show_default="DIR/photocolor-report.html", help="Where the page goes."),
]
Embed = Annotated[
    bool | None,
    typer.Option(
        "--embed/--no-embed",
        show_default=f"up to {EMBEDDED_MOST:,} photos",
        help="Put the small pictures into the page, so that it is one file, about 15 kB per photo; or leave them in "
        "DIR/.photocolor/report, from where the page loads those that are looked at.",
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        metavar="N",
        min=1,
        show_default=f"by processors, at most {MOST_WORKERS}",
        help="Photos that are made small at the same time; each costs the memory of both its pictures.",
    ),
]
MaxPixels = Annotated[
    float, typer.Option("--max-pixels", metavar="MP", min=0, help="Do not open pictures of more megapixels.")
]
Json = Annotated[
    bool, typer.Option("--json/--no-json", help="Print where the page is and the sums, as one JSON object.")
]
QuietReport = Annotated[bool, typer.Option("--quiet/--no-quiet", help="Print nothing but errors.")]
_FILES = FileSettings()
_WAITS = "Waiting for another report of the same folder, or into it."


def report(
    out: Out,
    to: To = None,
    embed: Embed = None,
    workers: Workers = None,
    max_pixels: MaxPixels = _FILES.max_megapixels,
    sources_in: SourcesIn = None,
    as_json: Json = False,
    quiet: QuietReport = False,
) -> None:
    """Make one HTML page of a run: totals, before and after, most doubtful first, failures with their reasons.

    Photos are only read. Small pictures are kept in DIR/.photocolor/report, so a second report makes only new ones.
    """
    from photocolor.batch.records.whole import repair_command
    from photocolor.report.contact_sheet import refuse_other_file
    from photocolor.report.history import read_ledger
    from photocolor.report.make import make_report
    from photocolor.report.moved import SourcesNow
    from photocolor.report.turn import report_turn
    from photocolor.system.printable import clean

    path = to or out / "photocolor-report.html"
    with report_turn(out, path, lambda: None if quiet else typer.echo(_WAITS, err=True)):
        ledger = read_ledger(out, SourcesNow(sources_in))
        refuse_other_file(path)
        totals = ledger[1]
        gone = Counter[str]()
        watched = partial(_counted, photos=totals.photos, gone=gone, quiet=quiet or as_json)
        made = make_report(out, path, ledger, watched, embed=embed, workers=workers, max_megapixels=max_pixels)
        _tell(path, totals, made, as_json=as_json, quiet=quiet)
    if gone and not quiet:
        typer.echo(clean(_where_sources_went(out, gone.total(), totals.photos, sources_in)), err=True)
    if totals.damaged and not quiet:
        typer.echo(clean(f"To take damaged lines out of the manifest: {repair_command(out)}"), err=True)


def _where_sources_went(out: Path, gone: int, photos: int, looked_in: Path | None) -> str:
    """Returns what to do about sources that are not where the run read them."""
    from photocolor.system.printable import as_argument, command_line

    line = command_line(["photocolor", "report", as_argument(out), "--sources-in", "FOLDER"])
    if looked_in is not None:  # its photos were found, or the folder would have been refused
        return f"{gone:,} of {photos:,} sources are not in {looked_in} at the places that they had."
    return f"{gone:,} of {photos:,} sources are not where the run read them. If they lie in another folder now: {line}"


def _counted(rows: Iterable[Shown], photos: int, gone: Counter[str], *, quiet: bool) -> Iterator[Shown]:
    """Yields the same entries, with a bar on a terminal, and counts those whose source is gone."""
    from rich.console import Console
    from rich.progress import Progress

    from photocolor.report.thumbnails import SOURCE_GONE

    console = Console(file=sys.stderr)
    with Progress(console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task("Making pictures", total=photos)
        for picture in rows:
            bar.advance(task)
            gone.update(note for note in picture.notes if note == SOURCE_GONE)
            yield picture


def _tell(path: Path, totals: Totals, pictures: int, *, as_json: bool, quiet: bool) -> None:
    from photocolor.report.json_lines import print_json
    from photocolor.report.phrases import count
    from photocolor.system.printable import clean

    if as_json:
        sums = {"photos": totals.photos, "done": totals.done, "degraded": totals.degraded, "warned": totals.warned}
        sums["damaged_lines"] = totals.damaged
        reasons = {"skipped": dict(totals.skipped), "failed": dict(totals.failed)}
        print_json({"report": str(path), "bytes": path.stat().st_size, "pictures_made": pictures} | sums | reasons)
    elif not quiet:
        damaged = f"; {count(totals.damaged, 'damaged line')} in the manifest" * bool(totals.damaged)
        failed = f", {totals.failed.total():,} failed" * bool(totals.failed)
        skipped = f", {totals.skipped.total():,} skipped" * bool(totals.skipped)
        typer.echo(f"{clean(path)}: {count(totals.photos)}, {totals.done:,} done{skipped}{failed}{damaged}")
