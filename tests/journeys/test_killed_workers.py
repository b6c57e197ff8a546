"""The system kills a worker, as when memory runs out: the photo gets a second chance, and nothing else is lost."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import photos
import psutil
from commands import photocolor, started
from runs import read_tree, write_tree

PHOTOS = 6


def test_a_worker_killed_by_the_system_costs_no_photo_and_no_byte(tmp_path: Path) -> None:
    scans = write_tree(
        tmp_path / "scans", {f"{n}.jpg": photos.jpeg(photos.gray(160, 200, seed=n)) for n in range(PHOTOS)}
    )
    command = ("restore", scans, "--device", "cpu", "--json", "--workers")
    with started(*command, 2, "--out", tmp_path / "hit") as process:
        assert process.stdout is not None
        process.stdout.readline()  # one photo is done, so both workers are at work on the next
        victims = [child for child in psutil.Process(process.pid).children(recursive=True) if _is_worker(child)]
        os.kill(victims[0].pid, signal.SIGKILL)
        out, err = process.communicate(timeout=100)
    assert process.returncode == 0, err.decode()
    rows = [json.loads(line) for line in out.splitlines()]
    assert len(rows) == PHOTOS - 1
    assert {row["status"] for row in rows} == {"done"}
    assert photocolor(*command, 1, "--out", tmp_path / "straight").code == 0
    assert read_tree(tmp_path / "hit") == read_tree(tmp_path / "straight")


def _is_worker(process: psutil.Process) -> bool:
    """A fork of the process that loaded the libraries; on macOS and Windows one that began from nothing."""
    parent = process.parent()
    return "spawn_main" in _words(process) or (parent is not None and "forkserver" in _words(parent))


def _words(process: psutil.Process) -> str:
    return " ".join(process.cmdline())
