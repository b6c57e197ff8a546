"""Several shards at the same time into one folder, as real processes: each photo once, and the tree of a plain run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import photos
import pytest
from commands import Answer, Here, started
from runs import read_tree, write_tree

from photocolor.batch.plan.shard import shard_of

SHARDS = 3
PATIENCE_S = 60.0


@pytest.fixture
def photocolor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    """For what need not be a process of its own."""
    return Here(monkeypatch, capsys)


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pictures = {f"box {n % 2}/{n}.png": photos.png(photos.gray(64 + n, 96, seed=n)) for n in range(6)}
    return write_tree(tmp_path_factory.mktemp("shards") / "scans", pictures | {"bad.png": b"no picture"})


def command(scans: Path, out: Path, *more: object) -> tuple[object, ...]:
    return ("restore", scans, "--out", out, "--device", "cpu", "--workers", 1, "--json", *more)


def ended(process: subprocess.Popen[bytes]) -> Answer:
    out, err = process.communicate(timeout=PATIENCE_S)
    return Answer(process.returncode, out.decode(), err.decode())


def done(answer: Answer) -> list[str]:
    return [row["relative"] for row in map(json.loads, answer.out.splitlines()) if row["status"] == "done"]


def test_shards_at_the_same_time_do_each_photo_once_and_leave_what_a_plain_run_leaves(
    photocolor: Here, scans: Path, tmp_path: Path
) -> None:
    whole, out = tmp_path / "whole", tmp_path / "out"
    assert photocolor(*command(scans, whole)).code == 3  # bad.png
    runs = [started(*command(scans, out, "--shard", f"{number}/{SHARDS}")) for number in range(1, SHARDS + 1)]
    answers = [ended(process) for process in runs]
    expected = [{name for name in read_tree(whole) if shard_of(name, SHARDS) == n + 1} for n in range(SHARDS)]
    assert [set(done(answer)) for answer in answers] == expected
    bad = shard_of("bad.png", SHARDS) - 1
    assert [answer.code for answer in answers] == [3 if n == bad else 0 for n in range(SHARDS)], answers
    assert read_tree(out) == read_tree(whole)
    resharded = photocolor(*command(scans, out, "--shard", "1/2"))
    assert done(resharded) == [], "another number of shards knows what was done"
    plain = photocolor(*command(scans, out))
    assert (done(plain), plain.code) == ([], 3)
    verified = photocolor("verify", scans, out, "--json")
    statuses = [json.loads(line) for line in verified.out.splitlines()]
    assert {(row["status"], row["holds"]) for row in statuses} == {("verified", True), ("missing", False)}


def test_a_killed_shard_leaves_the_others_alone_and_its_own_command_goes_on(photocolor: Here, tmp_path: Path) -> None:
    """The killed one's temporary file goes, a living one's stays; plain runs and other numbers have to wait."""
    slow = next(f"{n}.jpg" for n in range(99) if shard_of(f"{n}.jpg", 2) == 1)
    dead = next(f"{n}.jpg" for n in range(99) if shard_of(f"{n}.jpg", 2) == 2)
    large = photos.jpeg(photos.gray(2500, 2500))  # in full detail minutes of work
    big, out = write_tree(tmp_path / "big", {slow: large, dead: large}), tmp_path / "out"
    full = ("--detail", "full")
    with started(*command(big, out, "--shard", "1/2", *full)) as living:
        _wait_for(out / ".photocolor" / "at-work-1-of-2.jsonl", living)
        with started(*command(big, out, "--shard", "2/2", *full)) as killed:
            _wait_for(out / ".photocolor" / "at-work-2-of-2.jsonl", killed)
            killed.kill()
        temporaries = _temporaries(out)
        for name in (slow, dead):  # at work on it, whether or not its file was begun
            (out / temporaries[name]).touch()
        for other in ("1/2", "1/3", None):
            refused = photocolor(*command(big, out, *(("--shard", other) if other else ())))
            assert (refused.code, "writing shard 1 of 2 into" in refused.err) == (4, True), refused.err
        (big / dead).write_bytes(photos.jpeg(photos.gray()))
        again = photocolor(*command(big, out, "--shard", "2/2", *full))
        assert (again.code, done(again)) == (0, [dead]), again.err
        assert not (out / temporaries[dead]).exists()
        assert (out / temporaries[slow]).exists(), "a living shard's temporary file"
        os.killpg(living.pid, signal.SIGKILL)
    (big / slow).write_bytes(photos.jpeg(photos.gray()))
    assert done(photocolor(*command(big, out, *full))) == [slow]
    assert set(read_tree(out)) == {slow, dead}
    assert not list((out / ".photocolor").glob("at-work*"))


def _temporaries(out: Path) -> dict[str, str]:
    """The names of the temporary files of what is noted as at work, by photo."""
    notes = [path.read_text().splitlines() for path in (out / ".photocolor").glob("at-work*")]
    rows = [json.loads(line) for lines in notes for line in lines]
    return {row["relative"]: f".pc-{row['token']}.tmp" for row in rows}


def _wait_for(note: Path, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not (note.exists() and note.read_bytes().endswith(b"\n")):
        assert process.poll() is None and time.monotonic() < end, "the run did not begin to work"
        time.sleep(0.02)
