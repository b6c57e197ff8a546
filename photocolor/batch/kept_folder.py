"""Notices that a folder which a watch writes into has gone between two photos: unmounted, removed, or replaced."""

from __future__ import annotations

import os
from pathlib import Path

from photocolor.batch.plan.roots import identity_of
from photocolor.errors import OutputError


class KeptFolder:
    """Remembers a folder that was written into.

    A disk that is taken away leaves the empty folder that it was mounted on, or none; results would go there, and be
    hidden as soon as the disk is back.

    Args:
        path: the folder; it need not be there yet.
        mark: what lies in it once it was written into; "" for anything.
    """

    def __init__(self, path: Path, mark: str = "") -> None:
        self._path, self._mark = path, mark
        self._identity: tuple[int, int] | None = None

    def remember(self) -> None:
        """Takes the folder as it is now for the one to be kept, if it was written into."""
        if self._is_written():
            self._identity = identity_of(self._path)

    @property
    def is_another(self) -> bool:
        """Returns whether nothing or something else has its path now, such as the same disk, mounted anew."""
        return self._identity is not None and identity_of(self._path) != self._identity

    def loss(self) -> OutputError | None:
        """Returns the error of a folder that is not there any more; None if it is, or if it never was."""
        if not self.is_another or self._is_written():
            return None
        message = f"{self._path} was removed, unmounted or replaced while the watch went on"
        return OutputError(message, "Bring it back, or end the watch and begin it anew.")

    def _is_written(self) -> bool:
        try:
            names = os.listdir(self._path)  # noqa: PTH208 -- the names are all that counts
        except OSError:
            return False
        return self._mark in names if self._mark else bool(names)
