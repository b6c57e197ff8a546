"""kill -9 at any moment, then the same command: no half result, ever, and in the end the same tree."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import time
from pathlib import Path

import photos
import pytest
from commands import photocolor, started
from runs import read_tree, write_tree

from photocolor.system.atomic import is_temporary

KILLS = 25
PHOTOS = 12
LATEST_S = 0.4
"""A kill comes up to this long after a photo was done; a tiny photo takes about 0.1 s."""


def scans_in(folder: Path) -> Path:
    names = [f"box {number % 3}/scan {number}" for number in range(PHOTOS)]
    pictures = [photos.gray(64 + number, 96, seed=number) for number in range(PHOTOS)]
    as_png = {f"{name}.png": photos.png(picture) for name, picture in zip(names[::2], pictures[::2], strict=True)}
    as_jpeg = {f"{name}.jpg": photos.jpeg(picture) for name, picture in zip(names[1::2], pictures[1::2], strict=True)}
    return write_tree(folder, as_png | as_jpeg)


def digests(tree: dict[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(data).hexdigest() for name, data in tree.items()}


def kill_at_some_moment(dice: random.Random, *command: object) -> None:
    """Starts the command and kills it: in its start, or some time after some photo; with or without its workers."""
    with started(*command, "--json") as process:
        assert process.stdout is not None
        for _ in range(dice.randrange(0, PHOTOS // 2)):
            process.stdout.readline()
        time.sleep(dice.uniform(0.0, LATEST_S))
        if dice.random() < 0.5:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_kill_9_at_25_random_moments_leaves_only_whole_files_and_the_same_command_ends_in_the_same_tree(
    tmp_path: Path,
) -> None:
    dice = random.Random(20261120)
    scans = scans_in(tmp_path / "scans")
    before = digests(read_tree(scans))
    command = ("restore", scans, "--workers", 2, "--device", "cpu", "--out")
    assert photocolor(*command, tmp_path / "whole").code == 0
    whole = digests(read_tree(tmp_path / "whole"))
    assert len(whole) == PHOTOS
    at_work = 0
    rounds = 0
    for _ in range(KILLS):
        out = tmp_path / f"round {rounds}"
        kill_at_some_moment(dice, *command, out)
        at_work += (out / ".photocolor" / "at-work.jsonl").exists()
        left = digests(read_tree(out)) if out.exists() else {}
        finals = {name: digest for name, digest in left.items() if not is_temporary(Path(name).name)}
        assert finals.items() <= whole.items(), "a file under a final name that is not the whole result"
        if len(finals) >= PHOTOS - 2:  # nearly done: a new folder, so that the next kill has something to hit
            rounds += 1
    assert at_work >= KILLS // 2, "most kills must hit a run that is at work, or this test shows nothing"
    for number in range(rounds + 1):
        answer = photocolor(*command, tmp_path / f"round {number}", "--json")
        assert answer.code == 0, answer.err
        assert digests(read_tree(tmp_path / f"round {number}")) == whole, "no orphan, nothing missing, nothing else"
        again = photocolor(*command, tmp_path / f"round {number}")
        assert f"skipped  {PHOTOS}  done by an earlier run" in again.err
    assert digests(read_tree(scans)) == before
