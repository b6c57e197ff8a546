"""Runs in a thread what a person asked for, and reports how it ended, also if it failed unexpectedly."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial

from photocolor.errors import Canceled, PhotocolorError
from photocolor.system.printable import clean

WHERE = "The terminal in which photocolor desktop was started shows where it happened."


def run_and_report(work: Callable[[], Callable[[], object]], refuse: Callable[[str, str], object]) -> None:
    """Does the work and reports how it ended; an unexpected error is reported, and raised to the thread's own hook.

    Nothing is reported of work that the window gave up.

    Args:
        work: returns the function that reports its result.
        refuse: reports an error, given its message and its hint.
    """
    end: Callable[[], object] | None = None
    try:
        end = work()
    except Canceled:
        end = _nothing
    except PhotocolorError as error:
        end = partial(refuse, str(error), error.hint)
    finally:
        if end is None:
            end = partial(refuse, _unexpected(), f"{PhotocolorError.default_hint} {WHERE}")
        end()


def _nothing() -> None:
    """Reports nothing."""


def _unexpected() -> str:
    """Returns the words of the command line for the error on its way."""
    error = sys.exc_info()[1]
    return clean(f"unexpected {type(error).__name__}: {error}")
