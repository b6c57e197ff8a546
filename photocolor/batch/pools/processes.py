"""The pool of processes: if a process crashes, its one photo gets a second attempt with the machine to itself."""

from __future__ import annotations

import signal
import time
from collections import deque
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from photocolor.batch.guard import failed
from photocolor.batch.pools.forkserver import interrupt_blocked, worker_context
from photocolor.batch.pools.pool import Broken, Crew, Event, Finished, Opener, Progress, remove_temporaries, timed_out
from photocolor.batch.pools.worker import (
    CancelMessage,
    FatalMessage,
    Message,
    OutcomeMessage,
    ProgressMessage,
    Ready,
    serve,
)
from photocolor.errors import Canceled, EnvironmentFault, WorkerDied
from photocolor.outcome import Job

FAREWELL_S = 2.0
"""How long a worker without a photo may take to end before it is killed."""
OPENING_S = 600.0
"""How long a worker may take until it is ready: libraries and a model from a slow medium."""
STILLBORN_LIMIT = 2
"""Workers that may die one after the other before they ever were ready."""
_DYING_MOST_S, _DYING_LOOK_S = 2.0, 0.02
"""How long a fork server may take to die once it lets nobody in, and how often it is looked at."""
_NO_WORKER_HINT = "Allow more processes or open files (ulimit -u, ulimit -n), or color in this one: --workers 1."


class _Worker:
    """Represents one process in its parent."""

    def __init__(self, process: BaseProcess, pipe: Connection) -> None:
        self.process = process
        self.pipe = pipe
        self.job: Job | None = None
        self.ready = False
        self.since = time.monotonic()
        """When it was started, became ready, or got its job: the last of these."""

    def messages(self) -> Iterator[Message]:
        """Yields the messages in the pipe; ends when it is empty, also if the process died while it wrote."""
        try:
            while self.pipe.poll():
                yield self.pipe.recv()
        except (EOFError, OSError):
            return

    def tell(self, message: Job | CancelMessage) -> None:
        """Sends a message; the death of a process is noticed at its sentinel, not here."""
        try:
            self.pipe.send(message)
        except OSError:
            return


class ProcessPool:
    """Works in processes with a pipe each; the parent waits for all pipes and sentinels at once.

    Args:
        opener: builds the work in each process; importable by name.
        crew: how many processes, and the processor threads of each.
    """

    def __init__(self, opener: Opener, crew: Crew) -> None:
        self._opener = opener
        self._crew = crew
        self._context = worker_context()
        self._workers: list[_Worker] = []
        self._second_chances: deque[Job] = deque()
        self._died_once: set[str] = set()
        self._stillborn = 0
        self._canceled = False

    @property
    def free(self) -> int:
        """Returns how many jobs can be submitted now; none while a photo waits for its second attempt."""
        return 0 if self._died_once else self._crew.workers - self._busy

    @property
    def in_flight(self) -> int:
        """Returns how many jobs were submitted and have no outcome yet."""
        return self._busy + len(self._second_chances)

    @property
    def _busy(self) -> int:
        return sum(worker.job is not None for worker in self._workers)

    def submit(self, job: Job) -> None:
        """Submits one job."""
        idle = next((worker for worker in self._workers if worker.job is None), None)
        worker = idle or self._start()
        worker.job = job
        worker.since = time.monotonic()
        worker.tell(job)

    def poll(self, timeout_s: float) -> Sequence[Event]:
        """Returns the events since the last call; waits at most `timeout_s` for one."""
        if self._second_chances and not self._busy and not self._canceled:
            self._retry_alone(self._second_chances.popleft())
        lives = [worker.process.sentinel for worker in self._workers]
        wait([*lives, *(worker.pipe for worker in self._workers)], timeout_s)
        events: list[Event] = []
        for worker in list(self._workers):
            dead = not worker.process.is_alive()  # before its pipe is read: what it said last is not lost
            events.extend(self._heard(worker))
            if dead:
                events.extend(self._bury(worker))
            else:
                events.extend(self._give_up(worker))
        return events

    def cancel(self) -> None:
        """Asks all work in flight to end soon."""
        self._canceled = True
        self._second_chances.clear()
        for worker in self._workers:
            worker.tell(CancelMessage())

    def close(self) -> None:
        """Ends all processes; those at work are killed and their temporary files removed."""
        for worker in self._workers:
            if worker.job is not None or self._canceled:
                worker.process.kill()
            worker.pipe.close()  # an idle worker ends when its pipe does
        for worker in self._workers:
            _end(worker)
        self._workers.clear()

    def _start(self) -> _Worker:
        try:
            worker = self._new_worker()
        except (OSError, EOFError):
            worker = self._new_worker_again()
        self._workers.append(worker)
        return worker

    def _new_worker_again(self) -> _Worker:
        """Starts a worker after its start failed, because the fork server may be dying.

        It lets nobody in a moment before the system calls it dead, and only then is another one started.
        """
        until_s = time.monotonic() + _DYING_MOST_S
        while True:
            try:
                return self._new_worker()
            except (OSError, EOFError) as error:
                if not isinstance(error, ConnectionError) or time.monotonic() > until_s:
                    raise EnvironmentFault(f"no worker process can be started: {error}", _NO_WORKER_HINT) from error
            time.sleep(_DYING_LOOK_S)

    def _new_worker(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        with theirs:
            process = self._context.Process(target=serve, args=(theirs, self._opener, self._crew.threads), daemon=True)
            with interrupt_blocked():
                process.start()
        return _Worker(process, ours)

    def _heard(self, worker: _Worker) -> Iterator[Event]:
        for message in worker.messages():
            match message:
                case Ready():
                    worker.ready = True
                    worker.since = time.monotonic()
                    self._stillborn = 0
                case ProgressMessage() if worker.job is not None:
                    yield Progress(worker.job, message.stage, message.done, message.total)
                case OutcomeMessage():
                    self._died_once.discard(message.outcome.job.token)
                    worker.job = None
                    yield Finished(message.outcome)
                case FatalMessage():
                    yield Broken(message.error)

    def _give_up(self, worker: _Worker) -> Iterator[Event]:
        """Kills a worker whose photo took too long; one that never became ready counts as dead."""
        waited_s, job = time.monotonic() - worker.since, worker.job
        if not worker.ready:
            if waited_s > OPENING_S:
                worker.process.kill()
        elif job is not None and 0 < self._crew.limit_s < waited_s and not self._canceled:
            worker.process.kill()
            self._workers.remove(worker)
            _end(worker)
            self._died_once.discard(job.token)
            yield timed_out(job, self._crew.limit_s)

    def _bury(self, worker: _Worker) -> Iterator[Event]:
        self._workers.remove(worker)
        job = worker.job
        _end(worker)
        if not worker.ready and not self._canceled:
            self._stillborn += 1
            if self._stillborn >= STILLBORN_LIMIT:
                yield Broken(EnvironmentFault(f"worker processes end before they are ready ({_cause(worker)})"))
                return
        if job is None:
            return
        if self._canceled:
            yield Finished(failed(job, Canceled(f"{job.source} was canceled")))
        elif job.token in self._died_once:
            self._died_once.discard(job.token)
            yield Finished(failed(job, WorkerDied(f"the process that worked on it died ({_cause(worker)})")))
        else:
            self._died_once.add(job.token)
            self._second_chances.append(job)

    def _retry_alone(self, job: Job) -> None:
        """Gives a photo a fresh process alone: the others end first and free their memory."""
        for worker in self._workers:
            worker.pipe.close()
        for worker in self._workers:
            _end(worker)
        self._workers.clear()
        self.submit(job)


def _end(worker: _Worker) -> None:
    worker.process.join(FAREWELL_S)
    if worker.process.is_alive():
        worker.process.kill()
        worker.process.join(FAREWELL_S)  # the system ends none that waits for a dead medium; it goes when that answers
    worker.pipe.close()
    if worker.job is not None:
        remove_temporaries(worker.job)


def _cause(worker: _Worker) -> str:
    code = worker.process.exitcode
    if code is None or code >= 0:
        return f"exit status {code}"
    name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
    return f"killed by {name}{', perhaps because memory ran out' if name == 'SIGKILL' else ''}"
