"""`photocolor export-premis`: a run as PREMIS and METS, and as a IIIF manifest."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from photocolor.cli.export_bag import Out, QuietReport
from photocolor.errors import ExitCode
from photocolor.system.printable import clean

To = Annotated[
    Path, typer.Option("--to", metavar="DIR", help="The records' folder; it must not exist.", show_default=False)
]
IiifBase = Annotated[
    str,
    typer.Option(
        "--iiif",
        metavar="URL",
        help="Write iiif.json, too, for a web server that shows results/ and sources/ below this URL.",
        show_default=False,
    ),
]


def export_premis(out: Out, to: To, iiif: IiifBase = "", quiet: QuietReport = False) -> None:
    """Write a run's records as archives read them: premis.xml (PREMIS 3) and mets.xml, with all checksums.

    Each result is compared with the manifest first. If one is gone or another, it is named, nothing is written, and the
    exit code is 3.
    """
    from photocolor.report.archive_records import export_records

    exported = export_records(out, to, iiif_base=iiif)
    for problem in exported.wrong:
        typer.echo(clean(problem), err=True)
    if exported.wrong:
        typer.echo("Nothing was written. photocolor restore with --overwrite makes a result anew.", err=True)
        raise typer.Exit(ExitCode.SOME_FAILED)
    if not quiet:
        typer.echo(f"{to}: PREMIS and METS{' and IIIF' * bool(iiif)} of {exported.results:,} results")
