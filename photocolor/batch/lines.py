"""Files that only grow, by whole JSON lines, and survive being torn."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from photocolor.errors import DiskFull, OutputError

NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT})


def read_lines(path: Path, begin: int = 0, end: int | None = None) -> Iterator[tuple[bytes, bool]]:
    """The lines of an append-only file, each with whether its newline was written; nothing if there is no file.

    Args:
        path: the file.
        begin: byte where a line begins.
        end: byte where the last wanted line ends; None reads to the end of the file.

    Raises:
        OutputError: the file cannot be read.
    """
    for line in raw_lines(path, begin):
        if line.strip():
            yield line, line.endswith(b"\n")
        begin += len(line)
        if end is not None and begin >= end:
            return


def raw_lines(path: Path, begin: int = 0) -> Iterator[bytes]:
    """All lines from a byte on, empty ones too; nothing if there is no file.

    Raises:
        OutputError: the file cannot be read.
    """
    try:
        with path.open("rb") as lines:
            lines.seek(begin)
            yield from lines
    except FileNotFoundError:
        return
    except OSError as error:
        raise OutputError(f"{path} cannot be read: {error.strerror or error}") from error


def write_failure(path: Path, error: OSError) -> OutputError:
    """The error of the tree for a failed write of the run's own records."""
    if error.errno in NO_SPACE:
        return DiskFull(f"no space is left to write {path}")
    return OutputError(f"{path} cannot be written: {error.strerror or error}")


class LineFile:
    """A file that only grows, by whole lines; a torn last line of a crash is closed when it is opened again.

    Args:
        path: the file; created with its folder.
        durable: whether each line is forced to the medium before `append` returns.
    """

    def __init__(self, path: Path, *, durable: bool) -> None:
        self._path = path
        self._durable = durable
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("ab", buffering=0)  # a buffer would fail a second time when it is closed
            if _is_torn(path):
                self._write(b"\n")
        except OSError as error:
            raise write_failure(path, error) from error

    def append(self, record: dict[str, object]) -> None:
        """Adds one line.

        Raises:
            DiskFull: no space is left; what was there before is whole.
            OutputError: it cannot be written for another reason.
        """
        line = json.dumps(record, separators=(",", ":")).encode("ascii") + b"\n"
        try:
            self._write(line)
        except OSError as error:
            raise write_failure(self._path, error) from error

    def _write(self, line: bytes) -> None:
        whole_bytes = os.fstat(self._file.fileno()).st_size
        try:
            self._write_all(line)
        except OSError:
            with suppress(OSError):  # a torn line is understood too, where it cannot be cut off
                self._file.truncate(whole_bytes)
            raise
        if self._durable:
            os.fsync(self._file.fileno())

    def _write_all(self, line: bytes) -> None:
        rest = memoryview(line)
        while rest:
            rest = rest[self._file.write(rest) :]

    def close(self) -> None:
        """Ends writing; every line is already in the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def _is_torn(path: Path) -> bool:
    with path.open("rb") as file:
        if file.seek(0, os.SEEK_END) == 0:
            return False
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"
