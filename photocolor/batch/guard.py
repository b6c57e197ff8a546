"""Turns whatever goes wrong with one photo into an outcome, so that the run goes on."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable

from photocolor.beside import with_digests
from photocolor.errors import OutOfMemory, PhotocolorError, PhotoError
from photocolor.outcome import Failed, Job, Outcome, ProgressListener
from photocolor.storage.address import without_secrets

DEBUG_VARIABLE = "PHOTOCOLOR_DEBUG"


def attempt(color: Callable[[Job, ProgressListener], Outcome], job: Job, watch: ProgressListener) -> Outcome:
    """Returns the outcome of one photo, whatever happens to it.

    Raises:
        PhotocolorError: no further photo would fare better: results cannot be written, the installation fails.
    """
    try:
        return with_digests(color(job, watch))
    except PhotoError as error:
        return failed(job, error)
    except PhotocolorError:
        raise
    except MemoryError:
        return failed(job, OutOfMemory("memory ran out while the photo was at work"))
    except Exception as error:  # the batch's guard: one photo must not end the run
        if os.environ.get(DEBUG_VARIABLE):
            traceback.print_exc(file=sys.stderr)
        return failed(job, PhotocolorError(f"unexpected {type(error).__name__}: {without_secrets(str(error))}"))


def failed(job: Job, error: PhotocolorError) -> Failed:
    """Returns the outcome of a photo that failed with an error."""
    return Failed(job, error.reason, error.message, error.hint)
