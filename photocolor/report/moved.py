"""Finds the photos of a run in the folder where they lie now, if that is another one than the run read."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from photocolor.batch.records.checked import source_place
from photocolor.errors import UsageError
from photocolor.storage.address import is_address
from photocolor.system.spelling import as_spelled_now, spelling_hint


@dataclass(frozen=True, slots=True)
class SourcesNow:
    """Says where photos lie now.

    Attributes:
        folder: holds them at the same places as the folder that the run read; None if they lie where the run says.
    """

    folder: Path | None = None

    def path_of(self, relative: str, source: str) -> str:
        """Returns the path of a photo now; the one that the run read where the folder does not have it.

        Args:
            relative: place of its result.
            source: its path when it was colored.
        """
        if is_address(source):
            return source
        if self.folder is None:
            return as_spelled_now(source) or source
        there = os.path.join(os.path.abspath(self.folder), source_place(relative, source))  # noqa: PTH100, PTH118
        return as_spelled_now(there) or source

    def refuse_empty(self, photos: Iterable[tuple[str, str]]) -> None:
        """Raises if the folder has none of a run's photos.

        Args:
            photos: of each the place of its result, and its path when it was colored.

        Raises:
            UsageError: there is no such folder, or it has none.
        """
        if self.folder is None:
            return
        if not self.folder.is_dir():
            raise UsageError(f"{self.folder} is no folder", spelling_hint(self.folder))
        place = ""
        for relative, source in photos:
            place = place or source_place(relative, source)
            if as_spelled_now(os.path.join(self.folder, source_place(relative, source))):  # noqa: PTH118
                return
        if place:
            raise UsageError(f"{self.folder} has none of the run's photos", f"Name the folder that has {place} in it.")


AS_RECORDED = SourcesNow()
