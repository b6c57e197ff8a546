"""Hints as planes for the model."""

from __future__ import annotations

import numpy as np
import pytest

from photocolor.hints.raster import ab_of, hint_planes
from photocolor.hints.sidecar import Hints, Point, Polygon
from photocolor.hints.spread import SPOT_RADIUS_PX
from photocolor.hints.variant import Variant
from photocolor.hints.weights import COARSE_WEIGHT

NOBODYS = np.zeros((20, 30), np.int32)


@pytest.mark.parametrize("place", [(0.0, 0.0), (1.0, 1.0), (0.5, 0.25)])
@pytest.mark.parametrize("shape", [(64, 64), (33, 200)])
def test_a_point_that_speaks_for_nothing_is_a_small_square_at_its_place(
    place: tuple[float, float], shape: tuple[int, int]
) -> None:
    planes = hint_planes(Hints((Point(*place, "#c04020"),)), NOBODYS, *shape)
    rows, columns = np.nonzero(planes[..., 2])
    row, column = min(int(place[1] * shape[0]), shape[0] - 1), min(int(place[0] * shape[1]), shape[1] - 1)
    assert planes[row, column] == pytest.approx((*ab_of("#c04020"), 1))
    assert np.abs(rows - row).max() <= SPOT_RADIUS_PX and np.abs(columns - column).max() <= SPOT_RADIUS_PX


def test_a_polygon_lies_over_what_a_point_spoke_for_and_the_points_own_spot_over_the_polygon() -> None:
    square = Polygon(((0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75)), "#808000")
    hints = Hints((Point(0.5, 0.5, "#0000ff"),), (square,))
    for owners, outside in ((NOBODYS, (0, 0, 0)), (np.ones_like(NOBODYS), (*ab_of("#0000ff"), 1))):
        planes = hint_planes(hints, owners, 80, 80)
        assert tuple(planes[5, 5]) == pytest.approx(outside)
        assert tuple(planes[30, 30]) == pytest.approx((*ab_of("#808000"), 1))
        assert tuple(planes[40, 40]) == pytest.approx((*ab_of("#0000ff"), 1))
        inside = planes[20:60, 20:60]
        assert (inside[..., 2] == 1).all()
        assert (inside[..., 1] < 0).sum() == (2 * SPOT_RADIUS_PX + 1) ** 2


def test_no_hint_is_unknown_everywhere() -> None:
    assert not hint_planes(Hints(), NOBODYS, 5, 7).any()


def test_gray_asks_for_no_chroma() -> None:
    assert ab_of("#777777") == pytest.approx((0, 0), abs=1e-4)


def test_a_variant_is_coarse_color_about_this_beneath_what_a_person_said() -> None:
    variant = Variant((((-10, 20), (30, -40)),))
    planes = hint_planes(Hints((Point(0.5, 0.5, "#0000ff"),), variant=variant), NOBODYS, 40, 60)
    assert tuple(planes[0, 0]) == (-10, 20, COARSE_WEIGHT)
    assert tuple(planes[-1, -1]) == (30, -40, COARSE_WEIGHT)
    assert tuple(planes[20, 30]) == pytest.approx((*ab_of("#0000ff"), 1))
    assert set(np.unique(planes[..., 2])) == {COARSE_WEIGHT, 1}
    owned = np.ones_like(NOBODYS)
    assert (hint_planes(Hints((Point(0.5, 0.5, "#0000ff"),), variant=variant), owned, 40, 60)[..., 2] == 1).all()
