"""`prepare`: turns folders of photos into a prepared set."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from photocolor.errors import UsageError

Sources = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="FOLDER|ZIP…",
        help="Photos: folders, zip archives and packed sets; class folders become labels.",
        show_default=False,
    ),
]
Out = Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Where the set goes.", show_default=False)]
Pairs = Annotated[
    list[Path] | None,
    typer.Option(
        "--pairs",
        metavar="GRAY COLOR",
        help="Two folders of pictures of the same names: what a network is given, and what it should make of it.",
        show_default=False,
    ),
]
Size = Annotated[
    int,
    typer.Option(
        "--size", metavar="PX", min=16, help="Short side that is kept of larger photos; smaller ones stay as they are."
    ),
]
Least = Annotated[int, typer.Option("--least", metavar="PX", min=1, help="Drop photos with a shorter side.")]
NearDuplicates = Annotated[
    int,
    typer.Option(
        "--near-duplicates",
        metavar="BITS",
        min=-1,
        max=64,
        help="Photos whose 64-bit hashes differ in at most this many bits count as the same; -1 keeps all.",
    ),
]
KeepGray = Annotated[bool, typer.Option("--keep-gray", help="Keep photos without color.")]
Processes = Annotated[
    int, typer.Option("--processes", metavar="N", min=0, help="Processes that decode; 0 is one for each core.")
]


def prepare(
    out: Out,
    sources: Sources = None,
    pairs: Pairs = None,
    size: Size = 208,
    least: Least = 32,
    near_duplicates: NearDuplicates = 2,
    keep_gray: KeepGray = False,
    processes: Processes = 0,
) -> None:
    """Check, split and decode photos into one set."""
    from training.data.prepare import PrepareSettings
    from training.data.prepare import prepare as prepare_set

    folders = pairs or []
    if len(folders) % 2:
        raise UsageError("--pairs takes two folders", "The gray one first: --pairs GRAY COLOR.")
    if not sources and not folders:
        raise UsageError("prepare was given no photos", "Name folders or archives, or --pairs GRAY COLOR.")
    settings = PrepareSettings(
        store_px=size,
        least_px=least,
        duplicate_bits=near_duplicates,
        keep_gray=keep_gray,
        processes=processes,
    )
    prepare_set(sources or [], out, settings, Console(), list(zip(folders[::2], folders[1::2], strict=True)))
