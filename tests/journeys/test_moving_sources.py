"""Sources that vanish or change while the run is going on: named, never half of one and half of the other."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from pathlib import Path

import photos
from commands import photocolor, started
from runs import job_for, read_tree, write_tree

from photocolor.errors import SourceChanged
from photocolor.pipeline.source import read_source

READS = 60
VERSION_BYTES = 4_000_000
CLOCK_TICK_S = 0.02
"""File systems keep times of change in ticks of the kernel's clock, up to 10 ms long."""


def test_what_vanishes_or_changes_after_the_plan_is_named_and_the_next_run_takes_the_new_photo(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {f"{n}.png": photos.png(photos.gray(200, 200, seed=n)) for n in range(8)})
    command = ("restore", scans, "--out", tmp_path / "color", "--device", "cpu", "--workers", 1, "--json")
    with started(*command) as process:
        assert process.stdout is not None
        process.stdout.readline()
        (scans / "5.png").unlink()
        (scans / "6.png").write_bytes(photos.png(photos.gray(90, 90, seed=99)))
        (scans / "7.png").write_bytes(photos.cut((scans / "7.png").read_bytes()))
        rows = [json.loads(line) for line in process.communicate(timeout=60)[0].splitlines()]
    assert process.returncode == 3
    failed = {row["relative"]: row["reason"] for row in rows if row["status"] == "failed"}
    assert failed == {"5.png": "vanished", "6.png": "changed", "7.png": "changed"}
    assert set(read_tree(tmp_path / "color")) == {f"{n}.png" for n in range(5)}
    (scans / "7.png").unlink()
    assert photocolor(*command).code == 0
    assert set(read_tree(tmp_path / "color")) == {"0.png", "1.png", "2.png", "3.png", "4.png", "6.png"}
    assert photocolor("verify", scans, tmp_path / "color").code == 0


_REWRITER = f"""
import random, sys, time
dice = random.Random(1)
number = 0
while True:
    with open(sys.argv[1], "r+b", buffering=0) as file:
        for _ in range({VERSION_BYTES} // 100_000):
            file.write(bytes([number % 256]) * 100_000)
    print(flush=True)
    number += 1
    time.sleep(dice.uniform(0, 0.06))
"""


def test_a_file_that_is_rewritten_while_it_is_read_is_never_taken_for_a_whole_one(tmp_path: Path) -> None:
    """The writer keeps the length, so that only the time of change tells."""
    path = tmp_path / "scan.png"
    path.write_bytes(bytes(VERSION_BYTES))
    changed = 0
    with subprocess.Popen([sys.executable, "-c", _REWRITER, str(path)], stdout=subprocess.DEVNULL) as writer:
        for _ in range(READS):
            job = job_for(path, tmp_path / "color.png")
            time.sleep(CLOCK_TICK_S)  # between the plan and the reading; within a tick no time of change can tell
            try:
                source = read_source(job)
            except SourceChanged:
                changed += 1
                continue
            assert len(set(source.data)) == 1, "half of one photo and half of the next"
            assert source.sha256 == hashlib.sha256(source.data).hexdigest()
        writer.kill()
    assert 0 < changed < READS, "the writer must hit some reads and spare some, or this shows nothing"
    assert path.stat().st_size == VERSION_BYTES
