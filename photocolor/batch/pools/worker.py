"""The worker of the process pool: one process that works on one photo at a time."""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
from dataclasses import dataclass
from multiprocessing.connection import Connection

from photocolor.batch.guard import attempt
from photocolor.batch.pools.pool import Opener
from photocolor.errors import Canceled, PhotocolorError
from photocolor.outcome import Job, Outcome, Work

PARENT_GONE = 3
"""Exit status of a worker whose pipe was closed; nobody is left to read it."""


@dataclass(frozen=True, slots=True)
class Ready:
    """Reports that the work is opened and the first job begins."""


@dataclass(frozen=True, slots=True)
class ProgressMessage:
    """Reports progress of the photo at work."""

    stage: str
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class OutcomeMessage:
    """Reports the photo's outcome; the worker waits for the next job."""

    outcome: Outcome


@dataclass(frozen=True, slots=True)
class FatalMessage:
    """Reports that neither this worker nor any other can go on."""

    error: PhotocolorError


@dataclass(frozen=True, slots=True)
class CancelMessage:
    """Asks the worker to end the photo at work soon."""


Message = Ready | ProgressMessage | OutcomeMessage | FatalMessage


def serve(pipe: Connection, opener: Opener, threads: int) -> None:
    """Opens the work, then answers job after job until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    os.dup2(2, 1)  # native libraries print banners to standard output, which belongs to the parent's data
    mail = _Mail(pipe)
    threading.Thread(target=mail.listen, daemon=True).start()
    try:
        work = opener(threads)
        mail.stopped_by(work)
        mail.send(Ready())
        while True:
            job = mail.jobs.get()
            mail.send(OutcomeMessage(attempt(work, job, _PipeWatch(mail, job))))
    except PhotocolorError as error:
        mail.send(FatalMessage(error))
    sys.stderr.flush()


class _Mail:
    """Handles the worker's end of the pipe; a thread listens, so that a cancel arrives while native code runs."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._writing = threading.Lock()
        self._work: Work | None = None
        self.jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self.canceled = threading.Event()

    def stopped_by(self, work: Work) -> None:
        """Directs cancel messages to this work from now on, including one that came before."""
        self._work = work
        if self.canceled.is_set():
            self._cancel()

    def listen(self) -> None:
        """Receives jobs and cancel messages until the parent is gone; then ends the process at once."""
        while True:
            try:
                message = self._pipe.recv()
            except (EOFError, OSError):
                os._exit(PARENT_GONE)
            if isinstance(message, CancelMessage):
                self.canceled.set()
                self._cancel()
            else:
                self.jobs.put(message)

    def send(self, message: Message) -> None:
        """Sends a message to the parent; if the parent is gone, ends this process."""
        try:
            with self._writing:
                self._pipe.send(message)
        except OSError:
            os._exit(PARENT_GONE)

    def _cancel(self) -> None:
        if self._work is not None:
            self._work.cancel()


class _PipeWatch:
    """Sends the progress of one photo through the pipe."""

    def __init__(self, mail: _Mail, job: Job) -> None:
        self._mail = mail
        self._job = job
        self._stage = ""

    def stage(self, name: str) -> None:
        self._stage = name
        self._mail.send(ProgressMessage(name))

    def tiles(self, done: int, total: int) -> None:
        self._mail.send(ProgressMessage(self._stage, done, total))

    def check(self) -> None:
        if self._mail.canceled.is_set():
            raise Canceled(f"{self._job.source} was canceled")
