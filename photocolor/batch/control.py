"""The reins of a run that goes on in the background: pause, go on, cancel."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from photocolor.batch.pools.pool import Event, Pool
from photocolor.batch.stop import Stop
from photocolor.errors import Interrupted
from photocolor.outcome import Job


class RunControl:
    """Held by whoever watches a run; may be used from any thread.

    Attributes:
        stop: ends the run as Ctrl-C does.
    """

    def __init__(self) -> None:
        self.stop = Stop()
        self._paused = threading.Event()

    @property
    def paused(self) -> bool:
        """True while no further photo is begun."""
        return self._paused.is_set()

    @property
    def canceled(self) -> bool:
        """True once the run was asked to end."""
        return self.stop.asked is not None

    def pause(self) -> None:
        """Begins no further photo; those at work are finished."""
        self._paused.set()

    def go_on(self) -> None:
        """Ends a pause."""
        self._paused.clear()

    def cancel(self) -> None:
        """Ends the run within a moment, also inside of an inference; finished results are whole."""
        self.stop.ask(Interrupted("The run was canceled"))


class PausablePool:
    """A pool that takes no further job during a pause.

    Args:
        pool: does the work.
        control: tells when there is a pause.
    """

    def __init__(self, pool: Pool, control: RunControl) -> None:
        self._pool = pool
        self._control = control

    @property
    def free(self) -> int:
        """How many jobs can be submitted now; none during a pause."""
        return 0 if self._control.paused else self._pool.free

    @property
    def in_flight(self) -> int:
        """How many jobs were submitted and have no outcome yet."""
        return self._pool.in_flight

    def submit(self, job: Job) -> None:
        """Hands over one job."""
        self._pool.submit(job)

    def poll(self, timeout_s: float) -> Sequence[Event]:
        """Returns what happened since the last call; waits at most `timeout_s` for it."""
        return self._pool.poll(timeout_s)

    def cancel(self) -> None:
        """Asks all work in flight to end soon."""
        self._pool.cancel()

    def close(self) -> None:
        """Ends the pool now."""
        self._pool.close()
