"""What is measured of marks: a thin bright hair stands out of its surroundings, the rim of a bright area does not."""

from __future__ import annotations

import numpy as np
import pytest

from photocolor.color.marks import FEATURES, marks_of
from photocolor.models.finder import MARK_FEATURES

SOFT = 1e-3


def features(damaged: np.ndarray, lightness: np.ndarray, likely: float = 0.9) -> list[dict[str, float]]:
    sure = np.where(damaged, likely, 0.01).astype(np.float32)
    marks = marks_of(damaged, sure, lightness.astype(np.float32))
    assert marks.labels.max() == len(marks.features)
    return [dict(zip(FEATURES, map(float, row), strict=True)) for row in marks.features]


def test_a_rule_has_a_weight_for_each_feature() -> None:
    assert len(FEATURES) == MARK_FEATURES[-1]


def test_a_mark_is_of_the_kind_that_most_of_its_pixels_are() -> None:
    kinds = np.array([[1, 1, 3, 0, 2], [0, 0, 0, 0, 2], [3, 0, 0, 0, 1]], np.uint8)
    marks = marks_of(kinds > 0, np.full(kinds.shape, 0.9, np.float32), np.zeros(kinds.shape, np.float32))
    assert marks.commonest(kinds, 3).tolist() == [0, 1, 2]


def test_a_picture_without_marks_has_none() -> None:
    assert features(np.zeros((9, 7), bool), np.full((9, 7), 50)) == []


def test_a_hair_stands_out_and_the_rim_of_an_area_does_not() -> None:
    damaged = np.zeros((60, 60), bool)
    damaged[20:22, 5:55] = True
    hair, rim = np.full((60, 60), 40.0), np.full((60, 60), 40.0)
    hair[20:22, 5:55], rim[20:] = 80, 80
    (of_hair,), (of_rim,) = features(damaged, hair), features(damaged, rim)
    assert of_hair["outstands"] == pytest.approx(4, abs=SOFT) and of_rim["outstands"] == pytest.approx(0, abs=SOFT)
    assert of_hair["calm"] == pytest.approx(0, abs=SOFT) and of_rim["calm"] > 1
    assert of_hair["rough"] > 10 and of_hair["even"] == pytest.approx(0, abs=SOFT)
    assert of_hair["area"] == pytest.approx(np.log(100)) and of_hair["long"] > of_hair["narrow"] + 2
    assert of_hair["sure"] == of_hair["peak"] == pytest.approx(np.log(9), abs=SOFT)


def test_dark_marks_stand_out_as_bright_ones_do_and_each_is_measured_by_itself() -> None:
    damaged = np.zeros((40, 80), bool)
    damaged[10:14, 10:14] = damaged[10:14, 60:64] = True
    lightness = np.full((40, 80), 50.0)
    lightness[10:14, 10:14], lightness[10:14, 60:64] = 20, 90
    found = features(damaged, lightness)
    assert [one["outstands"] for one in found] == pytest.approx([3, 4], abs=SOFT)


def test_a_picture_that_is_one_mark_has_no_surroundings_and_finite_features() -> None:
    found = features(np.ones((5, 5), bool), np.full((5, 5), 70))
    assert len(found) == 1 and all(np.isfinite(value) for value in found[0].values())


def test_a_mark_among_many_has_company_and_one_alone_has_none() -> None:
    """The evidence is a share of the picture; what is nearer than the surroundings reach is the mark's own."""
    damaged = np.zeros((40, 40), bool)
    damaged[4, 10:20] = True
    alone = features(damaged, np.full((40, 40), 50))
    damaged[20:36:2, 10:20] = True
    among = features(damaged, np.full((40, 40), 50))
    assert alone[0]["company"] == pytest.approx(np.log(1e-4), abs=SOFT)
    assert among[0]["company"] == pytest.approx(np.log(1e-4 + 80 * np.log(9) / 1600), abs=SOFT)
    assert features(damaged, np.full((40, 40), 50), 0.4)[0]["company"] == pytest.approx(np.log(1e-4), abs=SOFT)


def test_what_is_likely_and_no_mark_is_company_too() -> None:
    damaged = np.zeros((40, 40), bool)
    damaged[4, 10:20] = True
    likely = np.where(damaged, 0.9, 0.01).astype(np.float32)
    likely[5, 10:20] = 0.7  # the mark's own edge
    edge = marks_of(damaged, likely, np.full((40, 40), 50, np.float32)).features[0, FEATURES.index("company")]
    likely[30, 10:20] = 0.7
    elsewhere = marks_of(damaged, likely, np.full((40, 40), 50, np.float32)).features[0, FEATURES.index("company")]
    assert edge == pytest.approx(np.log(1e-4), abs=SOFT)
    assert elsewhere == pytest.approx(np.log(1e-4 + 10 * np.log(7 / 3) / 1600), abs=SOFT)
