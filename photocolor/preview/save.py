"""Saves a comparison, whole or not at all, and never over a file that is no comparison."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from photocolor import __version__
from photocolor.errors import TargetBlocked, UsageError
from photocolor.system.atomic import AtomicFile
from photocolor.system.safe_files import open_regular

MARK = b"photocolor preview"
"""Stands near the beginning of every comparison; what has it may be replaced by the next one."""
SOFTWARE = f"{MARK.decode()} {__version__}"
SUFFIXES = (".png", ".html", ".htm")
_HEAD_BYTES = 4096


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
    """Returns a fresh path in the system's temporary folder, readable by its owner alone."""
    return Path(tempfile.mkdtemp(prefix="photocolor-")) / f"{photo.stem}-preview.png"
