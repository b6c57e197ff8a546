"""`photocolor export-bag`: the results of a run as a BagIt bag."""

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
QuietReport = Annotated[bool, typer.Option("--quiet/--no-quiet", help="Print nothing but errors.")]


def export_bag(out: Out, to: To, sources: WithSources = False, quiet: QuietReport = False) -> None:
    """Make a BagIt bag of a run: results, records and their checksums, for an archive to take over.

    Each file is compared with the manifest while it is copied. If one is gone or another, it is named, no bag is made,
    and the exit code is 3.
    """
    from photocolor.report.bag import export_bag as export

    bag = export(out, to, sources=sources)
    for problem in bag.wrong:
        typer.echo(clean(problem), err=True)
    if bag.wrong:
        advice = "photocolor restore with --overwrite makes a result anew; then make the bag."
        typer.echo(f"No bag was made. {advice}", err=True)
        raise typer.Exit(ExitCode.SOME_FAILED)
    if not quiet:
        typer.echo(f"{to}: {len(bag.digests):,} files, {bag.payload_bytes / 1e6:,.1f} MB, SHA-256 of each")
