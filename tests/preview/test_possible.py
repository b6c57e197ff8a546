"""Other answers that a model holds possible."""

from __future__ import annotations

import numpy as np
import pytest

from photocolor.models.distribution import CENTERS
from photocolor.preview.possible import CELLS, LEAST_AB, possible_variants

SHAPE = (200, 400)
ROUNDING_AB = 0.5
"""A variant holds whole CIELAB units."""


def bin_of(a: int, b: int) -> int:
    return int(np.flatnonzero(((a, b) == CENTERS).all(axis=1))[0])


def shares(right: dict[tuple[int, int], float]) -> np.ndarray:
    """The left half is blue for sure; the right half has each of `right` with its share."""
    planes = np.zeros((25, 50, len(CENTERS)), np.float32)
    planes[:, :25, bin_of(0, -30)] = 1
    for (a, b), share in right.items():
        planes[:, 25:, bin_of(a, b)] = share
    return planes


def cells(variant: object) -> np.ndarray:
    return np.array(variant.rows, np.float32)  # type: ignore[attr-defined]


def test_what_is_sure_stays_and_what_is_not_becomes_one_color_after_the_other() -> None:
    found = possible_variants(shares({(40, 20): 0.5, (-40, 30): 0.5}), SHAPE, 2)
    first, second = (cells(variant) for variant, _ in found)
    assert first.shape == (CELLS // 2, CELLS, 2)
    for each in (first, second):
        np.testing.assert_allclose(each[:, :8], np.broadcast_to((0, -30), (8, 8, 2)), atol=ROUNDING_AB)
        assert np.ptp(each[:, 8:], axis=(0, 1)).max() == 0  # coherent: all that may have a color moves together
    assert {bool(each[0, 12, 0] > 15) for each in (first, second)} == {True, False}  # one red, one green
    assert min(first[0, 12, 0], second[0, 12, 0]) < -15


def test_a_shorter_list_is_the_beginning_of_a_longer_one() -> None:
    likely = shares({(40, 20): 0.3, (-40, 30): 0.3, (0, -40): 0.2, (0, 60): 0.2})
    longer = possible_variants(likely, SHAPE, 5)
    assert [variant for variant, _ in possible_variants(likely, SHAPE, 2)] == [variant for variant, _ in longer[:2]]


def test_a_model_that_is_sure_offers_nothing_else() -> None:
    assert possible_variants(shares({(20, 20): 1.0}), SHAPE, 5) == []


@pytest.mark.parametrize("shape", [(40, 1000), (1000, 40), (64, 64)])
def test_variants_differ_in_any_proportions(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(3)
    likely = rng.dirichlet(np.full(len(CENTERS), 0.02), (9, 13)).astype(np.float32)
    found = [cells(variant) for variant, _ in possible_variants(likely, shape, 4)]
    assert max(found[0].shape[:2]) == CELLS
    for index, one in enumerate(found):
        for other in found[:index]:
            assert np.hypot(*np.moveaxis(one - other, -1, 0)).mean() > LEAST_AB - 2 * ROUNDING_AB
