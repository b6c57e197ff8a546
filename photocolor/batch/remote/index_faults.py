"""Says in photocolor's words why the index of a remote run fails, and what helps."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from photocolor.errors import OutputError
from photocolor.system.temporary.folders import no_temporary_files

VARIABLE = "SQLITE_TMPDIR"
"""Names the folder that the index lies in."""
_NO_PLACE = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_CANTOPEN: errno.ENOENT,
    sqlite3.SQLITE_READONLY: errno.EROFS,
    sqlite3.SQLITE_PERM: errno.EACCES,
}
_DISK_HINT = (
    "Look whether a limit on sizes or space holds there (ulimit, a quota) and whether the disk is in order, "
    f"or let {VARIABLE} name a folder on another disk; then run the same command again."
)
_DAMAGE_HINT = (
    "Run the same command again: the index is made anew each time. If it happens again, "
    f"check the machine's disk and memory, or let {VARIABLE} name a folder on another disk."
)


@contextmanager
def index_kept() -> Iterator[None]:
    """Runs a block that works with an index.

    Raises:
        DiskFull: no space is left for the index.
        OutputError: it finds no place, its disk fails, or it was damaged.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        if (fault := _fault(error)) is None:
            raise
        raise fault from error


def _fault(error: sqlite3.DatabaseError) -> OutputError | None:
    """Returns the error that says the cause; None for a mistake in photocolor."""
    extended = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)  # Python's own have no code
    code = extended & 0xFF
    if code in _NO_PLACE:
        return no_temporary_files(OSError(_NO_PLACE[code], str(error)), VARIABLE)
    if code == sqlite3.SQLITE_IOERR:
        what = f"{error} ({error.sqlite_errorname})"
        return OutputError(f"the disk with the index of this run, a temporary file, failed: {what}", _DISK_HINT)
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return OutputError(f"the index of this run, a temporary file, was damaged meanwhile: {error}", _DAMAGE_HINT)
    return None
