"""Makes a result appear under its name whole or not at all: temporary file, sync, replace."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
import threading
import time
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from photocolor.errors import OutputError, TargetBlocked
from photocolor.outcome import OutputFolder
from photocolor.system.file_bytes import HeldFile
from photocolor.system.growing_file import begin_write_back, bring_to_medium
from photocolor.system.safe_files import Folder
from photocolor.system.writing.readers import NOT_KEPT, Readers, narrow, narrow_group
from photocolor.system.writing.refusal import output_error

_TEMPORARY = re.compile(r"\.pc-[0-9a-f]{8}\.tmp")

_LARGE_BYTES = 1 << 24
"""From here on it takes longer to read a file than to start a thread, which then waits for all of it."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Describes permissions, group and time of a new file.

    Attributes:
        root: the output folder, which must be there, and which no folder below it may leave by a link; None if the
            file may lie anywhere, and its folder is made.
        mode: permission bits that it may have at most, beside its owner's right to read it; the umask takes some away.
        group: number of the group that these bits are meant for; None for any. What another group may do is no more
            than what everybody may.
        mtime_ns: when it shall have been changed last, in nanoseconds; None for now.
        folder_modes: permission bits that folders which are made may have at most, the innermost first.
    """

    root: OutputFolder | None = None
    mode: int = 0o666
    group: int | None = None
    mtime_ns: int | None = None
    folder_modes: tuple[int, ...] = ()


_ANYWHERE = Placement()


class AtomicFile:
    """Writes a result to a temporary file, which `commit` turns into the target in one step.

    There is one descriptor from the beginning to the end, made for a name that did not exist, in a folder that is held
    open: whoever puts a link or another file under the name meanwhile loses it, and the photo fails. Leaving the `with`
    block without `commit`, by an error or not, removes what was written.

    Args:
        target: the final file.
        token: eight hex digits that nobody else who writes into this folder has.
        placement: where it may lie, and who may read it.

    Attributes:
        path: the temporary file's name, in the target's folder.
        content: the temporary file, whatever its name is; write to this.

    Raises:
        DiskFull: no space or quota is left.
        TargetBlocked: something else lies in the way, or the name is not possible there.
        OutputError: the folder cannot be written for another reason, or is not there any more.
    """

    def __init__(self, target: Path, token: str, placement: Placement = _ANYWHERE) -> None:
        self.target = target
        self.path = temporary_path(target, token)
        self._placement = placement
        self._open = ExitStack()
        self._committed = False
        self._early: Future[None] | None = None

    def __enter__(self) -> Self:
        try:
            self._root, self._folder = open_target_folder(self.target, self._placement, self._open)
            self._refuse_special()
            self._folder.remove(self.path.name)  # left by a run that was killed
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL
            self._descriptor = self._folder.open(self.path.name, flags, 0o666 & (self._placement.mode | 0o400))
            self._open.callback(self._close)
            narrow_group(self._descriptor, self._placement.group)
        except OSError as error:
            self._open.close()
            raise output_error(error, self.target) from error
        except (OutputError, TargetBlocked):
            self._open.close()
            raise
        self.content = HeldFile(self._descriptor, self.target.parent)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._committed:
            with contextlib.suppress(OSError):  # the cause of leaving is the news, not that the rest cannot be removed
                self._folder.remove(self.path.name)
        self._open.close()
        if not self._committed and isinstance(error, OSError) and error.errno is not None:
            raise output_error(error, self.target) from error

    def narrow(self, readers: Readers) -> None:
        """Takes permissions away that something has not that goes into this file, too.

        Raises:
            OSError: the file system refuses it.
        """
        narrow(self._descriptor, readers)

    def begin_sync(self) -> None:
        """Begins to bring the file to the medium while it is read again; `commit` waits for it.

        Nothing may be written afterwards.
        """
        size_bytes = os.fstat(self._descriptor).st_size
        if size_bytes < _LARGE_BYTES:
            begin_write_back(self._descriptor, 0, size_bytes)
            return
        self._early = early = Future[None]()

        def sync() -> None:
            try:
                bring_to_medium(self._descriptor)
            except OSError as error:
                early.set_exception(error)
            else:
                early.set_result(None)

        threading.Thread(target=sync, name="photocolor-sync", daemon=True).start()

    def commit(self, *, durable: bool = True) -> tuple[str, ...]:
        """Replaces the target by the temporary file, once that is whole and on the disk.

        Args:
            durable: whether it is on the medium when this returns; else when the system likes.

        Returns:
            Sentences about what the file system does not keep.

        Raises:
            OutputError, TargetBlocked: as above; also if the temporary file or the output folder was replaced.
        """
        try:
            if durable:
                if self._early is None:
                    bring_to_medium(self._descriptor)
                else:
                    self._early.result()
            warnings = self._set_time()
            self._refuse_replaced(self.path.name)
            if os.name != "posix":
                self._close()  # an open file cannot be renamed there
            self._folder.replace(self.path.name, self.target.name)
            self._committed = True
            self._refuse_replaced(self.target.name)
            if durable:
                self._folder.sync()
        except OSError as error:
            raise output_error(error, self.target) from error
        return warnings

    def _refuse_special(self) -> None:
        """Raises if a device, a pipe or a socket has the target's name: it would be gone, as /dev/null for root."""
        try:
            mode = self._folder.stat(self.target.name).st_mode
        except FileNotFoundError:
            return
        if not (stat.S_ISREG(mode) or stat.S_ISLNK(mode) or stat.S_ISDIR(mode)):
            raise TargetBlocked(f"{self.target} cannot be written: it is no regular file")

    def _refuse_replaced(self, name: str) -> None:
        if self._descriptor >= 0 and not self._folder.holds(name, self._descriptor):
            raise TargetBlocked(
                f"{self.target} cannot be written: somebody put something else in its place while it was written",
                "Find out who else writes into the output folder, then run the same command again.",
            )
        if self._root is not None and not self._root.in_place():
            raise folder_lost(self._root.path)

    def _set_time(self) -> tuple[str, ...]:
        if self._placement.mtime_ns is not None:
            where = self._descriptor if os.utime in os.supports_fd else self.path
            try:
                os.utime(where, ns=(time.time_ns(), self._placement.mtime_ns))
            except OSError as error:
                if error.errno not in NOT_KEPT:
                    raise
                return (f"{self.target} cannot keep the time of its source: {error.strerror}",)
        return ()

    def _close(self) -> None:
        if self._descriptor >= 0:
            if self._early is not None:
                self._early.exception()  # it must not meet another file under this descriptor
            os.close(self._descriptor)
            self._descriptor = -1


def open_target_folder(target: Path, placement: Placement, stack: ExitStack) -> tuple[Folder | None, Folder]:
    """Opens the output folder, if there is one, and the target's folder; missing ones are made.

    Raises:
        OutputError: the output folder is not the one that the run began with.
        OSError: a folder cannot be opened or made.
    """
    root = placement.root
    if root is None:
        target.parent.mkdir(parents=True, exist_ok=True)
        return None, stack.enter_context(Folder(target.parent))
    try:
        held = folder = stack.enter_context(Folder(root.path))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise folder_lost(root.path) from error
    if root.identity not in (None, held.identity):
        raise folder_lost(root.path)
    names = target.parent.relative_to(root.path).parts
    for depth, name in enumerate(names):
        mode = ([0o777] * len(names) + list(reversed(placement.folder_modes)))[-len(names) :][depth]
        folder.make(name, mode | 0o700)
        folder = stack.enter_context(Folder(folder.path / name, folder))
    return held, folder


def made_folder(path: Path) -> OutputFolder:
    """Makes a folder that files go into, if it is missing; returns what tells it from all others.

    Raises:
        OutputError, TargetBlocked: it cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        with Folder(path) as held:
            return OutputFolder(path, held.identity)
    except OSError as error:
        raise output_error(error, path) from error


def folder_lost(out: Path) -> OutputError:
    """Returns the error that ends a run whose output folder has vanished."""
    return OutputError(
        f"the output folder {out} was removed, unmounted or replaced while the run went on",
        "Bring it back and run the same command again; what its manifest does not know is done again.",
    )


def temporary_path(target: Path, token: str) -> Path:
    """Returns where `AtomicFile` writes until it commits; whoever ends its process removes it."""
    name = f".pc-{token}.tmp"
    if not is_temporary(name):
        raise ValueError(f"token {token!r} is not eight hex digits")
    return target.with_name(name)


def steady_token(target: Path) -> str:
    """Returns a token that is the same each time, for files of which no records tell.

    What a killed process left is then replaced when the same file is written again. Of two that write it at one time
    the one that is later overtaken fails.
    """
    return hashlib.sha256(os.fsencode(target.name)).hexdigest()[:8]


def is_temporary(name: str) -> bool:
    """Returns True for file names that only `AtomicFile` makes."""
    return _TEMPORARY.fullmatch(name) is not None
