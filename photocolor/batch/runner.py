"""Runs a plan: feeds a pool with its photos, and records the outcome of each.

Three steps in this order keep a run from being lost, wherever it is killed. A photo is noted as being at work before
the pool gets it (records/in_progress.py); its result takes its name whole (system/atomic.py); its line is added to the
manifest (records/manifest.py). The next run decides from note, file and line what is left to do (resume.py).
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from photocolor.batch.kept_times import keep_times
from photocolor.batch.plan.plan import Plan
from photocolor.batch.pools.pool import Broken, Event, Finished, Pool, Progress
from photocolor.batch.records.folder import FolderRecords, PlannedJob, Records
from photocolor.batch.records.in_progress import InProgressFile
from photocolor.batch.records.manifest import Recipe, Record
from photocolor.batch.reporter import Reporter, Summary
from photocolor.batch.resume import SKIP_DONE, Action, ResumeDecider, ResumeVerdict
from photocolor.batch.stop import Stop
from photocolor.errors import Canceled, DiskFull, OutputError, PhotocolorError, UnreadableSource
from photocolor.outcome import EXISTS, Failed, Job, Outcome, Skipped
from photocolor.settings import Sidecars

SPACE_HINT = "Make space, then run the same command again; it goes on where it stopped."
"""What is said of a full disk where it is true: an export or a preview begins anew."""
POLL_S = 0.1
"""How long one look at the pool waits for events."""
SKIPS_BETWEEN_POLLS = 64
"""So many photos are skipped between two looks at the pool while it is busy."""
REPEAT_PROGRESS_S = 5.0
"""How often the photo that has been at work for longest is named while nothing else happens."""
CANCEL_S = 0.5
"""How long photos in flight may take to end after Ctrl-C; then their process is killed. Both take a second at most."""


@dataclass(frozen=True, slots=True)
class Run:
    """Holds everything that one run needs.

    Attributes:
        plan: the photos.
        decider: decides which of them need work.
        pool: works on them.
        reporter: receives the reports.
        stop: ends the run; hears Ctrl-C where the run is in the main thread.
        records: what it is written down in; None for those of the plan's output folder.
        masks: folder for masks of damage; None if none are wanted.
        keep_times: whether results keep the times of their sources, also finished ones.
    """

    plan: Plan
    decider: ResumeDecider
    pool: Pool
    reporter: Reporter
    stop: Stop = field(default_factory=Stop)
    records: Records | None = None
    masks: Path | None = None
    keep_times: bool = False

    @property
    def recipe(self) -> Recipe:
        """Returns the model and the settings of the run."""
        return self.decider.recipe


def run(request: Run) -> Summary:
    """Colors the photos that need it; returns the summary, which knows the exit code.

    The manifest is written by this process alone, each line after the result lies under its final name. An error that
    ends the run early, or Ctrl-C, is `Summary.ended_by`; then, too, all results are whole.

    Raises:
        OutputError: the records of the output folder cannot be opened; nothing was done.
        SystemExit: at the second Ctrl-C; the pool is closed before.
    """
    return _Running(request).to_the_end()


def _records_in_folder(request: Run, number: int) -> FolderRecords:
    out, shard = request.plan.out, request.plan.shard
    in_progress = InProgressFile(out, request.decider.in_progress, number, shard, request.masks)
    return FolderRecords(out, request.recipe, number, in_progress, shard)


class _Running:
    """Represents a run in progress: the photos in the pool, and the outcomes that are not recorded yet."""

    def __init__(self, request: Run) -> None:
        self._plan, self._decider, self._pool, self._reporter = (
            request.plan,
            request.decider,
            request.pool,
            request.reporter,
        )
        self._summary = Summary(photos=len(request.plan) + len(request.plan.faults), out=request.plan.place)
        self._summary.merges_xmp = request.decider.recipe.settings.get("sidecars") == Sidecars.MERGE
        self._stop, self._keep_times = request.stop, request.keep_times
        self._at_work: dict[str, Progress] = {}
        """The last progress of each photo at work by its token; the photo that began first comes first."""
        self._finished: deque[Outcome] = deque()
        """Outcomes to be recorded as soon as the pool has its next photos: it need not wait for the disk."""
        self._reported = time.monotonic()
        """When progress was reported last."""
        number = request.decider.past.next_run
        self._records = request.records or _records_in_folder(request, number)

    def to_the_end(self) -> Summary:
        started = time.monotonic()
        with self._stop:
            self._reporter.begin(self._summary)
            try:
                self._work()
            finally:
                self._pool.close()
                self._records.close()
                self._summary.seconds = time.monotonic() - started
                self._reporter.end()
        return self._summary

    def _work(self) -> None:
        try:
            self._feed()
            self._records.finish()
        except PhotocolorError as error:
            self._reporter.note("Stopping; finished results are whole.")
            self._drain()
            if isinstance(error, DiskFull) and error.hint == DiskFull.default_hint:
                error.hint = SPACE_HINT
            self._summary.ended_by = self._stop.asked or error  # SIGTERM to the whole group ends workers first

    def _feed(self) -> None:
        """Keeps the pool busy until the plan is empty.

        Raises:
            PhotocolorError: the run has to stop.
        """
        for job in self._records.announced(self._jobs_needing_work()):
            self._pool.submit(job)
            self._at_work[job.token] = Progress(job, "at work")
            while not self._pool.free:
                self._wait()
        while self._pool.in_flight:
            self._wait()
        self._record_finished()

    def _jobs_needing_work(self) -> Iterator[PlannedJob]:
        """Yields the photos that need work, one at a time; records and reports those that need none on the way."""
        for job, fault in self._plan.fault_jobs():
            self._record(Failed(job, UnreadableSource.reason, fault.message, fault.hint))
        for job in self._plan.jobs():
            self._raise_if_stopped()
            verdict: ResumeVerdict = self._decider.decide(job)
            if verdict.action is Action.SKIP:
                if verdict.reason == SKIP_DONE:
                    self._look_beside(job, self._decider.past.done[job.relative])
                self._skip(verdict.skipped(job))
                self._poll_between_skips()
            else:
                yield self._decider.with_earlier_copies(job), verdict.foreign

    def _look_beside(self, job: Job, record: Record) -> None:
        """Says what is to be known of what lies beside a finished result, and lets both keep their times if asked."""
        if self._keep_times:
            self._note(keep_times(job, record))
        self._note(self._decider.inspector.blocked_copies(job, record))

    def _note(self, sentence: str) -> None:
        if sentence:
            self._reporter.note(sentence)

    def _skip(self, outcome: Skipped) -> None:
        """Records a skipped photo whose name is taken, once; others have a line in the manifest already."""
        self._record_finished()  # there is no next photo yet
        if outcome.reason == EXISTS and outcome.job.relative not in self._decider.past.occupied:
            self._records.add(outcome)
        self._report(outcome)

    def _poll_between_skips(self) -> None:
        """Takes the pool's events now and then while many finished photos are skipped."""
        if self._pool.in_flight and self._summary.settled % SKIPS_BETWEEN_POLLS == 0:
            self._poll(0.0)

    def _raise_if_stopped(self) -> None:
        """Raises if the user asked the run to stop."""
        if self._stop.asked is not None:
            raise self._stop.asked

    def _wait(self) -> None:
        """Waits a moment for the pool's next events, and names the oldest photo at work if nothing happens for long."""
        self._raise_if_stopped()
        self._poll(POLL_S)
        if self._at_work and time.monotonic() - self._reported >= REPEAT_PROGRESS_S:
            self._report_progress(next(iter(self._at_work.values())))

    def _poll(self, timeout_s: float) -> None:
        """Records what finished before, then takes the pool's next events."""
        self._record_finished()
        for event in self._pool.poll(timeout_s):
            self._handle(event)

    def _report_progress(self, progress: Progress) -> None:
        self._reported = time.monotonic()
        self._reporter.at_work(progress.job, progress.stage, progress.done, progress.total)

    def _handle(self, event: Event) -> None:
        match event:
            case Progress():
                if event.job.token in self._at_work:
                    self._at_work[event.job.token] = event
                self._report_progress(event)
            case Finished():
                self._at_work.pop(event.outcome.job.token, None)
                self._finished.append(event.outcome)
            case Broken():
                raise event.error

    def _drain(self) -> None:
        """Ends the work in flight; what finishes in time is kept."""
        self._pool.cancel()
        deadline = time.monotonic() + CANCEL_S
        while True:
            while self._finished:
                with suppress(OutputError):  # the note of what is at work keeps it for the next run
                    self._record(self._finished.popleft())
            if not self._pool.in_flight or time.monotonic() >= deadline:
                return
            events = self._pool.poll(POLL_S)
            self._finished.extend(event.outcome for event in events if isinstance(event, Finished))

    def _record_finished(self) -> None:
        while self._finished:
            self._record(self._finished.popleft())

    def _record(self, outcome: Outcome) -> None:
        """Adds an outcome to the manifest, then reports it; a canceled photo has none."""
        if isinstance(outcome, Failed) and outcome.reason == Canceled.reason:
            return  # the next run takes it up
        if isinstance(outcome, Skipped) and outcome.reason != EXISTS:
            outcome = self._decider.with_stale_result(outcome)
        self._records.add(outcome)
        self._report(outcome)

    def _report(self, outcome: Outcome) -> None:
        self._summary.add(outcome)
        self._reporter.finished(outcome)
