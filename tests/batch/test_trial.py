from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import fakes
import photos
import pytest
from runs import read_tree, write_tree

from photocolor.batch import trial as trials
from photocolor.batch.plan.targets import make_plan
from photocolor.batch.start import color_plan
from photocolor.batch.trial import PHOTOS_MOST, Estimate, trial
from photocolor.report.phrases import estimated
from photocolor.settings import FileSettings, Layers, OutputFormat, Settings

SPACE_TOLERANCE = 0.15
"""Photos of one kind and size differ so much in how well they compress."""


class Silent:
    """A reporter that says nothing."""

    def __getattr__(self, name: str) -> object:
        return lambda *told: None


def tried(scans: Path, out: Path, files: FileSettings | None = None) -> Estimate:
    settings = Settings(sources=(scans,), out=out, device="cpu", workers=1, files=files or FileSettings())
    return trial([entry.found for entry in make_plan([scans], out).entries], settings)


def test_the_space_is_what_the_run_then_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    jpegs = {f"{number}.jpg": photos.jpeg(photos.gray(200, 300, seed=number)) for number in range(9)}
    pngs = {f"{number}x.png": photos.png(photos.gray(200, 300, seed=number)) for number in range(6)}
    scans, out = write_tree(tmp_path / "scans", jpegs | pngs), tmp_path / "out"
    for format_ in (OutputFormat.KEEP, OutputFormat.TIFF):
        files = FileSettings(format=format_)
        guess = tried(scans, out / format_, files)
        assert (guess.photos, guess.tried) == (15, PHOTOS_MOST)
        assert not out.exists() and not list((tmp_path / "temporary").iterdir())
    settings = Settings(sources=(scans,), out=out, device="cpu", workers=1, files=files)
    summary = color_plan(make_plan([scans], out, OutputFormat.TIFF), settings, Silent())  # type: ignore[arg-type]
    size = sum(len(data) for data in read_tree(out).values())
    assert guess.result_bytes == pytest.approx(size, rel=SPACE_TOLERANCE)
    assert guess.seconds is not None and 0 < guess.seconds < 60 + 10 * summary.seconds


def test_photos_that_have_color_take_no_space_and_broken_ones_do_not_count(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {"color.png": photos.png(photos.rgb(100, 100)), "bad.jpg": b"nothing"})
    guess = tried(scans, tmp_path / "out")
    assert (guess.tried, guess.result_bytes) == (1, 0)


def test_masks_and_layers_of_the_trial_lie_in_its_own_folder_and_layers_count(tmp_path: Path) -> None:
    finder = fakes.write_finder(tmp_path / "finder.onnx")
    scans = write_tree(tmp_path / "scans", {f"{n}.png": photos.png(photos.gray(100, 150, seed=n)) for n in range(2)})
    settings = Settings(sources=(scans,), out=tmp_path / "out", device="cpu", workers=1)
    more = replace(settings, damage_masks=tmp_path / "masks", finder=finder, files=FileSettings(layers=Layers.ORA))
    photos_found = [entry.found for entry in make_plan([scans], tmp_path / "out").entries]
    plain, beside = trial(photos_found, settings), trial(photos_found, more)
    assert not (tmp_path / "masks").exists() and not (tmp_path / "out").exists()
    assert plain.result_bytes is not None and beside.result_bytes is not None
    assert beside.result_bytes > 1.5 * plain.result_bytes


def test_a_trial_that_ran_out_of_time_does_not_say_that_photos_cannot_be_colored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scans = write_tree(tmp_path / "scans", {"1.png": photos.png(photos.gray(100, 150))})
    monkeypatch.setattr(trials, "GIVEN_UP_S", 0.0)
    guess = tried(scans, tmp_path / "out")
    assert (guess.tried, guess.seconds, guess.given_up) == (0, None, True)
    assert "before one photo was done" in estimated(guess) and "could be colored" not in estimated(guess)


def test_the_time_of_a_trial_is_that_of_all_its_photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scans = write_tree(tmp_path / "scans", {f"{n}.png": photos.png(photos.gray(100, 150, seed=n)) for n in range(8)})
    monkeypatch.setattr(trials, "TRIAL_S", 0.0)
    assert tried(scans, tmp_path / "out").tried <= 1


def test_where_nothing_can_be_tried_there_is_no_estimate(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {"bad.jpg": b"nothing"})
    guess = tried(scans, tmp_path / "out")
    assert (guess.tried, guess.seconds, guess.result_bytes) == (0, None, None)
    assert "none of the photos that were tried could be colored" in estimated(guess)
    assert guess.free_bytes > 0
