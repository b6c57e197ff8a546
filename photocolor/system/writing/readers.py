"""Decides who may read a file that shows a photo: nobody who may not read the photo."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass

NOT_KEPT = {errno.EPERM, errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}
"""What a file system says that has no permissions, or lets nobody set times: FAT, exFAT, network shares."""
_NO_GROUP = -1


@dataclass(frozen=True, slots=True)
class Readers:
    """Describes who may read a file.

    Attributes:
        mode: permission bits.
        group: number of the group that these bits are meant for; None for any.
    """

    mode: int = 0o666
    group: int | None = None


EVERYBODY = Readers()


def readers_of(state: os.stat_result, folders: Iterable[os.stat_result] = ()) -> Readers:
    """Returns who may read a file; everybody where a system has no such permissions.

    Args:
        state: of the file.
        folders: states of the folders that it lies in; who may enter one of them not, cannot read the file either.
    """
    if os.name != "posix":
        return EVERYBODY
    mode = stat.S_IMODE(state.st_mode) & 0o666
    for folder in folders:
        others = bool(folder.st_mode & 0o001)
        group = others or bool(folder.st_mode & 0o010 and folder.st_gid == state.st_gid)
        mode &= 0o600 | group * 0o060 | others * 0o006
    return Readers(mode, state.st_gid)


def common(every: Iterable[Readers]) -> Readers:
    """Returns who may read all of several files."""
    mode, groups = EVERYBODY.mode, set[int | None]()
    for readers in every:
        mode &= readers.mode
        groups.add(readers.group)
    groups.discard(None)
    return Readers(mode, groups.pop() if len(groups) == 1 else _NO_GROUP if groups else None)


def narrow(descriptor: int, readers: Readers) -> None:
    """Removes permissions of a file's group and of others that these readers do not all have.

    Args:
        descriptor: of the file.
        readers: of something that goes into the file, too.
    """
    if os.name == "posix":
        _change_mode(descriptor, stat.S_IMODE(os.fstat(descriptor).st_mode) & (readers.mode | 0o600))
        narrow_group(descriptor, readers.group)


def narrow_group(descriptor: int, group: int | None) -> None:
    """Removes permissions of a group that is another than the meant one, unless everybody has them.

    A file system without permissions has those that it was mounted with.

    Args:
        descriptor: of the file or folder.
        group: the meant one; None for any.
    """
    state = os.fstat(descriptor)
    if os.name == "posix" and group is not None and state.st_gid != group:
        others = (state.st_mode & 0o7) << 3
        _change_mode(descriptor, state.st_mode & (0o707 | others))


def _change_mode(descriptor: int, mode: int) -> None:
    try:
        os.fchmod(descriptor, mode)
    except OSError as error:
        if error.errno not in NOT_KEPT:
            raise
