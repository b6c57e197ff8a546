from __future__ import annotations

import json
import multiprocessing
import os
import signal
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from runs import INLINE, PROCESSES, RECIPE, Listener, read_tree, run_tree, run_with, write_tree
from works import DEVICE, open_broken, open_scripted

from photocolor.batch.plan.targets import make_plan
from photocolor.batch.pools.choose import open_pool
from photocolor.batch.pools.pool import Crew
from photocolor.batch.records.files import replay
from photocolor.batch.records.folder import FolderRecords, PlannedJob
from photocolor.batch.records.in_progress import InProgressFile, in_progress_path
from photocolor.batch.records.manifest import manifest_path, recall
from photocolor.batch.resume import ResumeDecider
from photocolor.batch.runner import Run, run
from photocolor.errors import DiskFull, ExitCode, Interrupted, ModelInvalid, OutputError, Terminated
from photocolor.outcome import Done, Failed, Job, Outcome
from photocolor.settings import Shard

both = pytest.mark.parametrize("crew", [INLINE, PROCESSES], ids=["inline", "processes"])


def manifest(out: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in manifest_path(out).read_text().splitlines()]


@both
def test_good_photos_are_done_and_bad_ones_named_and_the_exit_code_tells(tmp_path: Path, crew: Crew) -> None:
    scans = write_tree(tmp_path / "scans", {"a/1.jpg": b"fine", "2.jpg": b"bad", "3.jpg": b"bug", "4.jpg": b"skip"})
    summary, listener = run_tree(scans, tmp_path / "out", open_scripted, crew)
    assert read_tree(tmp_path / "out") == {"a/1.jpg": b"fine"}
    assert (summary.photos, summary.done, summary.settled) == (4, 1, 4)
    assert summary.skipped == {"already_color": 1}
    assert summary.failed == {"not_an_image": 1, "internal": 1}
    assert summary.devices == {DEVICE: 1}
    assert summary.exit_code is ExitCode.SOME_FAILED
    assert isinstance(listener.by_name()["2.jpg"], Failed)
    assert listener.ended == 1


def test_the_manifest_has_one_line_per_outcome(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {"1.jpg": b"fine", "2.jpg": b"bad", "3.jpg": b"skip"})
    run_tree(scans, tmp_path / "out", open_scripted)
    rows = manifest(tmp_path / "out")
    assert [(row["relative"], row["status"]) for row in rows] == [
        ("1.jpg", "done"),
        ("2.jpg", "failed"),
        ("3.jpg", "skipped"),
    ]
    assert all(row["model_sha256"] == RECIPE.model_sha256 and row["v"] == 1 for row in rows)


class RecordsInOrder(FolderRecords):
    """The records of a folder, which keep the order in which photos are begun and recorded."""

    def __init__(self, out: Path) -> None:
        out.mkdir()
        super().__init__(out, RECIPE, 1, InProgressFile(out, {}))
        self.order: list[tuple[str, str]] = []

    def announced(self, jobs: Iterable[PlannedJob]) -> Iterator[Job]:
        """As ever."""
        for job in super().announced(jobs):
            self.order.append(("begun", job.relative))
            yield job

    def add(self, outcome: Outcome) -> None:
        """As ever."""
        super().add(outcome)
        self.order.append(("recorded", outcome.job.relative))


def test_a_photo_is_recorded_while_the_next_one_is_at_work(tmp_path: Path) -> None:
    """The disk takes milliseconds for each line; nobody who could color needs to wait for it."""
    scans, out = write_tree(tmp_path / "scans", {"1.jpg": b"fine", "2.jpg": b"fine"}), tmp_path / "out"
    records, decider = RecordsInOrder(out), ResumeDecider(recall(out), RECIPE, {}, overwrite=False)
    summary = run(Run(make_plan([scans], out), decider, open_pool(INLINE, open_scripted), Listener(), records=records))
    assert records.order == [("begun", "1.jpg"), ("begun", "2.jpg"), ("recorded", "1.jpg"), ("recorded", "2.jpg")]
    assert summary.done == len(manifest(out)) == 2


@both
def test_running_twice_equals_running_once(tmp_path: Path, crew: Crew) -> None:
    scans = write_tree(tmp_path / "scans", {f"{number}.jpg": b"fine" for number in range(5)} | {"s.jpg": b"skip"})
    first, _ = run_tree(scans, tmp_path / "out", open_scripted, crew)
    before = manifest_path(tmp_path / "out").read_bytes()
    stamps = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").glob("*.jpg")}
    second, listener = run_tree(scans, tmp_path / "out", open_broken, crew)  # a pool that works would break
    assert (first.done, second.done, second.exit_code) == (5, 0, ExitCode.OK)
    assert second.skipped == {"done": 5, "already_color": 1}
    assert manifest_path(tmp_path / "out").read_bytes() == before
    assert {path: path.stat().st_mtime_ns for path in stamps} == stamps
    assert listener.stages == []


def test_failed_photos_are_tried_again_and_changed_settings_redo_all(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {"1.jpg": b"fine", "2.jpg": b"bad"})
    run_tree(scans, tmp_path / "out", open_scripted)
    (scans / "2.jpg").write_bytes(b"mended")
    second, _ = run_tree(scans, tmp_path / "out", open_scripted)
    assert (second.done, second.skipped) == (1, {"done": 1})
    third, _ = run_tree(scans, tmp_path / "out", open_scripted, recipe=replace(RECIPE, digest="other"))
    assert (third.done, third.skipped.total()) == (2, 0)


def test_a_foreign_file_is_left_alone_until_overwrite_is_said(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {"1.jpg": b"fine"})
    write_tree(tmp_path / "out", {"1.jpg": b"mine"})
    first, _ = run_tree(scans, tmp_path / "out", open_scripted)
    assert first.skipped == {"exists": 1}
    assert read_tree(tmp_path / "out") == {"1.jpg": b"mine"}
    second, _ = run_tree(scans, tmp_path / "out", open_scripted, overwrite=True)
    assert second.done == 1
    assert read_tree(tmp_path / "out") == {"1.jpg": b"fine"}


@both
def test_a_full_disk_ends_the_run_at_once_and_finished_results_are_whole(tmp_path: Path, crew: Crew) -> None:
    scripts = {"1.jpg": b"fine", "2.jpg": b"full-later", "3.jpg": b"deaf", "4.jpg": b"deaf"}
    scans = write_tree(tmp_path / "scans", scripts)
    before = time.monotonic()
    summary, _ = run_tree(scans, tmp_path / "out", open_scripted, crew)
    assert time.monotonic() - before < 10.0
    assert isinstance(summary.ended_by, DiskFull)
    assert summary.exit_code is ExitCode.OUTPUT
    assert read_tree(tmp_path / "out") == {"1.jpg": b"fine"}


@both
def test_a_broken_installation_ends_the_run_with_its_own_exit_code(tmp_path: Path, crew: Crew) -> None:
    scans = write_tree(tmp_path / "scans", {f"{number}.jpg": b"fine" for number in range(20)})
    summary, _ = run_tree(scans, tmp_path / "out", open_broken, crew)
    assert isinstance(summary.ended_by, ModelInvalid)
    assert summary.exit_code is ExitCode.ENVIRONMENT
    assert read_tree(tmp_path / "out") == {}


@both
@pytest.mark.parametrize("script", [b"slow", b"deaf"])
@pytest.mark.parametrize(
    ("number", "kind", "code"),
    [(signal.SIGINT, Interrupted, ExitCode.INTERRUPTED), (signal.SIGTERM, Terminated, ExitCode.TERMINATED)],
)
def test_the_first_signal_ends_the_run_within_a_second_and_the_next_run_goes_on(
    tmp_path: Path, crew: Crew, script: bytes, number: int, kind: type[Interrupted], code: ExitCode
) -> None:
    scans = write_tree(tmp_path / "scans", {"1.jpg": b"fine", "2.jpg": script, "3.jpg": b"fine"})
    at = 0.0

    def interrupt(job: Job, stage: str) -> None:
        nonlocal at
        if job.relative == "2.jpg" and stage == "color" and not at:
            at = time.monotonic()
            os.kill(os.getpid(), number)

    listener = Listener(on_work=interrupt)
    summary = run_with(listener, scans, tmp_path / "out", open_scripted, crew)
    assert time.monotonic() - at < 1.0
    assert type(summary.ended_by) is kind
    assert summary.exit_code is code
    assert summary.failed.total() == 0, "a canceled photo has not failed"
    assert set(read_tree(tmp_path / "out")) <= {"1.jpg", "3.jpg"}
    (scans / "2.jpg").write_bytes(b"fine after all")
    second, _ = run_tree(scans, tmp_path / "out", open_scripted, crew)
    assert second.exit_code is ExitCode.OK
    assert read_tree(tmp_path / "out") == {"1.jpg": b"fine", "2.jpg": b"fine after all", "3.jpg": b"fine"}


def test_the_second_signal_does_not_wait(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {"1.jpg": b"deaf"})
    before = signal.getsignal(signal.SIGINT)  # ignored where a shell started the tests in the background

    class Impatient(Listener):
        def note(self, message: str) -> None:
            os.kill(os.getpid(), signal.SIGINT)

    listener = Impatient(on_work=lambda job, stage: os.kill(os.getpid(), signal.SIGINT) if stage == "color" else None)
    with pytest.raises(SystemExit) as caught:
        run_with(listener, scans, tmp_path / "out", open_scripted, PROCESSES)
    assert caught.value.code == ExitCode.INTERRUPTED
    assert read_tree(tmp_path / "out") == {}
    assert signal.getsignal(signal.SIGINT) is before


def test_a_result_whose_manifest_line_was_lost_is_taken_up_by_the_next_run(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {"1.jpg": b"fine", "2.jpg": b"fine"})
    run_tree(scans, tmp_path / "out", open_scripted)
    path = manifest_path(tmp_path / "out")
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[1][:30])  # killed while it wrote the second line
    token = json.loads(lines[1])["relative"]
    in_progress_path(tmp_path / "out").write_text(
        json.dumps({"relative": token, "token": "0" * 8, "foreign": None}) + "\n"
    )
    summary, listener = run_tree(scans, tmp_path / "out", open_scripted)
    assert isinstance(listener.by_name()["2.jpg"], Done)
    assert summary.skipped == {"done": 1}
    assert not in_progress_path(tmp_path / "out").exists()


def test_a_manifest_that_cannot_be_written_ends_the_run(tmp_path: Path, file_size_limit: int) -> None:
    scans = write_tree(tmp_path / "scans", {"1.jpg": b"fine", "2.jpg": b"fine"})
    summary, _ = run_tree(scans, tmp_path / "out", open_scripted)
    assert isinstance(summary.ended_by, OutputError)
    assert summary.done == 0
    assert manifest_path(tmp_path / "out").read_bytes() == b"", "half a line is cut off again"


def test_what_could_not_be_looked_at_is_a_failure_with_its_name(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {"1.jpg": b"fine"})
    (scans / "gone.jpg").symlink_to("nowhere")
    summary, listener = run_tree(scans, tmp_path / "out", open_scripted)
    assert summary.failed == {"unreadable": 1}
    assert listener.by_name()["gone.jpg"].job.source == scans / "gone.jpg"
    assert summary.exit_code is ExitCode.SOME_FAILED


def test_sigterm_to_the_whole_group_is_no_failure_of_the_photos_at_work(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {f"{number}.jpg": b"slow" for number in range(4)})

    ended: list[Job] = []

    def end_all(job: Job, stage: str) -> None:
        if stage == "color" and not ended:  # a second signal would mean "at once"
            ended.append(job)
            for worker in multiprocessing.active_children():
                worker.terminate()
                worker.join()
            os.kill(os.getpid(), signal.SIGTERM)

    summary = run_with(Listener(on_work=end_all), scans, tmp_path / "out", open_scripted, PROCESSES)
    assert isinstance(summary.ended_by, Terminated)
    assert summary.settled == 0
    assert read_tree(tmp_path / "out") == {}


def test_that_a_results_name_is_taken_is_written_down_once_and_again_after_it_was_free(tmp_path: Path) -> None:
    scans, out = write_tree(tmp_path / "scans", {"1.jpg": b"fine"}), tmp_path / "out"
    write_tree(out, {"1.jpg": b"mine"})

    def kinds() -> list[object]:
        run_tree(scans, out, open_scripted)
        return [row.get("reason", row["status"]) for row in manifest(out)]

    assert (kinds(), kinds()) == (["exists"], ["exists"])
    (out / "1.jpg").unlink()
    assert kinds() == ["exists", "done"], "the line about a name that was taken does not keep a photo from being done"
    (out / "1.jpg").write_bytes(b"edited")
    assert (kinds(), kinds()) == (["exists", "done", "exists"], ["exists", "done", "exists"])


def test_every_line_has_the_number_of_its_run_also_those_of_shards(tmp_path: Path) -> None:
    scans, out = write_tree(tmp_path / "scans", {f"{n}.jpg": b"bad" for n in range(4)}), tmp_path / "out"
    for shard in (None, Shard(number=1, count=2), Shard(number=2, count=2), None):
        plan = make_plan([scans], out).only(shard)
        pool = open_pool(INLINE, open_scripted)
        run(Run(plan, ResumeDecider(recall(out, shard), RECIPE), pool, Listener()))
    rows = [json.loads(line) for line, _ in replay(out)]
    assert [row["run"] for row in rows] == [1] * 4 + [2] * 2 + [3] * 2 + [4] * 4
