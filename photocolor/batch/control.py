"""Pauses, resumes and cancels a run that goes on in the background."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from photocolor.batch.pools.pool import Event, Pool
from photocolor.batch.stop import Stop
from photocolor.errors import Interrupted
from photocolor.outcome import Job


class RunControl:
    """Pauses, resumes and cancels a run; any thread may use it.

    Attributes:
        stop: ends the run as Ctrl-C does.
    """

    def __init__(self) -> None:
        self.stop = Stop()
        self._paused = threading.Event()

    @property
    def paused(self) -> bool:
        """Returns True while no further photo is started."""
        return self._paused.is_set()

    @property
    def canceled(self) -> bool:
        """Returns True once the run was asked to end."""
        return self.stop.asked is not None

    def pause(self) -> None:
        """Pauses the run: photos at work are finished, and no further one is started."""
        self._paused.set()

    def go_on(self) -> None:
        """Ends a pause."""
        self._paused.clear()

    def cancel(self) -> None:
        """Cancels the run within a moment, even during inference; finished results stay whole."""
        self.stop.ask(Interrupted("The run was canceled"))


class PausablePool:
    """Wraps a pool so that it takes no further job during a pause.

    Args:
        pool: does the work.
        control: knows whether there is a pause.
    """

    def __init__(self, pool: Pool, control: RunControl) -> None:
        self._pool = pool
        self._control = control

    @property
    def free(self) -> int:
        """Returns how many jobs can be submitted now; none during a pause."""
        return 0 if self._control.paused else self._pool.free

    @property
    def in_flight(self) -> int:
        """Returns how many jobs were submitted and have no outcome yet."""
        return self._pool.in_flight

    def submit(self, job: Job) -> None:
        """Submits one job."""
        self._pool.submit(job)

    def poll(self, timeout_s: float) -> Sequence[Event]:
        """Returns the events since the last call; waits at most `timeout_s` for one."""
        return self._pool.poll(timeout_s)

    def cancel(self) -> None:
        """Asks all work in flight to end soon."""
        self._pool.cancel()

    def close(self) -> None:
        """Closes the pool at once."""
        self._pool.close()
