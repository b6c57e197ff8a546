"""Appends whole JSON lines to files, and reads them back even if a crash tore the last line."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, cast

from photocolor.errors import DiskFull, OutputError
from photocolor.system.growing_file import bring_to_medium
from photocolor.system.safe_files import Folder, NotOurs, open_own
from photocolor.system.strict_json import dumps, loads

NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT})
HOLES_MOST_BYTES = 1 << 28
"""More than a crash leaves of blocks that were never written; they cost whoever made them nothing."""
LINE_MOST_BYTES = 1 << 22
"""More than any line of ours has; 4,096 pages with a warning each take a tenth of it."""


def read_lines(path: Path, begin: int = 0, end: int | None = None) -> Iterator[tuple[bytes, bool]]:
    """Yields the lines of an append-only file, each with whether it counts; nothing if there is no file.

    A line that a crash tore does not: it is expected to be damaged. It begins as lines do, and its newline is missing;
    what else is there without one, as zeros after a power loss, is damage.

    Args:
        path: the file.
        begin: byte where a line begins.
        end: byte where the last wanted line ends; None reads to the end of the file.

    Raises:
        OutputError: the file cannot be read.
    """
    for line in raw_lines(path, begin):
        if line.strip():
            yield line, line.endswith(b"\n") or not line.startswith(b"{")
        begin += len(line)
        if end is not None and begin >= end:
            return


def raw_lines(path: Path, begin: int = 0) -> Iterator[bytes]:
    """Yields all lines from a byte offset on, empty ones too; nothing if there is no file.

    What is longer than any line of ours comes in pieces, so that it does not have to be held in memory.

    Raises:
        OutputError: the file cannot be read, or is none of ours.
    """
    try:
        with open_record(path, os.O_RDONLY) as lines:
            if _has_holes(lines.fileno(), begin):
                raise OutputError(
                    f"{path} is not read: most of it is holes, which no run leaves",
                    "Bring it back from a copy, or move it away; what no line tells of is done again.",
                )
            lines.seek(begin)
            while line := lines.readline(LINE_MOST_BYTES):
                yield line
    except FileNotFoundError:
        return
    except NotOurs as error:
        raise not_ours(error) from error
    except OSError as error:
        raise OutputError(f"{path} cannot be read: {error.strerror or error}") from error


def _has_holes(descriptor: int, begin: int) -> bool:
    """Returns whether a file has more holes from here on than a crash leaves, where the system tells of any."""
    end, holes_bytes = os.fstat(descriptor).st_size, 0
    while hasattr(os, "SEEK_HOLE") and end - begin + holes_bytes > HOLES_MOST_BYTES >= holes_bytes:
        hole = begin
        try:
            hole = os.lseek(descriptor, begin, os.SEEK_HOLE)
            begin = os.lseek(descriptor, hole, os.SEEK_DATA) if hole < end else end
        except OSError as error:
            if error.errno != errno.ENXIO:
                return False  # this file system does not tell
            begin = end  # there are no more data
        holes_bytes += begin - hole
    return holes_bytes > HOLES_MOST_BYTES


@contextmanager
def open_record(path: Path, flags: int) -> Iterator[BinaryIO]:
    """Opens a record: a regular file in a real folder, and without a second hard link if it is to be written.

    Raises:
        NotOurs: it, or its folder, is a link or something else.
        OSError: it cannot be opened.
    """
    modes = {os.O_RDONLY: "rb", os.O_RDWR | os.O_CREAT: "r+b", os.O_RDWR | os.O_CREAT | os.O_APPEND: "a+b"}
    buffering = -1 if flags == os.O_RDONLY else 0  # a buffer would fail a second time when it is closed
    with record_folder(path.parent) as folder:
        descriptor = open_own(folder, path.name, flags)
    with cast(BinaryIO, os.fdopen(descriptor, modes[flags], buffering=buffering)) as file:
        yield file


@contextmanager
def record_folder(path: Path) -> Iterator[Folder]:
    """Opens the folder of records, which must not be a link.

    Raises:
        NotOurs: it is.
        OSError: it cannot be opened.
    """
    with Folder(path.parent) as outer, Folder(path, outer) as folder:
        yield folder


def not_ours(error: NotOurs) -> OutputError:
    """Returns the error for a record that is not as photocolor makes it."""
    return OutputError(
        f"{error.filename} is not used: {error.strerror}",
        "Look where it comes from and move it away: photocolor's records are files and folders of their own.",
    )


def write_failure(path: Path, error: OSError) -> OutputError:
    """Returns the error for a failed write to the run's own records."""
    if isinstance(error, NotOurs):
        return not_ours(error)
    if error.errno in NO_SPACE:
        return DiskFull(f"no space is left to write {path}")
    return OutputError(f"{path} cannot be written: {error.strerror or error}")


class LineFile:
    """Appends whole lines to a file; a line that a crash tore is cut off when it opens the file.

    Args:
        path: the file; created with its folder.
        durable: whether each line is forced to the medium before `append` returns.
    """

    def __init__(self, path: Path, *, durable: bool) -> None:
        self._path = path
        self._durable = durable
        with ExitStack() as stack:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._file = stack.enter_context(open_record(path, os.O_RDWR | os.O_CREAT | os.O_APPEND))
                self._end_last_line()
            except OSError as error:
                raise write_failure(path, error) from error
            self._stack = stack.pop_all()

    def _end_last_line(self) -> None:
        """Cuts off a line that a crash tore: nobody needs it, and it would count as damage from the next line on.

        Anything else without a newline is kept, and ended.
        """
        start, last = _last_line(self._file)
        if not last or last.endswith(b"\n"):
            return
        if last.startswith(b"{") and not _is_json(last):
            self._file.truncate(start)
        else:
            self._write(b"\n")

    def append(self, record: dict[str, object]) -> None:
        """Adds one line.

        Raises:
            DiskFull: no space is left; what was there before is whole.
            OutputError: it cannot be written for another reason, or the file has lost its name: the line is then in
                no file that anybody would find.
        """
        line = dumps(record, compact=True).encode("ascii") + b"\n"
        try:
            self._write(line)
        except OSError as error:
            raise write_failure(self._path, error) from error
        if not self._is_in_place(line):
            raise OutputError(
                f"{self._path} is not in its place any more: the output folder was removed, unmounted or replaced",
                "Bring it back and run the same command again; what its manifest does not know is done again.",
            )

    def _write(self, line: bytes) -> None:
        whole_bytes = os.fstat(self._file.fileno()).st_size
        try:
            self._write_all(line)
        except OSError:
            with suppress(OSError):  # a torn line is understood too, where it cannot be cut off
                self._file.truncate(whole_bytes)
            raise
        if self._durable:
            bring_to_medium(self._file.fileno())

    def _write_all(self, line: bytes) -> None:
        rest = memoryview(line)
        while rest:
            rest = rest[self._file.write(rest) :]

    def close(self) -> None:
        """Ends writing; every line is already in the file."""
        self._stack.close()

    def _is_in_place(self, line: bytes) -> bool:
        """Returns whether the file under this name is still the one written; some file systems renumber it."""
        try:
            if os.path.samestat(self._path.stat(follow_symlinks=False), os.fstat(self._file.fileno())):
                return True
            with open_record(self._path, os.O_RDONLY) as there:
                there.seek(-len(line), os.SEEK_END)
                return there.read() == line
        except OSError:
            return False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def _last_line(file: BinaryIO) -> tuple[int, bytes]:
    """Returns where the last line of a file begins, and its bytes; of one longer than any of ours only the end."""
    size_bytes = file.seek(0, os.SEEK_END)
    start = max(0, size_bytes - LINE_MOST_BYTES)
    file.seek(start)
    tail = file.read(size_bytes - start)
    at = tail.rfind(b"\n", 0, -1) + 1
    return start + at, tail[at:]


def _is_json(line: bytes) -> bool:
    try:
        loads(line)
    except ValueError:
        return False
    return True
