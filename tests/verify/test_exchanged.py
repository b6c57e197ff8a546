from __future__ import annotations

import shutil
from pathlib import Path

import photos
import pytest
from commands import Here
from runs import write_tree


@pytest.fixture
def photocolor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    """The command line, run in this process."""
    return Here(monkeypatch, capsys)


@pytest.fixture
def trees(photocolor: Here, tmp_path: Path) -> tuple[Path, Path]:
    """Scans, one of them in color, and their results; one result has another suffix."""
    files = {"a/1.png": photos.png(photos.gray()), "2.jpg": photos.jpeg(), "color.png": photos.png(photos.rgb())}
    scans, out = write_tree(tmp_path / "scans", files), tmp_path / "out"
    run = ("restore", scans, "--out", out, "--workers", 1, "--quiet")
    assert photocolor(*run, "--format", "tiff", "--already-color", "copy").code == 0
    return scans, out


def test_exchanged_folders_are_noticed_with_the_right_command(photocolor: Here, trees: tuple[Path, Path]) -> None:
    scans, out = trees
    answer = photocolor("verify", out, scans)
    assert (answer.code, answer.out) == (2, "")
    message, hint = answer.err.splitlines()
    assert message.startswith("Error: the two are exchanged: ")
    assert hint == f"Name the photographs first: photocolor verify {scans} {out}"
    assert photocolor("verify", scans, out).code == 0


def test_exchanged_files_are_noticed(photocolor: Here, trees: tuple[Path, Path]) -> None:
    scans, out = trees
    assert "the two are exchanged" in photocolor("verify", out / "2.tif", scans / "2.jpg").err
    assert photocolor("verify", scans / "2.jpg", out / "2.tif").code == 0


def test_exchanged_folders_are_noticed_without_a_manifest(photocolor: Here, tmp_path: Path) -> None:
    scans, out = write_tree(tmp_path / "scans", {"1.jpg": photos.jpeg()}), tmp_path / "out"
    photocolor("restore", scans, "--out", out, "--workers", 1, "--quiet")
    shutil.rmtree(out / ".photocolor")
    assert "the two are exchanged" in photocolor("verify", out, scans).err
    assert photocolor("verify", scans, out).code == 0


def test_results_of_results_are_not_taken_for_exchanged(photocolor: Here, trees: tuple[Path, Path]) -> None:
    _, first = trees
    second = first.with_name("second")
    shutil.copytree(first, first.with_name("moved"))
    force = ("--already-color", "force", "--workers", 1, "--quiet")
    assert photocolor("restore", first.with_name("moved"), "--out", second, *force).code == 0
    assert "exchanged" not in photocolor("verify", first.with_name("moved"), second).err
    shutil.rmtree(second / ".photocolor")
    assert "exchanged" not in photocolor("verify", first.with_name("moved"), second).err


def test_two_copies_of_one_file_say_nothing_about_the_order(photocolor: Here, trees: tuple[Path, Path]) -> None:
    scans, _ = trees
    assert "exchanged" not in photocolor("verify", scans / "2.jpg", scans / "2.jpg").err
