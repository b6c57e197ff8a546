"""No space for a result, or not for one so large: it is said, and what is finished is whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import photos
import pytest
from commands import ROOT, photocolor
from runs import read_tree, write_tree

GOES_ON = "it goes on where it stopped"
LIMIT_BYTES = 60_000
LIMITED = f"""
import resource, sys
from photocolor.cli.app import main
if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_FSIZE, ({LIMIT_BYTES}, {LIMIT_BYTES}))  # workers inherit it
    main()
"""


@pytest.mark.parametrize("workers", [1, 2])
def test_a_result_that_is_too_large_for_its_file_system_fails_by_name_and_the_others_are_done(
    tmp_path: Path, workers: int
) -> None:
    files = {f"{number}.png": photos.png(photos.gray(seed=number)) for number in range(3)}
    files |= {"5.tif": photos.tiff(photos.gray(400, 400))} | {f"{number}.png": files["0.png"] for number in range(6, 9)}
    scans = write_tree(tmp_path / "scans", files)
    command = ["restore", scans, "--out", tmp_path / "out", "--workers", workers, "--device", "cpu"]
    script = tmp_path / "limited.py"
    script.write_text(LIMITED)
    answer = subprocess.run(
        [sys.executable, script, *map(str, command)], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert answer.returncode == 3, answer.stderr
    assert "5.tif cannot be written: it is too large" in answer.stderr and "choose another --out" in answer.stderr
    finished = read_tree(tmp_path / "out")
    assert set(finished) == set(files) - {"5.tif"}
    assert photocolor(*command).code == 0, "without the limit, the same command does what is missing"
    whole = read_tree(tmp_path / "out")
    assert set(whole) == set(files)
    assert finished.items() <= whole.items()


def test_what_is_said_of_a_full_disk_is_true_of_a_run_of_an_export_and_of_a_picture(
    tmp_path: Path, tiny_disk: Path
) -> None:
    scans = write_tree(tmp_path / "scans", {f"{n}.png": photos.png(photos.gray(200, 300, seed=n)) for n in range(3)})
    run = ["restore", scans, "--device", "cpu", "--workers", 1, "--out"]
    full = photocolor(*run, tiny_disk / "color")
    assert full.code == 5 and "no space left" in full.err and GOES_ON in full.err
    color = tmp_path / "color"
    assert photocolor(*run, color).code == 0
    for command in (
        ["export-bag", color, "--to", tiny_disk / "bag"],
        ["preview", scans / "1.png", "--out", tiny_disk / "1.png"],
    ):
        told = photocolor(*command)
        assert told.code == 5 and "no space" in told.err, told.err
        assert told.err.splitlines()[-1] == "Make space, then do the same again."
        assert "where it stopped" not in told.err
