"""The lock on an output folder: one run at a time, let go by the system whatever way the run ends."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from photocolor.batch.lines import write_failure
from photocolor.batch.walk import RECORD_FOLDER
from photocolor.errors import OutputLocked

LOCK_NAME = "lock"


class OutputLock:
    """Held while a run writes into a folder; taking it makes the folder, and so proves that it can be written.

    On a file system without locks it holds nothing, and `held` says so.

    Args:
        out: the output folder.

    Attributes:
        held: whether no other run can be at work there.

    Raises:
        OutputLocked: another run is at work there.
        OutputError: the folder cannot be made or written.
    """

    def __init__(self, out: Path) -> None:
        path = out / RECORD_FOLDER / LOCK_NAME
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file: BinaryIO = path.open("a+b")
        except OSError as error:
            raise write_failure(path, error) from error
        try:
            self.held = _take(self._file)
        except BlockingIOError as error:
            owner = _owner(self._file)
            self._file.close()
            raise OutputLocked(f"another run is writing into {out}{owner}") from error
        if self.held:
            self._sign()

    def _sign(self) -> None:
        self._file.truncate(0)
        self._file.write(f"process {os.getpid()} on {platform.node()}".encode())
        self._file.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()


def _owner(file: BinaryIO) -> str:
    file.seek(0)
    signature = file.read(200).decode(errors="replace")
    return f" ({signature})" if signature else ""


def _take(file: BinaryIO) -> bool:
    """True if the lock is ours, False if this file system has no locks.

    Raises:
        BlockingIOError: somebody else has it.
    """
    if sys.platform == "win32":
        import msvcrt

        try:
            file.seek(1 << 30)  # beyond the signature: a locked byte cannot be read by others
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise BlockingIOError(error.errno, error.strerror) from error
        return True
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:
        return False
    return True
