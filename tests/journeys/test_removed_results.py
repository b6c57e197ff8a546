"""Results that somebody removed on purpose do not stand in the way of a bag, and the advice leads to one."""

from __future__ import annotations

import json
import re
from pathlib import Path

import photos
import pytest
from commands import Here, words_of
from runs import read_tree, write_tree

from photocolor.batch.records.lock import OutputLock

CPU = ("--device", "cpu", "--workers", 1)
NAMES = ("box/1.jpg", "box/2.jpg", "other/3.jpg")
EXPORTS = (("export-bag", "bag"), ("export-premis", "records"))


@pytest.fixture
def photocolor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    return Here(monkeypatch, capsys)


@pytest.fixture
def home(tmp_path: Path, photocolor: Here, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a run that is done."""
    write_tree(tmp_path / "scans", {name: photos.jpeg(photos.gray(seed=at)) for at, name in enumerate(NAMES)})
    monkeypatch.chdir(tmp_path)
    assert photocolor("restore", "scans", "--out", "color", *CPU).code == 0
    return tmp_path


def advised(told: str) -> list[str]:
    match = re.search(r"photocolor (repair-manifest .*)", told)
    assert match is not None, told
    return words_of(match[1])


def lines(home: Path) -> list[str]:
    path = home / "color" / ".photocolor" / "manifest.jsonl"
    return [json.loads(line)["relative"] for line in path.read_text(encoding="utf-8").splitlines()]


def test_results_in_an_earlier_format_that_were_removed_are_left_out_and_counted(home: Path, photocolor: Here) -> None:
    assert photocolor("restore", "scans", "--out", "color", "--format", "tiff", *CPU).code == 0
    for name in NAMES[:2]:
        (home / "color" / name).unlink()
    for command, to in EXPORTS:
        told = photocolor(command, "color", "--to", to)
        assert told.code == 0, told.err
        assert "Left out, because each is gone and its photo has a later one: 2 results." in told.err
    expected = {"box/1.tif", "box/2.tif", "other/3.tif", "other/3.jpg"}
    assert set(read_tree(home / "bag/data/results")) == expected
    assert photocolor("verify", "scans", "color", "--quiet").code == 0


def test_a_later_format_that_was_removed_is_made_anew_or_taken_out(home: Path, photocolor: Here) -> None:
    tiff = ("restore", "scans", "--out", "color", "--format", "tiff", *CPU)
    assert photocolor(*tiff).code == 0
    for path in (home / "color").rglob("*.tif"):
        path.unlink()
    refused = photocolor("export-bag", "color", "--to", "bag")
    assert refused.code == 3
    assert photocolor(*advised(refused.err)).code == 0
    assert sorted(lines(home)) == sorted(NAMES)
    assert photocolor("export-bag", "color", "--to", "bag").code == 0
    assert set(read_tree(home / "bag/data/results")) == set(NAMES)
    assert photocolor(*tiff).code == 0  # asked for again, they are made again
    assert len(lines(home)) == 2 * len(NAMES)


def test_a_folder_that_got_another_name_leaves_nothing_behind(home: Path, photocolor: Here) -> None:
    (home / "scans/box").rename(home / "scans/chest")
    assert photocolor("restore", "scans", "--out", "color", *CPU).code == 0
    proof = photocolor("verify", "scans", "color", "--quiet")
    assert proof.code == 3 and proof.out.count("its source is not in ") == 2, "nothing is deleted by itself"
    for name in NAMES[:2]:
        (home / "color" / name).unlink()
    proof = photocolor("verify", "scans", "color", "--quiet")
    assert proof.code == 3 and proof.out.count("it is gone, and its result, too; if that is meant: ") == 2
    for command, to in EXPORTS:
        refused = photocolor(command, "color", "--to", to)
        assert refused.code == 3 and advised(refused.err) == advised(proof.out)
        assert "makes it anew" not in refused.err, "no run would make anew what has no source"

    repaired = photocolor(*advised(proof.out))
    assert repaired.code == 0 and repaired.out.count("the photo and its result are gone; it was about box/") == 2
    assert "does anew" not in repaired.out, "no run makes anew what has no source"
    assert lines(home) == ["other/3.jpg", "chest/1.jpg", "chest/2.jpg"]
    kept = [json.loads(line) for line in (home / "color/.photocolor/damaged-lines.jsonl").read_text().splitlines()]
    assert [json.loads(row["bytes"])["relative"] for row in kept] == list(NAMES[:2])
    assert photocolor("verify", "scans", "color", "--quiet").code == 0
    assert photocolor("export-bag", "color", "--to", "bag", "--sources").code == 0
    assert set(read_tree(home / "bag/data/results")) == {"chest/1.jpg", "chest/2.jpg", "other/3.jpg"}
    assert photocolor("export-premis", "color", "--to", "records").code == 0
    again = photocolor("restore", "scans", "--out", "color", "--json", *CPU)
    assert [json.loads(line)["reason"] for line in again.out.splitlines()] == ["done"] * 3
    once_more = photocolor("repair-manifest", "color", "--gone")
    assert once_more.code == 0 and "tells of nothing that is gone for good" in once_more.out


def test_nothing_is_taken_out_that_is_there_or_that_a_run_would_make_again(home: Path, photocolor: Here) -> None:
    (home / "scans" / NAMES[0]).unlink()
    (home / "color" / NAMES[1]).unlink()
    before = read_tree(home / "color")
    told = photocolor("repair-manifest", "color", "--gone")
    assert told.code == 0 and "nothing was changed" in told.out
    assert read_tree(home / "color") == before
    (home / "color" / NAMES[0]).unlink()
    with OutputLock(home / "color"):
        assert photocolor("repair-manifest", "color", "--gone").code == 4
    assert photocolor("repair-manifest", "color").code == 0
    assert lines(home) == list(NAMES), "only if it is asked for"
