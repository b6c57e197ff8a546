"""A watched folder, with real processes: files that arrive in bursts and in pieces, kill -9, SIGTERM."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import photos
import pytest
from commands import photocolor, started

from photocolor.batch.plan.targets import FilePlan, make_plan
from photocolor.batch.watch import Arrivals
from photocolor.image.decode import decode

BURSTS, PER_BURST, IN_PIECES = 3, 20, 6
INTERVAL_S, PIECES, PAUSE_S = 2.0, 4, 0.5
"""A file in pieces stands still for a quarter of the interval."""
LONG_S = 240.0


def picture(number: int) -> bytes:
    return photos.jpeg(photos.gray(48, 64, seed=number))


def write_in_pieces(path: Path, data: bytes) -> None:
    size = -(-len(data) // PIECES)
    with path.open("wb", buffering=0) as file:
        for start in range(0, len(data), size):
            file.write(data[start : start + size])
            time.sleep(PAUSE_S)


def burst(folder: Path, number: int) -> list[threading.Thread]:
    """Lets files arrive: some at once, some in pieces, each by a writer of its own."""
    writers = []
    for index in range(PER_BURST):
        path = folder / f"box {index % 3}" / f"{number}-{index}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        if index < IN_PIECES:
            writers.append(threading.Thread(target=write_in_pieces, args=(path, picture(number * 100 + index))))
        else:
            path.write_bytes(picture(number * 100 + index))
    for writer in writers:
        writer.start()
    return writers


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
def test_each_of_60_files_is_colored_once_and_whole_through_bursts_pieces_and_kill_9(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    command = ("watch", folder, "--out", out, "--interval", INTERVAL_S, "--device", "cpu", "--workers", 2)
    writers = burst(folder, 0)
    with started(*command) as killed:
        wait_until(lambda: len(lines_of(out)) >= 5, killed)
        writers += burst(folder, 1)
        wait_until(lambda: len(lines_of(out)) >= PER_BURST + 3, killed)
        os.killpg(killed.pid, signal.SIGKILL)
    writers += burst(folder, 2)
    with started(*command) as process:
        wait_until(lambda: len(lines_of(out)) >= BURSTS * PER_BURST, process)
        time.sleep(3 * INTERVAL_S)  # further looks find nothing to do
        end(process)
    for writer in writers:
        writer.join()
    lines = lines_of(out)
    assert Counter(line["status"] for line in lines) == {"done": BURSTS * PER_BURST}
    assert set(Counter(line["relative"] for line in lines).values()) == {1}
    for line in lines:
        source, result = folder / str(line["relative"]), out / str(line["relative"])
        assert line["source_sha256"] == hashlib.sha256(source.read_bytes()).hexdigest()
        assert line["result_sha256"] == hashlib.sha256(result.read_bytes()).hexdigest()
        assert decode(result.read_bytes(), 1.0).warnings == ()
    left = {path.name for path in out.rglob("*") if path.is_file() and ".photocolor" not in path.parts}
    assert left == {Path(str(line["relative"])).name for line in lines}


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
