"""Records the outcomes of a run in the manifest, and the photos at work in a note."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from photocolor.batch.records.in_progress import InProgressFile
from photocolor.batch.records.jsonl import LineFile, write_failure
from photocolor.batch.records.manifest import Recipe, manifest_line, manifest_path
from photocolor.outcome import Failed, Job, Outcome, OutputFolder
from photocolor.settings import Shard
from photocolor.system.safe_files import Folder

PlannedJob = tuple[Job, tuple[int, int] | None]
"""A photo that needs work: its job, and (size in bytes, mtime in ns) of a file at its target that is not photocolor's,
which the run may replace; None if there is none."""


class Records(Protocol):
    """Records what a run begins, and the outcomes."""

    def announced(self, jobs: Iterable[PlannedJob]) -> Iterator[Job]:
        """Yields the same jobs, each after its photo was noted: its target is about to be written.

        Raises:
            OutputError: the note cannot be written.
        """

    def add(self, outcome: Outcome) -> None:
        """Adds a line to the manifest.

        Raises:
            OutputError: it cannot be written.
        """

    def finish(self) -> None:
        """Ends the records of a complete run: the manifest holds everything, and the note is removed.

        Raises:
            OutputError: they cannot be written.
        """

    def close(self) -> None:
        """Ends writing; without `finish` the note is kept for the next run."""


class FolderRecords:
    """Keeps the records in files of the output folder that only grow, line by line.

    Args:
        out: the output folder.
        recipe: of the run.
        run: number of the run.
        in_progress: the note of the photos at work.
        shard: which share of the photos it works on.

    Raises:
        OutputError: they cannot be opened.
    """

    def __init__(
        self, out: Path, recipe: Recipe, run: int, in_progress: InProgressFile, shard: Shard | None = None
    ) -> None:
        self._recipe, self._run = recipe, run
        self._manifest = LineFile(manifest_path(out, shard), durable=True)
        self._in_progress = in_progress
        try:
            self._folder = Folder(out)
        except OSError as error:
            raise write_failure(out, error) from error
        self._root = OutputFolder(out, self._folder.identity)

    def announced(self, jobs: Iterable[PlannedJob]) -> Iterator[Job]:
        """Yields the same jobs, each after its photo was noted."""
        for job, foreign in jobs:
            self._in_progress.add(job, foreign)
            yield replace(job, root=self._root)

    def add(self, outcome: Outcome) -> None:
        """Adds a line to the manifest, which is on the disk when this returns."""
        self._manifest.append(manifest_line(outcome, self._recipe, self._run))
        if not isinstance(outcome, Failed):
            self._in_progress.settle(outcome.job.relative)

    def finish(self) -> None:
        """Removes the note."""
        self._in_progress.clear()

    def close(self) -> None:
        """Ends writing."""
        self._in_progress.close()
        self._manifest.close()
        self._folder.close()
