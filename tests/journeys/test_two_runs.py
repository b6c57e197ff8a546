"""Two runs at once, two runs one after the other, and a run in two pieces: all end in the tree of one run."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import photos
import pytest
from commands import photocolor, started
from runs import read_tree, write_tree

PHOTOS = 8


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    pictures = [photos.gray(150, 200, seed=number) for number in range(PHOTOS)]
    builders = (photos.jpeg, photos.png, photos.tiff)
    suffixes = ("jpg", "png", "tif")
    files = {f"{n}.{suffixes[n % 3]}": builders[n % 3](picture) for n, picture in enumerate(pictures)}
    return write_tree(tmp_path / "scans", files)


def state(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Each result's inode, time of change and bytes."""
    found = {}
    for name, data in read_tree(folder).items():
        now = (folder / name).stat()
        found[name] = (now.st_ino, now.st_mtime_ns, data)
    return found


def test_the_second_of_two_runs_at_once_is_refused_by_name_and_the_first_does_not_notice(
    tmp_path: Path, scans: Path
) -> None:
    command = ("restore", scans, "--device", "cpu", "--workers", 1, "--json", "--out")
    with started(*command, tmp_path / "color") as first:
        assert first.stdout is not None
        first.stdout.readline()
        os.kill(first.pid, signal.SIGSTOP)  # so that it cannot be over before the second one looks
        second = photocolor(*command, tmp_path / "color")
        os.kill(first.pid, signal.SIGCONT)
        first.communicate(timeout=100)
    assert second.code == 4 and second.out == ""
    assert str(first.pid) in second.err and "another run is writing" in second.err
    assert first.returncode == 0
    assert len(read_tree(tmp_path / "color")) == PHOTOS


def test_a_run_that_is_interrupted_and_resumed_or_run_twice_ends_byte_for_byte_as_one(
    tmp_path: Path, scans: Path
) -> None:
    command = ("restore", scans, "--device", "cpu", "--workers", 1, "--json", "--out")
    assert photocolor(*command, tmp_path / "straight").code == 0
    with started(*command, tmp_path / "pieces") as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=100)
    assert process.returncode == 130
    first = read_tree(tmp_path / "pieces")
    assert 2 <= len(first) < PHOTOS, "the signal must come in the middle, or this shows nothing"
    assert photocolor(*command, tmp_path / "pieces").code == 0
    assert read_tree(tmp_path / "pieces") == read_tree(tmp_path / "straight")
    before = state(tmp_path / "pieces")
    time.sleep(0.02)  # a rewritten file would have another time of change
    assert photocolor(*command, tmp_path / "pieces").code == 0
    assert state(tmp_path / "pieces") == before
