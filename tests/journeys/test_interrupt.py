"""Ctrl-C and SIGTERM: within a second, with whole files only and the exit code that says so."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import photos
import pytest
from commands import ROOT, photocolor, started
from runs import read_tree, write_tree

from photocolor.batch.pools.threads import THREAD_NAME

WITHIN_S = 1.0
PATIENCE_S = 60.0
SIDE_PX = 2500
TILES = ("--detail", "full", "--tile", 64, "--overlap", 32)
"""Six thousand tiles: more than a minute of work for two usual processors, so that the signal finds it at work also on
a machine that is ten times as fast, or has nothing else to do; tiles of the usual size took it three seconds."""


@pytest.fixture(scope="module")
def slow_photo() -> bytes:
    return photos.jpeg(photos.gray(SIDE_PX, SIDE_PX))


@pytest.mark.parametrize("count", [1, 3], ids=["one photo", "several photos"])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_run_within_a_second_and_leaves_only_whole_files(
    tmp_path: Path, slow_photo: bytes, count: int, number: signal.Signals, code: int
) -> None:
    files = {"0.png": photos.png(photos.gray())} | {f"{index}.jpg": slow_photo for index in range(1, count)}
    scans = write_tree(tmp_path / "scans", files if count > 1 else {"1.jpg": slow_photo})
    out = tmp_path / "out"
    command = ("restore", scans, "--out", out, *TILES, "--device", "cpu", "--workers", min(count, 2))
    with started(*command) as process:
        _wait_for_work(process, out)
        time.sleep(1.0)  # into the tiles
        assert process.poll() is None, "the work ended before the signal; it has to take longer"
        at = time.monotonic()
        os.killpg(process.pid, number)  # as the terminal does: to the whole group
        process.wait(PATIENCE_S)
        took_s = time.monotonic() - at
        assert process.stderr is not None
        said = process.stderr.read().decode()
    assert process.returncode == code, said
    assert took_s < WITHIN_S
    assert "Traceback" not in said
    assert "Run the same command again" in said
    assert set(read_tree(out)) <= {"0.png"}, "no partial and no temporary file"
    (scans / "1.jpg").write_bytes(photos.jpeg(photos.gray()))
    (scans / "2.jpg").write_bytes(photos.jpeg(photos.gray(seed=2)))
    assert photocolor(*command).code == 0
    assert set(read_tree(out)) == set(read_tree(scans))


def test_a_second_ctrl_c_does_not_wait(tmp_path: Path, slow_photo: bytes) -> None:
    scans = write_tree(tmp_path / "scans", {"1.jpg": slow_photo})
    out = tmp_path / "out"
    with started("restore", scans, "--out", out, *TILES, "--device", "cpu") as process:
        _wait_for_work(process, out)
        at = time.monotonic()
        while process.poll() is None:
            process.send_signal(signal.SIGINT)
            time.sleep(0.05)
            assert time.monotonic() - at < PATIENCE_S
        assert time.monotonic() - at < WITHIN_S
    assert process.returncode == 130
    assert read_tree(out) == {}


def _wait_for_work(process: subprocess.Popen[bytes], out: Path) -> None:
    """Until a photo was begun."""
    note = out / ".photocolor" / "at-work.jsonl"
    deadline = time.monotonic() + PATIENCE_S
    while not (note.exists() and note.stat().st_size):
        time.sleep(0.01)
        assert process.poll() is None, process.stderr and process.stderr.read().decode()
        assert time.monotonic() < deadline


SIGNAL_WHILE_LOADING = """
import os, signal, sys

class Finder:
    name = sys.argv.pop(1)
    def find_spec(self, name, path, target=None):
        if name == self.name:
            os.kill(os.getpid(), signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job has it ignored
sys.meta_path.insert(0, Finder())
from photocolor.__main__ import main
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot send itself Ctrl-C there")
@pytest.mark.parametrize("name", ["typer", "numpy._core.multiarray", "numpy.lib._index_tricks_impl"])
def test_ctrl_c_while_a_library_is_loaded_ends_the_command_and_is_no_defect_of_the_photo(
    tmp_path: Path, name: str
) -> None:
    """NumPy's native parts swallow it: the command went on, failed as by a defect, or took the photo for damaged."""
    scan = write_tree(tmp_path, {"1.jpg": photos.jpeg(photos.gray())}) / "1.jpg"
    words = ("preview", scan, "--out", tmp_path / "1.png")
    command = [sys.executable, "-c", SIGNAL_WHILE_LOADING, name, *map(str, words)]
    ended = subprocess.run(
        command, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False
    )
    assert ended.returncode == 130, ended.stderr
    assert "Traceback" not in ended.stderr and "Error" not in ended.stderr
    assert not (tmp_path / "1.png").exists()


SIGNALS_WHILE_STARTING = """
import os, signal, sys, threading

signal.signal(signal.SIGINT, signal.default_int_handler)
start, name = threading.Thread.start, sys.argv.pop(1)

def interrupted(thread):
    if thread.name == name:
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGINT)
    start(thread)

threading.Thread.start = interrupted
from photocolor.__main__ import main
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot send itself Ctrl-C there")
def test_a_second_ctrl_c_that_meets_a_worker_just_to_begin_is_no_defect(tmp_path: Path) -> None:
    """What cleans up joined the thread, which had not begun."""
    scans = write_tree(tmp_path / "scans", {"1.jpg": photos.jpeg(photos.gray())})
    words = ("restore", scans, "--out", tmp_path / "out", "--device", "cpu", "--workers", 1)
    command = [sys.executable, "-c", SIGNALS_WHILE_STARTING, THREAD_NAME, *map(str, words)]
    ended = subprocess.run(
        command, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False
    )
    assert ended.returncode == 130, ended.stderr
    assert "defect" not in ended.stderr and read_tree(tmp_path / "out") == {}
