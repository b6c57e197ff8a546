"""`photocolor doctor`: whether this installation can color, on which device, and how to repair it."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from photocolor.errors import ExitCode
from photocolor.system.printable import clean
from photocolor.system.strict_json import dumps

if TYPE_CHECKING:
    from rich.table import Table

    from photocolor.engine.doctor import Checkup, DeviceTrial

_GIB = 2**30


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")] = False,
) -> None:
    """Check the installation: versions, memory, the package's models, and which devices really color a small photo."""
    from photocolor.engine.doctor import check_up

    checkup = check_up()
    if as_json:
        typer.echo(dumps(asdict(checkup) | {"window": _window(), "healthy": checkup.healthy}, indent=2))
    else:
        _show(checkup)
    if not checkup.healthy:
        raise typer.Exit(ExitCode.ENVIRONMENT)


def _show(checkup: Checkup) -> None:
    from rich.console import Console
    from rich.text import Text

    from photocolor.report.emphasis import BAD, emphasized

    console = Console()
    console.print(_facts(checkup))
    if checkup.devices:
        console.print()
        console.print(_devices(checkup))
        console.print()
    for fault in checkup.faults:
        console.print(emphasized(f"Fault: {clean(fault)}", f"bold {BAD}"), soft_wrap=True)
    if checkup.healthy:
        console.print(Text("All is well.", style="bold"))


def _facts(checkup: Checkup) -> Table:
    from rich.table import Table
    from rich.text import Text

    rows = {
        "photocolor": checkup.photocolor,
        "Python": checkup.python,
        "system": checkup.system,
        "ONNX Runtime": ", ".join(map(" ".join, checkup.runtimes.items())) or "missing",
        **{name: version or "missing" for name, version in checkup.packages.items()},
        "processors": str(checkup.cpus),
        "memory": f"{_gib(checkup.memory_available_bytes)} free of {_gib(checkup.memory_bytes)}",
        "disk here": f"{_gib(checkup.disk_free_bytes)} free",
        "NVIDIA devices": ", ".join(checkup.gpus) or "none",
        "model": f"{checkup.model}, checksum right" if checkup.model else "damaged",
        "damage finder": _finder(checkup),
        "negatives": f"{checkup.classifier}, checksum right" if checkup.classifier else "damaged",
        "window": _window(),
        "--device auto": checkup.auto or "nothing works",
    }
    table = Table(show_header=False, box=None)
    for name, value in rows.items():
        table.add_row(Text(name, style="bold"), Text(clean(value)))
    return table


def _finder(checkup: Checkup) -> str:
    """Returns how the package's damage finder is; a package may have none."""
    from photocolor.models.finder import bundled_finder

    if checkup.finder:
        return f"{checkup.finder}, checksum right"
    return "damaged" if bundled_finder() else "none in this package; --finder names one"


def _window() -> str:
    """Returns whether `photocolor desktop` can show a window, or what it lacks; photos can be colored without."""
    from importlib import import_module

    fault = import_module("photocolor.desktop.display").window_fault(os.environ)
    return "can be shown" if fault is None else f"not here: {fault.message}. {fault.hint}"


def _devices(checkup: Checkup) -> Table:
    """Returns a line for each device: that it works and how fast, or why it does not."""
    from rich.table import Table
    from rich.text import Text

    table = Table("device", "works", box=None, header_style="bold")
    table.columns[0].no_wrap = True
    table.columns[1].overflow = "fold"  # a package's name is of use when it is whole
    for trial in checkup.devices:
        table.add_row(trial.name, Text(f"no: {clean(trial.cause)}" if trial.cause else f"yes{_measured(trial)}"))
    return table


def _measured(trial: DeviceTrial) -> str:
    """Returns how long a small photo took there, and how far its colors are from the processor's."""
    if trial.run_s is None:
        return ""
    times = f": a small photo took {trial.run_s:.2f} s, then {1000 * (trial.again_s or 0):.0f} ms"
    return times + ("" if trial.delta_ab is None else f"; ≤ {trial.delta_ab:.2g} ab units from the CPU")


def _gib(size_bytes: int | None) -> str:
    return "unknown" if size_bytes is None else f"{size_bytes / _GIB:.1f} GiB"
