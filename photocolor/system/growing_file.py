"""Follows a large file while it is written: reserves its room, hashes it, and brings it to the medium."""

from __future__ import annotations

import ctypes
import errno
import hashlib
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from types import TracebackType
from typing import Self, TypeVar

Part = TypeVar("Part")

_AT_A_TIME_BYTES = 1 << 23
_BEGIN_ONLY = 2
"""Flag of sync_file_range: begin to write pages back, and do not wait. Source: Linux, include/uapi/linux/fs.h."""
_KEEP_SIZE = 1
"""Flag of fallocate: the file is as long as before. Source: Linux, include/uapi/linux/falloc.h."""
_PART_BYTES = 1 << 20
"""How much of a file is read at a time; large enough that Python's part of it costs nothing."""
_CANNOT_SYNC = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EBADF}
"""What network shares and file systems in user space say that know no such call, for folders above all."""
_PAUSE_S = 0.01
"""Between looks at what has been written: each look is one more that threads which paint may have to wait for."""


class GrowingDigest:
    """Reads a file behind its writer, who writes it from front to back; only its head may come later.

    Leaving the `with` block ends the thread.

    Args:
        descriptor: of the file, open for reading as long as the block lasts.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._head: bytes | None = None
        self._digest = hashlib.sha256()
        self._at = 0
        self._thread: threading.Thread | None = None
        self._ended = threading.Event()
        self._failure: OSError | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def begin(self, head: bytes) -> None:
        """Begins to follow the file, which is empty, and which will begin with `head` when it is finished.

        Nothing is done on systems that cannot read a file at any place while somebody writes it.
        """
        if not hasattr(os, "pread"):
            return
        self._head, self._at = head, len(head)
        self._digest.update(head)
        self._thread = threading.Thread(target=self._follow, name="photocolor-digest", daemon=True)
        self._thread.start()

    def finish(self) -> tuple[str, int] | None:
        """Returns the hex digest and the length of the finished file; None if nobody knows them yet.

        So it is if nothing was begun, and if the file's head turned out to be another.

        Raises:
            OSError: the file cannot be read.
        """
        self._stop()
        if self._head is None:
            return None
        if self._failure is not None:
            raise self._failure
        if os.pread(self._descriptor, len(self._head), 0) != self._head:
            return None
        while self._take():
            pass
        return self._digest.hexdigest(), self._at

    def _stop(self) -> None:
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _follow(self) -> None:
        try:
            while not self._ended.is_set():
                if not self._take():
                    self._ended.wait(_PAUSE_S)
        except OSError as error:
            self._failure = error

    def _take(self) -> bool:
        """Hashes a part of what has been written since; returns whether there was any."""
        part = os.pread(self._descriptor, _PART_BYTES, self._at)
        self._digest.update(part)
        self._at += len(part)
        return bool(part)


def written_back(parts: Iterable[Part], descriptor: int) -> Iterator[Part]:
    """Yields the parts of a file that is written from front to back, and has written back what grew meanwhile.

    It is a hint, which only Linux takes: whoever needs the file on the medium has to sync it, and meets there what
    went wrong.

    Args:
        parts: whoever takes them writes them.
        descriptor: of the file.
    """
    begun = 0
    for part in parts:
        yield part
        size = os.fstat(descriptor).st_size
        if size - begun >= _AT_A_TIME_BYTES:
            begin_write_back(descriptor, begun, size - begun)
            begun = size


def begin_write_back(descriptor: int, start: int, size_bytes: int) -> None:
    """Has a part of a file written back, without waiting: a hint, as in `written_back`."""
    if (begin := _of_linux("sync_file_range", ctypes.c_int, ctypes.c_int64, ctypes.c_int64, ctypes.c_uint)) is not None:
        begin(descriptor, start, size_bytes, _BEGIN_ONLY)


def reserve(descriptor: int, size_bytes: int) -> None:
    """Has room reserved for a file that will have so many bytes; it is as long as before.

    Else the file system looks for room at each page that is written. It is a hint, as in `written_back`: where there is
    not enough room, whoever writes finds out.
    """
    if (allocate := _of_linux("fallocate64", ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64)) is not None:
        allocate(descriptor, _KEEP_SIZE, 0, size_bytes)


def bring_to_medium(descriptor: int) -> None:
    """Returns when a file, or the names in a folder, are on the medium, where its file system can promise that.

    Raises:
        OSError: the medium fails.
    """
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _CANNOT_SYNC:
            raise


@cache
def _of_linux(name: str, *takes: type) -> Callable[..., int] | None:
    """Returns a function of Linux's C library by what it takes; None elsewhere, and where it has none of that name."""
    function = getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
    if function is not None:
        function.argtypes = takes
    return function
