"""A watched folder, with real processes: files that arrive in bursts and in pieces, kill -9, SIGTERM."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import photos
import pytest
from commands import photocolor, started

from benchmarks.watched_folder import WAYS, Load, trial
from photocolor.batch.kept_folder import KeptFolder
from photocolor.batch.plan.strays import Stray
from photocolor.batch.plan.targets import FilePlan, make_plan
from photocolor.batch.records.lock import OutputLock
from photocolor.batch.watch import HELD_S, LONE_MASK_S, Arrivals, NamedStrays
from photocolor.image.regions.hand_mask import CLEAN, DAMAGED, hand_mask_png

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


def test_nothing_is_said_twice_while_another_run_is_at_work_or_photo_after_photo_arrives(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    (folder / "1.jpg").write_bytes(picture(1))
    out.mkdir()
    with started("watch", folder, "--out", out, "--interval", "0.2", "--workers", 1) as process:
        with OutputLock(out, None):
            time.sleep(4.0)
            assert lines_of(out) == []
        wait_until(lambda: len(lines_of(out)) == 1, process)
        (folder / "2.jpg").write_bytes(picture(2))
        wait_until(lambda: len(lines_of(out)) == 2, process)
        time.sleep(0.5)
        told = end(process).splitlines()
    sentences = Counter(line for line in told if not line.startswith("done"))
    assert [line for line in sentences if line.startswith("Waiting, because another run is writing")]
    assert [line for line, times in sentences.items() if times > 1] == []


def test_what_cannot_be_watched_is_refused(tmp_path: Path) -> None:
    photo = tmp_path / "a.jpg"
    photo.write_bytes(picture(1))
    (tmp_path / "incoming").mkdir()
    for source, said in (
        (photo, f"a.jpg is a file, and a folder is watched\nTo color it: photocolor restore {photo} --out"),
        ("s3://bucket/folder", "s3://bucket/folder is no folder of this machine, and no other is watched\nTo color it"),
        (tmp_path / "incomming", f"there is no folder {tmp_path}/incomming\nDid you mean {tmp_path}/incoming?"),
    ):
        refused = photocolor("watch", source, "--out", tmp_path / "out")
        assert refused.code == 2 and said in refused.err
    remote = photocolor("watch", tmp_path / "incoming", "--out", "s3://bucket/folder")
    assert remote.code == 2 and "Choose a folder as --out" in remote.err
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


@pytest.mark.slow
def test_misnamed_sidecars_and_masks_are_named_once_and_what_arrives_before_its_photo_is_no_photo(
    tmp_path: Path,
) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    mask = hand_mask_png(np.full((48, 64), DAMAGED, np.uint8), 1)
    names = ("late.jpg.mask.png", "gone.TIF.Mask.png", "b.mask.png", "b.hints.json", "painted.png.mended.png")
    for name in names:
        (folder / name).write_bytes(mask if name.endswith(".png") else b"{}")
    (folder / "b.jpg").write_bytes(picture(1))
    options = ("--out", out, "--interval", "0.5", "--device", "cpu", "--workers", 1, "--mend", "spots")
    with started("watch", folder, *options) as process:
        wait_until(lambda: len(lines_of(out)) == 1, process)
        time.sleep(2.0)
        (folder / "late.jpg").write_bytes(picture(2))
        wait_until(lambda: len(lines_of(out)) == 2, process)
        (folder / "b.mask.png").rename(folder / "b.jpg.mask.png")
        wait_until(lambda: len(lines_of(out)) == 3, process)
        (folder / "late.jpg.mask.png").write_bytes(hand_mask_png(np.full((48, 64), CLEAN, np.uint8), 1))
        wait_until(lambda: len(lines_of(out)) == 4, process)
        time.sleep(2.0)
        told = end(process)
    lines = [(line["relative"], bool(line.get("hand_mask_sha256"))) for line in lines_of(out)]
    assert lines == [("b.jpg", False), ("late.jpg", True), ("b.jpg", True), ("late.jpg", True)]
    for name, why in {
        "b.mask.png": "it looks like the mask of b.jpg; rename it to b.jpg.mask.png.",
        "b.hints.json": "rename it to b.jpg.hints.json.",
        "gone.TIF.Mask.png": "it is named like the mask of gone.TIF, which is not beside it",
        "painted.png.mended.png": "it is named like the mask of painted.png, which is not beside it",
        "late.jpg.mask.png": "it is named like the mask of late.jpg, which is not beside it",
    }.items():
        assert told.count(f"Not used: {folder / name}: {why}") == 1, told
    again = photocolor("restore", folder, "--out", out, "--device", "cpu", "--mend", "spots", "--json")
    assert {json.loads(line)["status"] for line in again.out.splitlines()} == {"skipped"}


def test_what_may_be_a_mask_waits_a_minute_for_its_photo_and_is_named_once(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.mask.png").write_bytes(b"gray")
    (folder / "c.mask.png").write_bytes(b"gray")
    arrivals = Arrivals(interval_s=5.0)

    def look(now_s: float) -> tuple[list[str], list[str]]:
        entries = make_plan([folder], tmp_path / "out").entries
        ready = arrivals.look(entries, now_s)
        waiting = [entry for entry in entries if entry not in ready]
        lone = arrivals.lone_masks(waiting, now_s)
        assert not arrivals.held_open(waiting, now_s)
        return [entry.relative for entry in ready], [entry.relative for entry in lone]

    assert look(100.0) == ([], [])
    assert look(105.0) == ([], ["a.mask.png", "c.mask.png"])
    (folder / "c.jpg").write_bytes(b"gray")
    assert look(110.0) == ([], [])
    assert look(115.0) == (["c.jpg"], [])
    assert look(100.0 + LONE_MASK_S) == (["a.mask.png", "c.jpg"], [])


def test_a_stray_is_named_when_it_stays_and_again_if_it_comes_back() -> None:
    strays, one = NamedStrays(interval_s=5.0), Stray("/in/a.mask.png", "rename it")
    assert [strays.look(found, now_s) for found, now_s in (([one], 0.0), ([one], 4.9), ([one], 5.0), ([one], 9.0))] == [
        [],
        [],
        [one],
        [],
    ]
    assert strays.look([], 10.0) == [] and strays.look([one], 11.0) == [] and strays.look([one], 16.0) == [one]


def test_with_a_long_interval_no_photo_is_said_to_be_open_because_it_waits(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(b"whole")
    entries = make_plan([folder], tmp_path / "out").entries
    arrivals = Arrivals(interval_s=5 * HELD_S)
    for now_s in (0.0, HELD_S, 2 * HELD_S):
        assert arrivals.look(entries, now_s) == [] == arrivals.held_open(entries, now_s)


def test_a_sidecar_that_changes_within_its_length_and_time_counts(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    beside = [folder / f"a{ending}" for ending in (".jpg.hints.json", ".jpg.mask.png", ".xmp", ".XMP", ".jpg.XMP")]
    for path in (folder / "a.jpg", *beside):
        path.write_bytes(b"before")
    arrivals = Arrivals(interval_s=5.0)

    def look(now_s: float) -> int:
        ready = arrivals.look(make_plan([folder], tmp_path / "out").entries, now_s)
        arrivals.hand_over(ready)
        return len(ready)

    assert [look(now_s) for now_s in (0.0, 5.0, 10.0)] == [0, 1, 0]
    for number, path in enumerate(beside, 1):
        times = path.stat()
        path.write_bytes(b"after!")
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
        assert [look(100.0 * number + more) for more in (0.0, 5.0, 10.0)] == [0, 1, 0], path.name


@pytest.mark.parametrize("place", ["out", "masks"])
def test_a_disk_that_is_taken_away_between_two_photos_is_waited_for(tmp_path: Path, place: str) -> None:
    """What is left is the empty folder that it was mounted on, where results would be hidden later on."""
    folder, out, masks = tmp_path / "in", tmp_path / "out", tmp_path / "masks"
    folder.mkdir()
    (folder / "1.jpg").write_bytes(picture(1))
    options = ("--damage-masks", masks, "--interval", "0.3", "--device", "cpu", "--workers", 1)
    with started("watch", folder, "--out", out, *options) as process:
        wait_until(lambda: bool(lines_of(out)), process)
        disk, mounted_on = tmp_path / place, tmp_path / "away"
        time.sleep(1.0)  # the run is over
        disk.rename(mounted_on)
        disk.mkdir()
        (folder / "2.jpg").write_bytes(picture(2))
        time.sleep(3.0)
        assert list(disk.iterdir()) == []
        assert place == "out" or not (out / "2.jpg").exists()
        disk.rmdir()
        mounted_on.rename(disk)
        wait_until(lambda: len(lines_of(out)) == 2, process)
        said = end(process)
    assert said.count(f"Waiting, because {disk} was removed, unmounted or replaced while the watch went on.") == 1
    assert {line["status"] for line in lines_of(out)} == {"done"}
    assert (out / "2.jpg").exists() and (masks / "2.jpg.mask.png").exists()


def test_a_folder_is_kept_by_what_it_is_and_by_what_lies_in_it(tmp_path: Path) -> None:
    place = tmp_path / "out"
    kept = KeptFolder(place, "mark")
    kept.remember()
    assert kept.loss() is None and not kept.is_another, "nothing was ever there"
    (place / "mark").mkdir(parents=True)
    kept.remember()
    assert kept.loss() is None and not kept.is_another
    place.rename(tmp_path / "away")
    assert kept.loss() is not None
    place.mkdir()
    assert kept.loss() is not None and kept.is_another
    (place / "mark").mkdir()
    assert kept.loss() is None and kept.is_another, "another disk with results, or the same one, mounted anew"
    kept.remember()
    assert not kept.is_another
