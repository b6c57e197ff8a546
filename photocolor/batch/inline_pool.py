"""The pool for one photo or one device: threads of this process that share one work."""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence
from contextlib import suppress

from photocolor.batch.guard import attempt
from photocolor.batch.pools import Broken, Crew, Event, Finished, Opener, Progress
from photocolor.errors import Canceled, PhotocolorError
from photocolor.image.atomic import temporary_path
from photocolor.outcome import Job, Outcome, Watch, Work

THREAD_NAME = "photocolor-work"
_END = None


class InlinePool:
    """Threads, so that the main thread stays free to hear Ctrl-C while native code runs.

    Args:
        opener: builds the work, once, in the first thread that needs it.
        crew: how many threads.
    """

    def __init__(self, opener: Opener, crew: Crew) -> None:
        self._opener = opener
        self._crew = crew
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._opening = threading.Lock()
        self._work: Work | None = None
        self._canceled = threading.Event()
        self._threads: list[threading.Thread] = []
        self._at_work: dict[str, Job] = {}

    @property
    def free(self) -> int:
        """How many jobs can be submitted now."""
        return self._crew.workers - len(self._at_work)

    @property
    def in_flight(self) -> int:
        """How many jobs were submitted and have no outcome yet."""
        return len(self._at_work)

    def submit(self, job: Job) -> None:
        """Hands over one job."""
        if len(self._threads) < self._crew.workers:
            thread = threading.Thread(target=self._serve, name=THREAD_NAME, daemon=True)
            self._threads.append(thread)
            thread.start()
        self._at_work[job.token] = job
        self._jobs.put(job)

    def poll(self, timeout_s: float) -> Sequence[Event]:
        """What happened since the last call; waits at most `timeout_s` for it."""
        events: list[Event] = []
        try:
            events.append(self._events.get(timeout=timeout_s))
            while True:
                events.append(self._events.get_nowait())
        except queue.Empty:
            pass
        for event in events:
            if isinstance(event, Finished):
                self._at_work.pop(event.outcome.job.token, None)
        return events

    def cancel(self) -> None:
        """Asks all work in flight to end soon."""
        self._canceled.set()
        stop = getattr(self._work, "cancel", None)
        if stop is not None:
            stop()

    def close(self) -> None:
        """Ends the threads; one that is deep in native code dies with the process, its temporary file goes now."""
        for _ in self._threads:
            self._jobs.put(_END)
        if self._at_work:
            self._canceled.set()
        for job in self._at_work.values():
            with suppress(OSError):  # as in the pool of processes
                temporary_path(job.target, job.token).unlink(missing_ok=True)
        for thread in self._threads:
            thread.join(timeout=0 if self._at_work else None)

    def _serve(self) -> None:
        while (job := self._jobs.get()) is not _END:
            try:
                outcome = attempt(self._do, job, _ThreadWatch(self._events, job, self._canceled))
            except PhotocolorError as error:
                self._events.put(Broken(error))
            else:
                self._events.put(Finished(outcome))

    def _do(self, job: Job, watch: Watch) -> Outcome:
        with self._opening:
            if self._work is None:
                self._work = self._opener(self._crew.threads)
        return self._work(job, watch)


class _ThreadWatch:
    """Puts the progress of one photo into the pool's events."""

    def __init__(self, events: queue.SimpleQueue[Event], job: Job, canceled: threading.Event) -> None:
        self._events = events
        self._job = job
        self._canceled = canceled
        self._stage = ""

    def stage(self, name: str) -> None:
        self._stage = name
        self._events.put(Progress(self._job, name))

    def tiles(self, done: int, total: int) -> None:
        self._events.put(Progress(self._job, self._stage, done, total))

    def check(self) -> None:
        if self._canceled.is_set():
            raise Canceled(f"{self._job.source} was canceled")
