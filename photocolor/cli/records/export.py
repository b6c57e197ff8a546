"""`photocolor export-bag` and `export-premis`: a run as archives take it over."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from photocolor.errors import ExitCode
from photocolor.system.printable import clean

Out = Annotated[Path, typer.Argument(metavar="DIR", help="The folder that photocolor restore --out wrote into.")]
To = Annotated[
    Path, typer.Option("--to", metavar="BAG", help="The bag's folder; it must not exist.", show_default=False)
]
WithSources = Annotated[
    bool, typer.Option("--sources/--no-sources", help="Put the photos that the results were made of into the bag, too.")
]
SourcesIn = Annotated[
    Path | None,
    typer.Option(
        "--sources-in",
        metavar="DIR",
        show_default="(where the run read them)",
        help="The folder where the photos lie now, if it was moved or renamed, or has another drive letter: the one "
        "that photocolor restore would read.",
    ),
]
QuietReport = Annotated[bool, typer.Option("--quiet/--no-quiet", help="Print nothing but errors.")]


def export_bag(
    out: Out, to: To, sources: WithSources = False, sources_in: SourcesIn = None, quiet: QuietReport = False
) -> None:
    """Make a BagIt bag of a run: results, records and their checksums, for an archive to take over.

    Each file is compared with the manifest while it is copied. If one is gone or another, it is named, no bag is made,
    and the exit code is 3.
    """
    from photocolor.report.archival.last_results import advice
    from photocolor.report.bag import export_bag as export
    from photocolor.report.moved import SourcesNow
    from photocolor.report.phrases import count

    bag = export(out, to, sources=sources or sources_in is not None, now=SourcesNow(sources_in))
    for problem in (*bag.untold, *bag.wrong):
        typer.echo(clean(problem), err=True)
    if bag.wrong:
        for line in ("No bag was made.", *advice(out, bag.wrong)):
            typer.echo(clean(line), err=True)
        raise typer.Exit(ExitCode.SOME_FAILED)
    if not quiet:
        files = count(len(bag.digests), "file")
        typer.echo(f"{clean(to)}: {files}, {bag.payload_bytes / 1e6:,.1f} MB, SHA-256 of each")


RecordsTo = Annotated[
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


def export_premis(out: Out, to: RecordsTo, iiif: IiifBase = "", quiet: QuietReport = False) -> None:
    """Write a run's records as archives read them: premis.xml (PREMIS 3) and mets.xml, with all checksums.

    Each result is compared with the manifest first. If one is gone or another, it is named, nothing is written, and the
    exit code is 3.
    """
    from photocolor.report.archival.export import export_records
    from photocolor.report.archival.last_results import advice
    from photocolor.report.phrases import count

    exported = export_records(out, to, iiif_base=iiif)
    for problem in (*exported.untold, *exported.wrong):
        typer.echo(clean(problem), err=True)
    if exported.wrong:
        for line in ("Nothing was written.", *advice(out, exported.wrong)):
            typer.echo(clean(line), err=True)
        raise typer.Exit(ExitCode.SOME_FAILED)
    if not quiet:
        results = count(exported.results, "result")
        typer.echo(f"{clean(to)}: PREMIS and METS{' and IIIF' * bool(iiif)} of {results}")
