"""The commands of `python -m training`, and how every error ends as a message and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

import typer

from photocolor.errors import ExitCode, OutputError, PhotocolorError
from training.cli.damage import damage
from training.cli.judgments import compare, evaluate, predict, sheets
from training.cli.negatives import negatives
from training.cli.runs import ablate, average, describe, export, look_twice, quantize, train, vibrance
from training.cli.sets import prepare
from training.errors import MissingLibrary

PROGRAM = "python -m training"
WORDS = {"--beside": sys.maxsize, "--pairs": 2}
"""Options that are followed by several words, and by how many at most."""

app = typer.Typer(
    name=PROGRAM,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # two plain columns, as the product's help has them
    pretty_exceptions_enable=False,  # an error that nobody foresaw shows its plain traceback
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _command in (
    prepare,
    describe,
    train,
    average,
    export,
    look_twice,
    quantize,
    vibrance,
    evaluate,
    ablate,
    compare,
    sheets,
    predict,
):
    app.command(no_args_is_help=True)(_command)
app.add_typer(damage, name="damage")
app.add_typer(negatives, name="negatives")


@app.callback()
def _common() -> None:
    """Train, judge and export models that color photographs."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code; every foreseen error has been printed on standard error."""
    words = sys.argv[1:] if arguments is None else arguments
    try:
        app(args=list(repeated(words)), prog_name=PROGRAM)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else ExitCode.OK
    except PhotocolorError as error:
        return _tell(error)
    except ModuleNotFoundError as error:
        if not error.name or error.name.partition(".")[0] in ("photocolor", "training"):
            raise
        return _tell(MissingLibrary(f"the library {error.name} is not installed"))
    except OSError as error:  # of a file that no other place speaks for
        hint = "Check that it is there, that it may be read and written, and that space is left."
        return _tell(OutputError(f"{error.filename or 'a file'}: {error.strerror or error}", hint))
    return ExitCode.OK


def _tell(error: PhotocolorError) -> int:
    """Prints an error with what can be done about it; returns its exit code."""
    typer.secho(f"Error: {error.message}", fg=typer.colors.RED, err=True)
    if error.hint:
        typer.echo(error.hint, err=True)
    return int(error.exit_code)


def repeated(words: Sequence[str]) -> Iterator[str]:
    """Yields the command line with the option's name before each of its words: `--a B C` becomes `--a B --a C`.

    Typer's options take one word each time they stand there.
    """
    option, left, bare = "", 0, False
    for word in words:
        if word.startswith("-"):
            if bare:
                yield option  # without any word behind it: Typer says what is missing
            option, left = word, WORDS.get(word, 0)
            bare = left > 0
            if not bare:
                yield word
        elif left:
            left, bare = left - 1, False
            yield from (option, word)
        else:
            yield word
    if bare:
        yield option


if __name__ == "__main__":
    sys.exit(main())
