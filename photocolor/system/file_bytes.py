"""Reads and writes open files: one on disk by slices, as `bytes` has them, and one without a name."""

from __future__ import annotations

import errno
import hashlib
import mmap
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, cast, overload

from photocolor.errors import UnreadableSource
from photocolor.system.machine import memory

HELD_BYTES = 1 << 24
"""Files, and pictures, up to this length are taken into memory at once: 16 MB matter to no machine."""
_NO_MAP = {errno.ENODEV, errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}


def read_whole(file: BinaryIO) -> bytes:
    """Returns all bytes of an open file; one that is nothing but long cost whoever made it nothing.

    Raises:
        OSError: it cannot be read, or is longer than half of the memory that is free.
    """
    size_bytes = os.fstat(file.fileno()).st_size
    if not fits_into_memory(size_bytes):
        raise OSError(errno.EFBIG, f"it has {size_bytes / 1e9:,.1f} GB, more than half of the memory that is free")
    return file.read()


def fits_into_memory(size_bytes: int) -> bool:
    """Returns whether so many bytes may be taken into memory: a few, or at most half of what is free."""
    if size_bytes <= HELD_BYTES:
        return True
    free_bytes = memory().available_bytes
    return free_bytes is None or size_bytes <= free_bytes // 2


class DiskBytes:
    """Reads slices of an open file as if it were `bytes`; what is beyond its end is missing.

    A memory map would do the same, but a file that shrinks meanwhile, or a medium that fails, ends the process there.

    Args:
        file: opened for reading; closed with this object.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.found: dict[str, object] = {}
        """What was found out about the whole file, so that it is found once."""
        self._length = os.fstat(file.fileno()).st_size

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.file.close()

    def rewound(self) -> BinaryIO:
        """Returns the file at its beginning, for libraries that take files."""
        self.file.seek(0)
        return self.file

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, at: int) -> int: ...

    @overload
    def __getitem__(self, at: slice) -> bytes: ...

    def __getitem__(self, at: int | slice) -> int | bytes:
        if isinstance(at, int):
            return self[at : at + 1][0]
        start, stop, step = at.indices(self._length)
        if step != 1:
            raise ValueError("a file is read in one piece")
        try:
            self.file.seek(start)
            return self.file.read(max(0, stop - start))
        except OSError as error:
            raise UnreadableSource(f"{self.file.name} cannot be read: {error.strerror or error}") from error


@contextmanager
def mapped(file: BinaryIO) -> Iterator[bytes | mmap.mmap]:
    """Yields an open file's bytes as a memory map; where the file system has none, they are read.

    The map is private: network file systems refuse one that has to see what other machines write.

    Raises:
        ValueError: the file is empty.
        OSError: it cannot be read.
    """
    try:
        view = _map(file.fileno())
    except OSError as error:
        if error.errno not in _NO_MAP:
            raise
        view = None
    if view is None:
        file.seek(0)
        yield file.read()
    else:
        with view:
            yield view


def _map(descriptor: int) -> mmap.mmap:
    if sys.platform == "win32":
        return mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)
    return mmap.mmap(descriptor, 0, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ)


Stored = bytes | DiskBytes
"""A file's bytes, in memory or where they lie."""


class KnownBytes(bytes):
    """Holds bytes in memory, with a cache for facts found out about them."""

    def __init__(self, _: bytes) -> None:
        super().__init__()
        self.found: dict[str, object] = {}


def remembering(data: Stored) -> DiskBytes | KnownBytes:
    """Returns a file with a cache, because many of its pages will be asked for and share their directories."""
    return data if isinstance(data, DiskBytes | KnownBytes) else KnownBytes(data)


@contextmanager
def remembered(data: Stored) -> Iterator[DiskBytes | KnownBytes]:
    """Yields a file with a cache; afterwards the cache is emptied, so that it keeps nothing in memory."""
    known = remembering(data)
    try:
        yield known
    finally:
        known.found.clear()


def whole(data: Stored) -> bytes:
    """Returns all bytes, for readers that need them in memory."""
    return data if isinstance(data, bytes) else data[:]


class HeldFile:
    """Accesses a file by one descriptor, so that nobody can replace it under its name meanwhile.

    It has those methods of `Path` that its writers use; every `open` begins at the file's first byte.

    Args:
        descriptor: open for reading and writing; stays open.
        parent: the folder that it lies in, for files that are needed beside it.
    """

    def __init__(self, descriptor: int, parent: Path) -> None:
        self._descriptor = descriptor
        self.parent = parent

    def open(self, mode: str, buffering: int = -1) -> BinaryIO:
        """Opens the file as "rb", "r+b" or "wb", with a buffer of so many bytes; closing it keeps the descriptor open.

        Raises:
            OSError: it cannot be emptied.
        """
        if mode == "wb":
            os.ftruncate(self._descriptor, 0)
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        return cast(BinaryIO, os.fdopen(os.dup(self._descriptor), mode, buffering))

    def fileno(self) -> int:
        """Returns the descriptor."""
        return self._descriptor

    def stat(self) -> os.stat_result:
        """Returns the file's status from the system."""
        return os.fstat(self._descriptor)

    def read_bytes(self) -> bytes:
        """Returns the whole file."""
        with self.open("rb") as file:
            return file.read()

    def write_bytes(self, data: bytes) -> int:
        """Replaces the content by these bytes."""
        with self.open("wb") as file:
            return file.write(data)


Writable = Path | HeldFile
"""A file that a result is written to: by its name, or whatever its name is."""


def digest_of(file: BinaryIO) -> str:
    """Returns the hex SHA-256 of a whole file, without holding it in memory."""
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # a BinaryIO may lack readinto
