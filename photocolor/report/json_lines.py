"""Reports to programs: one JSON object per photo, one per line."""

from __future__ import annotations

import os
import sys
from typing import TextIO

from photocolor.batch.records.line import as_record
from photocolor.batch.reporter import Summary
from photocolor.errors import OutputError
from photocolor.outcome import Job, Outcome
from photocolor.system.strict_json import dumps


class JsonReport:
    """Prints each outcome when it is there; a `Reporter`.

    Args:
        stream: where to; standard output if None.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout

    def begin(self, summary: Summary) -> None:
        """Prints nothing."""

    def note(self, message: str) -> None:
        """Prints nothing."""

    def at_work(self, job: Job, stage: str, done: int, total: int) -> None:
        """Prints nothing."""

    def finished(self, outcome: Outcome) -> None:
        """Prints one line.

        Raises:
            OutputError: nobody reads any more.
        """
        print_json(as_record(outcome), self._stream)

    def end(self) -> None:
        """Prints nothing."""


def print_json(record: dict[str, object], stream: TextIO | None = None) -> None:
    """Prints one object as one line of ASCII, at once.

    Raises:
        OutputError: nobody reads any more, or the file is on a full disk.
    """
    to = stream or sys.stdout
    try:
        to.write(dumps(record) + "\n")
        to.flush()
    except BrokenPipeError as error:
        _forget(to)
        raise OutputError("the program that reads standard output has ended", "Let it read to the end.") from error
    except OSError as error:
        _forget(to)
        raise OutputError(f"standard output cannot be written: {error.strerror or error}") from error


def _forget(stream: TextIO) -> None:
    """Discards the stream's buffer, which must not fail a second time when the interpreter ends."""
    if stream is sys.stdout:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
