from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from fakes import write_model
from numpy.typing import NDArray
from PIL import Image
from training_scenes import scene

from training.cli.app import main
from training.color import lab_of_photo
from training.data.prepared import load
from training.errors import MissingData
from training.evaluation.evaluated_model import ModelFile
from training.evaluation.figures import GAP_PX, TITLE_PX
from training.evaluation.predict import color_whole, read_photo


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_model(tmp_path / "tint.onnx")


def cells(picture: Path, height: int, width: int) -> list[list[NDArray[np.uint8]]]:
    """The pictures of a sheet of equal rows below its titles."""
    with Image.open(picture) as image:
        sheet = np.asarray(image)[TITLE_PX:]
    return [
        [sheet[top : top + height, left : left + width] for left in range(0, sheet.shape[1], width + GAP_PX)]
        for top in range(0, sheet.shape[0], height + GAP_PX)
    ]


def is_gray(pixels: NDArray[np.uint8]) -> bool:
    return int(np.ptp(pixels.astype(int), axis=2).max()) <= 1


def test_a_photo_in_color_is_drawn_gray_generated_and_real(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Image.fromarray(scene(1, (64, 96))).save(tmp_path / "photo.png")
    assert main(["predict", str(model), str(tmp_path / "photo.png"), "--out", str(tmp_path / "rows.png")]) == 0
    ((gray, generated, real),) = cells(tmp_path / "rows.png", 64, 96)
    assert is_gray(gray) and not is_gray(generated) and np.array_equal(real, scene(1, (64, 96)))
    assert not np.array_equal(generated, real)
    told = capsys.readouterr().out
    assert "photo.png: ΔE00" in told and "(real" in told


def test_a_photo_without_color_has_no_real_one(model: Path, tmp_path: Path) -> None:
    Image.fromarray(scene(1, (64, 96))).convert("L").save(tmp_path / "scan.tif")
    assert main(["predict", str(model), str(tmp_path / "scan.tif"), "--out", str(tmp_path / "rows.png")]) == 0
    assert [len(row) for row in cells(tmp_path / "rows.png", 64, 96)] == [2]


def test_rows_of_several_shapes_stand_in_one_picture(model: Path, tmp_path: Path) -> None:
    Image.fromarray(scene(1, (200, 100))).save(tmp_path / "high.png")
    Image.fromarray(scene(2, (40, 80))).convert("L").save(tmp_path / "wide.png")
    out = str(tmp_path / "rows.png")
    names = [str(tmp_path / name) for name in ("high.png", "wide.png")]
    assert main(["predict", str(model), *names, "--size", "100", "--out", out]) == 0
    with Image.open(out) as image:
        sheet = np.asarray(image)
    assert sheet.shape[:2] == (TITLE_PX + 100 + GAP_PX + 40, 80 + 80 + 50 + 2 * GAP_PX)
    assert (sheet[-40:, -50:] == 255).all()  # no real picture of the photo without color


def test_random_photos_come_from_the_set_and_a_seed_draws_them_again(
    model: Path, prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["predict", str(model), "--random", "3", "--data", str(prepared), "--split", "train"]
    assert main([*command, "--out", str(tmp_path / "a.png")]) == 0
    told = capsys.readouterr().out
    names = [line.split()[2] for line in told.splitlines() if line.startswith("train photo")]
    known = {row.name for row in load(prepared, "train").rows}
    assert len(set(names)) == 3 and set(names) <= known
    seed = told.split("seed ")[1].split()[0]
    assert main([*command, "--seed", seed, "--out", str(tmp_path / "b.png")]) == 0
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_the_set_is_the_one_in_the_card_unless_another_is_named(
    prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = json.dumps({"data": {"prepared": str(prepared)}})
    model = write_model(tmp_path / "m.onnx", metadata={"recipe": recipe})
    command = ["--random", "1", "--split", "train", "--out", str(tmp_path / "rows.png")]
    assert main(["predict", str(model), *command]) == 0
    bare = write_model(tmp_path / "bare.onnx")
    assert main(["predict", str(bare), *command]) != 0
    assert "--data SET" in capsys.readouterr().err


def test_what_cannot_be_drawn_is_an_error_that_names_it(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "note.txt").write_text("no photo")
    for arguments, told in (
        ([str(tmp_path / "note.txt")], "note.txt is not a photo"),
        ([str(tmp_path / "gone.png")], "gone.png cannot be read"),
        ([], "predict was given no photos"),
    ):
        assert main(["predict", str(model), *arguments, "--out", str(tmp_path / "rows.png")]) != 0
        assert told in capsys.readouterr().err
    assert not (tmp_path / "rows.png").exists()


def test_the_lightness_that_is_shown_is_the_photos_own(model: Path) -> None:
    photo = scene(3, (90, 60))
    colored = color_whole(ModelFile(model), photo, 384)
    assert np.array_equal(colored.lightness, lab_of_photo(photo)[0]) and colored.ab.shape == (90, 60, 2)


def test_a_folder_is_no_photo(tmp_path: Path) -> None:
    with pytest.raises(MissingData, match="cannot be read"):
        read_photo(tmp_path)
