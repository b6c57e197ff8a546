"""Ends what a person asked for in a thread: with its result, in words, or with what was unexpected; never silently."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial

from photocolor.errors import Canceled, PhotocolorError
from photocolor.system.printable import clean

WHERE = "The terminal in which photocolor desktop was started shows where it happened."


def told(work: Callable[[], Callable[[], object]], refuse: Callable[[str, str], object]) -> None:
    """Does the work and tells how it ended; what is unexpected is told, and goes on to the thread's own hook.

    Nothing is told of work that the window gave up.

    Args:
        work: returns what tells its result.
        refuse: gets a message and what helps.
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
    """Tells nothing."""


def _unexpected() -> str:
    """Returns the words of the command line for the error on its way."""
    error = sys.exc_info()[1]
    return clean(f"unexpected {type(error).__name__}: {error}")
