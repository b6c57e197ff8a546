"""Repeats requests that a busy storage failed, a few times and ever more slowly."""

from __future__ import annotations

import errno
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from photocolor.errors import StorageFailed
from photocolor.storage.address import without_secrets

ATTEMPTS = 6
FIRST_S = 0.25
LONGEST_S = 8.0
"""Waits of at most 0.25, 0.5, 1, 2 and 4 seconds: a photo gives up after about eight."""
CONNECT_S, SILENT_S = 5, 10
"""How long a storage may take to accept a connection, and how long it may then send nothing."""
SILENT_ATTEMPTS = 2
"""A storage that takes a request and says nothing is asked twice: each time costs as long as the silence may last."""
FINAL = (FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError, FileExistsError)
"""Answers that will not change by asking again."""

NO_SPACE = {errno.ENOSPC, errno.EDQUOT}

_Answer = TypeVar("_Answer")


class StorageSilent(TimeoutError):
    """Raised if a storage did not answer in time, or its library has waited for it long enough."""


@dataclass(frozen=True, slots=True)
class Faults:
    """Names what may go wrong at a storage.

    Attributes:
        passing: errors that another attempt may not meet.
        silent: those of them that say that the storage did not answer in time.
    """

    passing: tuple[type[Exception], ...] = (OSError,)
    silent: tuple[type[Exception], ...] = (TimeoutError,)


def patiently(
    ask: Callable[[], _Answer],
    what: str,
    faults: Faults = Faults(),
    sleep: Callable[[float], None] = time.sleep,
) -> _Answer:
    """Returns the answer of a request, after as many attempts as it takes.

    Args:
        ask: one whole attempt; it begins anew each time.
        what: is said in the error, as "s3://bucket/1.jpg cannot be read".
        faults: what may go wrong at the storage.
        sleep: waits; for tests.

    Raises:
        FileNotFoundError, PermissionError …: as the storage says; such an answer is final.
        OSError: this machine's disk is full.
        StorageFailed: every attempt failed.
    """
    silences = 0
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return ask()
        except FINAL:
            raise
        except faults.passing as error:
            if isinstance(error, OSError) and error.errno in NO_SPACE:
                raise  # of the disk that a copy is written to
            silences += isinstance(error, faults.silent)
            if attempt == ATTEMPTS or silences == SILENT_ATTEMPTS:
                cause = without_secrets(str(error)) or type(error).__name__
                raise StorageFailed(f"{what}: {cause} ({attempt} attempts)") from error
        longest_s = min(LONGEST_S, FIRST_S * 2 ** (attempt - 1))
        sleep(longest_s * random.uniform(0.5, 1.0))  # noqa: S311 -- so that many workers do not come back at once
    raise AssertionError("unreachable")
