"""`photocolor models`: which models there are, and the card of each."""

from __future__ import annotations

from dataclasses import asdict
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from photocolor.errors import ModelNotFound
from photocolor.models.contract import CLASSIFIER_NAME, FINDER_NAME
from photocolor.models.finder import FinderFile, bundled_finder, find_finder, is_finder
from photocolor.models.negatives import NegativeFile, find_classifier, is_classifier
from photocolor.models.registry import SUFFIX, find_model, registered
from photocolor.system.printable import clean
from photocolor.system.strict_json import dumps

if TYPE_CHECKING:
    from photocolor.models.registry import ModelFile

AnyModel: TypeAlias = "ModelFile | FinderFile | NegativeFile"
_OTHER_KINDS = {
    FINDER_NAME: ("damage finder", "photocolor damage, --damage-masks and --mend use it."),
    CLASSIFIER_NAME: ("negative classifier", "--negatives skip and invert use it."),
}
"""What models that make no color are, and what uses them, by their purpose."""
_MB = 1_000_000
_MINUTES_MOST = 90
"""What took longer is said in hours."""
_LONG = 400
"""A value of a card that is a longer object, as a recipe is, is for programs."""


def models(
    model: Annotated[
        str | None, typer.Argument(metavar="NAME|PATH", help="Show the whole card of this model.", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """List the models that need no path, or show the card of one, its checksum verified.

    Most make colors and are named with --model; a damage finder marks dust and cracks and is named with --finder; a
    negative classifier notices scanned negatives.
    """
    if model is not None:
        row = describe(model, _find(model))
        typer.echo(dumps(row, indent=2)) if as_json else _show_card(row)
        return
    rows = [describe(name, _find(name)) for name in _names()]
    typer.echo(dumps(rows, indent=2)) if as_json else _show_list(rows)


def _names() -> tuple[str, ...]:
    """Returns the models that need no path."""
    return (*registered(), *([FINDER_NAME] if bundled_finder() else []), CLASSIFIER_NAME)


def _find(name: str) -> AnyModel:
    """Returns the model of a name or a path, of whichever kind it is."""
    if name == FINDER_NAME:
        return find_finder()
    if name == CLASSIFIER_NAME:
        return find_classifier()
    path = Path(name)
    if name not in registered() and path.suffix.lower() != SUFFIX:
        close = get_close_matches(name.lower(), _names(), n=1)
        hint = f"Did you mean {close[0]}?" if close else f"Names: {', '.join(_names())}; a path ends in {SUFFIX}."
        raise ModelNotFound(f"there is no model named {name}", hint)
    if is_finder(path):
        return find_finder(path)
    return find_classifier(path) if is_classifier(path) else find_model(name)


def describe(asked_for: str, file: AnyModel) -> dict[str, Any]:
    """Returns everything about a model as plain JSON values; `asked_for` is the name or path that finds it."""
    card = asdict(file.card)
    extra = card.pop("extra")
    purpose = {FinderFile: FINDER_NAME, NegativeFile: CLASSIFIER_NAME}.get(type(file), "color")
    facts = {"model": asked_for, "purpose": purpose, "path": str(file.path)}
    return facts | {"size_bytes": file.path.stat().st_size, "sha256": file.sha256} | card | {"extra": extra}


def _show_list(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    headings = ("model", "name", "version", "size", "working size", "hints", "doubt")
    table = Table(*headings, box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for column in table.columns:
        column.no_wrap = True
    table.columns[4].no_wrap, table.columns[4].min_width = False, len("working")  # on 60 letters it takes two lines
    table.add_column("license", no_wrap=True)  # of use when it is whole
    for row in rows:
        if row["purpose"] == "color":
            marks = ["yes" if row[key] else "no" for key in ("has_hints", "has_doubt")]
            working = f"{row['working_px']} px"
            table.add_row(row["model"], row["name"], row["version"], _size(row), working, *marks, row["license"])
    console = Console()
    console.print(table)
    for row in rows:
        if row["purpose"] in _OTHER_KINDS:
            kind, use = _OTHER_KINDS[row["purpose"]]
            text = f"{row['model']} is a {kind}, no model that colors: version {row['version']}, {_size(row)}."
            console.print(f"{text} {use}", highlight=False)


def _size(row: dict[str, Any]) -> str:
    return f"{row['size_bytes'] / _MB:.0f} MB"


def _show_card(row: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(show_header=False, box=None)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")  # half a checksum is none
    flat = {key: value for key, value in row.items() if key != "extra"} | row["extra"]
    for key, value in flat.items():
        if value is not None and value != "{}":
            text = ", ".join(map(str, value)) if isinstance(value, tuple) else _in_words(key, str(value), flat)
            if text.startswith("{") and len(text) > _LONG:
                text = f"{len(text):,} letters of JSON, which --json prints"
            table.add_row(Text(clean(key), style="bold"), Text(clean(text)))
    Console().print(table)


def _in_words(key: str, value: str, card: dict[str, Any]) -> str:
    """Returns a value of a card as people say it: a part of an hour is a number of minutes."""
    minutes = _minutes(card.get("hours"))
    if minutes is None or minutes >= _MINUTES_MOST:
        return value
    words = "less than a minute" if minutes < 1 else "1 minute" if round(minutes) == 1 else f"{minutes:.0f} minutes"
    if key == "hours":
        return f"{value}, that is {words}"
    return value.replace(" in 0.0 h ", f" in {words} ") if key == "training" else value


def _minutes(hours: object) -> float | None:
    try:
        return 60 * float(str(hours))
    except ValueError:
        return None
