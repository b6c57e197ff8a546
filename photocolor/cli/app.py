"""The command line: its commands, and how every error ends as a message and an exit code."""

from __future__ import annotations

import os
import signal
import sys
import threading
from io import StringIO
from typing import Annotated, Any

import typer

from photocolor import __version__
from photocolor.cli.commands import AllCommands
from photocolor.errors import ExitCode, Interrupted, PhotocolorError
from photocolor.storage.address import without_secrets
from photocolor.system.printable import clean
from photocolor.system.streams import Streams

DEBUG_VARIABLE = "PHOTOCOLOR_DEBUG"
_INSTALLING = "--install-completion"
"""An option of Typer's own, which writes files of the user's shell."""
_EXAMPLES = """\b
To begin:
  photocolor preview portrait.jpg
  photocolor restore scans --out color
  photocolor COMMAND --help
"""
"""The end of the help; a paragraph that begins with \\b keeps its lines."""
_CommandLineError: type[Exception] = typer.BadParameter.__mro__[2]
"""Base class of the errors of a command line; Typer has no public name for it."""

app = typer.Typer(
    name="photocolor",
    cls=AllCommands,
    no_args_is_help=True,
    epilog=_EXAMPLES,
    rich_markup_mode=None,  # two plain columns read better at 80 letters than five framed ones, and load faster
    pretty_exceptions_enable=False,  # main() says what happened in a sentence
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"photocolor {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and exit.")
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help=f"Show the traceback of unexpected errors, as {DEBUG_VARIABLE}=1 does.")
    ] = False,
) -> None:
    """Color black-and-white photographs, offline and in batches, and keep everything else as it was."""
    if debug:
        os.environ[DEBUG_VARIABLE] = "1"  # worker processes inherit it


def main() -> None:
    """Runs the command line and ends the process with one of `ExitCode`."""
    streams = Streams()
    try:
        code = run_app()
    except KeyboardInterrupt:  # one more Ctrl-C while the first was being told
        code = ExitCode.INTERRUPTED
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the end has begun, and it is short
    if (failures := streams.failures()) and code in (ExitCode.OK, ExitCode.SOME_FAILED, ExitCode.NOTHING_TO_DO):
        code = ExitCode.OUTPUT
        _tell("What the command did is done; only its words got lost.", *failures)
        streams.failures()
    left_behind = any(thread.daemon for thread in threading.enumerate()) or _has_workers()
    if left_behind or code in (ExitCode.INTERRUPTED, ExitCode.TERMINATED):
        os._exit(code)  # at once; and a thread deep in native code would abort the interpreter's own way to end
    sys.exit(code)


def _has_workers() -> bool:
    """Returns whether a worker process is left that did not end even when it was killed.

    It waits for a dead medium, and nobody can wait for it.
    """
    processes = sys.modules.get("multiprocessing.process")
    return processes is not None and bool(processes.active_children())


def run_app() -> int:
    """Runs the command line and returns its exit code; every error was reported on standard error."""
    try:
        code = app(prog_name="photocolor", standalone_mode=False)  # or option values would be repeated as they are
        return code if isinstance(code, int) else ExitCode.OK
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else ExitCode.OK if ended.code is None else ExitCode.INTERNAL
    except _CommandLineError as error:
        return _tell_usage(error)
    except Interrupted as error:
        typer.echo(f"{clean(error.message)}. {clean(error.hint)}", err=True)
        return error.exit_code
    except PhotocolorError as error:
        _tell(error.hint, *error.lines)
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        return ExitCode.INTERRUPTED
    except Exception as error:
        if (code := _code_of_interruption(error)) is not None:
            return code
        if isinstance(error, OSError) and _INSTALLING in sys.argv[1:2]:
            cause = f"{error.filename} cannot be written: {error.strerror}"
            _tell("photocolor --show-completion prints it, to be put where the shell reads it.", cause)
            return ExitCode.OUTPUT
        if os.environ.get(DEBUG_VARIABLE):
            raise
        place = f"{type(error).__name__}: {without_secrets(str(error))}"
        _tell(f"{PhotocolorError.default_hint} photocolor --debug … shows where it happened.", f"unexpected {place}")
        return ExitCode.INTERNAL


def _code_of_interruption(error: BaseException) -> int | None:
    """Returns the exit code of the Ctrl-C that an error came of; None if it came of none.

    A second one is raised wherever the command is, also where the first one is being cleaned up after, which stumbles
    over what was only half begun.
    """
    before = error.__context__
    while before is not None:
        if isinstance(before, SystemExit) and isinstance(before.code, int):
            return before.code
        if isinstance(before, KeyboardInterrupt):
            return ExitCode.INTERRUPTED
        before = before.__context__
    return None


def _tell_usage(error: Any) -> int:
    """Reports what is wrong with the command line, with unprintable characters escaped; returns the exit code."""
    text = StringIO()
    error.show(file=text)
    usage, mark, message = text.getvalue().rstrip("\n").partition("Error: ")
    typer.echo(usage + mark + clean(message), err=True)
    return int(error.exit_code)


def _tell(hint: str, *lines: str) -> None:
    text = "\n  ".join(map(clean, lines))
    typer.secho(f"Error: {text}", fg=typer.colors.RED, err=True)
    if hint:
        typer.echo(clean(hint), err=True)
