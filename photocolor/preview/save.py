"""Saves a comparison, whole or not at all, and never over a file that is no comparison."""

from __future__ import annotations

import os
import re
import secrets
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from photocolor import __version__
from photocolor.errors import TargetBlocked, UsageError
from photocolor.system.atomic import AtomicFile
from photocolor.system.safe_files import Folder, open_regular

MARK = b"photocolor preview"
"""Stands near the beginning of every comparison; what has it may be replaced by the next one."""
SOFTWARE = f"{MARK.decode()} {__version__}"
SUFFIXES = (".png", ".html", ".htm")
_HEAD_BYTES = 4096
_SUFFIX = "-preview.png"
_FOLDER = re.compile(r"photocolor-(?:preview-)?[a-z0-9_]{8}")
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


def keep(out: Path, data: bytes) -> Path:
    """Writes the file; returns its path.

    Raises:
        OutputError, TargetBlocked: it cannot be written.
    """
    with AtomicFile(out, secrets.token_hex(4)) as file:
        file.content.write_bytes(data)
        file.commit()
    return out


def temporary_place(photo: Path) -> Path:
    """Returns a fresh path in the system's temporary folder, readable by its owner alone.

    A program may look at the picture for long after the command has ended, so it stays; what earlier previews left
    there is removed after a day.
    """
    _sweep(Path(tempfile.gettempdir()))
    return Path(tempfile.mkdtemp(prefix="photocolor-preview-")) / f"{photo.stem}{_SUFFIX}"


def _sweep(folder: Path) -> None:
    """Removes old folders of previews: those of this user alone, with nothing but previews in them, and no links."""
    with suppress(OSError):  # what cannot be removed is no reason to show no picture
        for path in [path for path in folder.iterdir() if _FOLDER.fullmatch(path.name)]:
            with suppress(OSError):
                _remove_if_old(path)


def _remove_if_old(path: Path) -> None:
    with Folder(path) as held:
        status = path.lstat()
        mine = held.identity == (status.st_dev, status.st_ino)
        mine = mine and (not hasattr(os, "getuid") or status.st_uid == os.getuid())
        names = held.names()
        if not mine or not names or time.time() - status.st_mtime < KEPT_S:
            return
        if all(name.endswith(_SUFFIX) and stat.S_ISREG(held.stat(name).st_mode) for name in names):
            for name in names:
                held.remove(name)
            path.rmdir()
