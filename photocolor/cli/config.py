"""Reads options from a TOML file strictly: an unknown key is an error that names its line and the nearest known key."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args, get_type_hints

import typer

from photocolor.errors import ConfigError
from photocolor.system.safe_files import read_regular
from photocolor.system.written.text import SAVE_AS, NotUtf8, text_of
from photocolor.system.written.toml import toml_values

NOT_IN_FILES = frozenset({"config", "dry-run", "only", "retry-failed", "shard"})
"""What belongs to one call and not to a file; the sources are no option."""
_NONE: Mapping[str, str] = {}
_ACCEPTED: dict[type, tuple[type, ...]] = {bool: (bool,), int: (int,), float: (float, int), str: (str,), Path: (str,)}
_WORDS = {bool: "true or false", int: "a whole number", float: "a number", str: "a text in quotes"}


@dataclass(frozen=True, slots=True)
class Known:
    """Describes an option as a configuration file may set it.

    Attributes:
        parameter: name of the command's parameter.
        types: what TOML may give.
        choices: the allowed words; empty if any text is.
        low: least number; None if there is no bound.
        high: greatest number; None if there is no bound.
    """

    parameter: str
    types: tuple[type, ...]
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None


class MayBeNumber:
    """Marks an option that takes words and numbers; a file may give the number without quotes."""


def use_config(context: typer.Context, path: Path | None) -> Path | None:
    """Makes the values of the file the defaults of the command that is about to run."""
    if path is not None and context.command.callback is not None:
        known = known_options(inspect.unwrap(context.command.callback))
        context.default_map = read_config(path, known, _elsewhere(context, known))
    return path


def _elsewhere(context: typer.Context, known: Mapping[str, Known]) -> dict[str, str]:
    """Returns the keys that mean something, but not in a file for this command, with what helps."""
    hints = {"sources": "Name the sources on the command line."}
    commands = getattr(context.parent and context.parent.command, "commands", {})
    for name, command in commands.items():
        if "config" in (keys := _keys_of(command)):
            hints |= {key: f"photocolor {name} has --{key}." for key in keys}
    own = _keys_of(context.command) - known.keys()
    return hints | {key: f"It is about one call: write --{key} on the command line." for key in own}


def _keys_of(command: Any) -> set[str]:
    """Returns the names of a command's options without dashes."""
    names = (name for parameter in command.params for name in parameter.opts)
    return {name.removeprefix("--") for name in names if name.startswith("--")}


def known_options(command: Callable[..., Any], *, everywhere: bool = False) -> dict[str, Known]:
    """Returns the options of a command by their keys in files, which are their names without the dashes.

    Args:
        command: the function behind it.
        everywhere: also those that belong to one call.
    """
    options: dict[str, Known] = {}
    for parameter, hint in get_type_hints(command, include_extras=True).items():
        metadata = getattr(hint, "__metadata__", ())
        for info in metadata:
            name = _long_name(info)
            if name:
                types, choices = _types(get_args(hint)[0])
                if any(isinstance(mark, MayBeNumber) for mark in metadata):
                    types += (int,)
                options[name] = Known(parameter, types, choices, info.min, info.max)
    return {key: option for key, option in options.items() if everywhere or key not in NOT_IN_FILES}


def _long_name(info: Any) -> str:
    """Returns the declared name of an option without dashes; empty for an argument.

    In `Annotated`, Typer reads the first name from where its older style has the default.
    """
    declared = getattr(info, "default", None)
    return declared.split("/")[0].removeprefix("--") if isinstance(declared, str) and declared[:2] == "--" else ""


def _types(hint: Any) -> tuple[tuple[type, ...], tuple[str, ...]]:
    """Returns the TOML types that a parameter of this type takes, and the words that it may be."""
    kind = next(kind for kind in get_args(hint) or [hint] if kind is not type(None))
    if issubclass(kind, StrEnum):
        return (str,), tuple(kind)
    return _ACCEPTED[kind], ()


def read_config(path: Path, known: Mapping[str, Known], elsewhere: Mapping[str, str] = _NONE) -> dict[str, object]:
    """Returns the file's values by parameter name, as the command line would pass them.

    Args:
        path: the file.
        known: the options that it may set, by their keys.
        elsewhere: hints about keys that mean something, but not here.

    Raises:
        ConfigError: the file cannot be read, is no TOML, or has a key or a value that means nothing.
    """
    try:
        text = text_of(read_regular(path)[0])
        values = toml_values(text)
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror or error}", "Check the path of --config.") from error
    except NotUtf8 as error:
        raise ConfigError(f"{path} is not valid TOML, which is UTF-8 text: {error}", SAVE_AS) from error
    except ValueError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}") from error
    defaults: dict[str, object] = {}
    for key, value in values.items():
        problem, hint = _problem(key, value, known, elsewhere)
        if problem:
            raise ConfigError(f"{path}, line {_line(text, key)}: {problem}", hint)
        option = known[key]
        defaults[option.parameter] = str(value) if str in option.types else value
    return defaults


def _problem(key: str, value: object, known: Mapping[str, Known], elsewhere: Mapping[str, str]) -> tuple[str, str]:
    """Returns what is wrong with an entry and how to mend it; empty if nothing is."""
    option = known.get(key)
    if option is None:
        return f"unknown key {key!r}", elsewhere.get(key) or _meant(key, value, known)
    return value_problem(f"{key} = {_shown(value)}", value, option), ""


def _meant(key: str, value: object, known: Mapping[str, Known]) -> str:
    """Returns the hint about a key that means nothing."""
    import difflib

    if isinstance(value, dict):
        return "Write the options without a table around them."
    near = difflib.get_close_matches(key.lower().replace("_", "-"), known, n=1, cutoff=0.4)
    return f"Did you mean {near[0]!r}?" if near else f"Known keys: {', '.join(sorted(known))}."


def _shown(value: object) -> str:
    """Returns a value nearly as it stands in the file."""
    if isinstance(value, bool):
        return str(value).lower()
    return "a table" if isinstance(value, dict) else repr(value) if isinstance(value, str | list) else str(value)


def value_problem(subject: str, value: object, option: Known) -> str:
    """Returns what is wrong with a value; "" if nothing is.

    Args:
        subject: the option and its value as the user wrote them, the subject of the sentence.
        value: the value.
        option: the option that it is for.
    """
    if type(value) not in option.types:
        kinds = [kind for kind in option.types if (kind, float) != (int, option.types[0])]  # any number may be whole
        return f"{subject} is not {' or '.join(_WORDS[kind] for kind in kinds)}"
    if value == "":
        return f"{subject} is empty"
    if isinstance(value, str) and "\0" in value:
        return f"{subject} has a character that no name can have"
    if isinstance(value, str) and option.choices and value not in option.choices:
        return f"{subject} is none of {', '.join(option.choices)}"
    if isinstance(value, int | float) and not _within(value, option):
        return f"{subject} is outside {option.low:g} to {'any number' if option.high is None else f'{option.high:g}'}"
    return ""


def _within(value: float, option: Known) -> bool:
    return (option.low is None or value >= option.low) and (option.high is None or value <= option.high)


def _line(text: str, key: str) -> int:
    """Returns the number of the line on which a key stands, as a pair or as a table.

    It is the last line if the key's spelling is too clever to be found.
    """
    named = re.compile(rf"""\s*\[*\s*["']?{re.escape(key)}["']?\s*[\]=.]""")
    lines = text.splitlines()
    return next((number for number, line in enumerate(lines, 1) if named.match(line)), len(lines))
