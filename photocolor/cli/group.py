"""The command `photocolor` itself: what it answers if the first word is none of its commands."""

from __future__ import annotations

import os
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

import typer
from typer.core import TyperGroup

from photocolor.containers.recognize import PHOTO_SUFFIXES
from photocolor.errors import UsageError
from photocolor.storage.address import is_address, without_secrets
from photocolor.system.printable import command_line

OTHER_WORDS = {
    "restore": "color colour colorize colorise colorizing colourize colourise recolor recolour paint tint run start "
    "process convert batch apply",
    "preview": "show view look try test see",
    "watch": "monitor follow hotfolder daemon serve",
    "export-bag": "bag bagit export archive package",
    "export-premis": "premis mets iiif records provenance",
    "repair-manifest": "repair fix mend-manifest repair-records manifest",
    "verify": "check prove compare validate",
    "report": "sheet html summary results",
    "damage": "scratches dust defects find masks",
    "desktop": "gui window app open ui",
    "models": "model list",
    "doctor": "devices device info system diagnose",
}
"""What people call the commands, too: in other programs, or in plain speech."""
_EXAMPLE_OUT = "color"
_USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]
"""Base class of the errors of a command line; Typer has no public name for it."""
_HELP = "photocolor --help lists the commands."


class Group(TyperGroup):
    """Holds the commands of photocolor, and helps a user who named none of them."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Returns the command that the first argument names.

        Raises:
            UsageError: it names none; the hint says which one is meant, as it can be typed.
        """
        word, rest = args[0], args[1:]
        if self.get_command(ctx, word) is not None or ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        line = without_secrets(restore_line(args))
        if (kind := _photos_kind(word)) is not None:
            raise UsageError(without_secrets(f"{word} is {kind}, not a command"), f"To color it: {line}")
        if os.sep in word or word.lower().endswith(tuple(PHOTO_SUFFIXES)):
            raise UsageError(f"there is no file {word}, and no command of that name", f"Once it is there: {line}")
        raise UsageError(f"there is no command {word}", self._meant(word, rest))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parses what stands before the command.

        Raises:
            UsageError: an option stands there that belongs to a command.
        """
        given = list(args)  # Typer takes what it has read out of the list
        try:
            return super().parse_args(ctx, args)
        except _USAGE_ERROR as error:
            option = getattr(error, "option_name", "")
            owners = [name for name, command in self.commands.items() if option in options_of(command)]
            if not option:
                raise
            if not owners:
                close = get_close_matches(option, sorted(options_of(self)), n=1)
                hint = f"Did you mean {close[0]}? " if close else ""
                raise UsageError(f"photocolor has no option {option}", hint + _HELP) from error
            owner = "restore" if "restore" in owners else owners[0]
            line = restore_line(given) if owner == "restore" else f"photocolor {owner} … {option}"
            message = f"{option} is an option of {owner}, which is to be named first"
            raise UsageError(message, f"Type: {line}") from error

    def _meant(self, word: str, rest: Sequence[str]) -> str:
        """Returns the hint for an unknown command: the one that it stands for, or those that look like it."""
        if word in ("help", "version"):
            known = [name for name in rest[:1] if name in self.commands and word == "help"]
            return f"Type: {command_line(['photocolor', *known, f'--{word}'])}"
        commands = {other: command for command, words in OTHER_WORDS.items() for other in words.split()}
        close = get_close_matches(word.lower(), [*self.commands, *commands], n=1, cutoff=0.75)
        name = commands.get(close[0], close[0]) if close else ""
        if name not in self.commands:
            return f"To color photos: {restore_line([])}. {_HELP}"
        line = restore_line(rest) if name == "restore" else command_line(["photocolor", name, *rest])
        return f"Did you mean {name}? Type: {line}"


def restore_line(arguments: Sequence[str]) -> str:
    """Returns the command line that colors what was named, with a folder for the results if none was named.

    The last of several names is taken for that folder if nothing has the name yet.
    """
    parts = list(arguments) or ["SCANS"]
    if not any(part == "--out" or part.startswith("--out=") for part in parts):
        plain = len(parts) > 1 and not any(part.startswith("-") for part in parts)
        is_new = plain and not os.path.lexists(parts[-1]) and not is_address(parts[-1])
        if is_new and parts[-1].lower().endswith(tuple(PHOTO_SUFFIXES)):
            parts[-1] = _EXAMPLE_OUT  # a result was meant, which gets its photo's name
        parts[-1:] = ["--out", parts[-1]] if is_new else [parts[-1], "--out", _EXAMPLE_OUT]
    return command_line(["photocolor", "restore", *parts])


def _photos_kind(word: str) -> str | None:
    """Returns what a word names if it can be colored: "a folder", "a file" or "an address"."""
    if is_address(word):
        return "an address"
    if os.path.isdir(word):  # noqa: PTH112 -- Path raises where it may not look
        return "a folder"
    return "a file" if os.path.isfile(word) else None  # noqa: PTH113 -- likewise


def options_of(command: Any) -> set[str]:
    """Returns all names of a command's options."""
    options = (parameter for parameter in command.params if parameter.param_type_name == "option")
    return {name for option in options for name in (*option.opts, *option.secondary_opts)}
