"""Starts worker processes, by a fork server where the platform has one.

Loading Python and the libraries takes each process half a second. On Linux one process does it while the run is still
being planned, and the workers are forked from it; it has no threads, so no lock is copied while a thread holds it.
Elsewhere each worker begins from nothing.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from multiprocessing.context import ForkServerContext, SpawnContext

import photocolor

PACKAGE_VARIABLE = "PHOTOCOLOR_PACKAGE"
"""Tells the process that loads the libraries where this run's own photocolor lies."""
_PRELOADED = ["photocolor.batch.pools.preload"]


def begin_early(sources: Sequence[str], workers: int | None, device: str) -> None:
    """Begins to load the libraries before anything is known of the run, if it will probably have several workers."""
    several = len(sources) > 1 or any(map(os.path.isdir, sources))
    if several and workers != 1 and device in ("auto", "cpu"):
        worker_context()


def worker_context() -> ForkServerContext | SpawnContext:
    """Returns the context that starts workers; begins to load the libraries where all workers share that.

    That process is asked through a socket in the folder for temporary files. Where there can be none, workers begin
    from nothing, too. Nothing is loaded from the current folder, which may hold anybody's files.
    """
    os.environ["PYTHONSAFEPATH"] = "1"
    os.environ[PACKAGE_VARIABLE] = photocolor.__file__
    if sys.platform == "linux":
        from multiprocessing import forkserver

        forked = multiprocessing.get_context("forkserver")
        forked.set_forkserver_preload(_PRELOADED)
        with suppress(OSError), interrupt_blocked():
            forkserver.ensure_running()
            return forked
    return multiprocessing.get_context("spawn")


@contextmanager
def interrupt_blocked() -> Iterator[None]:
    """Blocks Ctrl-C while a child is born, which then never receives it; the parent receives it afterwards."""
    if sys.platform == "win32":
        yield
        return
    resource_tracker.ensure_running()  # it is started with the first process, and would unblock the signal
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
