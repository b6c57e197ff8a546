"""Output that is swallowed while a native library is loaded comes back, whoever loads at the same time."""

from __future__ import annotations

import sys
import threading

from photocolor.engine.runtime import swallowed_output


def test_two_threads_that_swallow_at_the_same_time_leave_the_streams_as_they_were() -> None:
    before = sys.stdout, sys.stderr
    inside, may_end = threading.Event(), threading.Event()

    def first() -> None:
        with swallowed_output():
            inside.set()
            may_end.wait(5.0)

    def second() -> None:
        with swallowed_output():
            ended.wait(1.0)

    ended = threading.Event()
    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    threads[0].start()
    inside.wait(5.0)
    threads[1].start()
    threads[1].join(0.2)  # without taking turns it is inside of the first's by now
    may_end.set()
    threads[0].join()
    ended.set()
    threads[1].join()
    assert (sys.stdout, sys.stderr) == before
