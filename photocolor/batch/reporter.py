"""The protocol by which a run reports its progress, and the summary at its end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Protocol

from photocolor.errors import ExitCode, PhotocolorError
from photocolor.outcome import Done, Failed, Job, Outcome, Skipped


@dataclass(slots=True)
class Summary:
    """Counts the outcomes of a run.

    Attributes:
        photos: how many the plan has.
        done: results written by this run.
        skipped: photos left alone, by reason.
        failed: photos that could not be colored, by reason.
        megapixels: pixels colored by this run, in millions.
        seconds: wall time of the run.
        devices: results by the provider that ran the model.
        degraded: results for which something had to be made smaller.
        warned: results with warnings.
        hinted: results that color points went into.
        with_xmp: results of photos with XMP files beside them that were used.
        mendable: results for which mending was asked.
        mended: those among them in which anything was painted over.
        searched: photos that a damage finder looked at, in this run or an earlier one whose mask still holds.
        marked: those among them on which it marked anything.
        stale: skipped photos whose results of earlier runs stay.
        merges_xmp: whether the run merges XMP files into results; else it copies them beside these.
        out: where the results lie, for people.
        ended_by: what stopped the run early; None if it came to its end.
    """

    photos: int = 0
    done: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    megapixels: float = 0.0
    seconds: float = 0.0
    devices: Counter[str] = field(default_factory=Counter)
    degraded: int = 0
    warned: int = 0
    hinted: int = 0
    with_xmp: int = 0
    mendable: int = 0
    mended: int = 0
    searched: int = 0
    marked: int = 0
    stale: int = 0
    merges_xmp: bool = False
    out: str = ""
    ended_by: PhotocolorError | None = None

    @property
    def settled(self) -> int:
        """Returns how many photos have an outcome."""
        return self.done + self.skipped.total() + self.failed.total()

    @property
    def exit_code(self) -> ExitCode:
        """Returns the exit code of the process for this run."""
        if self.ended_by is not None:
            return self.ended_by.exit_code
        return ExitCode.SOME_FAILED if self.failed else ExitCode.OK

    def add(self, outcome: Outcome) -> None:
        """Counts one outcome."""
        match outcome:
            case Done():
                self.done += 1
                self.megapixels += outcome.megapixels
                self.devices[outcome.device] += 1
                self.degraded += bool(outcome.degraded)
                self.warned += bool(outcome.warnings)
                self.hinted += bool(outcome.hints_sha256)
                self.with_xmp += self._has_xmp(outcome)
                self.mendable += outcome.mended is not None
                self.mended += outcome.mended is not None and outcome.mended.share > 0
                self._add_marks(None if outcome.damage is None else outcome.damage["all"] > 0)
            case Skipped():
                self.skipped[outcome.reason] += 1
                self._add_marks(outcome.marked)
                self.stale += bool(outcome.stale_result)
            case Failed():
                self.failed[outcome.reason] += 1

    def _has_xmp(self, outcome: Done) -> bool:
        """Returns whether any XMP file went beside the result or into it; nothing is merged into a copied photo."""
        colored = outcome.result_sha256 != outcome.source_sha256
        return bool(outcome.sidecars) or (self.merges_xmp and colored and bool(outcome.sidecars_sha256))

    def _add_marks(self, marked: bool | None) -> None:
        self.searched += marked is not None
        self.marked += bool(marked)


class Reporter(Protocol):
    """Reports a run to people or programs; called from the main thread only."""

    def begin(self, summary: Summary) -> None:
        """Reports that the run starts; the runner keeps `summary` up to date from here on."""

    def note(self, message: str) -> None:
        """Reports a sentence about the run as a whole."""

    def at_work(self, job: Job, stage: str, done: int, total: int) -> None:
        """Reports that a photo is in a stage, with `done` of `total` tiles colored (0 of 0 outside of coloring).

        Of the photo that has been at work for longest it is said again every few seconds while nothing finishes.
        """

    def finished(self, outcome: Outcome) -> None:
        """Reports the outcome of a photo; `summary` already counts it."""

    def end(self) -> None:
        """Reports that the run is over; `summary` is final."""


class ReporterGroup:
    """Forwards every report to several reporters.

    Args:
        reporters: they are called in this order.
    """

    def __init__(self, *reporters: Reporter) -> None:
        self._reporters = reporters

    def begin(self, summary: Summary) -> None:
        """Forwards the begin to all."""
        for reporter in self._reporters:
            reporter.begin(summary)

    def note(self, message: str) -> None:
        """Forwards the sentence to all."""
        for reporter in self._reporters:
            reporter.note(message)

    def at_work(self, job: Job, stage: str, done: int, total: int) -> None:
        """Forwards the progress to all."""
        for reporter in self._reporters:
            reporter.at_work(job, stage, done, total)

    def finished(self, outcome: Outcome) -> None:
        """Forwards the outcome to all."""
        for reporter in self._reporters:
            reporter.finished(outcome)

    def end(self) -> None:
        """Forwards the end to all."""
        for reporter in self._reporters:
            reporter.end()


class NewsOnly(ReporterGroup):
    """Forwards the reports of run after run, but no note that the run before had, too: of each it would be the same.

    Args:
        reporter: receives them.
    """

    def __init__(self, reporter: Reporter) -> None:
        super().__init__(reporter)
        self._before: set[str] = set()
        self._now: set[str] = set()

    def next_run(self) -> None:
        """Begins a run, whose notes are compared with those of the run before."""
        self._before, self._now = self._now, set()

    def note(self, message: str) -> None:
        """Forwards the sentence unless the run before had it."""
        self._now.add(message)
        if message not in self._before:
            super().note(message)
