"""Opens the work where it is done: a process that only plans does not load what it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from photocolor.settings import Settings

if TYPE_CHECKING:
    from photocolor.pipeline import Studio


@dataclass(frozen=True, slots=True)
class StudioOpener:
    """An `Opener` of the product's own work.

    Attributes:
        settings: of the run.
    """

    settings: Settings

    def __call__(self, threads: int) -> Studio:
        """See `photocolor.pipeline.open_studio`."""
        from photocolor.pipeline import open_studio

        return open_studio(self.settings, threads)
