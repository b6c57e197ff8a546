from __future__ import annotations

import os
import sys
from collections import Counter
from contextlib import nullcontext
from pathlib import Path

import pytest
from runs import job_for, write_tree

from photocolor.batch.plan.shard import shard_of
from photocolor.batch.records.in_progress import (
    InProgressFile,
    InProgressNote,
    in_progress_path,
    read_in_progress,
    remove_temporaries_of,
    row_of,
)
from photocolor.batch.records.jsonl import LineFile
from photocolor.outcome import Job
from photocolor.settings import Shard
from photocolor.system.atomic import temporary_path


@pytest.fixture
def job(tmp_path: Path) -> Job:
    write_tree(tmp_path, {"scans/1.jpg": b"12345"})
    return job_for(tmp_path / "scans" / "1.jpg", tmp_path / "out" / "1.jpg")


def test_what_was_begun_is_known_after_a_crash_also_with_a_torn_line(tmp_path: Path, job: Job) -> None:
    note = InProgressFile(tmp_path / "out", {})
    note.add(job, (9, 8))  # and no close: the process died
    with in_progress_path(tmp_path / "out").open("ab") as file:
        file.write(b'{"relative":"2.jp')
    assert read_in_progress(tmp_path / "out") == {"1.jpg": InProgressNote("1.jpg", job.token, (9, 8), run=1)}
    note.close()


def test_a_cleared_note_leaves_no_file(tmp_path: Path, job: Job) -> None:
    note = InProgressFile(tmp_path / "out", {})
    note.add(job, None)
    note.clear()
    assert not in_progress_path(tmp_path / "out").exists()


def test_photos_that_this_run_did_not_settle_stay_noted(tmp_path: Path) -> None:
    earlier = {name: InProgressNote(name, "0" * 8) for name in ("1.jpg", "2.jpg")}
    note = InProgressFile(tmp_path, earlier)
    note.settle("1.jpg")
    note.clear()
    assert read_in_progress(tmp_path) == {"2.jpg": InProgressNote("2.jpg", "0" * 8)}


def test_temporary_files_of_a_dead_run_are_removed_and_nothing_else(tmp_path: Path, job: Job) -> None:
    orphan = temporary_path(job.target, job.token)
    other = temporary_path(job.target, "ffffffff")
    write_tree(tmp_path, {str(path.relative_to(tmp_path)): b"" for path in (orphan, other, job.target)})
    remove_temporaries_of(
        tmp_path / "out", {"1.jpg": InProgressNote("1.jpg", job.token), "gone": InProgressNote("gone/2.jpg", job.token)}
    )
    assert not orphan.exists()
    assert other.exists() and job.target.exists()


def test_masks_of_another_system_lie_nowhere_here_and_what_was_at_work_is_known(tmp_path: Path) -> None:
    other = "/masks" if os.name == "nt" else r"C:\masks"
    note = InProgressNote("1.jpg", "0" * 8, (9, 8), 1, other)
    with LineFile(in_progress_path(tmp_path), durable=False) as file:
        file.append(row_of(note))
    damaged: Counter[str] = Counter()
    assert read_in_progress(tmp_path, None, damaged) == {"1.jpg": note} and not damaged
    remove_temporaries_of(tmp_path, {"1.jpg": note})


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who writes to a file")
@pytest.mark.parametrize("given", [None, "masks", "./out/../masks"])
def test_a_mask_that_is_being_written_stays_however_its_folder_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str | None
) -> None:
    monkeypatch.chdir(tmp_path)
    notes = {"1.jpg": InProgressNote("1.jpg", "0" * 8, masks=str(tmp_path / "masks"))}
    written = temporary_path(tmp_path / "masks" / "1.jpg", "0" * 8)
    (tmp_path / "out").mkdir()
    (tmp_path / "masks").mkdir()
    for is_written in (True, False):
        with written.open("wb") if is_written else nullcontext():
            remove_temporaries_of(Path("out"), notes, None if given is None else Path(given))
        assert written.exists() == is_written


@pytest.mark.parametrize("field", ["relative", "masks"])
@pytest.mark.parametrize("name", ["a\0b", pytest.param("\ud800", marks=pytest.mark.skipif("os.name == 'nt'"))])
def test_a_note_of_what_no_system_can_name_is_damaged(tmp_path: Path, field: str, name: str) -> None:
    row = row_of(InProgressNote("1.jpg", "0" * 8, masks=str(tmp_path))) | {field: f"{name}/1.jpg"}
    with LineFile(in_progress_path(tmp_path), durable=False) as file:
        file.append(row)
    damaged: Counter[str] = Counter()
    assert read_in_progress(tmp_path, None, damaged) == {} and damaged.total() == 1


def test_a_shard_reads_the_notes_of_its_photos_but_never_those_of_shards_that_may_be_at_work(tmp_path: Path) -> None:
    names = {number: f"{next(n for n in range(99) if shard_of(f'{n}.jpg', 2) == number)}.jpg" for number in (1, 2)}
    for shard in (None, Shard(number=1, count=2), Shard(number=2, count=2), Shard(number=1, count=3)):
        with LineFile(in_progress_path(tmp_path, shard), durable=False) as file:
            for name in names.values():
                run = 3 if shard is None else shard.count
                file.append({"relative": name, "token": f"{run:08x}", "foreign": None, "run": run})
    with LineFile(in_progress_path(tmp_path, Shard(number=2, count=2)), durable=False) as file:
        file.append({"relative": names[1], "token": "f" * 8, "foreign": None, "run": 9})  # would be news
    assert {name: note.run for name, note in read_in_progress(tmp_path, Shard(number=1, count=2)).items()} == {
        names[1]: 3
    }
    assert {name: note.run for name, note in read_in_progress(tmp_path).items()} == {names[1]: 9, names[2]: 3}


def test_a_plain_run_that_came_to_its_end_takes_over_the_notes_of_shards_and_a_shard_leaves_them(
    tmp_path: Path,
) -> None:
    for shard in (Shard(number=1, count=2), Shard(number=2, count=2)):
        with LineFile(in_progress_path(tmp_path, shard), durable=False) as file:
            file.append({"relative": f"{shard.number}.jpg", "token": "0" * 8, "foreign": None, "run": 1})
    InProgressFile(tmp_path, {}, 2, Shard(number=1, count=2)).clear()
    assert (
        not in_progress_path(tmp_path, Shard(number=1, count=2)).exists()
        and in_progress_path(tmp_path, Shard(number=2, count=2)).exists()
    )
    note = InProgressFile(tmp_path, read_in_progress(tmp_path), 3)
    note.clear()
    assert read_in_progress(tmp_path) == {"2.jpg": InProgressNote("2.jpg", "0" * 8, run=1)}
    assert not in_progress_path(tmp_path, Shard(number=2, count=2)).exists()
