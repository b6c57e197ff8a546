"""A photo that hangs, with one worker: the run goes on or ends by name, the process ends, nothing is written late."""

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
    sys.platform != "linux" or shutil.which("cc") is None, reason="the medium's stand-in needs Linux and a C compiler"
)

MEDIUM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Reading from a file whose name has "hangs-N" in it takes N seconds, once for each file that a thread opens. */
static int slept[65536];

ssize_t read(int file, void *into, size_t most) {
    ssize_t (*real)(int, void *, size_t) = dlsym(RTLD_NEXT, "read");
    char link[64], name[4096], *found;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, name, sizeof name - 1);
    if (length > 0 && file < 65536) {
        name[length] = 0;
        found = strstr(name, "hangs-");
        if (found && strstr(name, "/scans/") && slept[file] != gettid()) {
            slept[file] = gettid();
            for (int left = atoi(found + 6); left > 0; left = sleep(left)) {}
        }
    }
    return real(file, into, most);
}
"""
LIMIT_S = 4
FOREVER_S = 3600


@pytest.fixture(scope="module")
def medium(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The library that lets reading hang, for LD_PRELOAD."""
    folder = tmp_path_factory.mktemp("medium")
    (folder / "medium.c").write_text(MEDIUM)
    library = folder / "medium.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, folder / "medium.c", "-ldl"], check=True)
    (folder / "scans").mkdir()
    (folder / "scans" / "hangs-2.jpg").write_bytes(b"x")
    began = time.monotonic()
    ask = f"open({str(folder / 'scans' / 'hangs-2.jpg')!r}, 'rb').read()"
    subprocess.run([sys.executable, "-c", ask], env=os.environ | {"LD_PRELOAD": str(library)}, check=True)
    assert time.monotonic() - began > 1.5, "the stand-in must work, or this shows nothing"
    return str(library)


def lines(out: Path) -> list[tuple[str, str]]:
    rows = map(json.loads, (out / ".photocolor/manifest.jsonl").read_text().splitlines())
    return [(row["relative"], row.get("reason", "done")) for row in rows]


def command(scans: Path, out: Path) -> tuple[object, ...]:
    return ("restore", scans, "--out", out, "--device", "cpu", "--workers", 1, "--photo-timeout", LIMIT_S)


def test_the_photo_that_hangs_is_failed_by_name_the_others_are_done_and_the_process_ends(
    tmp_path: Path, medium: str
) -> None:
    names = ("a.png", f"b-hangs-{FOREVER_S}.png", "c.png")
    scans = write_tree(tmp_path / "scans", {name: photos.png(photos.gray(seed=len(name))) for name in names})
    out, began = tmp_path / "out", time.monotonic()
    answer = photocolor(*command(scans, out), LD_PRELOAD=medium)
    assert answer.code == 3 and time.monotonic() - began < 100
    assert f"{names[1]}" in answer.err and "more than 4 s" in answer.err
    assert lines(out) == [("a.png", "done"), (names[1], "timeout"), ("c.png", "done")]
    assert set(read_tree(out)) == {"a.png", "c.png"}
    again = photocolor(*command(scans, out))
    assert again.code == 0 and set(read_tree(out)) == set(names)


def test_a_photo_that_goes_on_after_it_was_given_up_writes_neither_result_nor_line(tmp_path: Path, medium: str) -> None:
    wakes, waits = f"a-hangs-{LIMIT_S + 2}.png", f"b-hangs-{LIMIT_S - 1}.png"
    scans = write_tree(tmp_path / "scans", {wakes: photos.png(), waits: photos.png(photos.gray(seed=1))})
    (scans / f"{wakes}.xmp").write_bytes(b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")
    out = tmp_path / "out"
    answer = photocolor(*command(scans, out), LD_PRELOAD=medium)
    assert answer.code == 3
    assert lines(out) == [(wakes, "timeout"), (waits, "done")]
    assert set(read_tree(out)) == {waits}


def test_when_photo_after_photo_hangs_the_run_ends_with_the_cause_and_goes_on_with_two_workers(
    tmp_path: Path, medium: str
) -> None:
    scans = write_tree(tmp_path / "scans", {f"{n}-hangs-{FOREVER_S}.png": photos.png() for n in range(4)})
    write_tree(scans, {"z.png": photos.png()})
    out = tmp_path / "out"
    answer = photocolor(*command(scans, out)[:-1], 1, LD_PRELOAD=medium)
    assert answer.code == 4 and "hang in threads" in answer.err and "--workers 2" in answer.err
    assert [reason for _, reason in lines(out)] == ["timeout"] * 4
    assert not read_tree(out)
    more = photocolor(*command(scans, out)[:-1], LIMIT_S, "--workers", 2, LD_PRELOAD=medium)
    assert more.code == 3 and set(read_tree(out)) == {"z.png"}
