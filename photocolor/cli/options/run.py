"""The options of `restore` about the run: processors, memory, time and what it prints."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from photocolor.cli.config import use_config
from photocolor.errors import UsageError
from photocolor.settings import (
    MEMORY_MIN_BYTES,
)

PANEL = "The run"
"""The heading over these options in the help."""
_UNITS = {"M": 10**6, "G": 10**9, "T": 10**12}


def parse_memory(text: str | None) -> int | None:
    """Returns the bytes that "800M" or "1.5G" names; None for None.

    Raises:
        UsageError: it is no such text, or too little for any photo.
    """
    if text is None:
        return None
    number, unit = text[:-1], text[-1:].upper()
    if unit not in _UNITS or not number.isascii() or not number.replace(".", "", 1).isdigit():
        raise UsageError(f"--max-memory {text!r} is no size, as 800M or 1.5G are", "Use M, G or T, in powers of 1000.")
    size = int(float(number) * _UNITS[unit])
    if size < MEMORY_MIN_BYTES:
        least = MEMORY_MIN_BYTES // 10**6
        raise UsageError(f"--max-memory {text} is less than {least}M, which the model and one small photo take")
    return size


Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        is_eager=True,
        callback=use_config,
        rich_help_panel=PANEL,
        help="Take options from this TOML file; those on the command line win over it.",
    ),
]
Device = Annotated[
    str,
    typer.Option(
        "--device",
        metavar="auto|cpu|cuda|cuda:N|…",
        rich_help_panel=PANEL,
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
        rich_help_panel=PANEL,
        help="Photos at work at the same time; each takes 0.4 to 1 GB at 24 megapixels and none changes the results.",
    ),
]
MaxMemory = Annotated[
    str | None,
    typer.Option(
        "--max-memory",
        metavar="SIZE",
        show_default="half of what is free",
        rich_help_panel=PANEL,
        help="Memory for all workers together, as 800M or 2G. It limits their number; large TIFFs are decoded twice "
        "rather than kept, and a photo that takes more than its share in every way fails by name.",
    ),
]
PhotoTimeout = Annotated[
    float,
    typer.Option(
        "--photo-timeout",
        metavar="SECONDS",
        min=0,
        rich_help_panel=PANEL,
        help="Give a photo up that is at work longer than this, fail it by name and go on; 0 waits for ever.",
    ),
]
Interval = Annotated[
    float,
    typer.Option(
        "--interval",
        metavar="SECONDS",
        min=0.1,
        rich_help_panel=PANEL,
        help="Look at the folder this often; a photo is colored when two looks find its size and time the same.",
    ),
]
DryRun = Annotated[
    bool,
    typer.Option(
        "--dry-run",
        rich_help_panel=PANEL,
        help="Print what would be done with each photo and write nothing; some photos are colored on trial to tell how "
        "much time and space the run takes, unless --quiet is given.",
    ),
]
Json = Annotated[
    bool,
    typer.Option(
        "--json/--no-json",
        rich_help_panel=PANEL,
        help="Print one JSON object per photo on standard output; everything else goes to standard error.",
    ),
]
QuietReport = Annotated[
    bool,
    typer.Option("--quiet/--no-quiet", rich_help_panel=PANEL, help="Print only failures, degraded results and errors."),
]
