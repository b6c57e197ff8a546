"""Hints as planes for the model."""

from __future__ import annotations

import numpy as np
import pytest

from photocolor.hints.raster import POINT_RADIUS_PX, ab_of, hint_planes
from photocolor.hints.sidecar import Hints, Point, Polygon


@pytest.mark.parametrize("place", [(0.0, 0.0), (1.0, 1.0), (0.5, 0.25)])
@pytest.mark.parametrize("shape", [(64, 64), (33, 200)])
def test_a_point_is_a_small_square_at_its_place(place: tuple[float, float], shape: tuple[int, int]) -> None:
    planes = hint_planes(Hints((Point(*place, "#c04020"),)), *shape)
    rows, columns = np.nonzero(planes[..., 2])
    row, column = min(int(place[1] * shape[0]), shape[0] - 1), min(int(place[0] * shape[1]), shape[1] - 1)
    assert planes[row, column] == pytest.approx((*ab_of("#c04020"), 1))
    assert np.abs(rows - row).max() <= POINT_RADIUS_PX and np.abs(columns - column).max() <= POINT_RADIUS_PX


def test_a_polygon_fills_its_area_and_a_point_lies_over_it() -> None:
    square = Polygon(((0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75)), "#808000")
    planes = hint_planes(Hints((Point(0.5, 0.5, "#0000ff"),), (square,)), 80, 80)
    assert planes[..., 2].mean() == pytest.approx(0.25, abs=0.02)
    assert tuple(planes[30, 30, :2]) == pytest.approx(ab_of("#808000"))
    assert tuple(planes[40, 40, :2]) == pytest.approx(ab_of("#0000ff"))


def test_no_hint_is_unknown_everywhere() -> None:
    assert not hint_planes(Hints(), 5, 7).any()


def test_gray_asks_for_no_chroma() -> None:
    assert ab_of("#777777") == pytest.approx((0, 0), abs=1e-4)
