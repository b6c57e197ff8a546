"""Saves a comparison, whole or not at all, and never over a file that is no comparison."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from photocolor import __version__
from photocolor.errors import TargetBlocked, UsageError
from photocolor.system.atomic import AtomicFile, Placement, is_temporary, steady_token
from photocolor.system.safe_files import Folder, open_own, open_regular
from photocolor.system.temporary.folders import lasting_folder, system_folder
from photocolor.system.writing.readers import Readers, readers_of

MARK = b"photocolor preview"
"""Stands near the beginning of every comparison; what has it may be replaced by the next one."""
SOFTWARE = f"{MARK.decode()} {__version__}"
SUFFIXES = (".png", ".html", ".htm")
_HEAD_BYTES = 4096
_SUFFIX = "-preview.png"
_FOLDER = re.compile(r"photocolor-(?:preview-)?[a-z0-9_]{8}")
_PRIVATE = 0o700
KEPT_S = 24 * 3600
"""Pictures in the temporary folder are kept so long at least."""


def check_place(out: Path) -> None:
    """Refuses a path before any work is done.

    Raises:
        UsageError: the ending is none of `SUFFIXES`.
        TargetBlocked: a file lies there that photocolor preview did not write.
    """
    if out.suffix.lower() not in SUFFIXES:
        raise UsageError(f"--out {out} ends in none of {', '.join(SUFFIXES)}", "Use --out compare.png or compare.html.")
    if out.is_dir():
        raise TargetBlocked(f"{out} is a folder", "Choose a file as --out.")
    if os.path.lexists(out):
        with _opened(out) as file:
            if MARK not in file.read(_HEAD_BYTES):
                raise TargetBlocked(
                    f"{out} exists and was not written by photocolor preview", "Choose another --out, or move it away."
                )


@contextmanager
def _opened(out: Path) -> Iterator[BinaryIO]:
    try:
        with open_regular(out) as file:
            yield file
    except OSError as error:
        cause = error.strerror or error
        raise TargetBlocked(f"{out} cannot be replaced: {cause}", "Choose another --out, or move it away.") from error


def keep(out: Path, data: bytes, photo: Path) -> Path:
    """Writes the file; returns its path. Who may not read the photo may not read it either.

    Raises:
        OutputError, TargetBlocked: it cannot be written.
    """
    readers = _readers_of(photo)
    with AtomicFile(out, steady_token(out), Placement(mode=readers.mode, group=readers.group)) as file:
        file.content.write_bytes(data)
        file.commit()
    return out


def _readers_of(photo: Path) -> Readers:
    try:
        return readers_of(photo.stat())
    except OSError:  # it vanished meanwhile, and with it who might read it
        return Readers(0o600)


def temporary_place(photo: Path) -> Path:
    """Returns a fresh path in the system's temporary folder, readable by its owner alone.

    A program may look at the picture for long after the command has ended, so it stays; what earlier previews left
    there is removed after a day.
    """
    _sweep(system_folder())
    return lasting_folder("photocolor-preview-") / f"{photo.stem}{_SUFFIX}"


def _sweep(folder: Path) -> None:
    """Removes old folders of previews: those that only this user may enter, with one preview in them, and no links."""
    with suppress(OSError):  # what cannot be removed is no reason to show no picture
        for path in [path for path in folder.iterdir() if _FOLDER.fullmatch(path.name)]:
            with suppress(OSError):
                _remove_if_old(path)


def _remove_if_old(path: Path) -> None:
    with Folder(path) as held:
        if not _is_private(held.state) or not os.path.samestat(held.state, path.lstat()):
            return
        names = held.names()
        if len(names) == 1 and time.time() - held.state.st_mtime >= KEPT_S and _is_preview(held, names[0]):
            held.remove(names[0])
            path.rmdir()


def _is_private(status: os.stat_result) -> bool:
    """Returns whether a folder is as `mkdtemp` makes it: of this user, and of nobody else's use."""
    return not hasattr(os, "getuid") or (status.st_uid == os.getuid() and status.st_mode & 0o777 == _PRIVATE)


def _is_preview(folder: Folder, name: str) -> bool:
    """Returns whether `keep` wrote it, or was killed over it: anybody may call a folder `photocolor-pictures`."""
    if is_temporary(name):
        return True
    if not name.endswith(_SUFFIX):
        return False
    with os.fdopen(open_own(folder, name, os.O_RDONLY), "rb") as file:
        return MARK in file.read(_HEAD_BYTES)
