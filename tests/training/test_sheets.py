from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from fakes import write_model
from PIL import Image
from rich.console import Console
from training_scenes import scene, write_scenes

from training.cli.app import main
from training.data.prepare import PrepareSettings, prepare
from training.evaluation.figures import GAP_PX, TITLE_PX, grid
from training.evaluation.sheets import SCAN_PX


@pytest.fixture
def models(tmp_path: Path) -> tuple[str, str]:
    """A new model and an old one."""
    new = write_model(tmp_path / "new.onnx", metadata={"name": "new"})
    old = write_model(tmp_path / "old.onnx", fault="gray", metadata={"name": "old"})
    return str(new), str(old)


@pytest.fixture(scope="module")
def tested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set of 60 test photos."""
    folder = tmp_path_factory.mktemp("tested")
    write_scenes(folder / "in" / "test", 60)
    settings = PrepareSettings(store_px=64, duplicate_bits=-1, processes=1)
    prepare([folder / "in"], folder / "set", settings, Console(quiet=True))
    return folder / "set"


def pixels_of(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image)


def test_the_pages_show_gray_old_new_and_real_of_48_photos_that_nobody_picked(
    models: tuple[str, str], tested: Path, tmp_path: Path
) -> None:
    out = tmp_path / "sheets"
    new, old = models
    assert main(["sheets", new, "--beside", old, "--data", str(tested), "--size", "64", "--out", str(out)]) == 0
    names = {path.stem for path in out.glob("*.png")}
    assert {f"test-{number}" for number in range(6)} <= names and "test-6" not in names
    assert {"worst-0", "worst-1"} <= names
    page = pixels_of(out / "test-0.png")
    cell = 64 + GAP_PX
    assert page.shape[:2] == (TITLE_PX + 4 * cell - GAP_PX, 8 * cell - GAP_PX)
    gray, with_old, with_new, real = (
        page[TITLE_PX : TITLE_PX + 64, left : left + 64] for left in range(0, 4 * cell, cell)
    )
    assert np.array_equal(gray, with_old)  # the old model of this test gives gray
    assert not np.array_equal(gray, with_new) and not np.array_equal(with_new, real)
    with (out / "photos.tsv").open(newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    shown = [row["photo"] for row in rows if row["page"].startswith("test")]
    assert len(shown) == len(set(shown)) == 48
    worst = [float(row["ΔE00 new"]) for row in rows if row["page"].startswith("worst")]
    assert len(worst) == 10 and worst == sorted(worst, reverse=True)
    assert max(float(row["ΔE00 new"]) for row in rows) == worst[0]
    lost = [float(row["ΔE00 new"]) - float(row["ΔE00 old"]) for row in rows if row["page"].startswith("lost")]
    assert all(loss > 0 for loss in lost) and lost == sorted(lost, reverse=True)
    assert (out / ".gitignore").read_text() == "*\n"


def test_every_scan_of_a_folder_is_shown_before_and_after_and_what_is_none_is_named(
    models: tuple[str, str], tested: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scans = tmp_path / "scans"
    scans.mkdir()
    for number in range(5):
        Image.fromarray(scene(number, (900, 600))).convert("L").save(scans / f"old-{number}.png")
    (scans / "torn.jpg").write_bytes(b"torn")
    (scans / "index.md").write_text("notes")
    out = tmp_path / "sheets"
    command = ["sheets", models[0], "--beside", models[1], "--data", str(tested), "--size", "64", "--limit", "3"]
    assert main([*command, "--scans", str(scans), "--out", str(out)]) == 0
    assert sorted(path.name for path in out.glob("scan-*.png")) == [f"scan-{n:02d}-old-{n}.png" for n in range(5)]
    alone = pixels_of(out / "scan-00-old-0.png")
    width = round(600 * SCAN_PX / 900)
    assert alone.shape[:2] == (TITLE_PX + SCAN_PX, 3 * width + 2 * GAP_PX)
    assert sorted(path.name for path in out.glob("scans-*.png")) == ["scans-0.png", "scans-1.png"]
    assert f"not a photo that can be read: {scans / 'torn.jpg'}" in capsys.readouterr().out


def test_without_an_old_model_the_pages_have_one_column_less_and_none_is_lost(
    models: tuple[str, str], tested: Path, tmp_path: Path
) -> None:
    out = tmp_path / "sheets"
    assert main(["sheets", models[0], "--data", str(tested), "--size", "64", "--limit", "8", "--out", str(out)]) == 0
    assert pixels_of(out / "test-0.png").shape[1] == 6 * (64 + GAP_PX) - GAP_PX
    assert not list(out.glob("lost*"))


def test_a_folder_without_scans_is_an_error_before_anything_is_drawn(
    models: tuple[str, str], tested: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    for folder, told in ((tmp_path / "empty", "holds no photos"), (tmp_path / "gone", "is not a folder")):
        command = ["sheets", models[0], "--data", str(tested), "--scans", str(folder), "--out", str(tmp_path / "out")]
        assert main(command) != 0
        assert f"{folder} {told}" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_titles_stand_above_the_columns_and_pictures_keep_their_pixels() -> None:
    one, other = np.full((20, 40, 3), 90, np.uint8), np.full((30, 10, 3), 10, np.uint8)
    plain, titled = grid([[one, other], [other]]), grid([[one, other], [other]], ["gray", "real"])
    assert plain.shape == (30 + 30 + GAP_PX, 40 + 10 + GAP_PX, 3)
    assert np.array_equal(titled[TITLE_PX:], plain) and (titled[:TITLE_PX] < 128).any()


def test_a_title_stays_in_its_column() -> None:
    """A long name of a model is written smaller, and cut off where even that is too long."""
    black = np.zeros((10, 40, 3), np.uint8)
    sheet = grid([[black, black]], ["a-model-with-a-long-name", ""])
    line = sheet[:TITLE_PX]
    assert line[:, :40].min() < 128 and line[:, 40:].min() == 255
