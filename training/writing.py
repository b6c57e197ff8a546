"""Turns a failed write into an error that names the file and says what to do."""

from __future__ import annotations

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
