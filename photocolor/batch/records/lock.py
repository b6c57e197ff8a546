"""Locks an output folder for one run, or one run of each shard; the system releases the lock however the run ends."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from pathlib import Path
from stat import S_IMODE
from types import TracebackType
from typing import BinaryIO, Self

from photocolor.batch.records.files import LOCK, record_path, shards_of
from photocolor.batch.records.jsonl import open_record, write_failure
from photocolor.distribution import SHARDS_MAX, Shard
from photocolor.errors import OutputLocked
from photocolor.system.printable import as_argument, command_line

_WINDOWS_PLACE = 1 << 30
"""Where bytes are locked on Windows: beyond the signature, because a locked byte cannot be read by others."""


class OutputLock:
    """Holds the lock of an output folder; taking it makes the folder, and so proves that it can be written.

    A plain run is alone. Shards of one count share the folder's lock, and each has one of its own; shards of another
    count are refused, because they would have the same photos. Each run takes its own lock before it looks at those of
    the others, so of two that exclude each other at least one sees the other. On a file system without locks it holds
    nothing, and `held` says so.

    Args:
        out: the output folder.
        shard: the share of the photos that the run works on; None for all.

    Attributes:
        held: whether no other run can be at work on the same photos.

    Raises:
        OutputLocked: another run is at work there.
        OutputError: the folder cannot be made or written.
    """

    def __init__(self, out: Path, shard: Shard | None = None) -> None:
        with ExitStack() as files:
            file = _lock_all(out, files) if shard is None else _lock_shard(out, shard, files)
            self.held = file is not None
            if file is not None:
                _sign(file)
                files.callback(_unsign, file)
            self._files = files.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._files.close()


def _lock_all(out: Path, files: ExitStack) -> BinaryIO | None:
    """Returns the locked file; None on a file system without locks."""
    file = _open(record_path(out, LOCK), files)
    try:
        is_locked = _take(file)
    except BlockingIOError as error:
        at_work = next((shard for shard in shards_of(out, LOCK) if _is_held(out, shard, files)), None)
        if at_work is not None:
            raise _refusal(out, at_work, files) from error
        raise _held_by(file, out) from error
    return file if is_locked else None


def _lock_shard(out: Path, shard: Shard, files: ExitStack) -> BinaryIO | None:
    """Returns the locked file of this shard; None on a file system without locks."""
    every, own = _open(record_path(out, LOCK), files), _open(record_path(out, LOCK, shard), files)
    try:
        is_locked = _take(every, shard)
    except BlockingIOError as error:
        raise _held_by(every, out) from error
    try:
        is_locked = _take(own) and is_locked
    except BlockingIOError as error:
        raise _refusal(out, shard, files) from error
    for other in shards_of(out, LOCK):
        if other.count != shard.count and _is_held(out, other, files, shard):
            raise _refusal(out, other, files)
    return own if is_locked else None


def _open(path: Path, files: ExitStack) -> BinaryIO:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return files.enter_context(open_record(path, os.O_RDWR | os.O_CREAT))
    except OSError as error:
        raise write_failure(path, error) from error


def make_output_folder(out: Path, sources: Iterable[Path]) -> None:
    """Makes a missing output folder, readable only for those who can read the folders of the sources.

    Raises:
        OutputError: it cannot be made.
    """
    mode = 0o777
    for source in sources:
        with suppress(OSError):  # whoever reads it tells
            folder = source if source.is_dir() else source.parent
            mode &= S_IMODE(folder.stat().st_mode) | 0o700
    try:
        out.mkdir(mode, parents=True, exist_ok=True)
    except OSError as error:
        raise write_failure(out, error) from error


def _is_held(out: Path, shard: Shard, files: ExitStack, slot: Shard | None = None) -> bool:
    """Returns whether a run has this shard's lock, without disturbing other processes that ask."""
    file = _open(record_path(out, LOCK, shard), files)
    try:
        _take(file, slot or shard)
    except BlockingIOError:
        return True
    file.close()
    return False


def _refusal(out: Path, shard: Shard, files: ExitStack) -> OutputLocked:
    owner = _owner(_open(record_path(out, LOCK, shard), files))
    hint = "Wait for the other run. Runs at the same time must be different shards of the same number."
    return OutputLocked(f"another run is writing {shard} into {out}{owner}", hint)


def _held_by(file: BinaryIO, out: Path) -> OutputLocked:
    """Returns the refusal of a folder whose lock somebody has; without a signature that need not be a run."""
    owner = _owner(file)
    if owner or os.name != "posix":
        return OutputLocked(f"another run is writing into {out}{owner}")
    finds = command_line(["lsof", as_argument(record_path(out, LOCK))])
    return OutputLocked(f"somebody holds the lock of {out}", f"No run has signed it. To find out who holds it: {finds}")


def _sign(file: BinaryIO) -> None:
    with suppress(OSError):  # it only helps whoever is refused; a disk that is full is told by what has to be written
        file.truncate(0)
        file.seek(0)
        file.write(f"process {os.getpid()} on {platform.node()}".encode())
        file.flush()


def _unsign(file: BinaryIO) -> None:
    with suppress(OSError):  # the next run signs it anew
        file.truncate(0)


def _owner(file: BinaryIO) -> str:
    file.seek(0)
    signature = file.read(200).decode(errors="replace")
    return f" ({signature})" if signature else ""


def _take(file: BinaryIO, slot: Shard | None = None) -> bool:
    """Returns True if the lock is held until the file is closed, False if this file system has no locks.

    Args:
        file: open for reading and writing.
        slot: whoever gives one shares the lock with those who give others; without one it is exclusive.

    Raises:
        BlockingIOError: somebody else has it.
    """
    if sys.platform == "win32":
        import msvcrt

        try:  # Windows has no shared lock here, but ranges: everyone who shares has a byte of his own
            file.seek(_WINDOWS_PLACE + (slot.number if slot else 0))
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1 if slot else SHARDS_MAX + 1)
        except OSError as error:
            raise BlockingIOError(error.errno, error.strerror) from error
        return True
    import fcntl

    try:
        fcntl.flock(file, (fcntl.LOCK_SH if slot else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:
        return False
    return True
