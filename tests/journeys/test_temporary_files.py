"""A machine on which temporary files find no place: a read-only container, a full folder for them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import photos
import pytest
from commands import ROOT
from runs import read_tree, write_tree

from photocolor.system.temporary.folders import temporary_folder

pytestmark = pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounting needs Linux and root")

CLOSE = """
set -e
mount --make-rprivate /
for place in /tmp /var/tmp /usr/tmp; do if [ -d $place ]; then mount --rbind $place $place; fi; done
mount --rbind "$0" "$0"
for place in /tmp /var/tmp /usr/tmp; do if [ -d $place ]; then mount -o remount,bind,ro $place; fi; done
cd /proc
exec "$@"
"""
"""Leaves nothing to write but one folder; Python would take the current one for temporary files, too."""


def closed(folder: Path, *words: object) -> subprocess.CompletedProcess[str]:
    """The command where only this folder can be written."""
    variables = {name: value for name, value in os.environ.items() if name not in ("TMPDIR", "TEMP", "TMP")}
    return subprocess.run(
        ["unshare", "--mount", "sh", "-c", CLOSE, str(folder), sys.executable, *map(str, words)],
        capture_output=True,
        text=True,
        env=variables | {"PYTHONPATH": str(ROOT)},
        check=False,
    )


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    made = closed(tmp_path, "-c", "import tempfile; tempfile.gettempdir()")
    if "No usable temporary directory" not in made.stderr:
        pytest.skip(f"the folders cannot be made read-only here: {made.stderr.strip()}")
    return write_tree(tmp_path / "scans", {f"{n}.jpg": photos.jpeg(photos.gray(seed=n)) for n in range(3)})


@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_needs_no_temporary_files(tmp_path: Path, scans: Path, workers: int) -> None:
    out = tmp_path / "out"
    words = ("-m", "photocolor", "restore", scans, "--out", out, "--damage-masks", out / "masks", "--workers", workers)
    answer = closed(tmp_path, *words)
    assert answer.returncode == 0, answer.stderr
    assert len([name for name in read_tree(out) if name.endswith(".jpg")]) == 3


def test_what_needs_them_says_what_helps(tmp_path: Path, scans: Path) -> None:
    plan = closed(tmp_path, "-m", "photocolor", "restore", scans, "--out", tmp_path / "out", "--dry-run")
    assert plan.returncode == 0, plan.stderr
    assert "No estimate of time and space: temporary files cannot be written" in plan.stderr
    picture = closed(tmp_path, "-m", "photocolor", "preview", scans / "1.jpg")
    assert picture.returncode == 5, picture.stderr
    assert "temporary files cannot be written" in picture.stderr and "TMPDIR" in picture.stderr
    named = closed(tmp_path, "-m", "photocolor", "preview", scans / "1.jpg", "--out", tmp_path / "1.png")
    assert named.returncode == 0, named.stderr
    code = "import photocolor, pathlib, sys; photocolor.colorize(pathlib.Path(sys.argv[1]).read_bytes())"
    api = closed(tmp_path, "-c", code, scans / "1.jpg")
    assert "photocolor.errors.OutputError: temporary files cannot be written" in api.stderr


@pytest.fixture
def crowded(tmp_path: Path) -> Iterator[Path]:
    """A folder for temporary files that has space for one page."""
    folder = tmp_path / "crowded"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", folder], capture_output=True, text=True, check=False
    )
    if made.returncode:
        pytest.skip(f"a file system cannot be mounted here: {made.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], capture_output=True, check=False)


def test_a_folder_for_them_that_is_full_is_named(crowded: Path, tmp_path: Path) -> None:
    photo = write_tree(tmp_path, {"1.jpg": photos.jpeg(photos.gray(150, 200))}) / "1.jpg"
    code = "import photocolor, pathlib, sys; photocolor.colorize(pathlib.Path(sys.argv[1]).read_bytes())"
    api = subprocess.run(
        [sys.executable, "-c", code, str(photo)],
        capture_output=True,
        text=True,
        env=os.environ | {"TMPDIR": str(crowded), "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert f"photocolor.errors.DiskFull: no space left for temporary files in {crowded}" in api.stderr
    assert list(crowded.iterdir()) == []


def test_nothing_stays_of_a_temporary_folder() -> None:
    with temporary_folder("photocolor-") as folder:
        (folder / "a").write_bytes(b"a")
    assert not folder.exists()
