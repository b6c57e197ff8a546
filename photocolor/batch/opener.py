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
        """In a process that colors photo after photo; see `photocolor.pipeline.open_studio`."""
        from photocolor.engine.machine import keep_freed_memory
        from photocolor.pipeline import open_studio

        keep_freed_memory()
        return open_studio(self.settings, threads)
