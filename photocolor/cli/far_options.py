"""The options of runs that go beyond this machine: the cluster that works."""

from __future__ import annotations

from typing import Annotated

import typer

from photocolor.errors import UsageError
from photocolor.settings import Cluster, Engine


def parse_cluster(engine: Engine, address: str | None, gpus_per_worker: float | None) -> Cluster | None:
    """The cluster that these three options name; None for this machine.

    Raises:
        UsageError: a cluster is described, and not asked for.
    """
    if engine is Engine.RAY:
        return Cluster(address or "", gpus_per_worker)
    if address is not None or gpus_per_worker is not None:
        raise UsageError("--address and --num-gpus-per-worker are of a cluster", "Add --engine ray.")
    return None


WorkEngine = Annotated[
    Engine,
    typer.Option(
        "--engine",
        metavar="|".join(Engine),
        help="Who does the work: this machine, or a Ray cluster, which needs photocolor[ray] on all its nodes.",
    ),
]
Address = Annotated[
    str | None,
    typer.Option(
        "--address",
        metavar="HOST:PORT",
        show_default="this machine's",
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
        help="Share of a GPU that each worker of the cluster reserves; 0.5 puts two on one GPU.",
    ),
]
