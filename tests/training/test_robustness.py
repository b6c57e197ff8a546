from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from training.data.prepared import load
from training.evaluation import robustness as measures
from training.evaluation.evaluate import Measured, Photo, Protocol, differences, intervals
from training.evaluation.evaluate import test_photo as photo_of
from training.evaluation.robustness import aged_versions, honesty_of_doubt, object_and_neighbor, steadiness

Plane = NDArray[np.float32]


class Tinter:
    """Colors by lightness alone, does not hear hints."""

    name, fixed_px, multiple, takes_hints, gives_doubt = "tinter", 0, 32, True, False

    def color(self, lightness: Plane, hints: Plane | None = None) -> Plane:
        """Reddish light, bluish shadow."""
        return np.dstack([lightness - 50, 50 - lightness]) / 2


class Obeyer(Tinter):
    """Takes what it is told: a point for the whole photo, a coarse color as it is."""

    def color(self, lightness: Plane, hints: Plane | None = None) -> Plane:
        """What was told, its mean where nothing was."""
        if hints is None or not hints[..., 2].any():
            return np.zeros((*lightness.shape, 2), np.float32)
        told = hints[..., 2] > 0
        return np.where(told[..., None], hints[..., :2], hints[told][:, :2].mean(0)).astype(np.float32)


class Knower(Tinter):
    """Colors nothing, and knows how wrong that is."""

    gives_doubt = True

    def __init__(self, photos: list[Photo]) -> None:
        self.errors = {photo.lightness.tobytes(): np.hypot(*photo.ab.transpose(2, 0, 1)) / 200 for photo in photos}

    def color(self, lightness: Plane, hints: Plane | None = None) -> Plane:
        """Gray."""
        return np.zeros((*lightness.shape, 2), np.float32)

    def doubt(self, lightness: Plane) -> Plane:
        """A share of the true error."""
        return self.errors[lightness.tobytes()]


@pytest.fixture
def protocol(prepared: Path, monkeypatch: pytest.MonkeyPatch) -> Protocol:
    """Two of the prepared scenes."""
    monkeypatch.setattr(measures, "PHOTOS", 2)
    return Protocol(prepared, "val", size_px=64)


def test_a_model_that_colors_by_lightness_alone_does_not_change_with_size_but_with_age(protocol: Protocol) -> None:
    told = steadiness(Tinter(), protocol)
    assert max(told["size_192"], told["size_384"], told["size_512"]) < 2 < told["aged_fade"]
    assert told["aged_blur"] < told["aged_fade"] and told["aged_ortho"] > 0
    assert told.get("point_object", 0) == told.get("point_neighbor", 0) == 0  # deaf
    assert told["coarse_kept"] > 2 and told["seam"] == pytest.approx(0, abs=0.5)


def test_a_model_that_takes_every_hint_for_the_whole_photo_recolors_the_neighbor_too(protocol: Protocol) -> None:
    told = steadiness(Obeyer(), protocol)
    assert [told["point_object"], told["point_neighbor"]] == pytest.approx([1, 1], abs=1e-3)
    assert [told["coarse_kept"], told["coarse_kept_turned"], told["coarse_gain"]] == pytest.approx([0, 0, 0], abs=1e-4)
    assert told["size_512"] == told["aged_grain"] == 0


def test_the_object_at_a_point_is_what_is_connected_to_it_and_its_neighbor_is_around() -> None:
    down, right = np.mgrid[:256, :256]
    disc, far = np.hypot(down - 100, right - 100) < 30, np.hypot(down - 200, right - 200) < 20
    ab = np.where((disc | far)[..., None], [60, 40], [-30, 30]).astype(np.float32)
    lightness = np.full((256, 256), 50, np.float32)
    inside, ring = object_and_neighbor(
        Photo(lightness, ab, np.zeros((256, 256, 3), np.uint8), lightness, lightness), 100, 100
    )
    assert (inside & disc).sum() > 0.9 * disc.sum() and not (inside & far).any() and not (ring & (disc | far)).any()
    assert 400 < ring.sum() < 8000 and np.hypot(*(np.argwhere(ring) - 100).T).max() < 60


def test_film_before_1930_sees_red_as_black_and_each_version_is_one_defect(prepared: Path) -> None:
    rgb = np.zeros((32, 32, 3), np.uint8)
    rgb[:, 16:, 0] = 255
    lightness = np.tile(np.float32([0] * 16 + [53.2] * 16), (32, 1))
    aged = aged_versions(lightness, rgb)
    assert aged["ortho"].max() < 1
    assert (aged["fade"].min(), aged["fade"].max()) == (15, pytest.approx(15 + 53.2 * 0.75))
    assert aged["grain"][:, 20:].std() == pytest.approx(4, abs=0.5)
    assert 5 < aged["blur"][0, 14] < aged["blur"][0, 17] < 48


def test_doubt_that_knows_the_error_grows_with_it(protocol: Protocol) -> None:
    data = load(protocol.data, "val")
    photos = [photo_of(data, index, 64, lambda ab: np.ones(ab.shape[:2], np.float32)) for index in range(len(data))]
    honest = honesty_of_doubt(Knower(photos), protocol)
    assert honest is not None
    fifths = honest.error_by_fifth
    assert fifths == sorted(fifths) and fifths[-1] > 2 * fifths[0]
    assert honest.rank_correlation > 0.9
    assert honesty_of_doubt(Tinter(), protocol) is None


def test_paired_differences_by_hand() -> None:
    chance = np.random.default_rng(0)
    hard = chance.normal(80, 10, 50)
    weight = np.where(np.arange(50) < 25, 3.0, 1.0)
    mine = {"auc": hard + 1, "auc_rebalanced": hard + np.where(weight > 1, 2, 0), "weight": weight}
    theirs = {"auc": hard, "auc_rebalanced": hard, "weight": weight}
    told = differences(Measured(mine), {"them": Measured(theirs)})["− them"]
    assert told["auc"].low == pytest.approx(1) == pytest.approx(told["auc"].high)  # every photo by the same
    assert told["auc_rebalanced"].mean == pytest.approx(1.5)
    alone = intervals(Measured(mine))["auc_rebalanced"]
    assert alone.high - alone.low > 4 * (told["auc_rebalanced"].high - told["auc_rebalanced"].low)
