"""Every option of `restore`, declared once: its name, unit, bounds and the sentence that explains it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from photocolor.cli.config import MayBeNumber, use_config
from photocolor.errors import UsageError
from photocolor.settings import (
    DETAIL_MIN_PX,
    QUALITY_RANGE,
    STRENGTH_RANGE,
    TILE_RANGE_PX,
    AlreadyColor,
    Detail,
    OutputFormat,
    Shard,
)


def parse_detail(text: str) -> Detail:
    """A number of pixels, "auto" or "full".

    Raises:
        UsageError: it is none of these.
    """
    if text in ("auto", "full"):
        return text  # type: ignore[return-value]  # mypy does not narrow a str to these literals
    if not text.isascii() or not text.isdigit() or int(text) < DETAIL_MIN_PX:
        raise UsageError(f"detail {text!r} is neither auto nor full nor a number of at least {DETAIL_MIN_PX} pixels")
    return int(text)


def parse_shard(text: str | None) -> Shard | None:
    """The shard that "2/8" names; None for None.

    Raises:
        UsageError: it is no such text, or not one of 1/N to N/N.
    """
    if text is None:
        return None
    number, slash, count = text.partition("/")
    if not slash or not all(part.isascii() and part.isdigit() for part in (number, count)):
        raise UsageError(f"shard {text!r} is not I/N, as in 2/8", "In a job array: --shard $TASK/$TASKS, from 1 on.")
    return Shard(int(number), int(count))


Sources = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="SOURCES…",
        help="Photos and folders of photos, or addresses as s3://bucket/folder; folders are read with all below them.",
        show_default=False,
    ),
]
Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        is_eager=True,
        callback=use_config,
        help="Take options from this TOML file; those on the command line win over it.",
    ),
]
Out = Annotated[
    str,
    typer.Option(
        "--out",
        metavar="DIR",
        show_default=False,
        help="Folder for the results, in the tree of the sources, or an address; made if it is missing.",
    ),
]
Model = Annotated[
    str,
    typer.Option(
        "--model",
        metavar="NAME|PATH",
        help="Model that makes the color; photocolor models lists the names, a path ends in .onnx.",
    ),
]
Device = Annotated[
    str,
    typer.Option(
        "--device",
        metavar="auto|cpu|cuda|cuda:N|…",
        help="Where the model runs; auto falls back to the CPU and says so, any other name fails if it cannot be used.",
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        metavar="N",
        min=1,
        show_default="by processors and memory",
        help="Photos at work at the same time; each takes 0.4 to 1 GB at 24 megapixels and none changes the results.",
    ),
]
PhotoTimeout = Annotated[
    float,
    typer.Option(
        "--photo-timeout",
        metavar="SECONDS",
        min=0,
        help="Give a photo up that is at work longer than this, fail it by name and go on; 0 waits for ever.",
    ),
]
Overwrite = Annotated[
    bool,
    typer.Option(
        "--overwrite/--no-overwrite",
        help="Replace files in the output folder that photocolor did not write; sources are never overwritten.",
    ),
]
FailIfEmpty = Annotated[
    bool,
    typer.Option(
        "--fail-if-empty/--no-fail-if-empty",
        help="Exit with 6 if no photo is found, where a script must notice.",
    ),
]
ShardOfAll = Annotated[
    str | None,
    typer.Option(
        "--shard",
        metavar="I/N",
        show_default=False,
        help="Work on one of N equal shares of the photos, chosen by their names; the N runs may go on at the same "
        "time, on several machines, into one --out.",
    ),
]
RetryFailed = Annotated[
    bool,
    typer.Option(
        "--retry-failed",
        help="Work only on photos that failed in the run that met them last; no other is looked at, and folders are "
        "not read.",
    ),
]
DryRun = Annotated[
    bool,
    typer.Option("--dry-run", help="Print what would be done with each photo and write nothing."),
]

DetailSize = Annotated[
    str,
    MayBeNumber(),
    typer.Option(
        "--detail",
        metavar="PX|auto|full",
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
        help="How far colors go toward gray where the model guesses: 0 not at all, 1 to gray where it knows nothing.",
    ),
]
Reference = Annotated[
    Path | None,
    typer.Option(
        "--reference",
        metavar="PHOTO",
        show_default=False,
        help="A photo in color whose palette the results shall have, the same for a whole series; the model looks "
        "twice at each photo.",
    ),
]

Format = Annotated[
    OutputFormat,
    typer.Option(
        "--format",
        metavar="|".join(OutputFormat),
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
        help="Quality of JPEG and WebP results; more keeps the lightness closer and costs file size.",
    ),
]
ExactLuma = Annotated[
    bool,
    typer.Option(
        "--exact-luma/--no-exact-luma",
        help="Copy the coded luma of gray JPEG scans into their JPEG results, so that a gray decode of both is "
        "bit-identical; every other photo fails by name.",
    ),
]
AlreadyColored = Annotated[
    AlreadyColor,
    typer.Option(
        "--already-color",
        metavar="|".join(AlreadyColor),
        help="What to do with photos in color: leave them out, copy them unchanged, or color them anyway, which "
        "replaces their own colors.",
    ),
]
KeepTimes = Annotated[
    bool,
    typer.Option(
        "--keep-times/--no-keep-times",
        help="Let each result keep the time when its source was changed last, which is the only date of many scans.",
    ),
]
MaxPixels = Annotated[
    float,
    typer.Option(
        "--max-pixels",
        metavar="MP",
        min=0,
        help="Refuse photos of more megapixels, from their header, before they take memory.",
    ),
]

Json = Annotated[
    bool,
    typer.Option(
        "--json/--no-json",
        help="Print one JSON object per photo on standard output; everything else goes to standard error.",
    ),
]
QuietReport = Annotated[
    bool,
    typer.Option("--quiet/--no-quiet", help="Print only failures, degraded results and errors."),
]
