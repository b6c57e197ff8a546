"""Makes folders for temporary files, and says what helps where the system has no place for any."""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from photocolor.errors import DiskFull, OutputError

_NO_SPACE = {errno.ENOSPC, errno.EDQUOT}
SMALL_BYTES = 1 << 24


@contextmanager
def temporary_folder(prefix: str) -> Iterator[Path]:
    """Yields a fresh folder that only this user may enter; it is removed with all in it when the block ends.

    Raises:
        OutputError: there is no place for one.
        DiskFull: there is no space for it, or for what the block writes into it.
    """
    folder = lasting_folder(prefix)
    try:
        yield folder
    except OSError as error:
        if error.errno in _NO_SPACE:
            raise no_temporary_files(error) from error
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def lasting_folder(prefix: str, inside: Path | None = None) -> Path:
    """Returns a fresh folder that only this user may enter, and that stays.

    Args:
        prefix: how its name begins.
        inside: the folder that it is made in; None for the system's folder of temporary files.

    Raises:
        OutputError: there is no place for one.
        DiskFull: there is no space for one.
    """
    try:
        return Path(tempfile.mkdtemp(prefix=prefix, dir=inside))
    except OSError as error:
        raise no_temporary_files(error) from error


def has_room(folder: Path, size_bytes: int) -> bool:
    """Returns whether a copy of so many bytes may be made there: it leaves as much for what is made of it.

    Small ones always may: if there is no space for them, nothing can go on.
    """
    try:
        return size_bytes <= SMALL_BYTES or size_bytes <= shutil.disk_usage(folder).free // 2
    except OSError:
        return True  # whoever writes there meets it


def system_folder() -> Path:
    """Returns the system's folder of temporary files.

    Raises:
        OutputError: none can be written.
    """
    try:
        return Path(tempfile.gettempdir())
    except OSError as error:
        raise no_temporary_files(error) from error


def no_temporary_files(error: OSError, variable: str = "TMPDIR") -> OutputError:
    """Returns the error that says that there is no place or no space for temporary files.

    Args:
        error: what the system said.
        variable: of the environment, which names the folder that they go to.
    """
    where = f" in {tempfile.tempdir}" if tempfile.tempdir and variable == "TMPDIR" else ""
    hint = f"Let {variable} name a folder that may be written and has space, then run the same command again."
    if error.errno in _NO_SPACE:
        return DiskFull(f"no space left for temporary files{where}", hint)
    return OutputError(f"temporary files cannot be written{where}: {error.strerror or error}", hint)
