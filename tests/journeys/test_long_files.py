"""A file that is nothing but long costs whoever made it nothing: it fails by name, before it is read."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import photos
import pytest
from commands import photocolor
from runs import write_tree

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a file with holes is asked for in another way there")
LONG_BYTES = 1 << 40
"""More than the memory of any machine that runs tests; on the medium nearly nothing."""


def lengthened(path: Path) -> Path:
    os.truncate(path, LONG_BYTES)
    return path


def test_a_long_photo_or_sidecar_fails_by_name_before_it_is_read(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {name: photos.jpeg(photos.gray()) for name in ("a.jpg", "b.jpg", "c.jpg")})
    lengthened(scans / "a.jpg")
    (scans / "b.jpg.hints.json").touch()
    lengthened(scans / "b.jpg.hints.json")
    for workers in (1, 2):
        told = photocolor("restore", scans, "--out", tmp_path / str(workers), "--workers", workers, "--json")
        assert told.code == 3, told.err
        rows = {row["relative"]: row for row in map(json.loads, told.out.splitlines())}
        assert (rows["a.jpg"]["reason"], rows["b.jpg"]["reason"]) == ("too_little_memory", "hints_invalid")
        assert "the file has 1,099.5 GB" in rows["a.jpg"]["message"] and rows["c.jpg"]["status"] == "done"
    shown = photocolor("preview", scans / "a.jpg", "--out", tmp_path / "a.png")
    assert shown.code == 3 and "more than half of the memory that is free" in shown.err


@pytest.mark.timeout(120)
def test_a_long_tiff_that_is_broken_fails_at_once_and_one_that_is_none_ends_the_trial_in_time(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {"a.tif": b"II*\0\x08" + bytes(7), "b.jpg": photos.jpeg(photos.gray())})
    lengthened(scans / "a.tif")
    for workers in (1, 2):
        told = photocolor("restore", scans, "--out", tmp_path / str(workers), "--workers", workers, "--json")
        assert told.code == 3, told.err
        rows = {row["relative"]: row for row in map(json.loads, told.out.splitlines())}
        assert (rows["a.tif"]["reason"], rows["b.jpg"]["status"]) == ("truncated", "done")
    whole = write_tree(tmp_path / "whole", {"a.tif": photos.tiff(photos.gray())})
    lengthened(whole / "a.tif")
    shown = photocolor("restore", whole, "--out", tmp_path / "out", "--dry-run")
    assert shown.code == 0 and "the trial was ended" in shown.err


def test_a_long_result_is_told_by_verify_and_report(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {name: photos.jpeg(photos.gray()) for name in ("a.jpg", "b.jpg")})
    out = tmp_path / "color"
    assert photocolor("restore", scans, "--out", out, "--workers", 1).code == 0
    lengthened(out / "a.jpg")
    told = photocolor("verify", scans, out, "--json")
    rows = {Path(row["source"]).name: row for row in map(json.loads, told.out.splitlines())}
    assert told.code == 3 and (rows["a.jpg"]["holds"], rows["b.jpg"]["holds"]) == (False, True)
    assert photocolor("report", out).code == 0
