"""A photo that turned into one that is left alone does not keep its earlier result in silence."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import photos
import pytest
from commands import Answer, Here
from fakes import write_model
from runs import write_tree

Restore = Callable[..., Answer]
STAYS = "stays from an earlier run"


@pytest.fixture
def photocolor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    return Here(monkeypatch, capsys)


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    return write_tree(
        tmp_path / "scans", {"1.png": photos.png(photos.gray()), "2.png": photos.png(photos.gray(seed=2))}
    )


@pytest.fixture
def restore(photocolor: Here, scans: Path, tmp_path: Path) -> Restore:
    model = write_model(tmp_path / "tint.onnx")
    common = ("--out", tmp_path / "color", "--model", model, "--device", "cpu", "--workers", 1)
    return lambda *options: photocolor("restore", scans, *common, *options)


def replace_by_color(scans: Path) -> None:
    (scans / "1.png").write_bytes(photos.png(photos.rgb()))
    os.utime(scans / "1.png", ns=(1, 1))


def last_line(out: Path) -> dict[str, object]:
    return dict(json.loads((out / ".photocolor" / "manifest.jsonl").read_text().splitlines()[-1]))


def first(answer: Answer) -> dict[str, object]:
    return dict(json.loads(answer.out.splitlines()[0]))


def test_a_photo_replaced_by_one_in_color_names_its_earlier_result_in_every_run(
    restore: Restore, scans: Path, tmp_path: Path
) -> None:
    assert restore().code == 0
    result = (tmp_path / "color" / "1.png").read_bytes()
    replace_by_color(scans)
    for _ in range(2):  # the second run knows from the manifest that the photo is skipped
        answer = restore("--json")
        assert answer.code == 0
        assert (first(answer)["reason"], first(answer)["stale_result"]) == ("already_color", "1.png")
        assert answer.err.count(STAYS) == 1 and str(tmp_path / "color" / "1.png") in answer.err
        assert "stale" in answer.err.splitlines()[-2]
    assert last_line(tmp_path / "color")["stale_result"] == "1.png"
    assert "stays there" in restore("--dry-run", "--quiet").out
    assert (tmp_path / "color" / "1.png").read_bytes() == result
    (tmp_path / "color" / "1.png").unlink()
    answer = restore("--json")
    assert first(answer)["stale_result"] == "" and STAYS not in answer.err


def test_a_forced_result_is_named_when_photos_in_color_are_skipped_and_a_copy_is_not(
    restore: Restore, scans: Path
) -> None:
    replace_by_color(scans)
    assert restore("--already-color", "copy").code == 0
    assert first(restore("--json"))["stale_result"] == ""
    assert restore("--already-color", "force").code == 0
    assert first(restore("--json"))["stale_result"] == "1.png"


def test_a_bag_leaves_out_what_is_of_another_photo(
    restore: Restore, photocolor: Here, scans: Path, tmp_path: Path
) -> None:
    restore()
    replace_by_color(scans)
    restore()
    for there in (True, False):
        bag = photocolor("export-bag", tmp_path / "color", "--to", tmp_path / f"bag {there}", "--sources")
        assert bag.code == 0, bag.err
        names = {path.name for path in (tmp_path / f"bag {there}" / "data" / "results").iterdir()}
        assert names == {"2.png"}
        (tmp_path / "color" / "1.png").unlink(missing_ok=True)


def test_a_photo_that_is_the_old_one_again_is_done(restore: Restore, scans: Path) -> None:
    restore()
    before = (scans / "1.png").read_bytes(), (scans / "1.png").stat().st_mtime_ns
    replace_by_color(scans)
    restore()
    (scans / "1.png").write_bytes(before[0])
    os.utime(scans / "1.png", ns=(before[1], before[1]))
    assert first(restore("--json"))["reason"] == "done"


def test_an_earlier_result_of_a_photo_that_failed_last_is_told_left_out_and_made_anew(
    restore: Restore, photocolor: Here, scans: Path, tmp_path: Path
) -> None:
    restore()
    hints, out = scans / "1.png.hints.json", tmp_path / "color"
    hints.write_text('{"version":1,')
    assert restore().code == 3
    for places in ((scans, out), (scans / "1.png", out / "1.png")):
        told = photocolor("verify", *places)
        assert told.code == 3 and "the last run failed on the photo" in " ".join(told.out.split()), told.out
    bag = photocolor("export-bag", out, "--to", tmp_path / "bag")
    assert bag.code == 0 and "the last run failed on the photo" in " ".join(bag.err.split())
    assert {path.name for path in (tmp_path / "bag/data/results").iterdir()} == {"2.png"}
    records = photocolor("export-premis", out, "--to", tmp_path / "records", "--iiif", "https://archive.example")
    assert records.code == 0 and "the last run failed on the photo" in " ".join(records.err.split())
    for name in ("premis.xml", "mets.xml", "iiif.json"):
        text = (tmp_path / "records" / name).read_text()
        assert "2.png" in text and "1.png" not in text
    hints.unlink()
    assert first(restore("--json"))["status"] == "done", "else its failure stayed the last word"
    assert first(restore("--json"))["reason"] == "done"
    assert photocolor("verify", scans, out).code == 0
    assert "left out" not in photocolor("export-bag", out, "--to", tmp_path / "whole").err.lower()


def test_a_failure_in_a_format_that_a_later_run_replaced_by_another_is_no_news(
    restore: Restore, photocolor: Here, scans: Path, tmp_path: Path
) -> None:
    restore()
    (scans / "1.png.hints.json").write_text('{"version":1,')
    assert restore().code == 3
    (scans / "1.png.hints.json").unlink()
    assert restore("--format", "tiff").code == 0
    assert photocolor("verify", scans, tmp_path / "color").code == 0
    bag = photocolor("export-bag", tmp_path / "color", "--to", tmp_path / "bag")
    assert bag.code == 0 and "Left out" not in bag.err
