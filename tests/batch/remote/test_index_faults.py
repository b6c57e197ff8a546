"""What keeps the index of a remote run from working is told by its cause; a mistake of photocolor's stays one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits, mounts and files that have no name")

SCRIPT = """
import os, resource, sys
from photocolor.batch.remote import index
from photocolor.batch.remote.index_faults import index_kept
from photocolor.errors import PhotocolorError

def fill(photos):
    for number in range(photos):
        known.add_source(str(number), index.IndexedSource(f"{number}.jpg", "x" * 200, 1, 1))

def at(number):
    try:
        return os.readlink(f"/proc/self/fd/{number}")
    except FileNotFoundError:  # that of the list itself
        return ""

index.CACHE_KIB = 64  # a real one is written to the disk from 16 MB on
try:
    with index_kept():
        known = index.SourceIndex()
        case = sys.argv[1]
        if case == "limit":
            resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        elif case == "read-only":
            known._database.execute("PRAGMA query_only = ON")
        elif case == "damage":
            fill(5_000)
            numbers = [name for name in os.listdir("/proc/self/fd") if "etilqs" in at(name)]
            for name in numbers:
                with open(f"/proc/self/fd/{name}", "r+b") as file:
                    file.write(b"no database " * 50_000)
        elif case == "mistake":
            known._database.execute("SELECT nothing FROM nowhere")
        elif case == "closed":
            known.close()
        fill(5_000)
        print(len(known))
except PhotocolorError as error:
    print(type(error).__name__, error.exit_code, error.message, error.hint, sep="|")
"""
AGAIN = "then run the same command again."


def told(case: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A process that fills an index whose temporary files go to that folder."""
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, case],
        capture_output=True,
        text=True,
        env=os.environ | {"SQLITE_TMPDIR": str(folder), "PYTHONPATH": str(ROOT)},
        check=False,
    )


def fault(case: str, folder: Path) -> list[str]:
    answer = told(case, folder)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.strip().split("|")


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Path]:
    """A file system of 100 kB."""
    folder = tmp_path / "full"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", folder], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("a file system cannot be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], capture_output=True, check=False)


def test_an_index_that_has_space_works(tmp_path: Path) -> None:
    assert told("", tmp_path).stdout == "5000\n"


def test_a_full_disk_is_told_as_one(full: Path) -> None:
    kind, code, message, hint = fault("", full)
    assert (kind, code, message) == ("DiskFull", "5", "no space left for temporary files")
    assert "SQLITE_TMPDIR" in hint and hint.endswith(AGAIN)


def test_an_error_of_the_disk_is_told_as_one_with_its_name(tmp_path: Path) -> None:
    kind, code, message, hint = fault("limit", tmp_path)
    assert (kind, code) == ("OutputError", "5")
    assert message.endswith("failed: disk I/O error (SQLITE_IOERR_WRITE)")
    assert "ulimit" in hint and "another disk" in hint and hint.endswith(AGAIN)


def test_a_place_that_may_only_be_read_is_told_as_one(tmp_path: Path) -> None:
    kind, _, message, hint = fault("read-only", tmp_path)
    assert (kind, message) == (
        "OutputError",
        "temporary files cannot be written: attempt to write a readonly database",
    )
    assert "a folder that may be written" in hint


def test_an_index_that_was_damaged_is_told_as_that(tmp_path: Path) -> None:
    kind, code, message, hint = fault("damage", tmp_path)
    assert (kind, code) == ("OutputError", "5")
    assert "was damaged meanwhile: database disk image is malformed" in message
    assert hint.startswith("Run the same command again: the index is made anew")


@pytest.mark.parametrize("case", ["mistake", "closed"])
def test_a_mistake_of_photocolor_stays_one(tmp_path: Path, case: str) -> None:
    answer = told(case, tmp_path)
    assert answer.returncode == 1 and "sqlite3." in answer.stderr and "SQLITE_TMPDIR" not in answer.stderr
