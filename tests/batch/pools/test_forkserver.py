"""Where workers come from: a process without threads, or nothing; and what happens when that process dies."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import photos
import psutil
import pytest
from commands import ROOT, photocolor, started
from fakes import wait_until
from runs import read_tree, write_tree

import photocolor as photocolor_package
from photocolor.errors import ExitCode

linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere workers are not forked")
PHOTOS = 6


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """A folder that two workers share."""
    made = {f"{n}.jpg": photos.jpeg(photos.gray(160, 200, seed=n)) for n in range(PHOTOS)}
    return write_tree(tmp_path / "scans", made)


def servers(process: psutil.Process) -> list[psutil.Process]:
    """The processes that workers are forked from."""
    return [child for child in process.children() if "multiprocessing.forkserver" in " ".join(child.cmdline())]


@linux
def test_workers_are_forked_from_a_process_without_threads(scans: Path, tmp_path: Path) -> None:
    with started("restore", scans, "--device", "cpu", "--workers", 2, "--out", tmp_path / "out") as process:
        seen = psutil.Process(process.pid)
        wait_until(lambda: any(server.children() for server in servers(seen)), 30)
        (server,) = servers(seen)
        assert server.num_threads() == 1
        maps = Path(f"/proc/{server.pid}/maps").read_text(encoding="utf-8")
        assert "onnxruntime" in maps  # so libraries were loaded before they were forked
        process.communicate(timeout=100)
    assert process.returncode == 0


@linux
def test_its_death_costs_no_photo(scans: Path, tmp_path: Path) -> None:
    command = ("restore", scans, "--device", "cpu", "--json", "--workers")
    with started(*command, 2, "--out", tmp_path / "hit") as process:
        assert process.stdout is not None
        process.stdout.readline()  # one photo is done, so both workers are at work on the next
        os.kill(servers(psutil.Process(process.pid))[0].pid, signal.SIGKILL)
        out, err = process.communicate(timeout=100)
    assert process.returncode == 0, err.decode()
    assert len(out.splitlines()) == PHOTOS - 1
    assert photocolor(*command, 1, "--out", tmp_path / "straight").code == 0
    assert read_tree(tmp_path / "hit") == read_tree(tmp_path / "straight")


SLOW_DEATH = """
import os, signal, sys, time

def die(*_):
    os.closerange(3, 4096)
    time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGKILL)

if "multiprocessing.forkserver" in " ".join(sys.orig_argv):
    signal.signal(signal.SIGUSR1, die)
"""
"""What the system does to a large process that is killed: its files are closed some time before it counts as dead."""


@linux
def test_a_death_that_takes_its_time_costs_no_photo_either(scans: Path, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(SLOW_DEATH, encoding="utf-8")
    path = os.pathsep.join([str(tmp_path / "site"), str(ROOT)])
    command = ("restore", scans, "--device", "cpu", "--json", "--workers", 2, "--out", tmp_path / "out")
    with started(*command, PYTHONPATH=path) as process:
        assert process.stdout is not None
        process.stdout.readline()
        servers(psutil.Process(process.pid))[0].send_signal(signal.SIGUSR1)
        out, err = process.communicate(timeout=100)
    assert process.returncode == 0, err.decode()
    assert len(out.splitlines()) == PHOTOS - 1


@linux
def test_a_temporary_folder_that_can_hold_no_socket_is_no_obstacle(scans: Path, tmp_path: Path) -> None:
    far = tmp_path / ("a" * 100)
    far.mkdir()
    answer = photocolor("restore", scans, "--device", "cpu", "--workers", 2, "--out", tmp_path / "out", TMPDIR=str(far))
    assert answer.code == 0, answer.err
    assert list(far.iterdir()) == []


@linux
def test_nothing_stays_in_the_temporary_folder(scans: Path, tmp_path: Path) -> None:
    near = tmp_path / "t"
    near.mkdir()
    answer = photocolor(
        "restore", scans, "--device", "cpu", "--workers", 2, "--out", tmp_path / "out", TMPDIR=str(near)
    )
    assert answer.code == 0, answer.err
    assert list(near.iterdir()) == []


@linux
def test_where_no_worker_can_be_started_the_run_says_so_and_can_go_on_without(scans: Path, tmp_path: Path) -> None:
    command = ["ulimit -n 16; exec", shlex.quote(sys.executable), "-m photocolor restore", shlex.quote(str(scans))]
    command += ["--device cpu --out", shlex.quote(str(tmp_path / "out"))]
    for workers, code in ((2, ExitCode.ENVIRONMENT), (1, ExitCode.OK)):
        line = " ".join([*command, f"--workers {workers}"])
        ended = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
        assert ended.returncode == code, ended.stderr
        assert ("no worker process can be started" in ended.stderr) == (workers == 2)
    assert len(list((tmp_path / "out").glob("*.jpg"))) == PHOTOS


@linux
def test_workers_are_of_the_same_photocolor_as_the_run(scans: Path, tmp_path: Path) -> None:
    """A checkout's, say, while another one is installed."""
    shutil.copytree(Path(photocolor_package.__file__).parent, tmp_path / "here" / "photocolor")
    said = tmp_path / "here" / "photocolor" / "__init__.py"
    said.write_text(said.read_text(encoding="utf-8") + '\n__version__ = "0.0.1.other"\n', encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "photocolor",
        "restore",
        str(scans),
        "--workers",
        "2",
        "--out",
        str(tmp_path / "out"),
    ]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run([*command, "--device", "cpu"], cwd=tmp_path / "here", env=environment, check=True)
    assert b"0.0.1.other" in (tmp_path / "out" / "0.jpg").read_bytes()


def test_nothing_is_loaded_from_the_current_folder(scans: Path, tmp_path: Path) -> None:
    for name in ("numpy", "multiprocessing", "photocolor", "selectors"):
        (scans / f"{name}.py").write_text("raise SystemExit('this must not run')", encoding="utf-8")
    code = "import sys; del sys.path[0]; from photocolor.__main__ import main; main()"  # as the installed script
    command = ["restore", str(scans), "--workers", "2", "--device", "cpu", "--out", str(tmp_path / "out")]
    ended = subprocess.run(
        [sys.executable, "-c", code, *command], cwd=scans, capture_output=True, text=True, check=True
    )
    assert "this must not run" not in ended.stderr
    assert len(list((tmp_path / "out").glob("*.jpg"))) == PHOTOS


def test_a_process_that_only_plans_does_not_load_what_colors() -> None:
    code = "import sys, photocolor.cli.prepare; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "photocolor.batch.start" in loaded
    assert {"cv2", "onnxruntime", "photocolor.pipeline.photo"}.isdisjoint(loaded)


def test_the_process_that_workers_are_forked_from_has_loaded_what_colors_and_no_threads() -> None:
    code = "import sys, threading, photocolor.batch.pools.preload; print(threading.active_count(), *sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    threads, *loaded = done.stdout.split()
    assert threads == "1"
    assert {"photocolor.pipeline.photo", "photocolor.image.codecs.jpeg", "cv2", "onnxruntime"} <= set(loaded)


@linux
def test_the_process_that_workers_are_forked_from_takes_nothing_apart_at_its_end() -> None:
    """Whoever reads the command's output waits for its end, too; another process that loads the same ends as ever."""
    code = "import atexit; atexit.register(print, 'taken apart'); import photocolor.batch.pools.preload"
    for before, ends in (("from multiprocessing.forkserver import main; ", ""), ("", "taken apart\n")):
        done = subprocess.run([sys.executable, "-c", before + code], capture_output=True, text=True, check=True)
        assert done.stdout == ends
