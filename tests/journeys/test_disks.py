"""Real file systems that are too small, or that may not be written: the run says so and loses nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import photos
import pytest
from commands import photocolor, started
from runs import read_tree, write_tree

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="mounting a small file system needs Linux and root"
)


class Disk:
    """A file system in memory of its own.

    Args:
        folder: where it is mounted.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def mount(self, *options: str) -> None:
        """Mounts it, or mounts it again with other options."""
        command = ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(self.folder)]
        made = subprocess.run(command, capture_output=True, text=True)
        if made.returncode:
            pytest.skip(f"a file system cannot be mounted here: {made.stderr.strip()}")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    yield Disk(folder)
    subprocess.run(["umount", "--recursive", str(folder)], capture_output=True, check=False)


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """A dozen photos whose results together take more than half a megabyte."""
    pictures = [photos.gray(150, 200, seed=number) for number in range(12)]
    files = {f"box {n % 2}/{n:02d}.tif": photos.tiff(picture) for n, picture in enumerate(pictures)}
    return write_tree(tmp_path / "scans", files)


def test_a_disk_that_fills_up_ends_the_run_with_5_and_with_more_space_it_ends_as_if_nothing_had_been(
    tmp_path: Path, scans: Path, disk: Disk
) -> None:
    command = ("restore", scans, "--device", "cpu", "--out")
    assert photocolor(*command, tmp_path / "straight", "--workers", 1).code == 0
    whole = read_tree(tmp_path / "straight")
    disk.mount("size=400k")
    full = photocolor(*command, disk.folder, "--workers", 2)
    assert full.code == 5, full.err
    assert "no space" in full.err and "same command again" in full.err
    assert "Traceback" not in full.err
    left = read_tree(disk.folder)
    assert left.items() <= whole.items(), "whole results only, and no temporary file"
    disk.mount("remount", "size=10m")
    again = photocolor(*command, disk.folder, "--workers", 1)
    assert again.code == 0, again.err
    assert read_tree(disk.folder) == whole


def test_a_target_that_may_not_be_written_is_refused_before_any_photo_is_colored(scans: Path, disk: Disk) -> None:
    disk.mount("size=1m,ro")
    out = disk.folder / "below"
    refused = photocolor("restore", scans, "--out", out, "--device", "cpu", "--json")
    assert refused.code == 5, refused.err
    assert str(out) in refused.err and "Read-only file system" in refused.err
    assert refused.out == ""
    assert list(disk.folder.iterdir()) == []


@pytest.mark.parametrize("workers", [1, 2])
def test_one_folder_of_results_that_is_read_only_ends_the_run_with_5_and_the_same_command_goes_on(
    scans: Path, disk: Disk, workers: int
) -> None:
    disk.mount("size=10m")
    out = disk.folder / "color"
    command = ("restore", scans, "--out", out, "--device", "cpu", "--json", "--workers")
    (out / "box 1").mkdir(parents=True)
    _bind(out / "box 1")
    with started(*command, workers) as process:
        said = process.communicate(timeout=100)[1].decode()
    assert process.returncode == 5, said
    assert "Read-only file system" in said and "box 1" in said
    left = read_tree(out)
    assert not any(name.startswith("box 1") for name in left)
    subprocess.run(["umount", str(out / "box 1")], check=True)
    assert photocolor(*command, 1).code == 0
    assert left.items() <= read_tree(out).items()
    assert len(read_tree(out)) == 12


def _bind(folder: Path) -> None:
    """Makes one folder read-only below a file system that is not."""
    subprocess.run(["mount", "--bind", str(folder), str(folder)], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro", str(folder)], check=True)


def test_masks_of_damage_do_not_go_where_their_disk_was(tmp_path: Path, scans: Path, disk: Disk) -> None:
    disk.mount("size=10m")
    masks, out = disk.folder / "masks", tmp_path / "out"
    command = ("restore", scans, "--out", out, "--damage-masks", masks, "--device", "cpu", "--workers", 1)
    masks.mkdir()
    with started(*command) as process:
        deadline = time.monotonic() + 60
        while not list(masks.rglob("*.mask.tif")):
            assert time.monotonic() < deadline and process.poll() is None
            time.sleep(0.02)
        subprocess.run(["umount", "--lazy", str(disk.folder)], check=True)
        masks.mkdir()
        err = process.communicate()[1].decode()
    assert process.returncode == 5, err
    assert f"{masks} was removed, unmounted or replaced" in err
    assert list(masks.iterdir()) == []
    disk.mount("size=10m")
    assert photocolor(*command).code == 0
    assert len(list(masks.rglob("*.mask.tif"))) == 12
