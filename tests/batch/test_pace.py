"""How long a run still takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from photocolor.batch.pace import Pace
from photocolor.batch.reporter import Summary
from photocolor.outcome import Failed, Fingerprint, Job, Skipped

JOB = Job(Path("a"), Path("b"), "b", Fingerprint(0, 0), "0123abcd")


def test_what_an_earlier_run_did_tells_nothing_about_the_speed() -> None:
    now = [0.0]
    pace, summary = Pace(lambda: now[0]), Summary(photos=10)
    for outcome in (Skipped(JOB, "done"), Skipped(JOB, "exists")):
        summary.add(outcome)
        pace.add(outcome)
    assert pace.seconds_left(summary) is None
    now[0] = 4.0
    for outcome in (Skipped(JOB, "already_color"), Failed(JOB, "truncated", "")):
        summary.add(outcome)
        pace.add(outcome)
    assert pace.seconds_left(summary) == pytest.approx(2 * 6)


def test_a_pause_costs_no_time() -> None:
    now = [0.0]
    pace, summary = Pace(lambda: now[0]), Summary(photos=2)
    now[0] = 3.0
    pace.pause()
    now[0] = 100.0
    pace.go_on()
    now[0] = 102.0
    summary.add(Failed(JOB, "truncated", ""))
    pace.add(Failed(JOB, "truncated", ""))
    assert pace.seconds == pytest.approx(5)
    assert pace.seconds_left(summary) == pytest.approx(5)
