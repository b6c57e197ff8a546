"""A folder that appears under its name whole or not at all; what a killed process left of one is swept away."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from photocolor.batch.records.jsonl import write_failure
from photocolor.system.writing.readers import narrow_group


@contextmanager
def part_folder(to: Path, out: Path) -> Iterator[Path]:
    """Yields an empty hidden folder beside `to`, to be filled and renamed; what is left of it in the end is removed.

    Args:
        to: what it shall be.
        out: the folder that it tells of; who may not enter that may not enter it either.

    Raises:
        OutputError: it cannot be made, or something in the block cannot be written.
    """
    part = to.with_name(f".{to.name}.{secrets.token_hex(4)}.part")
    try:
        state = out.stat()
        sweep_parts(to)  # before there is another, so that never more than one is left of killed processes
        part.mkdir(state.st_mode & 0o777 | 0o700, parents=True)
        with _held(part):
            _narrow(part, state.st_gid)
            yield part
    except OSError as error:
        raise write_failure(to, error) from error
    finally:
        with suppress(OSError):
            shutil.rmtree(part)


def _narrow(folder: Path, group: int) -> None:
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            narrow_group(descriptor, group)
        finally:
            os.close(descriptor)


def sweep_parts(to: Path) -> None:
    """Removes the folders that killed processes left of `to`; not those of one that is still at work."""
    ours = re.compile(re.escape(f".{to.name}.") + r"[0-9a-f]{8}\.part")
    with suppress(OSError):  # what cannot be removed is hidden, harmless, and no reason to stop
        for part in [path for path in to.parent.iterdir() if ours.fullmatch(path.name)]:
            with suppress(OSError), _held(part) as alone:
                if alone:
                    shutil.rmtree(part)


@contextmanager
def _held(folder: Path) -> Iterator[bool]:
    """Holds a folder while the block runs; the system lets go of it however the process ends.

    Yields:
        Whether it is certain that nobody else holds it. On Windows and on file systems without locks it never is.

    Raises:
        OSError: it is no folder, or a link.
    """
    if sys.platform == "win32":
        yield False
        return
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            alone = False
        else:
            alone = True
        yield alone
    finally:
        os.close(descriptor)
