"""The options of `restore` about the files that it writes."""

from __future__ import annotations

from typing import Annotated

import typer

from photocolor.containers.formats import titles_with_quality
from photocolor.settings import (
    QUALITY_RANGE,
    Layers,
    OutputFormat,
)

PANEL = "Result files"
"""The heading over these options in the help."""
Out = Annotated[
    str,
    typer.Option(
        "--out",
        metavar="DIR",
        show_default=False,
        rich_help_panel=PANEL,
        help="Folder for the results, in the tree of the sources, or an address; made if it is missing.",
    ),
]
Format = Annotated[
    OutputFormat,
    typer.Option(
        "--format",
        metavar="|".join(OutputFormat),
        rich_help_panel=PANEL,
        help="File format of the results; keep is that of each source and loses no bit depth.",
    ),
]
Quality = Annotated[
    int,
    typer.Option(
        "--quality",
        metavar="N",
        min=QUALITY_RANGE[0],
        max=QUALITY_RANGE[1],
        rich_help_panel=PANEL,
        help=f"Quality of {titles_with_quality()} results; more keeps the lightness closer and costs file size.",
    ),
]
ExactLuma = Annotated[
    bool,
    typer.Option(
        "--exact-luma/--no-exact-luma",
        rich_help_panel=PANEL,
        help="Copy the coded luma of gray JPEG scans into their JPEG results, so that a gray decode of both is "
        "bit-identical; every other photo fails by name.",
    ),
]
LayersBeside = Annotated[
    Layers,
    typer.Option(
        "--layers",
        metavar="|".join(Layers),
        rich_help_panel=PANEL,
        help="Write beside each result a file with the untouched photograph and its color as layers, for GIMP and "
        "Krita (ora) or Photoshop (psd), or the color layer alone (png); costs time and up to ten times the space.",
    ),
]
KeepTimes = Annotated[
    bool,
    typer.Option(
        "--keep-times/--no-keep-times",
        rich_help_panel=PANEL,
        help="Let each result keep the time when its source was changed last, which is the only date of many scans.",
    ),
]
Overwrite = Annotated[
    bool,
    typer.Option(
        "--overwrite/--no-overwrite",
        rich_help_panel=PANEL,
        help="Replace files in the output folder that photocolor did not write; sources are never overwritten.",
    ),
]
