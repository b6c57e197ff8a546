"""Reads recipes: one TOML file, read strictly into frozen dataclasses, describes the whole experiment."""

from __future__ import annotations

import dataclasses
import difflib
import hashlib
import json
import math
import types
import typing
from pathlib import Path
from typing import Any

from photocolor.system.written.toml import toml_values
from training.errors import RecipeError
from training.settings import Recipe

RECIPES = Path(__file__).parent / "recipes"


def load_recipe(name_or_path: str) -> Recipe:
    """Returns the recipe of that name in training/recipes, or of that file.

    Raises:
        RecipeError: no such recipe, not TOML, an unknown key, or a value of the wrong kind.
    """
    path = Path(name_or_path)
    if not path.is_file():
        path = RECIPES / f"{name_or_path}.toml"
    if not path.is_file():
        names = sorted(file.stem for file in RECIPES.glob("*.toml"))
        raise RecipeError(f"there is no recipe {name_or_path!r}", f"Known recipes: {', '.join(names)}.")
    return parse_recipe(read_text(path), str(path))


def read_text(path: Path) -> str:
    """Returns the text of a recipe's file; some editors begin it with a mark of UTF-8, which TOML does not know.

    Raises:
        RecipeError: the file cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as cause:
        raise RecipeError(f"{path} cannot be read: {cause}", "A recipe is a text file in UTF-8.") from cause


def parse_recipe(text: str, where: str = "recipe") -> Recipe:
    """Returns a recipe from TOML text; `where` names it in errors."""
    try:
        values = toml_values(text)
    except ValueError as cause:
        raise RecipeError(f"{where} is not TOML: {cause}") from cause
    return _built(values, where)


def _built(values: dict[str, Any], where: str) -> Recipe:
    """Returns the recipe of plain values, unless they are one of another network."""
    if "material" in values:
        hint = "Use python -m training damage train, export or evaluate."
        raise RecipeError(f"{where} is a recipe of the damage finder, not of a network that colors", hint)
    recipe: Recipe = build_settings(Recipe, values, where)
    return recipe


def recipe_values(recipe: Recipe) -> dict[str, Any]:
    """Returns the recipe as plain values, every default written out."""
    return dataclasses.asdict(recipe)


def recipe_from_values(values: dict[str, Any], where: str = "checkpoint") -> Recipe:
    """Returns the recipe that `recipe_values` wrote; `where` names its place in errors."""
    return _built(values, where)


def recipe_digest(recipe: Recipe) -> str:
    """Returns 16 hex digits of the SHA-256 over values that differ from defaults: equal for equal experiments."""
    text = json.dumps(_changed_values(recipe), sort_keys=True, separators=(",", ":"), default=list)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _changed_values(part: Any) -> dict[str, Any]:
    """Returns a dataclass's values that differ from their defaults, so that a new key changes no old digest."""
    values: dict[str, Any] = {}
    for item in dataclasses.fields(part):
        value = getattr(part, item.name)
        if dataclasses.is_dataclass(value):
            inner = _changed_values(value)
            if inner:
                values[item.name] = inner
        elif value != item.default:
            values[item.name] = (
                [_changed_values(entry) if dataclasses.is_dataclass(entry) else entry for entry in value]
                if isinstance(value, tuple)
                else value
            )
    return values


def build_settings(kind: Any, values: dict[str, Any], where: str) -> Any:
    """Returns a dataclass built strictly from plain values; `where` names their place in errors.

    Raises:
        RecipeError: an unknown key, a missing one, or a value of the wrong kind or out of its bounds.
    """
    hints = typing.get_type_hints(kind, include_extras=True)
    for key in values:
        if key not in hints:
            near = difflib.get_close_matches(key, hints, n=1, cutoff=0.4)
            advice = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(hints)}"
            raise RecipeError(f"{where}: unknown key {key!r}; {advice}")
    read = {key: _read(hints[key], value, f"{where}: {key}") for key, value in values.items()}
    if missing := [field.name for field in dataclasses.fields(kind) if _is_needed(field) and field.name not in values]:
        raise RecipeError(f"{where}: {', '.join(missing)} must be given")
    try:
        return kind(**read)
    except RecipeError as problem:  # values that do not go together
        raise RecipeError(f"{where}: {problem.message}", problem.hint) from problem


def _is_needed(field: dataclasses.Field[Any]) -> bool:
    """Returns whether a field has no default."""
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _read(kind: Any, value: Any, where: str) -> Any:
    """Returns one value as the type that its field declares."""
    if dataclasses.is_dataclass(kind):
        if not isinstance(value, dict):
            raise RecipeError(f"{where} is a table, not {value!r}")
        return build_settings(kind, value, where)
    origin = typing.get_origin(kind)
    if origin is typing.Annotated:
        inner, bounds = typing.get_args(kind)
        number = _read(inner, value, where)
        if not bounds.hold(number):
            raise RecipeError(f"{where} is {number:g}, not {bounds if math.isfinite(number) else 'a finite number'}")
        return number
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise RecipeError(f"{where} is a list, not {value!r}")
        inner = typing.get_args(kind)[0]
        return tuple(_read(inner, item, f"{where}[{index}]") for index, item in enumerate(value))
    if origin is typing.Literal:
        if value not in typing.get_args(kind):
            raise RecipeError(f"{where} is {value!r}; possible: {', '.join(map(str, typing.get_args(kind)))}")
        return value
    if origin in (types.UnionType, typing.Union):
        return value if value is None else _read(typing.get_args(kind)[0], value, where)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise RecipeError(f"{where} is {value!r}, not of type {kind.__name__}")
    return value
