"""The pool for one photo or one device: threads of this process that share one opened model."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

from photocolor.batch.guard import attempt
from photocolor.batch.pools.pool import Broken, Crew, Event, Finished, Opener, Progress, remove_temporaries, timed_out
from photocolor.errors import Canceled, EnvironmentFault, PhotocolorError
from photocolor.outcome import Done, Job, Outcome, ProgressListener, Work

THREAD_NAME = "photocolor-work"
GRACE_S = 0.5
"""What a thread has to say that its photo was done in time after all."""
MOST_LEFT = 3
"""Photos that hang at the same time without an end of the run."""
_END = None


class _PhotoAtWork(NamedTuple):
    """Represents a photo at work: since when, in which thread, and the event that asks it to end."""

    since: float
    thread: threading.Thread
    end: threading.Event


class InlinePool:
    """Works in threads, so that the main thread can receive Ctrl-C while native code runs.

    A thread cannot be ended: one whose photo has been at work too long is left to itself, another takes its place, and
    whatever it still says is not heard. Its temporary files are removed, without which it cannot put a result in place
    later. It ends with the process. Since it holds its photo's memory until then, only a few are left so.

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
        self._running: dict[str, _PhotoAtWork] = {}
        self._left: list[threading.Thread] = []

    @property
    def free(self) -> int:
        """Returns how many jobs can be submitted now."""
        return self._crew.workers - len(self._at_work)

    @property
    def in_flight(self) -> int:
        """Returns how many jobs were submitted and have no outcome yet."""
        return len(self._at_work)

    def submit(self, job: Job) -> None:
        """Submits one job."""
        if len(self._threads) < self._crew.workers:
            thread = threading.Thread(target=self._serve, name=THREAD_NAME, daemon=True)
            self._threads.append(thread)
            thread.start()
        self._at_work[job.token] = job
        self._jobs.put(job)

    def poll(self, timeout_s: float) -> Sequence[Event]:
        """Returns the events since the last call; waits at most `timeout_s` for one."""
        events: list[Event] = []
        try:
            events.append(self._events.get(timeout=timeout_s))
            while True:
                events.append(self._events.get_nowait())
        except queue.Empty:
            pass
        events = [self._heard(event) for event in events if self._is_news(event)]
        events.extend(self._given_up())
        for event in events:
            if isinstance(event, Finished):
                self._at_work.pop(event.outcome.job.token, None)
                self._running.pop(event.outcome.job.token, None)
        return events

    def _is_news(self, event: Event) -> bool:
        """Returns whether an event is of a photo that was not given up."""
        job = event.outcome.job if isinstance(event, Finished) else event.job if isinstance(event, Progress) else None
        return job is None or job.token in self._at_work

    def _heard(self, event: Event) -> Event:
        """Returns the event; for a photo that was asked to end because it took too long, a timeout instead."""
        if isinstance(event, Finished) and not isinstance(event.outcome, Done):
            job = event.outcome.job
            running = self._running.get(job.token)
            if running is not None and running.end.is_set():
                return timed_out(job, self._crew.limit_s)
        return event

    def _given_up(self) -> Iterator[Event]:
        """Abandons threads whose photos have been at work too long.

        A thread may be putting its result in place just now. So it is asked to end and its temporary files are removed
        first, and only a moment later, when it has either said that it is done or cannot be any more, it is given up.
        """
        now, limit_s = time.monotonic(), self._crew.limit_s
        for token, running in list(self._running.items()):
            if not 0 < limit_s < now - running.since or self._canceled.is_set() or token not in self._at_work:
                continue
            if not running.end.is_set():
                running.end.set()
                self._threads.remove(running.thread)
                remove_temporaries(self._at_work[token])
            elif now - running.since > limit_s + GRACE_S:
                self._left.append(running.thread)
                yield timed_out(self._at_work[token], limit_s)
        self._left = [thread for thread in self._left if thread.is_alive()]
        if len(self._left) > MOST_LEFT:
            yield Broken(
                EnvironmentFault(
                    f"{len(self._left)} photos hang in threads that cannot be ended and hold their memory",
                    "Look at the medium that they lie on; with --device cpu --workers 2 photos that hang are ended.",
                )
            )

    def cancel(self) -> None:
        """Asks all work in flight to end soon."""
        self._canceled.set()
        if self._work is not None:
            self._work.cancel()

    def close(self) -> None:
        """Ends the threads; one in native code dies with the process, and its temporary file is removed now."""
        for _ in self._threads:
            self._jobs.put(_END)
        if self._at_work:
            self._canceled.set()
        for job in self._at_work.values():
            remove_temporaries(job)
        for thread in self._threads:
            if thread.is_alive():  # a second Ctrl-C may have met one that was just to begin
                thread.join(timeout=0 if self._at_work else None)

    def _serve(self) -> None:
        while (job := self._jobs.get()) is not _END:
            end = threading.Event()
            try:
                outcome = attempt(partial(self._do, end=end), job, _ThreadWatch(self._events, job, self._canceled, end))
            except PhotocolorError as error:
                if not end.is_set():
                    self._events.put(Broken(error))
            else:
                self._events.put(Finished(outcome))
            if end.is_set():
                return  # another thread has taken the place of this one

    def _do(self, job: Job, watch: ProgressListener, end: threading.Event) -> Outcome:
        with self._opening:
            if self._work is None:
                self._work = self._opener(self._crew.threads)
        self._running[job.token] = _PhotoAtWork(time.monotonic(), threading.current_thread(), end)
        return self._work(job, watch)


class _ThreadWatch:
    """Forwards the progress of one photo to the pool's events."""

    def __init__(self, events: queue.SimpleQueue[Event], job: Job, *ends: threading.Event) -> None:
        self._events = events
        self._job = job
        self._ends = ends
        self._stage = ""

    def stage(self, name: str) -> None:
        self._stage = name
        self._events.put(Progress(self._job, name))

    def tiles(self, done: int, total: int) -> None:
        self._events.put(Progress(self._job, self._stage, done, total))

    def check(self) -> None:
        if any(end.is_set() for end in self._ends):
            raise Canceled(f"{self._job.source} was canceled")
