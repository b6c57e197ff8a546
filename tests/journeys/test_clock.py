"""A clock that goes backwards: no photo is redone, skipped or lost for it, and no duration is negative."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import photos
import pytest
from commands import photocolor
from runs import read_tree, write_tree

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("cc") is None, reason="the clock's stand-in needs Linux and a C compiler"
)

CLOCK = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/time.h>
#include <time.h>

/* The time of day goes back by a minute each time somebody asks for it; the monotonic clocks are the real ones. */
static _Atomic long asked;

int clock_gettime(clockid_t clock, struct timespec *now) {
    int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
    int answer = real(clock, now);
    if (clock == CLOCK_REALTIME) now->tv_sec -= 60 * ++asked;
    return answer;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec exact;
    int answer = clock_gettime(CLOCK_REALTIME, &exact);
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return answer;
}

time_t time(time_t *where) {
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    if (where) *where = exact.tv_sec;
    return exact.tv_sec;
}
"""
DAY_S = 86_400


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The library that turns the clock back, for LD_PRELOAD."""
    folder = tmp_path_factory.mktemp("clock")
    (folder / "clock.c").write_text(CLOCK)
    library = folder / "clock.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, folder / "clock.c", "-ldl"], check=True)
    ask = "import time; print(time.time()); print(time.time())"
    said = subprocess.run(
        [sys.executable, "-c", ask],
        env=os.environ | {"LD_PRELOAD": str(library)},
        capture_output=True,
        text=True,
        check=True,
    )
    first, second = map(float, said.stdout.split())
    assert second < first - 50, "the stand-in must work, or this shows nothing"
    return str(library)


def test_a_run_under_a_clock_that_goes_backwards_is_an_ordinary_run(tmp_path: Path, clock: str) -> None:
    scans = write_tree(tmp_path / "scans", {f"{n}.png": photos.png(photos.gray(seed=n)) for n in range(4)})
    os.utime(scans / "1.png", (time.time() + 400 * DAY_S,) * 2)  # written by a camera that lives in the future
    os.utime(scans / "2.png", (0, 0))
    command = ("restore", scans, "--out", tmp_path / "color", "--device", "cpu", "--workers", 1, "--json")
    told = photocolor(*command, LD_PRELOAD=clock)
    assert told.code == 0, told.err
    rows = [json.loads(line) for line in told.out.splitlines()]
    assert [row["status"] for row in rows] == ["done"] * 4
    assert all(row["seconds"] >= 0 for row in rows)
    straight = photocolor("restore", scans, "--out", tmp_path / "straight", "--device", "cpu", "--workers", 1)
    assert straight.code == 0
    assert read_tree(tmp_path / "color") == read_tree(tmp_path / "straight")
    again = photocolor(*command)
    assert [json.loads(line)["reason"] for line in again.out.splitlines()] == ["done"] * 4


def test_a_lock_and_a_temporary_file_from_the_future_do_not_stand_in_the_way(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {"a.png": photos.png()})
    out = tmp_path / "color"
    note = b'{"relative": "a.png", "token": "0123abcd", "foreign": null}\n'
    write_tree(out, {".photocolor/lock": b"process 1 on elsewhere", ".photocolor/at-work.jsonl": note})
    write_tree(out, {".pc-0123abcd.tmp": b"half"})
    for path in (*out.glob(".pc-*"), *(out / ".photocolor").iterdir()):
        os.utime(path, (time.time() + 400 * DAY_S,) * 2)
    assert photocolor("restore", scans, "--out", out, "--device", "cpu", "--workers", 1).code == 0
    assert set(read_tree(out)) == {"a.png"}
