"""`photocolor models`: which models there are, and the card of each."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from photocolor.models.registry import find_model, registered
from photocolor.system.printable import clean
from photocolor.system.strict_json import dumps

if TYPE_CHECKING:
    from photocolor.models.registry import ModelFile

_MB = 1_000_000


def models(
    model: Annotated[
        str | None, typer.Argument(metavar="NAME|PATH", help="Show the whole card of this model.", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """List the models that need no path, or show the card of one, its checksum verified."""
    if model is not None:
        row = describe(model, find_model(model))
        typer.echo(dumps(row, indent=2)) if as_json else _show_card(row)
        return
    rows = [describe(name, find_model(name)) for name in registered()]
    typer.echo(dumps(rows, indent=2)) if as_json else _show_list(rows)


def describe(asked_for: str, file: ModelFile) -> dict[str, Any]:
    """Returns everything about a model as plain JSON values; `asked_for` is the name or path that finds it."""
    card = asdict(file.card)
    extra = card.pop("extra")
    facts = {"model": asked_for, "path": str(file.path), "size_bytes": file.path.stat().st_size, "sha256": file.sha256}
    return facts | card | {"extra": extra}


def _show_list(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("model", "name", "version", "size", "working size", "hints", "doubt", "license")
    for row in rows:
        marks = ["yes" if row[key] else "no" for key in ("has_hints", "has_doubt")]
        size, working = f"{row['size_bytes'] / _MB:.0f} MB", f"{row['working_px']} px"
        table.add_row(row["model"], row["name"], row["version"], size, working, *marks, row["license"])
    Console().print(table)


def _show_card(row: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(show_header=False, box=None)
    flat = {key: value for key, value in row.items() if key != "extra"} | row["extra"]
    for key, value in flat.items():
        if value is not None:
            table.add_row(Text(key, style="bold"), Text(clean(value)))
    Console().print(table)
