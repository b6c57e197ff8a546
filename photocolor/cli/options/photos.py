"""The options of `restore` about which photos are worked on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from photocolor.errors import UsageError
from photocolor.settings import (
    AlreadyColor,
    Negatives,
    Shard,
)

PANEL = "Which photos"
"""The heading over these options in the help."""


def parse_shard(text: str | None) -> Shard | None:
    """Returns the shard that "2/8" names; None for None.

    Raises:
        UsageError: it is no such text, or not one of 1/N to N/N.
    """
    if text is None:
        return None
    number, slash, count = text.partition("/")
    if not slash or not all(part.isascii() and part.isdigit() for part in (number, count)):
        raise UsageError(f"--shard {text!r} is not I/N, as in 2/8", "In a job array: --shard $TASK/$TASKS, from 1 on.")
    return Shard(number=int(number), count=int(count))


Sources = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="SOURCES…",
        help="Photos and folders of photos, or addresses as s3://bucket/folder; folders are read with all below them.",
        show_default=False,
    ),
]
ShardOfAll = Annotated[
    str | None,
    typer.Option(
        "--shard",
        metavar="I/N",
        show_default=False,
        rich_help_panel=PANEL,
        help="Work on one of N equal shares of the photos, chosen by their names; the N runs may go on at the same "
        "time, on several machines, into one --out.",
    ),
]
RetryFailed = Annotated[
    bool,
    typer.Option(
        "--retry-failed",
        rich_help_panel=PANEL,
        help="Work only on photos that failed in the run that met them last; no other is looked at, and folders are "
        "not read.",
    ),
]
Only = Annotated[
    Path | None,
    typer.Option(
        "--only",
        metavar="PHOTO|LIST",
        show_default=False,
        rich_help_panel=PANEL,
        help="Work only on this photo of the sources, on those that a text file names, one a line, or on those that "
        "are marked in the file of marks that a report saved.",
    ),
]
AlreadyColored = Annotated[
    AlreadyColor,
    typer.Option(
        "--already-color",
        metavar="|".join(AlreadyColor),
        rich_help_panel=PANEL,
        help="What to do with photos in color: leave them out, copy them unchanged, or color them anyway, which "
        "replaces their own colors.",
    ),
]
NegativeScans = Annotated[
    Negatives,
    typer.Option(
        "--negatives",
        metavar="|".join(Negatives),
        rich_help_panel=PANEL,
        help="What to do with scanned negatives: leave them out, invert their tones before they are colored, or color "
        "them as they are.",
    ),
]
MaxPixels = Annotated[
    float,
    typer.Option(
        "--max-pixels",
        metavar="MP",
        min=0,
        rich_help_panel=PANEL,
        help="Refuse photos of more megapixels, from their header, before they take memory.",
    ),
]
FailIfEmpty = Annotated[
    bool,
    typer.Option(
        "--fail-if-empty/--no-fail-if-empty",
        rich_help_panel=PANEL,
        help="Exit with 6 if no photo is found, where a script must notice.",
    ),
]
