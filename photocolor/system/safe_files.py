"""Opens files and folders that other users may replace: never through a link, and never one that blocks."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from photocolor.system.file_bytes import read_whole
from photocolor.system.growing_file import bring_to_medium

_AT = {os.open, os.stat, os.unlink, os.mkdir, os.rename} <= os.supports_dir_fd
"""Whether this system works inside of an open folder; elsewhere (Windows) names are looked at before they are used."""
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)  # opening a pipe waits for its other end, which may never come
_STAND_IN = "\ufffd"
_QUIET = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class NotOurs(OSError):
    """Raised if something lies under a name that photocolor did not put there: a link, a pipe, a second hard link."""


def _not_ours(what: str, path: Path) -> NotOurs:
    return NotOurs(errno.EINVAL, what, str(path))


class Folder:
    """Holds a folder open: operations work in it, whatever its path comes to mean meanwhile.

    Args:
        path: the folder; its last part may be a link only if it is not opened inside of another.
        inside: the held folder that it is opened in.

    Raises:
        NotOurs: it is a link, or no folder, inside of another.
        OSError: it cannot be opened.
    """

    def __init__(self, path: Path, inside: Folder | None = None) -> None:
        self.path = path
        if inside is not None and not stat.S_ISDIR((found := inside.stat(path.name)).st_mode):
            raise _not_ours("it is a link" if stat.S_ISLNK(found.st_mode) else "it is no folder", path)
        self._descriptor = -1
        if _AT:
            flags = os.O_RDONLY | os.O_DIRECTORY | _QUIET
            if inside is None:
                self._descriptor = os.open(path, flags)
            else:
                self._descriptor = os.open(path.name, flags | _NO_LINK, dir_fd=inside._descriptor)
            self.state = os.fstat(self._descriptor)
        else:
            self.state = path.stat()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def identity(self) -> tuple[int, int]:
        """Returns the number of the folder's file system, and its own number there."""
        return self.state.st_dev, self.state.st_ino

    def open(self, name: str, flags: int, mode: int = 0o666) -> int:
        """Returns the descriptor of a file in the folder; refuses a link.

        Raises:
            OSError: it cannot be opened, or is a link.
        """
        return os.open(self._name(name), flags | _NO_LINK | _NO_WAIT | _QUIET, mode, **self._here())

    def stat(self, name: str) -> os.stat_result:
        """Returns the status of a name in the folder; of a link, that of the link itself.

        Raises:
            FileNotFoundError: nothing does.
        """
        return os.stat(self._name(name), follow_symlinks=False, **self._here())  # noqa: PTH116 -- Path knows no open folder

    def names(self) -> list[str]:
        """Returns the names in the folder.

        Raises:
            OSError: it cannot be read.
        """
        return os.listdir(self._descriptor if _AT else self.path)  # noqa: PTH208 -- as above

    def make(self, name: str, mode: int = 0o777) -> None:
        """Makes a folder in this one, unless something of that name is there.

        Raises:
            OSError: it cannot be made.
        """
        try:
            os.mkdir(self._name(name), mode, **self._here())  # noqa: PTH102 -- as above
        except FileExistsError:
            return

    def remove(self, name: str) -> None:
        """Removes a file from the folder, if it is there.

        Raises:
            OSError: it cannot be removed.
        """
        try:
            os.unlink(self._name(name), **self._here())
        except FileNotFoundError:
            return

    def replace(self, old: str, new: str) -> None:
        """Renames a file of the folder; one that had that name is replaced.

        Raises:
            OSError: it cannot be renamed.
        """
        at = {"src_dir_fd": self._descriptor, "dst_dir_fd": self._descriptor} if _AT else {}
        os.replace(self._name(old), self._name(new), **at)  # noqa: PTH105 -- as above

    def holds(self, name: str, descriptor: int) -> bool:
        """Returns whether an open file still has this name in the folder."""
        try:
            return os.path.samestat(self.stat(name), os.fstat(descriptor))
        except OSError:
            return False

    def in_place(self) -> bool:
        """Returns whether the path still leads to this folder."""
        try:
            return os.path.samestat(self.path.stat(), self.state)
        except OSError:
            return False

    def sync(self) -> None:
        """Flushes the folder's names to the disk.

        Raises:
            OSError: the medium fails.
        """
        if self._descriptor >= 0:  # Windows cannot open folders; its rename is journaled
            bring_to_medium(self._descriptor)

    def close(self) -> None:
        """Closes the folder."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _here(self) -> dict[str, Any]:
        return {"dir_fd": self._descriptor} if _AT else {}

    def _name(self, name: str) -> str:
        return name if _AT else str(self.path / name)


def open_own(folder: Folder, name: str, flags: int) -> int:
    """Returns the descriptor of a file of photocolor's own: regular and, to be written, with one hard link.

    Args:
        folder: where it lies.
        name: of the file.
        flags: as of `os.open`.

    Raises:
        NotOurs: it is a link, no regular file, or has a second name elsewhere.
        OSError: it cannot be opened.
    """
    path = folder.path / name
    try:
        _refuse_irregular(folder.stat(name), path)  # before it is opened: that a device is opened may mean something
    except FileNotFoundError:
        if not flags & os.O_CREAT:
            raise
    try:
        descriptor = folder.open(name, flags)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise _not_ours("it is a link", path) from error
        raise
    try:
        status = os.fstat(descriptor)
        _refuse_irregular(status, path)
        if flags & (os.O_WRONLY | os.O_RDWR) and status.st_nlink > 1:
            raise _not_ours("it is a file that has a second name (a hard link)", path)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _refuse_irregular(status: os.stat_result, path: Path) -> None:
    if stat.S_ISLNK(status.st_mode):
        raise _not_ours("it is a link", path)
    if not stat.S_ISREG(status.st_mode):
        raise _not_ours("it is no regular file", path)


@contextmanager
def open_regular(path: Path, *, links: bool = True) -> Iterator[BinaryIO]:
    """Opens a file for reading; a pipe, a socket or a device is refused without being opened or waited for.

    Args:
        path: the file.
        links: whether it may be reached through a link.

    Raises:
        OSError: it cannot be opened, is no regular file, or is a link and may be none.
    """
    _refuse_waiting(path, links=links)
    flags = os.O_RDONLY | _NO_WAIT | _QUIET | (0 if links else _NO_LINK)
    with open(path, "rb", opener=lambda name, _: os.open(name, flags)) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise _not_ours("it is no regular file", path)
        yield file


@contextmanager
def open_below(folder: Path, path: Path) -> Iterator[BinaryIO]:
    """Opens a file that lies below a folder for reading; who puts a link on the way meanwhile leads it nowhere else.

    Args:
        folder: may be a link itself.
        path: of the file, which is no link itself; links in its folders are followed as far as they stay below.

    Raises:
        OSError: it cannot be opened, is no regular file, or lies elsewhere.
    """
    root = Path(os.path.realpath(folder))
    try:
        names = Path(os.path.realpath(path.parent)).relative_to(root).parts
    except ValueError as error:
        raise _not_ours("it lies behind a link", path) from error
    with ExitStack() as stack:
        held = stack.enter_context(Folder(root))
        for each in names:
            held = stack.enter_context(Folder(held.path / each, held))
        yield stack.enter_context(os.fdopen(open_own(held, path.name, os.O_RDONLY), "rb"))


def _refuse_waiting(path: Path, *, links: bool) -> None:
    mode = path.stat(follow_symlinks=links).st_mode
    if stat.S_ISLNK(mode):
        raise _not_ours("it is a link", path)
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):  # that a folder is none, opening it says better
        raise _not_ours("it is no regular file", path)


def read_regular(path: Path, *, links: bool = True) -> tuple[bytes, os.stat_result]:
    """Returns a file's bytes, and its status after they were read.

    Raises:
        OSError: it cannot be read, is no regular file, is a link and may be none, or does not fit into memory.
    """
    with open_regular(path, links=links) as file:
        return read_whole(file), os.fstat(file.fileno())


def leaves(relative: str) -> bool:
    """Returns whether a relative path of a record or listing leads out of its folder.

    Both separators count on every system; a part that is empty or a dot is never written down, but for the dot
    alone, which is the folder itself.
    """
    either = relative.replace("\\", "/").split("/")
    drive = os.path.splitdrive(relative)[0]
    odd = any(part in ("", ".") for part in relative.split("/"))
    return (odd and relative != ".") or "\0" in relative or bool(drive) or either[0] == "" or ".." in either


def staying(relative: str) -> str:
    """Returns a name that leads nowhere, for a record about a path that `leaves`; others as they are."""
    if not leaves(relative):
        return relative
    parts = relative.replace("\\", _STAND_IN).replace("\0", _STAND_IN).split("/")
    name = "/".join(_STAND_IN + part if part in ("", ".", "..") else part for part in parts)
    return _STAND_IN + name if os.path.splitdrive(name)[0] else name


def lies_in(path: Path | str, folder: Path | str) -> bool:
    """Returns whether a path lies below a folder, with links in its folders followed, but not in its last part."""
    parent = os.path.realpath(Path(path).parent)
    real = os.path.realpath(folder)
    return parent == real or parent.startswith(real.rstrip(os.sep) + os.sep)
