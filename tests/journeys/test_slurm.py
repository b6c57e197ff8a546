"""The example script for Slurm, run as it is by a stand-in for Slurm: an array, a node that fails, a last job."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import photos
import pytest
from commands import ROOT, photocolor
from runs import read_tree, write_tree
from slurm import Slurm

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(400),
    pytest.mark.skipif(sys.platform == "win32", reason="Slurm runs on Linux"),
]

SHARDS, PHOTOS = 4, 16


def submitted(slurm: Slurm, scans: Path, out: Path, shards: int = SHARDS) -> str:
    script = slurm.folder / "slurm.sh"
    shutil.copy(ROOT / "docs" / "slurm.sh", script)
    command = ["bash", script, scans, out, str(shards)]
    answer = subprocess.run(command, env=slurm.environment, cwd=slurm.folder, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    script.unlink()  # the jobs have copies
    return answer.stdout


def done_lines(out: Path) -> list[str]:
    lines = [line for part in (out / ".photocolor").glob("manifest*.jsonl") for line in part.read_text().splitlines()]
    return [row["relative"] for row in map(json.loads, lines) if row["status"] == "done"]


def test_an_array_of_shards_survives_a_node_that_fails_and_the_last_job_says_all_is_done(tmp_path: Path) -> None:
    scans = write_tree(
        tmp_path / "my scans", {f"box {n % 3}/{n}.png": photos.png(photos.gray(48, 64, seed=n)) for n in range(PHOTOS)}
    )
    out, slurm = tmp_path / "out", Slurm(tmp_path / "slurm")
    assert "job 100" in submitted(slurm, scans, out)
    failures = []

    def fail_once(job: int, task: int, process: subprocess.Popen[bytes]) -> None:
        if (job, task) == (100, 2) and not failures:
            failures.append(task)
            threading.Thread(target=_kill_when_begun, args=(out, process)).start()

    slurm.run(fail_once)
    assert slurm.ended[100, 2] == [-signal.SIGKILL, 0]
    assert {codes[-1] for codes in slurm.ended.values()} == {0}
    assert sorted(slurm.ended) == [(100, task) for task in range(1, SHARDS + 1)] + [(101, 1)]
    assert photocolor("restore", scans, "--out", tmp_path / "whole", "--device", "cpu", "--quiet").code == 0
    assert read_tree(out) == read_tree(tmp_path / "whole")
    assert set(Counter(done_lines(out)).values()) == {1}, "every photo once"


def _kill_when_begun(out: Path, process: subprocess.Popen[bytes]) -> None:
    until_s = time.monotonic() + 60
    while time.monotonic() < until_s and not any((out / ".photocolor").glob("*2-of*")):
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)


def test_a_photo_that_fails_ends_no_task_but_is_the_last_jobs_exit_code(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {"a.png": photos.png(photos.gray()), "bad.png": b"no picture"})
    out, slurm = tmp_path / "out", Slurm(tmp_path / "slurm")
    submitted(slurm, scans, out, shards=2)
    slurm.run()
    assert slurm.ended == {(100, 1): [0], (100, 2): [0], (101, 1): [3]}
    assert "bad.png" in (slurm.folder / "photocolor-101_1.log").read_text()
    assert set(read_tree(out)) == {"a.png"}


def test_what_may_pass_is_requeued_three_times_and_not_for_ever(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {"a.png": photos.png(photos.gray())})
    blocked = tmp_path / "out"
    blocked.write_bytes(b"a file where the output folder shall be")
    slurm = Slurm(tmp_path / "slurm")
    slurm.environment["PHOTOCOLOR_REQUEUE_S"] = "0"
    submitted(slurm, scans, blocked, shards=1)
    first = photocolor("restore", scans, "--out", blocked, "--device", "cpu").code
    slurm.run()
    attempts = [-signal.SIGKILL] * 3 if first in (4, 5) else []
    assert slurm.ended[100, 1] == [*attempts, first]


def test_the_docs_show_how_the_example_is_called() -> None:
    page = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
    assert "bash slurm.sh /archive/scans /archive/color 64" in page
    assert subprocess.run(["bash", "-n", ROOT / "docs" / "slurm.sh"], check=False).returncode == 0
