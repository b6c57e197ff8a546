"""A command whose help comes in groups, and whose errors about option values have the product's own words."""

from __future__ import annotations

import gc
import inspect
import os
from difflib import get_close_matches
from typing import Any

import typer
from typer.core import TyperCommand

from photocolor.cli.config import Known, known_options, value_problem
from photocolor.cli.group import options_of, restore_line
from photocolor.cli.other_options import meant_by
from photocolor.errors import UsageError
from photocolor.system.printable import command_line

_ARGUMENTS = "Arguments"
_USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]
"""Base class of the errors of a command line, as Typer raises it for names that are too many."""
EXAMPLES = {
    "verify": "photocolor verify scans color",
    "preview": "photocolor preview scan.jpg",
    "report": "photocolor report color",
    "watch": "photocolor watch incoming --out color",
    "damage": "photocolor damage scans --out masks",
    "export-bag": "photocolor export-bag color --to bag",
    "export-premis": "photocolor export-premis color --to records",
    "repair-manifest": "photocolor repair-manifest color",
}
"""What somebody is shown who left out something that a command needs."""
_PLACES = {"--out", "--to", "--output", "-o"}
"""What people call the place of what is written; a command has one of them at most."""


class Command(TyperCommand):
    """Represents a command of photocolor; `app.command(cls=Command)` makes one.

    Typer shows groups (`rich_help_panel`) in frames only. Two plain columns under a heading read better at 80 letters.
    """

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Writes the arguments and then each group of options under its heading."""
        groups: dict[str, list[tuple[str, str]]] = {_ARGUMENTS: []}  # they come first
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                groups.setdefault(_heading(parameter), []).append(record)
        for heading, records in groups.items():
            if records:
                with formatter.section(heading):
                    formatter.write_dl(records)

    def invoke(self, ctx: Any) -> Any:
        """Runs the command; from now on Python looks for garbage again, which it left alone while it loaded."""
        gc.enable()
        return super().invoke(ctx)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Reads the command line.

        Raises:
            UsageError: an option has a value of the wrong kind or outside of its bounds, or is missing.
        """
        given = list(args)  # Typer takes what it has read out of the list
        try:
            rest = super().parse_args(ctx, args)
        except typer.BadParameter as error:
            if ctx.command.name == "restore" and getattr(error.param, "name", "") == "out" and "--out" not in given:
                raise UsageError("--out is missing", f"Say where the results go: {restore_line(given)}") from error
            if hasattr(error, "param_type") and (example := EXAMPLES.get(str(ctx.command.name))):
                parameter: Any = error.param
                is_option = parameter.param_type_name == "option"
                name = parameter.opts[0] if is_option else parameter.make_metavar(ctx).strip("{}[]…")
                raise UsageError(f"{name} is missing", f"For example: {example}") from error
            problem = self._problem(self._typed(ctx, given, error.param), error.param)
            if problem is None:
                raise
            raise UsageError(problem, f"See {ctx.command_path} --help.") from error
        except _USAGE_ERROR as error:
            if hasattr(error, "option_name") and (names := [one for one in given if _is_file_like_options(one)]):
                raise UsageError(f"{names[0]} is read as options", f"Write ./ before the name: ./{names[0]}") from error
            if option := getattr(error, "option_name", ""):
                raise _option_error(ctx, error, option, given) from error
            if type(error) is _USAGE_ERROR and (more := self.make_parser(ctx).parse_args(args=given)[1]):
                raise self._too_many(ctx, more) from error
            raise
        if "" in given or any(one.endswith("=") for one in given):
            self._refuse_empty(ctx, given)
        for one in self.params:
            if ctx.params.get(one.name) != ctx.params.get(one.name):  # NaN is within all of Typer's bounds
                problem = self._problem(self._typed(ctx, given, one), one)
                raise UsageError(problem or f"{one.name} is no number", f"See {ctx.command_path} --help.")
        return rest

    def _refuse_empty(self, ctx: Any, given: list[str]) -> None:
        """Raises a `UsageError` if a name or a value is empty; an empty path would be the folder one stands in."""
        typed = self.make_parser(ctx).parse_args(args=list(given))[0]
        for one in self.params:
            value = typed.get(str(one.name))
            if value == "" or (isinstance(value, list | tuple) and "" in value):
                name = one.opts[0] if one.param_type_name == "option" else one.make_metavar(ctx).strip("{}[]…")
                raise UsageError(
                    f"{name} is empty", 'A variable of the shell may have no value: "$NAME" is empty then.'
                )

    def _too_many(self, ctx: Any, more: list[str]) -> UsageError:
        """Returns the error for names that no argument takes."""
        takes = [one.make_metavar(ctx).strip("{}[]") for one in self.params if one.param_type_name == "argument"]
        what = " and ".join(takes) or "no names"
        hint = f"A name with spaces needs quotes. See {ctx.command_path} --help."
        return UsageError(f"{ctx.command_path} takes {what}; too much is: {command_line(more)}", hint)

    def _typed(self, ctx: Any, given: list[str], parameter: Any) -> object:
        """Returns an option's value as it was typed."""
        return self.make_parser(ctx).parse_args(args=list(given))[0].get(getattr(parameter, "name", ""))

    def _problem(self, text: object, parameter: Any) -> str | None:
        """Returns what is wrong with an option's value as it was typed; None if this is not about a typed value."""
        if not isinstance(text, str) or self.callback is None:
            return None
        options: dict[str, Known] = known_options(inspect.unwrap(self.callback), everywhere=True)
        named = [(key, option) for key, option in options.items() if option.parameter == parameter.name]
        if not named:
            return None
        key, option = named[0]
        return value_problem(f"--{key} {text}", _as_typed(text, option), option) or None


def _option_error(ctx: Any, error: Exception, option: str, given: list[str]) -> UsageError:
    """Returns the error for an option that the command does not have, or that lacks its value or has one too many."""
    see = f"See {ctx.command_path} --help."
    if not hasattr(error, "possibilities"):
        if "requires" not in str(error):
            return UsageError(f"{option} takes no value", see)
        if ctx.command.name == "restore" and option == "--out":
            line = restore_line([one for one in given if one != option])
            return UsageError("--out needs a folder", f"Say where the results go: {line}")
        values = [one.metavar for one in ctx.command.params if option in one.opts and one.metavar]
        return UsageError(f"{option} needs a value{''.join(f': {value}' for value in values)}", see)
    message = f"{ctx.command_path} has no option {option}"
    there = {*options_of(ctx.command), "--help"}
    if hint := meant_by(option, there):
        return UsageError(message, f"{hint} {see}")
    places = sorted(there & _PLACES) if option in _PLACES else []
    if close := places or get_close_matches(option, sorted(there), n=1, cutoff=0.75):
        return UsageError(message, f"Did you mean {close[0]}? {see}")
    commands = getattr(ctx.parent and ctx.parent.command, "commands", {})
    owners = [name for name, command in commands.items() if option in options_of(command)]
    owner = "restore" if "restore" in owners else owners[0] if owners else ""
    return UsageError(message, f"photocolor {owner} has it. {see}" if owner else see)


def _heading(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return _ARGUMENTS
    return getattr(parameter, "rich_help_panel", None) or "Options"


def _is_file_like_options(word: str) -> bool:
    """Returns whether a word that begins with a dash is the name of a file or folder here."""
    return word.startswith("-") and os.path.lexists(word)


def _as_typed(text: str, option: Known) -> object:
    """Returns a text as a number where the option takes numbers."""
    for kind in (int, float):
        if kind in option.types:
            try:
                return kind(text)
            except ValueError:
                continue
    return text
