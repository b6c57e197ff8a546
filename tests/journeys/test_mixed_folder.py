"""An archive's folder as it is: most photos are fine, some files are not, and every one is accounted for."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import photos
import pytest
from commands import photocolor
from runs import read_tree, write_tree

GOOD, BAD_OF_EACH = 180, 2


def good_files() -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for number in range(GOOD):
        picture = photos.gray(64 + number % 7, 80, seed=number % 10)
        name = f"year {1900 + number % 9}/scan {number:03d}"
        match number % 3:
            case 0:
                files[f"{name}.jpg"] = photos.jpeg(picture)
            case 1:
                files[f"{name}.png"] = photos.png(picture)
            case _:
                files[f"{name}.tif"] = photos.tiff(picture)
    return files


def bad_files() -> dict[str, tuple[bytes, str]]:
    """Ten kinds of bad files, each with the reason that the report must give."""
    picture = photos.gray(80, 80)
    kinds: dict[str, tuple[bytes, str]] = {
        "empty.jpg": (b"", "not_an_image"),
        "text.tif": (b"To do: scan this one again.\n", "not_an_image"),
        "zeros.png": (bytes(5000), "not_an_image"),
        "archive.jpg": (photos.zip_archive(), "not_an_image"),
        "cut.jpg": (photos.cut(photos.jpeg(picture)), "truncated"),
        "cut.png": (photos.cut(photos.png(picture)), "truncated"),
        "cut.tif": (photos.cut(photos.tiff(picture)), "truncated"),
        "bomb.png": (photos.bomb_png(), "too_large"),
        "gif.jpg": (photos.gif(), "unsupported"),
    }
    return {f"{number}/{name}": kind for number in range(BAD_OF_EACH) for name, kind in kinds.items()}


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_200_files_with_20_bad_ones_of_ten_kinds(tmp_path: Path) -> None:
    bad = bad_files()
    scans = write_tree(tmp_path / "scans", good_files() | {name: data for name, (data, _) in bad.items()})
    expected = {name: reason for name, (_, reason) in bad.items()}
    for number in range(BAD_OF_EACH):  # the tenth kind; a mode of 000 would not stop a test that runs as root
        (scans / str(number) / "gone.jpg").symlink_to("/nowhere/gone.jpg")
        expected[f"{number}/gone.jpg"] = "unreadable"
    before = _digests(scans)
    command = ("restore", scans, "--out", tmp_path / "out", "--device", "cpu", "--json")

    first = photocolor(*command)
    rows = {row["relative"]: row for row in map(json.loads, first.out.splitlines())}
    assert first.code == 3, first.err
    assert len(rows) == 200
    assert {name: row["reason"] for name, row in rows.items() if row["status"] == "failed"} == expected
    assert sum(row["status"] == "done" for row in rows.values()) == GOOD
    assert all(f"failed: {scans}/{name}: " in first.err for name in expected)
    assert set(read_tree(tmp_path / "out")) == set(good_files())
    assert _digests(scans) == before

    results = _digests(tmp_path / "out")
    second = photocolor(*command)
    again = [json.loads(line) for line in second.out.splitlines()]
    assert second.code == 3
    assert sum(row["status"] == "skipped" and row["reason"] == "done" for row in again) == GOOD
    assert sum(row["status"] == "failed" for row in again) == 20
    assert _digests(tmp_path / "out") == results

    third = photocolor("restore", scans / "year 1900", "--out", tmp_path / "year", "--device", "cpu")
    assert third.code == 0
    redone = photocolor("restore", scans / "year 1900", "--out", tmp_path / "year", "--device", "cpu", "--strength", 0)
    assert redone.code == 0
    assert "skipped" not in redone.err
    year = {Path(name).name: digest for name, digest in results.items() if name.startswith("year 1900/")}
    assert _digests(tmp_path / "year").keys() == year.keys()
    assert not set(_digests(tmp_path / "year").values()) & set(year.values())
    assert _digests(scans) == before


def _digests(folder: Path) -> dict[str, str]:
    return {name: hashlib.sha256(data).hexdigest() for name, data in read_tree(folder).items()}
