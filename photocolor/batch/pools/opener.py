"""Opens the pipeline in the process that colors, so that a process that only plans does not load the libraries."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from photocolor.engine.worth import ONE_PERSON, Load
from photocolor.settings import Settings

if TYPE_CHECKING:
    from photocolor.pipeline.damage import DamageWork
    from photocolor.pipeline.photo import Pipeline


@dataclass(frozen=True, slots=True)
class PipelineOpener:
    """Opens the product's own work; an `Opener`.

    Attributes:
        settings: of the run.
        model_sha256: checksum of the model that the run's records name; "" if there are none.
        load: how much there is to color.
    """

    settings: Settings
    model_sha256: str = ""
    load: Load = ONE_PERSON

    def __call__(self, threads: int) -> Pipeline:
        """Returns the work of one worker, which colors photo after photo.

        Raises:
            ModelInvalid: the model is not the one that the run began with.
            PhotocolorError: as `photocolor.pipeline.photo.open_pipeline`.
        """
        from photocolor.pipeline.photo import open_pipeline
        from photocolor.system.machine import keep_freed_memory

        keep_freed_memory()
        pipeline = open_pipeline(self.settings, threads, self.load)
        if self.model_sha256 not in ("", pipeline.model.sha256):
            raise pipeline.model.changed()
        return pipeline


@dataclass(frozen=True, slots=True)
class DamageOpener:
    """Opens the work of a search for damage, as an `Opener`.

    Attributes:
        settings: of the run.
        finder: the finder's ONNX file; None for the bundled one.
        finder_sha256: checksum of the finder that the run's records name.
    """

    settings: Settings
    finder: Path | None
    finder_sha256: str

    def __call__(self, threads: int) -> DamageWork:
        """Opens the work in the process that searches.

        Raises:
            ModelInvalid: the finder is not the one that the run began with.
            PhotocolorError: as `photocolor.pipeline.damage.open_damage_work`.
        """
        from photocolor.pipeline.damage import open_damage_work
        from photocolor.system.machine import keep_freed_memory

        keep_freed_memory()
        work = open_damage_work(self.settings, self.finder, threads)
        if work.model.sha256 != self.finder_sha256:
            raise work.model.changed()
        return work
