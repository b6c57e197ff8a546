"""Turns a failed write into an error that names the file and says what to do, before long work where that is known."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from photocolor.batch.records.jsonl import write_failure


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raises the product's error if what is done inside cannot be written.

    Args:
        path: what is written, where the system's error names no file.

    Raises:
        DiskFull: no space is left.
        OutputError: a file or a folder cannot be written for another reason.
    """
    try:
        yield
    except OSError as error:
        named = error.filename2 or error.filename
        raise write_failure(Path(named) if isinstance(named, str) else path, error) from error


def check_writable(path: Path) -> None:
    """Refuses a file that could not be written, before an hour of work ends with that.

    Its folder is created, and a file without a name in it for a moment; what is at `path` stays as it is.

    Raises:
        DiskFull: no space is left.
        OutputError: the folder cannot be created or written to, or `path` is a folder.
    """
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    try:
        with tempfile.TemporaryFile(dir=path.parent) as probe:
            probe.write(b"0")
    except OSError as error:  # which names the probe, a file that nobody asked for
        raise write_failure(path, error) from error
