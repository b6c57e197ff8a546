"""What a run tells while it goes on: the protocol, and the sum at its end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Protocol

from photocolor.errors import ExitCode, PhotocolorError
from photocolor.outcome import Done, Failed, Job, Outcome, Skipped


@dataclass(slots=True)
class Summary:
    """The run in numbers.

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
        hinted: results that a person's color points went into.
        with_xmp: results of photos with XMP files beside them that were used.
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
    out: str = ""
    ended_by: PhotocolorError | None = None

    @property
    def settled(self) -> int:
        """Photos with an outcome."""
        return self.done + self.skipped.total() + self.failed.total()

    @property
    def exit_code(self) -> ExitCode:
        """What the process returns for this run."""
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
                self.with_xmp += bool(outcome.sidecars_sha256)
            case Skipped():
                self.skipped[outcome.reason] += 1
            case Failed():
                self.failed[outcome.reason] += 1


class Reporter(Protocol):
    """Whoever tells people or programs about a run; called from the main thread only."""

    def begin(self, summary: Summary) -> None:
        """The run starts; `summary` is kept up to date by the runner from here on."""

    def note(self, message: str) -> None:
        """One sentence about the run as a whole."""

    def at_work(self, job: Job, stage: str, done: int, total: int) -> None:
        """A photo is in the named stage, with `done` of `total` tiles colored (0 of 0 outside of the tile pass).

        Of the photo that has been at work for longest it is said again every few seconds while nothing finishes.
        """

    def finished(self, outcome: Outcome) -> None:
        """A photo has its outcome; `summary` already counts it."""

    def end(self) -> None:
        """The run is over; `summary` is final."""


class ReporterGroup:
    """Tells several reporters what one is told.

    Args:
        reporters: told in this order.
    """

    def __init__(self, *reporters: Reporter) -> None:
        self._reporters = reporters

    def begin(self, summary: Summary) -> None:
        """Tells all."""
        for reporter in self._reporters:
            reporter.begin(summary)

    def note(self, message: str) -> None:
        """Tells all."""
        for reporter in self._reporters:
            reporter.note(message)

    def at_work(self, job: Job, stage: str, done: int, total: int) -> None:
        """Tells all."""
        for reporter in self._reporters:
            reporter.at_work(job, stage, done, total)

    def finished(self, outcome: Outcome) -> None:
        """Tells all."""
        for reporter in self._reporters:
            reporter.finished(outcome)

    def end(self) -> None:
        """Tells all."""
        for reporter in self._reporters:
            reporter.end()
