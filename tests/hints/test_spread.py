"""Which pixels a color point speaks for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from photocolor.color.resize import resize
from photocolor.hints.raster import hint_planes
from photocolor.hints.sidecar import Hints, Point
from photocolor.hints.spread import SPREAD_PX, owners_of, place_of
from photocolor.system.photo_threads import limit_threads

RED, BLUE = "#c02020", "#2040c0"
GRAIN = 4.0
"""L* units, standard deviation: a coarse scan of a fast film."""
SMEARED_PX = 3
"""An edge is given to one side or the other within so many pixels."""


def two_halves(height: int = 120, width: int = 160, grain: float = 0.0) -> NDArray[np.float32]:
    """L* 40 on the left and 65 on the right."""
    plane = np.full((height, width), 40, np.float32)
    plane[:, width // 2 :] = 65
    return plane + np.random.default_rng(1).normal(0, grain, plane.shape).astype(np.float32)


@pytest.mark.parametrize("grain", [0, GRAIN])
@pytest.mark.parametrize("x", [0.0, 0.25, 0.45, 0.55, 1.0])
@pytest.mark.parametrize("y", [0.0, 0.5, 1.0])
def test_a_point_colors_the_side_of_an_edge_on_which_it_stands(grain: float, x: float, y: float) -> None:
    owned = owners_of((Point(x, y, RED),), two_halves(grain=grain)) == 1
    own, other = (owned[:, :80], owned[:, 80:]) if x < 0.5 else (owned[:, 80:], owned[:, :80])
    assert own.mean() > 0.97
    assert not (other[:, SMEARED_PX:-SMEARED_PX]).any()


def test_a_shaded_thing_is_one_thing_as_far_as_the_range_goes() -> None:
    slope = np.tile(np.linspace(31, 49, 200, dtype=np.float32), (100, 1))
    owned = owners_of((Point(0.5, 0.5, RED),), slope) > 0
    assert owned.all()
    ends = owners_of((Point(0.0, 0.5, RED),), slope) > 0
    assert 0.5 < ends.mean() < 0.7


def test_what_is_alike_but_not_connected_is_another_thing() -> None:
    plane = two_halves()
    plane[:, 100:] = 40
    owned = owners_of((Point(0.1, 0.5, RED),), plane) > 0
    assert owned[:, :70].all() and not owned[:, 104:].any()


def test_two_points_on_one_thing_share_it_by_nearness() -> None:
    owners = owners_of((Point(0.2, 0.5, RED), Point(0.8, 0.5, BLUE)), np.full((100, 200), 50, np.float32))
    assert (owners[:, :95] == 1).all() and (owners[:, 105:] == 2).all()


def test_two_points_divide_a_weak_edge_between_them_and_not_half_way() -> None:
    plane = np.full((100, 200), 50, np.float32)
    plane[:, 60:] = 56
    assert (owners_of((Point(0.1, 0.5, RED),), plane) == 1).all()
    owners = owners_of((Point(0.1, 0.5, RED), Point(0.8, 0.5, BLUE)), plane)
    assert (owners[:, :55] == 1).all() and (owners[:, 65:] == 2).all()


def test_a_point_with_a_radius_goes_no_farther_and_lies_over_the_others() -> None:
    plane = np.full((200, 200), 50, np.float32)
    small, large = Point(0.5, 0.5, BLUE, 0.1), Point(0.2, 0.2, RED)
    for points, number in (((small, large), 1), ((large, small), 2)):
        rows, columns = np.nonzero(owners_of(points, plane) == number)
        away = np.hypot(rows - 100, columns - 100)
        assert away.max() <= 20 and len(rows) == pytest.approx(np.pi * 20**2, rel=0.05)
        assert (owners_of(points, plane) == 3 - number).sum() == 200 * 200 - len(rows)


@given(st.integers(0, 2**32 - 1), st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=15, deadline=None)
def test_a_point_on_mere_noise_still_colors_its_place(seed: int, x: float, y: float) -> None:
    noise = np.random.default_rng(seed).uniform(0, 100, (60, 70)).astype(np.float32)
    hints = Hints((Point(x, y, RED),))
    planes = hint_planes(hints, owners_of(hints.points, noise), 60, 70)
    row, column = place_of(hints.points[0], (60, 70))
    near = planes[max(row - 3, 0) : row + 4, max(column - 3, 0) : column + 4, 2]
    assert 0 < (near > 0).sum() <= (planes[..., 2] > 0).sum()


def test_a_point_with_the_radius_zero_is_a_spot() -> None:
    hints = Hints((Point(0.5, 0.5, RED, 0.0),))
    owners = owners_of(hints.points, two_halves())
    assert not owners.any()
    assert hint_planes(hints, owners, 120, 160)[..., 2].sum() == 7 * 7


def test_a_thing_is_the_same_at_every_size_and_every_time() -> None:
    hints = Hints((Point(0.2, 0.5, RED), Point(0.9, 0.2, BLUE)))
    large = np.kron(two_halves(grain=1), np.ones((10, 10), np.float32))
    owners = owners_of(hints.points, large)
    assert owners.size <= 1.01 * SPREAD_PX**2
    assert (owners == owners_of(hints.points, large.copy())).all()
    coarse, fine = (hint_planes(hints, owners, height, height * 4 // 3) for height in (384, 768))
    every_second = fine[::2, ::2]
    assert (coarse == every_second).all(axis=-1).mean() > 0.98


def test_two_points_of_one_color_color_one_thing_without_a_line_between_them() -> None:
    plane = np.full((80, 80), 50, np.float32)
    one, other = Point(0.1, 0.1, RED), Point(0.9, 0.9, RED)
    for points in ((one, other), (other, one)):
        planes = hint_planes(Hints(points), owners_of(points, plane), 80, 80)
        assert (planes[..., 2] > 0).all()


def test_no_point_speaks_for_nothing() -> None:
    plane = np.full((80, 80), 50, np.float32)
    assert not owners_of((), plane).any()


def test_threads_do_not_change_a_thing() -> None:
    rough = np.random.default_rng(2).uniform(0, 100, (30, 40)).astype(np.float32)
    plane = resize(rough, 360, 480)
    points = (Point(0.2, 0.3, RED), Point(0.7, 0.6, BLUE), Point(0.5, 0.9, RED, 0.2))
    found = []
    try:
        for threads in (1, 2, 5):
            limit_threads(threads)
            found.append(owners_of(points, plane))
    finally:
        limit_threads(None)
    assert found[0].any()
    assert (found[0] == found[1]).all() and (found[0] == found[2]).all()
