"""A watched folder, with real processes: files that arrive in bursts and in pieces, kill -9, SIGTERM."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import photos
import pytest
from commands import photocolor, started

from benchmarks.watched_folder import WAYS, Load, trial
from photocolor.batch.plan.targets import FilePlan, make_plan
from photocolor.batch.watch import HELD_S, Arrivals

LONG_S = 240.0


def picture(number: int) -> bytes:
    return photos.jpeg(photos.gray(48, 64, seed=number))


def lines_of(out: Path) -> list[dict[str, object]]:
    manifest = out / ".photocolor" / "manifest.jsonl"
    return [json.loads(line) for line in manifest.read_text().splitlines()] if manifest.exists() else []


def wait_until(holds: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    until_s = time.monotonic() + LONG_S
    while not holds():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until_s, "it takes too long"
        time.sleep(0.1)


def end(process: subprocess.Popen[bytes], number: int = signal.SIGTERM) -> str:
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err.decode()
    return err.decode()


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a program that holds a file open is not seen")
@pytest.mark.parametrize("kill", ["parent", "group"])
def test_each_file_is_colored_once_and_whole_through_bursts_pieces_and_kill_9(tmp_path: Path, kill: str) -> None:
    """The trial over 500 files is `python -m benchmarks.watched_folder`; here are fewer."""
    found = trial(tmp_path, Load(photos=36, bursts=3, kill=kill))
    assert found.faults == [], found.said
    assert found.statuses == {"done": 36}
    assert 0 < found.killed_after < 36
    assert set(found.ways) == {way.__name__ for way in WAYS}


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a program that holds a file open is not seen")
def test_a_photo_that_a_program_holds_open_for_writing_waits_and_is_named_once(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    photo = folder / "a.jpg"
    arrivals = Arrivals(interval_s=5.0)

    def look(now_s: float) -> tuple[int, int]:
        entries = make_plan([folder], tmp_path / "out").entries
        ready = arrivals.look(entries, now_s)
        return len(ready), len(arrivals.held_open([entry for entry in entries if entry not in ready], now_s))

    with photo.open("wb") as writer:
        writer.write(b"half")
        writer.flush()
        assert [look(now_s) for now_s in (100.0, 110.0, 100.0 + HELD_S, 200.0)] == [(0, 0), (0, 0), (0, 1), (0, 0)]
    with photo.open("rb"):
        assert look(201.0) == (1, 0), "a reader keeps nobody waiting"
    with (folder / "a.jpg.hints.json").open("wb"):
        assert look(202.0) == (0, 0)
        assert look(250.0) == (0, 0), "hints that are being written count"
    assert look(251.0) == (1, 0)


@pytest.mark.slow
def test_what_failed_waits_for_a_change_and_a_new_hint_colors_a_photo_again(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    (folder / "late.jpg").write_bytes(photos.cut(picture(1)))
    (folder / "fine.jpg").write_bytes(picture(2))
    with started("watch", folder, "--out", out, "--interval", "0.5", "--device", "cpu", "--workers", 1) as process:
        wait_until(lambda: len(lines_of(out)) == 2, process)
        time.sleep(3.0)
        assert Counter(str(line["status"]) for line in lines_of(out)) == {"done": 1, "failed": 1}
        (folder / "late.jpg").write_bytes(picture(1))
        wait_until(lambda: len(lines_of(out)) == 3, process)
        hint = {"version": 1, "points": [{"x": 0.5, "y": 0.5, "color": "#a03030"}]}
        (folder / "fine.jpg.hints.json").write_text(json.dumps(hint))
        wait_until(lambda: len(lines_of(out)) == 4, process)
        end(process, signal.SIGINT)
    told = [(line["relative"], line["status"]) for line in lines_of(out)[2:]]
    assert told == [("late.jpg", "done"), ("fine.jpg", "done")]
    again = photocolor("restore", folder, "--out", out, "--device", "cpu", "--json")
    assert {json.loads(line)["status"] for line in again.out.splitlines()} == {"skipped"}


@pytest.mark.slow
def test_two_sources_for_one_result_are_named_once_and_waited_for(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(picture(1))
    options = ("--out", out, "--interval", "0.5", "--format", "tiff", "--device", "cpu", "--workers", 1)
    with started("watch", folder, *options) as process:
        wait_until(lambda: len(lines_of(out)) == 1, process)
        (folder / "a.png").write_bytes(photos.png(photos.gray()))
        time.sleep(2.5)
        (folder / "a.png").rename(folder / "b.png")
        wait_until(lambda: len(lines_of(out)) == 2, process)
        told = end(process)
    assert told.count("would share one target") == 1 and "Rename one source" in told
    assert sorted(path.name for path in out.glob("*.tif*")) == ["a.tif", "b.tif"]


def test_what_cannot_be_watched_is_refused(tmp_path: Path) -> None:
    photo = tmp_path / "a.jpg"
    photo.write_bytes(picture(1))
    for source in (photo, "s3://bucket/folder"):
        refused = photocolor("watch", source, "--out", tmp_path / "out")
        assert refused.code == 2 and "is no folder of this machine" in refused.err
    inside = photocolor("watch", tmp_path, "--out", tmp_path)
    assert inside.code == 2 and "is the output folder" in inside.err
    assert not (tmp_path / "out").exists()


def test_a_photo_is_settled_when_it_stays_the_same_for_an_interval_and_handed_over_once(tmp_path: Path) -> None:
    def plan() -> FilePlan:
        return make_plan([folder], tmp_path / "out")

    folder = tmp_path / "in"
    folder.mkdir()
    photo = folder / "a.jpg"
    photo.write_bytes(b"half")
    arrivals = Arrivals(interval_s=5.0)
    assert arrivals.look(plan().entries, 100.0) == []
    photo.write_bytes(b"half and more")
    assert arrivals.look(plan().entries, 105.0) == []
    assert arrivals.look(plan().entries, 109.9) == []
    ready = arrivals.look(plan().entries, 110.0)
    assert [entry.relative for entry in ready] == ["a.jpg"]
    arrivals.hand_over(ready)
    assert arrivals.look(plan().entries, 120.0) == []
    (folder / "a.xmp").write_bytes(b"<x/>")
    assert arrivals.look(plan().entries, 125.0) == []
    assert len(arrivals.look(plan().entries, 130.0)) == 1
