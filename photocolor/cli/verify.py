"""`photocolor verify`: checks whether results are still their photographs, and prints a closing table."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from photocolor.errors import ExitCode
from photocolor.settings import FileSettings

if TYPE_CHECKING:
    from rich.table import Table

    from photocolor.verify.verdict import Verdict

Source = Annotated[Path, typer.Argument(metavar="SOURCE", help="A photo, or the folder that a run read.")]
Result = Annotated[Path, typer.Argument(metavar="RESULT", help="Its result, or the folder that the run wrote.")]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        metavar="N",
        min=1,
        show_default="by processors, at most 4",
        help="Photos looked at at the same time; each costs the memory of both its pictures, large TIFFs that of "
        "some strips.",
    ),
]
MaxPixels = Annotated[
    float, typer.Option("--max-pixels", metavar="MP", min=0, help="Do not open pictures of more megapixels.")
]
Json = Annotated[
    bool,
    typer.Option(
        "--json/--no-json",
        help="Print one JSON object per photo on standard output, with every check and every tag; no table.",
    ),
]
QuietReport = Annotated[bool, typer.Option("--quiet/--no-quiet", help="Print only what does not hold.")]
_FILES = FileSettings()
_HELP = "bring such a result back, or move it away and run the same photocolor restore again"


def verify(
    source: Source,
    result: Result,
    workers: Workers = None,
    max_pixels: MaxPixels = _FILES.max_megapixels,
    as_json: Json = False,
    quiet: QuietReport = False,
) -> None:
    """Prove that results are still their photographs: pixels, metadata, provenance and checksums; changes nothing.

    Two files, or two folders, which are paired by the run's manifest. Exit code 0: everything holds; 3: something does
    not, or a result is missing or belongs to no source.
    """
    from photocolor.report.json_lines import print_json
    from photocolor.system.machine import keep_freed_memory
    from photocolor.verify.checks import COLOR
    from photocolor.verify.pairs import assign
    from photocolor.verify.run import as_json as plain
    from photocolor.verify.run import verify_all

    keep_freed_memory()  # the system clearing pages for each band's arrays takes as long as what is computed in them
    verdicts: Counter[str] = Counter()
    broken: Counter[str] = Counter()
    gray = 0
    for verdict in verify_all(assign(source, result), workers, max_pixels):
        verdicts[_kind(verdict)] += 1
        gray += verdict.holds and any(check.name == COLOR for check in verdict.checks)
        broken.update(check.name for check in verdict.broken)
        if as_json:
            print_json(plain(verdict))
        elif not quiet or not verdict.holds:
            _tell(verdict)
    if not as_json and not quiet:
        _print(closing_table(verdicts, broken, gray))
    if set(verdicts) - {"holds", "skipped"}:
        raise typer.Exit(ExitCode.SOME_FAILED)


def _kind(verdict: Verdict) -> str:
    return verdict.status if verdict.status != "verified" else "holds" if verdict.holds else "does not hold"


def _tell(verdict: Verdict) -> None:
    """Prints one line about a photo."""
    from photocolor.report.emphasis import BAD, NOTEWORTHY, emphasized
    from photocolor.system.printable import clean

    sentences = [f"{check.name}: {check.detail}" for check in verdict.broken] or [verdict.detail or _summary(verdict)]
    kind = _kind(verdict)
    style = {"holds": "", "skipped": NOTEWORTHY}.get(kind, BAD)
    _print(emphasized(f"{kind}: {clean(verdict.result or verdict.source)}: {clean('; '.join(sentences))}", style))


def _summary(verdict: Verdict) -> str:
    names = ("color", "gray", "metadata", "copy", "decoder", "remarks")
    return "; ".join(f"{check.name} {check.detail}" for check in verdict.checks if check.name in names)


def closing_table(verdicts: Counter[str], broken: Counter[str], gray: int = 0) -> Table:
    """Returns a table of how many photos pass, how often which promise is broken, and how many results are gray."""
    from rich.table import Table
    from rich.text import Text

    from photocolor.report.emphasis import BAD, NOTEWORTHY

    hows = {
        "holds": "every check holds",
        "does not hold": f"{', '.join(f'{name} ({number:,})' for name, number in broken.most_common())}; {_HELP}",
        "skipped": "left alone by the run, as its manifest says",
        "missing": "sources without a result; the same photocolor restore again makes it, or says why not",
        "extra": "results without a source; move them away if they are not wanted",
        "damaged": "records of a run with lines that cannot be read",
    }
    table = Table(box=None, show_header=False, pad_edge=False)
    for kind, how in hows.items():
        if verdicts[kind] or kind == "holds":
            style = "" if kind in ("holds", "skipped") else BAD
            table.add_row(Text(kind, style), f"{verdicts[kind]:,}", how)
    if gray:
        table.add_row(Text("gray", NOTEWORTHY), f"{gray:,}", "of those that hold have no color at all; look at them")
    return table


def _print(what: object) -> None:
    from rich.console import Console

    Console(file=sys.stdout, highlight=False).print(what, soft_wrap=True)
