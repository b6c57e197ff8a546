"""`photocolor repair-manifest`: takes damaged lines out of a run's records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from photocolor.cli.records.export import Out, QuietReport
from photocolor.system.printable import clean

if TYPE_CHECKING:
    from photocolor.batch.records.repair import Repaired

Newer = Annotated[
    bool,
    typer.Option(
        "--newer/--no-newer",
        help="Take out also lines that a newer photocolor wrote, or damaged ones that only say so.",
    ),
]

Gone = Annotated[
    bool,
    typer.Option(
        "--gone/--no-gone",
        help="Take out also lines about results that were removed on purpose: those whose photos are gone, too, and "
        "those whose photos have another result.",
    ),
]


def repair_manifest(out: Out, newer: Newer = False, gone: Gone = False, quiet: QuietReport = False) -> None:
    """Take damaged lines out of the manifest of a run, and keep them beside it; no result and no other line changes.

    What stands whole in a damaged line stays. The same photocolor restore again then does the photos anew that the
    damaged lines were about. It is refused while a run is at work there.
    """
    from photocolor.batch.records.files import refuse_without_records
    from photocolor.batch.records.repair import kept_path, repair_manifests

    refuse_without_records(out)
    repaired = repair_manifests(out, newer=newer, gone=gone)
    if quiet:
        return
    for each in repaired:
        typer.echo(clean(_line(each)))
    if not repaired:
        nothing = ", and tells of nothing that is gone for good" if gone else ""
        typer.echo(f"{clean(out)}: every line of the manifest can be read{nothing}; nothing was changed.")
        return
    what = "line" if gone else "damaged line"
    many = f"{len(repaired):,} {what}s are" if len(repaired) > 1 else f"1 {what} is"
    typer.echo(f"{many} kept in {clean(kept_path(out))}.")
    if any(each.was_damaged for each in repaired):
        typer.echo("The same photocolor restore again does anew what no line of the manifest tells of any more.")
    if any(not each.about and not each.saved for each in repaired):
        typer.echo("Where it says that a result exists and photocolor did not write it, --overwrite makes it anew.")


def _line(repaired: Repaired) -> str:
    about = f"; it was about {repaired.about}" if repaired.about else ""
    saved = f"; whole in it, and kept in the manifest: {repaired.saved:,}" if repaired.saved else ""
    return f"{repaired.damage}{about}{saved}"
