"""Searches scans for damage, one by one: each gets a mask with a count of its pixels, and is only read."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from photocolor.engine.damage.finder import Finder
from photocolor.engine.probe import CPU
from photocolor.models.finder import FinderFile, find_finder
from photocolor.outcome import Done, Job, Outcome, ProgressListener
from photocolor.pipeline.footprint import allowed_bytes
from photocolor.pipeline.masks import MaskMaker
from photocolor.pipeline.source import open_source
from photocolor.settings import Settings
from photocolor.system.photo_threads import limit_threads


@dataclass(frozen=True, slots=True)
class DamageWork:
    """Holds what all scans of a search share; safe to use from several threads.

    Attributes:
        maker: makes the masks.
    """

    maker: MaskMaker

    @property
    def model(self) -> FinderFile:
        """Returns the finder's file and card."""
        return self.maker.finder.model

    def __call__(self, job: Job, watch: ProgressListener) -> Outcome:
        """Finds the damage of one file; afterwards its mask lies whole under `job.target`, or nothing was changed.

        Raises:
            PhotoError: this file cannot be read; the class says why.
            OutputError: masks cannot be written; the run should stop.
        """
        started = time.perf_counter()
        watch.stage("decode")
        with open_source(job, hinted=False, most_bytes=self.maker.memory_bytes, check=watch.check) as source:
            mask = self.maker.write(job, source, watch)
        return Done(
            job=job,
            source_sha256=source.sha256,
            result_sha256=mask.sha256,
            result_bytes=mask.bytes,
            megapixels=mask.pixels / 1e6,
            seconds=time.perf_counter() - started,
            device=CPU,
            tiles=0,
            pages=mask.pages,
            damage=mask.shares,
        )

    def cancel(self) -> None:
        """Ends the scans at work soon, from any thread, for good."""
        self.maker.finder.cancel()


def open_damage_work(settings: Settings, finder: Path | None, threads: int | None = None) -> DamageWork:
    """Opens everything that a process needs once, checked before any scan is touched.

    Args:
        settings: files and memory of the run.
        finder: the finder's ONNX file; None for the bundled one.
        threads: processor threads that one scan may use; all if None.

    Raises:
        ModelNotFound, ModelInvalid: the finder cannot be used.
    """
    limit_threads(threads)
    opened = Finder(find_finder(finder), threads)
    return DamageWork(MaskMaker(opened, settings.files, allowed_bytes(settings.max_memory)))
