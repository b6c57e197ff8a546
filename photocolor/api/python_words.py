"""Rewords errors and warnings for Python callers: parameters and settings take the place of command-line options."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from photocolor.errors import PhotocolorError
from photocolor.outcome import Done, Outcome, Skipped

_PHRASES = (
    (r"The help names what may be given\.", "See help(photocolor.colorize)."),
    (r"--max-memory, use fewer --workers, or", "the memory that is free, or"),
    (r"Use fewer --workers, a smaller --tile,", "Use a smaller tile_px in ColorSettings,"),
    (r"with --workers 1", "in a process of its own"),
    (r"then run it alone with a longer --photo-timeout", "then color it alone"),
    (r"choose another --out", "choose another target"),
    (r"Raise --max-pixels|raise --max-pixels", "raise max_megapixels in FileSettings"),
    (r"--max-pixels", "max_megapixels in FileSettings"),
    (r"--already-color (\w+)", r'already_color="\1" in FileSettings'),
    (r"--device (\w+(?::\d+)?)", r'device="\1"'),
    (r"--mark and --exact-luma", "mark and exact_luma"),
    (r"--format (\w+) or (\w+)", r'format="\1" or "\2" in FileSettings'),
    (r"--format (\w+), (\w+) or (\w+)", r'format="\1", "\2" or "\3" in FileSettings'),
    (r"--format (\w+)", r'format="\1" in FileSettings'),
    (r"Leave --tile out", "Leave tile_px out"),
    (r"--tile (\d+)", r"tile_px=\1 in ColorSettings"),
    (r"--(reference|mark|exact-luma)", lambda option: option[1].replace("-", "_")),
    (r"Run such photos without", "Color such photos without"),
    (r"run the same command again", "try again"),
    (r"Run the same command again", "Try again"),
    (r"and run that", "and color that"),
)
"""Patterns of the command line's wording, each with the wording for Python; applied from top to bottom."""
_OPTION = re.compile(r"--([a-z][a-z-]*[a-z])")


def in_python(text: str) -> str:
    """Returns a sentence with parameters and fields of settings instead of command-line options."""
    for pattern, words in _PHRASES:
        text = re.sub(pattern, words, text)
    return _OPTION.sub(lambda option: option[1].replace("-", "_"), text)


@contextmanager
def python_words() -> Iterator[None]:
    """Rewords errors raised in the block, and puts their hint where a traceback shows it.

    Raises:
        PhotocolorError: the one that the block raised.
    """
    try:
        yield
    except PhotocolorError as error:
        message, hint, lines = error.args
        error.args = (in_python(message), in_python(hint or error.hint), tuple(map(in_python, lines)))
        error.message, error.hint = "\n  ".join((error.args[0], *error.args[2])), error.args[1]
        if error.hint not in getattr(error, "__notes__", ()):
            error.add_note(error.hint)
        raise


def outcome_in_python(outcome: Outcome) -> Outcome:
    """Returns an outcome whose warnings are worded for Python."""
    if isinstance(outcome, Skipped):
        return replace(outcome, detail=in_python(outcome.detail))
    if isinstance(outcome, Done):
        return replace(outcome, warnings=tuple(map(in_python, outcome.warnings)))
    return outcome
