"""Makes a result appear under its name whole or not at all: temporary file, sync, replace."""

from __future__ import annotations

import contextlib
import errno
import os
import re
from pathlib import Path
from types import TracebackType
from typing import Self

from photocolor.errors import DiskFull, OutputError, TargetBlocked

_TEMPORARY = re.compile(r"\.pc-[0-9a-f]{8}\.tmp")

_NO_SPACE = {errno.ENOSPC, errno.EDQUOT}
_BLOCKED = {errno.ENAMETOOLONG, errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.EINVAL, errno.ELOOP}


class AtomicFile:
    """A place to write a result to, which `commit` turns into the target in one step.

    Leaving the `with` block without `commit`, by an error or not, removes what was written.

    Args:
        target: the final file; its folder is made if it is missing.
        token: eight hex digits that nobody else who writes into this folder has.

    Attributes:
        path: the temporary file in the target's folder; write to this.

    Raises:
        DiskFull: no space or quota is left.
        TargetBlocked: something else lies in the way, or the name is not possible there.
        OutputError: the folder cannot be written for another reason.
    """

    def __init__(self, target: Path, token: str) -> None:
        self.target = target
        self.path = temporary_path(target, token)
        self._committed = False

    def __enter__(self) -> Self:
        try:
            self.target.parent.mkdir(parents=True, exist_ok=True)
            self.path.unlink(missing_ok=True)  # left by a run that was killed
            self.path.touch(exist_ok=False)
        except OSError as error:
            raise output_error(error, self.target) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._committed:
            return
        with contextlib.suppress(OSError):  # the cause of leaving is the news, not that the rest cannot be removed
            self.path.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno is not None:
            raise output_error(error, self.target) from error

    def commit(self) -> None:
        """The temporary file, whole and on the disk, becomes the target; a file already there is replaced."""
        try:
            _sync(self.path, os.O_RDWR)
            self.path.replace(self.target)
            self._committed = True
            if os.name == "posix":  # Windows cannot open folders; its rename is journaled
                _sync(self.target.parent, os.O_RDONLY)
        except OSError as error:
            raise output_error(error, self.target) from error


def output_error(error: OSError, target: Path) -> OutputError | TargetBlocked:
    """The error of ours that says what kept `target` from being written."""
    cause = error.strerror or str(error)
    if error.errno in _NO_SPACE:
        return DiskFull(f"no space left while writing {target}")
    if error.errno in _BLOCKED:
        return TargetBlocked(f"{target} cannot be written: {cause}")
    return OutputError(f"{target} cannot be written: {cause}")


def temporary_path(target: Path, token: str) -> Path:
    """Where `AtomicFile` writes until it commits; whoever ends its process removes it."""
    name = f".pc-{token}.tmp"
    if not is_temporary(name):
        raise ValueError(f"token {token!r} is not eight hex digits")
    return target.with_name(name)


def is_temporary(name: str) -> bool:
    """True for the file names that only `AtomicFile` gives."""
    return _TEMPORARY.fullmatch(name) is not None


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
