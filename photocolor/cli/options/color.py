"""The options of `restore` and `preview` about how color is made."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from photocolor.cli.config import MayBeNumber
from photocolor.errors import UsageError
from photocolor.settings import (
    DETAIL_MIN_PX,
    STRENGTH_RANGE,
    TILE_RANGE_PX,
    Detail,
    Faces,
    Preset,
)

PANEL = "Color"
"""The heading over these options in the help."""


def parse_detail(text: str) -> Detail:
    """Returns a number of pixels, "auto" or "full".

    Raises:
        UsageError: it is none of these.
    """
    if text in ("auto", "full"):
        return text  # type: ignore[return-value]  # mypy does not narrow a str to these literals
    if not text.isascii() or not text.isdigit() or int(text) < DETAIL_MIN_PX:
        raise UsageError(f"detail {text!r} is neither auto nor full nor a number of at least {DETAIL_MIN_PX} pixels")
    return int(text)


Model = Annotated[
    str,
    typer.Option(
        "--model",
        metavar="NAME|PATH",
        rich_help_panel=PANEL,
        help="Model that makes the color; photocolor models lists the names, a path ends in .onnx.",
    ),
]
DetailSize = Annotated[
    str,
    MayBeNumber(),
    typer.Option(
        "--detail",
        metavar="PX|auto|full",
        rich_help_panel=PANEL,
        help="Size at which the tiles see the photo, as the side of a square of its area; more finds smaller things "
        "and costs time with its square.",
    ),
]
Tile = Annotated[
    int | None,
    typer.Option(
        "--tile",
        metavar="PX",
        min=TILE_RANGE_PX[0],
        max=TILE_RANGE_PX[1],
        show_default="by model",
        rich_help_panel=PANEL,
        help="Longest side of a tile; larger ones see more of the photo and cost memory with their square.",
    ),
]
Overlap = Annotated[
    int | None,
    typer.Option(
        "--overlap",
        metavar="PX",
        min=0,
        show_default="a quarter of the tile, at most 128",
        rich_help_panel=PANEL,
        help="How far neighboring tiles overlap, at most half a tile; more hides seams better and costs time.",
    ),
]
Strength = Annotated[
    float,
    typer.Option(
        "--strength",
        metavar="FACTOR",
        min=STRENGTH_RANGE[0],
        max=STRENGTH_RANGE[1],
        rich_help_panel=PANEL,
        help="Factor on the color's intensity: 0 leaves gray, 1 is the model's own; the lightness never changes.",
    ),
]
FadeDoubt = Annotated[
    float,
    typer.Option(
        "--fade-doubt",
        metavar="SHARE",
        min=0,
        max=1,
        rich_help_panel=PANEL,
        help="How far colors go toward gray where the model guesses: 0 not at all, 1 to gray where it knows nothing.",
    ),
]
PresetOf = Annotated[
    Preset,
    typer.Option(
        "--preset",
        metavar="|".join(Preset),
        rich_help_panel=PANEL,
        help="How much color: vivid gives more, most where the model is sure; calm gives less, least where it guesses; "
        "natural is the model's own.",
    ),
]
FacesCloser = Annotated[
    Faces,
    typer.Option(
        "--faces",
        metavar="|".join(Faces),
        rich_help_panel=PANEL,
        help="Let the model look closer at faces that are small in the photo, as in groups; costs a part of a second "
        "for the search, and little for each face.",
    ),
]
Reference = Annotated[
    Path | None,
    typer.Option(
        "--reference",
        metavar="PHOTO",
        show_default=False,
        rich_help_panel=PANEL,
        help="A photo in color whose palette the results shall have, the same for a whole series; the model looks "
        "twice at each photo.",
    ),
]
