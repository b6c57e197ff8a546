from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from runs import INLINE, PROCESSES, job_for, write_tree
from works import open_and_die, open_broken, open_heeded, open_scripted

from photocolor.batch.pools.choose import choose_crew, open_pool
from photocolor.batch.pools.pool import Broken, Crew, Event, Finished, Opener, Pool, Progress
from photocolor.batch.pools.threads import MOST_LEFT
from photocolor.errors import EnvironmentFault, ModelInvalid
from photocolor.outcome import Done, Failed, Job, Outcome
from photocolor.system.atomic import temporary_path

PATIENCE_S = 30.0  # a worker process starts in about 0.3 s; a loaded machine may take many times that

both = pytest.mark.parametrize("crew", [INLINE, PROCESSES], ids=["inline", "processes"])


@pytest.fixture
def pools() -> Iterator[list[Pool]]:
    opened: list[Pool] = []
    yield opened
    for pool in opened:
        pool.close()


def started(pools: list[Pool], crew: Crew, opener: Opener = open_scripted) -> Pool:
    pools.append(open_pool(crew, opener))
    return pools[-1]


def jobs(tmp_path: Path, *scripts: bytes) -> list[Job]:
    write_tree(tmp_path / "in", {f"{number}.jpg": script for number, script in enumerate(scripts)})
    return [
        job_for(tmp_path / "in" / f"{number}.jpg", tmp_path / "out" / f"{number}.jpg", f"{number:08x}")
        for number in range(len(scripts))
    ]


def work_off(pool: Pool, work: list[Job]) -> list[Event]:
    """All events until every job has its outcome."""
    events: list[Event] = []
    waiting = list(work)
    deadline = time.monotonic() + PATIENCE_S
    while waiting or pool.in_flight:
        while waiting and pool.free:
            pool.submit(waiting.pop(0))
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


def until_at_work(pool: Pool, work: list[Job]) -> None:
    """Submits the jobs and waits until each of them says that it began its long wait."""
    for job in work:
        pool.submit(job)
    markers = [job.source.with_name(f".{job.source.name}.begun") for job in work]
    deadline = time.monotonic() + PATIENCE_S
    while not all(marker.exists() for marker in markers):
        pool.poll(0.05)
        assert time.monotonic() < deadline


@both
def test_every_job_gets_exactly_one_outcome_whatever_happens_to_it(
    tmp_path: Path, pools: list[Pool], crew: Crew
) -> None:
    work = jobs(tmp_path, b"fine", b"bad", b"bug", b"memory", b"skip", b"fine too")
    found = outcomes(work_off(started(pools, crew), work))
    said = {name: getattr(outcome, "reason", "done") for name, outcome in found.items()}
    expected = ["done", "not_an_image", "internal", "out_of_memory", "already_color", "done"]
    assert said == {f"{number}.jpg": reason for number, reason in enumerate(expected)}
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["0.jpg", "5.jpg"]


@both
def test_progress_is_told_in_order(tmp_path: Path, pools: list[Pool], crew: Crew) -> None:
    events = work_off(started(pools, crew), jobs(tmp_path, b"fine"))
    said = [(event.stage, event.done, event.total) for event in events if isinstance(event, Progress)]
    assert said == [("decode", 0, 0), ("color", 0, 0), ("color", 1, 1)]


@both
def test_an_error_that_no_photo_would_survive_breaks_the_pool(tmp_path: Path, pools: list[Pool], crew: Crew) -> None:
    events = work_off(started(pools, crew, open_broken), jobs(tmp_path, b"fine"))
    (broken,) = [event for event in events if isinstance(event, Broken)]
    assert isinstance(broken.error, ModelInvalid)
    assert broken.error.hint == ModelInvalid.default_hint


@both
@pytest.mark.parametrize("opener", [open_scripted, open_heeded])
def test_cancel_ends_what_is_in_flight_within_a_second(
    tmp_path: Path, pools: list[Pool], crew: Crew, opener: Opener
) -> None:
    pool = started(pools, crew, opener)
    work = jobs(tmp_path, *[b"slow"] * crew.workers)
    until_at_work(pool, work)
    before = time.monotonic()
    pool.cancel()
    found = outcomes(work_off(pool, []))
    assert time.monotonic() - before < 1.0
    assert {outcome.reason for outcome in found.values() if isinstance(outcome, Failed)} == {"canceled"}
    assert len(found) == crew.workers
    assert list((tmp_path / "out").iterdir()) == []


@both
def test_close_gives_up_what_does_not_listen_and_leaves_no_temporary_file(
    tmp_path: Path, pools: list[Pool], crew: Crew
) -> None:
    pool = started(pools, crew)
    work = jobs(tmp_path, *[b"deaf"] * crew.workers)
    until_at_work(pool, work)
    assert all(temporary_path(job.target, job.token).exists() for job in work)
    before = time.monotonic()
    pool.close()
    assert time.monotonic() - before < 1.0
    assert list((tmp_path / "out").iterdir()) == []


def test_a_job_that_kills_its_process_once_is_done_in_a_second_chance(tmp_path: Path, pools: list[Pool]) -> None:
    work = jobs(tmp_path, b"fine", b"killed-once", b"fine", b"fine", b"fine")
    found = outcomes(work_off(started(pools, PROCESSES), work))
    assert len(found) == 5
    assert all(isinstance(outcome, Done) for outcome in found.values())


def test_a_job_that_kills_its_process_twice_has_failed_and_the_others_are_done(
    tmp_path: Path, pools: list[Pool]
) -> None:
    work = jobs(tmp_path, b"killed", b"fine", b"killed", b"fine", b"fine", b"fine")
    found = outcomes(work_off(started(pools, PROCESSES), work))
    died = {name: outcome for name, outcome in found.items() if isinstance(outcome, Failed)}
    assert {name: outcome.reason for name, outcome in died.items()} == dict.fromkeys(["0.jpg", "2.jpg"], "worker_died")
    assert "SIGKILL" in died["0.jpg"].message
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["1.jpg", "3.jpg", "4.jpg", "5.jpg"]


def test_the_second_chance_is_alone(tmp_path: Path, pools: list[Pool]) -> None:
    pool = started(pools, PROCESSES)
    work = jobs(tmp_path, b"killed-once", b"slow")
    for job in work:
        pool.submit(job)
    (tmp_path / "in" / "1.jpg").write_bytes(b"slow")
    deadline = time.monotonic() + PATIENCE_S
    while pool.in_flight == 2 and pool.free == 0 and not (tmp_path / "in" / ".0.jpg.killed").exists():
        pool.poll(0.05)
        assert time.monotonic() < deadline
    for _ in range(10):
        pool.poll(0.05)
    assert pool.free == 0, "nothing new may start beside a second chance"
    assert not (tmp_path / "out" / "0.jpg").exists(), "it waits for the other photo"
    pool.cancel()


def test_workers_that_die_before_they_are_ready_end_the_run_with_the_cause(tmp_path: Path, pools: list[Pool]) -> None:
    events = work_off(started(pools, PROCESSES, open_and_die), jobs(tmp_path, *[b"fine"] * 10))
    (broken,) = [event for event in events if isinstance(event, Broken)]
    assert isinstance(broken.error, EnvironmentFault)
    assert "SIGKILL" in broken.error.message


ORPHAN = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from runs import job_for, PROCESSES
from works import open_scripted
from photocolor.batch.pools.choose import open_pool
if __name__ == "__main__":
    folder = Path(sys.argv[2])
    pool = open_pool(PROCESSES, open_scripted)
    pool.submit(job_for(folder / "in/0.jpg", folder / "out/0.jpg"))
    while not (folder / "in/.0.jpg.begun").exists():
        pool.poll(0.05)
    (worker,) = pool._workers
    print(worker.process.pid, flush=True)
    pool.poll(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_workers_do_not_outlive_a_killed_parent(tmp_path: Path) -> None:
    jobs(tmp_path, b"deaf")
    script = tmp_path / "orphan.py"
    script.write_text(ORPHAN)
    tests = str(Path(__file__).parents[2])
    command = [sys.executable, str(script), tests, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        assert Path(f"/proc/{worker}").exists()
        parent.kill()
    deadline = time.monotonic() + 5.0
    while _is_running(worker):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_ctrl_c_is_not_heard_by_workers(tmp_path: Path, pools: list[Pool]) -> None:
    pool = started(pools, Crew(inline=False, workers=1, threads=1))
    (job,) = jobs(tmp_path, b"slow")
    until_at_work(pool, [job])
    (worker,) = pool._workers  # type: ignore[attr-defined]
    os.kill(worker.process.pid, signal.SIGINT)
    for _ in range(5):
        assert pool.poll(0.05) == []
    assert worker.process.is_alive()


def test_the_crew_fits_the_machine_and_the_photos() -> None:
    cpus = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    ample = 100
    assert choose_crew(None, 1, on_gpu=False, fitting=ample) == Crew(inline=True, workers=1, threads=cpus)
    assert choose_crew(1, 500, on_gpu=False, fitting=ample).inline
    many = choose_crew(None, 500, on_gpu=False, fitting=ample)
    assert many.workers == cpus
    assert many.workers * many.threads <= cpus
    seven = Crew(inline=False, workers=7, threads=max(1, cpus // 7))
    assert choose_crew(7, 500, on_gpu=False, fitting=ample) == seven
    assert choose_crew(7, 3, on_gpu=False, fitting=ample).workers == 3
    assert choose_crew(None, 500, on_gpu=True, fitting=ample) == Crew(inline=True, workers=3, threads=cpus)
    assert choose_crew(None, 0, on_gpu=False, fitting=ample).workers == 1


def test_no_more_photos_are_at_work_than_fit_in_memory_unless_workers_are_asked_for() -> None:
    assert choose_crew(None, 500, on_gpu=False, fitting=1).workers == 1
    assert choose_crew(None, 500, on_gpu=True, fitting=2).workers == 2
    assert choose_crew(4, 500, on_gpu=False, fitting=1).workers == 4


@both
def test_a_photo_at_work_for_too_long_is_failed_by_name_and_the_others_go_on(
    pools: list[Pool], tmp_path: Path, crew: Crew
) -> None:
    work = jobs(tmp_path, b"fine", b"deaf", b"fine", b"deaf", b"fine")
    began = time.monotonic()
    events = work_off(started(pools, replace(crew, limit_s=0.5)), work)
    outcomes = {event.outcome.job.token: event.outcome for event in events if isinstance(event, Finished)}
    assert len(outcomes) == sum(isinstance(event, Finished) for event in events) == 5
    reasons = [getattr(outcomes[job.token], "reason", "done") for job in work]
    assert reasons == ["done", "timeout", "done", "timeout", "done"]
    assert not any(temporary_path(job.target, job.token).exists() for job in work)
    assert time.monotonic() - began < 15, "nobody waited for the 20 s that they take"


def test_a_worker_that_was_stopped_is_ended(pools: list[Pool], tmp_path: Path) -> None:
    work = jobs(tmp_path, b"stopped", b"fine", b"stopped", b"fine")
    pool = started(pools, replace(PROCESSES, limit_s=0.5))
    events = work_off(pool, work)
    outcomes = {event.outcome.job.token: event.outcome for event in events if isinstance(event, Finished)}
    assert [getattr(outcomes[job.token], "reason", "done") for job in work] == ["timeout", "done"] * 2
    pool.close()
    assert not multiprocessing.active_children()


@both
def test_what_was_given_up_puts_no_result_in_place_and_says_nothing_later(
    pools: list[Pool], tmp_path: Path, crew: Crew
) -> None:
    pool = started(pools, replace(crew, limit_s=0.5))
    events = work_off(pool, jobs(tmp_path, b"late", b"fine", b"syncing"))
    time.sleep(2.5)
    events.extend(pool.poll(0.0))
    assert sum(isinstance(event, Finished) for event in events) == 3
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["1.jpg"]


def test_a_photo_that_heeds_the_call_to_end_is_timed_out_and_not_canceled(pools: list[Pool], tmp_path: Path) -> None:
    pool = started(pools, replace(INLINE, limit_s=0.5))
    events = work_off(pool, jobs(tmp_path, b"slow", b"fine"))
    assert [said.reason for said in outcomes(events).values() if isinstance(said, Failed)] == ["timeout"]


def test_threads_that_hang_are_counted_and_the_run_ends_before_they_take_all_memory(
    pools: list[Pool], tmp_path: Path
) -> None:
    pool = started(pools, replace(INLINE, limit_s=0.2))
    events = work_off(pool, jobs(tmp_path, *[b"deaf"] * 9))
    (broken,) = (event for event in events if isinstance(event, Broken))
    assert isinstance(broken.error, EnvironmentFault) and "--workers 2" in broken.error.hint
    assert sum(isinstance(event, Finished) for event in events) == MOST_LEFT + 1


@both
def test_without_a_limit_nobody_is_given_up(pools: list[Pool], tmp_path: Path, crew: Crew) -> None:
    (event,) = [e for e in work_off(started(pools, crew), jobs(tmp_path, b"late")) if isinstance(e, Finished)]
    assert isinstance(event.outcome, Done)
