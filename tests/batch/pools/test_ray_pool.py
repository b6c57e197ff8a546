from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from clusters import ray_cluster
from runs import Listener, job_for, run_pool, write_tree
from works import open_and_die, open_broken, open_scripted, open_what_is_not_there

from photocolor.batch.pools.pool import Broken, ClusterCrew, Event, Finished, Opener, Pool, Progress
from photocolor.batch.pools.ray_pool import RayPool, second_token
from photocolor.errors import EnvironmentFault, ModelInvalid
from photocolor.outcome import Failed, Job, Outcome

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore"), pytest.mark.timeout(300)]

PATIENCE_S = 120.0  # an actor starts in about a second; a loaded machine may take many times that
CREW = ClusterCrew(workers=2, gpus=0)


@pytest.fixture(scope="module", autouse=True)
def cluster() -> Iterator[str]:
    with ray_cluster(workers=2) as address:
        yield address


@pytest.fixture
def pools() -> Iterator[list[Pool]]:
    opened: list[Pool] = []
    yield opened
    for pool in opened:
        pool.close()


def started(pools: list[Pool], opener: Opener = open_scripted) -> Pool:
    pools.append(RayPool(opener, CREW))
    return pools[-1]


def jobs(tmp_path: Path, *scripts: bytes) -> list[Job]:
    write_tree(tmp_path / "in", {f"{number}.jpg": script for number, script in enumerate(scripts)})
    return [
        job_for(tmp_path / "in" / f"{number}.jpg", tmp_path / "out" / f"{number}.jpg", f"{number:08x}")
        for number in range(len(scripts))
    ]


def work_off(pool: Pool, work: list[Job]) -> list[Event]:
    events: list[Event] = []
    waiting = list(work)
    deadline = time.monotonic() + PATIENCE_S
    while waiting or pool.in_flight:
        while waiting and pool.free:
            pool.submit(waiting.pop(0))
        assert pool.in_flight <= CREW.workers
        events.extend(pool.poll(0.1))
        assert time.monotonic() < deadline, events
        if any(isinstance(event, Broken) for event in events):
            break
    return events


def outcomes(events: list[Event]) -> dict[str, Outcome]:
    found = [event.outcome for event in events if isinstance(event, Finished)]
    by_name = {outcome.job.relative: outcome for outcome in found}
    assert len(by_name) == len(found), "a job got two outcomes"
    return by_name


def test_every_job_gets_exactly_one_outcome_whatever_happens_to_it(
    tmp_path: Path, pools: list[Pool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # relative paths mean those of the driver
    work = jobs(Path(), b"fine", b"bad", b"bug", b"memory", b"skip", b"fine too", b"killed-once", b"killed", b"fine")
    events = work_off(started(pools), work)
    found = outcomes(events)
    said = {name: getattr(outcome, "reason", "done") for name, outcome in found.items()}
    expected = ["done", "not_an_image", "internal", "out_of_memory", "already_color", "done", "done", "worker_died"]
    expected += ["done"]
    assert said == {f"{number}.jpg": reason for number, reason in enumerate(expected)}
    assert {name: outcome.job for name, outcome in found.items()} == {job.relative: job for job in work}
    assert {event.job.relative for event in events if isinstance(event, Progress)} == set(found)
    (lost,) = [outcome for outcome in found.values() if isinstance(outcome, Failed) and outcome.reason == "worker_died"]
    assert "next one too" in lost.message
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["0.jpg", "5.jpg", "6.jpg", "8.jpg"]


def test_a_second_attempt_has_a_temporary_file_of_its_own() -> None:
    assert second_token("0123abcd") == "fedc5432"
    assert second_token(second_token("0123abcd")) == "0123abcd"


def test_an_error_that_no_photo_would_survive_breaks_the_pool(tmp_path: Path, pools: list[Pool]) -> None:
    (broken,) = [
        event for event in work_off(started(pools, open_broken), jobs(tmp_path, b"fine")) if isinstance(event, Broken)
    ]
    assert isinstance(broken.error, ModelInvalid)
    assert broken.error.hint == ModelInvalid.default_hint


def test_workers_that_die_before_they_are_ready_end_the_run_with_the_cause(tmp_path: Path, pools: list[Pool]) -> None:
    events = work_off(started(pools, open_and_die), jobs(tmp_path, *[b"fine"] * 5))
    (broken,) = [event for event in events if isinstance(event, Broken)]
    assert isinstance(broken.error, EnvironmentFault)
    assert "before they are ready" in broken.error.message


def test_a_node_that_lacks_what_the_workers_need_is_named(tmp_path: Path, pools: list[Pool]) -> None:
    events = work_off(started(pools, open_what_is_not_there), jobs(tmp_path, b"fine"))
    (broken,) = [event for event in events if isinstance(event, Broken)]
    assert isinstance(broken.error, EnvironmentFault)
    assert "no_such_package" in broken.error.message


def test_cancel_ends_what_is_in_flight_soon_and_close_leaves_no_temporary_file(
    tmp_path: Path, pools: list[Pool]
) -> None:
    pool = started(pools)
    work_off(pool, jobs(tmp_path / "before", b"fine", b"fine"))  # both actors are there: what is deaf ends in 20 s
    work = jobs(tmp_path, b"slow", b"deaf")
    for job in work:
        pool.submit(job)
    deadline = time.monotonic() + PATIENCE_S
    while len(list((tmp_path / "in").glob(".*.begun"))) < 2:
        pool.poll(0.05)
        assert time.monotonic() < deadline
    pool.cancel()
    found: list[Event] = []
    while not found:
        found += [event for event in pool.poll(0.1) if isinstance(event, Finished)]
        assert time.monotonic() < deadline
    (outcome,) = outcomes(found).values()
    assert (outcome.job.relative, getattr(outcome, "reason", "")) == ("0.jpg", "canceled")
    assert pool.in_flight == 1
    pool.close()
    assert list((tmp_path / "out").iterdir()) == []


def test_a_run_on_the_cluster_goes_on_where_it_stopped(tmp_path: Path) -> None:
    scripts = {"a/1.jpg": b"fine", "a/2.jpg": b"bad", "b/3.jpg": b"killed-once", "b/4.jpg": b"fine"}
    source, out = write_tree(tmp_path / "in", scripts), tmp_path / "out"
    summary = run_pool(Listener(), source, out, RayPool(open_scripted, CREW))
    assert (summary.done, dict(summary.failed)) == (3, {"not_an_image": 1})
    again = run_pool(Listener(), source, out, RayPool(open_scripted, CREW))
    assert (again.done, again.skipped["done"]) == (0, 3)
