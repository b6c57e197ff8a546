"""The worker of the Ray pool: one process in the cluster that works on one photo at a time."""

from __future__ import annotations

import threading

from photocolor.batch.guard import attempt
from photocolor.batch.pools.pool import Opener
from photocolor.batch.pools.worker import FatalMessage, OutcomeMessage, Ready
from photocolor.errors import Canceled, PhotocolorError
from photocolor.outcome import Job, Work

THREADS = 1
"""Processor threads of each worker: a cluster has more photos than processors, and whole photos share nothing."""


class Actor:
    """Opens the work once, then answers job after job; another thread receives `stop` meanwhile."""

    def __init__(self, opener: Opener) -> None:
        self._opener = opener
        self._work: Work | None = None
        self._canceled = threading.Event()

    def open(self) -> Ready | FatalMessage:
        """Opens the work."""
        try:
            self._work = self._opener(THREADS)
        except PhotocolorError as error:
            return FatalMessage(error)
        return Ready()

    def color(self, job: Job) -> OutcomeMessage | FatalMessage:
        """Returns the outcome of one photo, whatever happens to it."""
        if self._work is None:
            raise AssertionError("a photo came before the work was opened")
        try:
            return OutcomeMessage(attempt(self._work, job, Flag(job, self._canceled)))
        except PhotocolorError as error:
            return FatalMessage(error)

    def stop(self) -> None:
        """Cancels the photo at work."""
        self._canceled.set()
        if self._work is not None:
            self._work.cancel()


class Flag:
    """Listens for cancellation only: messages about the tiles of ten million photos would cost more than they say."""

    def __init__(self, job: Job, canceled: threading.Event) -> None:
        self._job = job
        self._canceled = canceled

    def stage(self, name: str) -> None:
        """Ignores the stage."""

    def tiles(self, done: int, total: int) -> None:
        """Ignores the tiles."""

    def check(self) -> None:
        """Raises `Canceled` once `stop` was called."""
        if self._canceled.is_set():
            raise Canceled(f"{self._job.source} was canceled")
