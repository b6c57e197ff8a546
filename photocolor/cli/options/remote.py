"""The options of `restore` beyond this machine: addresses of sources and results, and the cluster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from photocolor.errors import UsageError
from photocolor.settings import (
    Cluster,
    Engine,
    RemoteLocations,
)
from photocolor.storage.address import parse_place

PANEL = "On a cluster"
"""The heading over these options in the help."""


@dataclass(frozen=True, slots=True)
class CommandLocations:
    """Holds sources and output of a command, as `Settings` has them."""

    sources: tuple[Path, ...]
    out: Path
    remote: RemoteLocations | None


def parse_locations(sources: Sequence[str], out: str) -> CommandLocations:
    """Returns where photos come from and go to.

    Raises:
        UsageError: an address cannot be used, or some sources are addresses and others files.
    """
    read, written = [parse_place(source) for source in sources], parse_place(out)
    paths = tuple(place for place in read if isinstance(place, Path))
    addresses = tuple(str(place) for place in read if not isinstance(place, Path))
    if paths and addresses:
        raise UsageError(f"{paths[0]} is a file and {addresses[0]} an address", "Run them one after the other.")
    folder = written if isinstance(written, Path) else Path()
    if not addresses and isinstance(written, Path):
        return CommandLocations(paths, folder, None)
    return CommandLocations(
        paths, folder, RemoteLocations(sources=addresses, out="" if isinstance(written, Path) else str(written))
    )


def parse_cluster(engine: Engine, address: str | None, gpus_per_worker: float | None) -> Cluster | None:
    """Returns the cluster that these three options name; None for this machine.

    Raises:
        UsageError: a cluster is described, and not asked for.
    """
    if engine is Engine.RAY:
        return Cluster(address=address or "", gpus_per_worker=gpus_per_worker)
    if address is not None or gpus_per_worker is not None:
        raise UsageError("--address and --num-gpus-per-worker are of a cluster", "Add --engine ray.")
    return None


WorkEngine = Annotated[
    Engine,
    typer.Option(
        "--engine",
        metavar="|".join(Engine),
        rich_help_panel=PANEL,
        help="Who does the work: this machine, or a Ray cluster, which needs photocolor[ray] on all its nodes.",
    ),
]
Address = Annotated[
    str | None,
    typer.Option(
        "--address",
        metavar="HOST:PORT",
        show_default="this machine's",
        rich_help_panel=PANEL,
        help="Head of the Ray cluster; without one, a cluster of this machine alone is started and ended.",
    ),
]
GpusPerWorker = Annotated[
    float | None,
    typer.Option(
        "--num-gpus-per-worker",
        metavar="X",
        min=0,
        show_default="1 if there are any",
        rich_help_panel=PANEL,
        help="Share of a GPU that each worker of the cluster reserves; 0.5 puts two on one GPU.",
    ),
]
