"""Points change their things and what follows them, and leave the rest of the photo."""

from __future__ import annotations

import numpy as np
import pytest

from photocolor.hints.effect import ASIDE, FOLLOWS, LEAST_CHANGE, limited

RED = (40.0, 20.0)
ROUNDING_AB = 1e-4
"""CIELAB units that float32 arithmetic may miss."""


def told_on(where: slice, color: tuple[float, float] = RED, size: int = 10) -> np.ndarray:
    """Hint channels of a point that says a color on some columns."""
    planes = np.zeros((4, size, 3), np.float32)
    planes[:, where] = (*color, 1)
    return planes


def moved_by(*columns: tuple[float, float]) -> np.ndarray:
    """(4, 10, 2): a change for each column."""
    return np.repeat(np.array(columns, np.float32)[None], 4, axis=0)


def test_where_a_point_says_a_color_the_answer_stays_to_the_bit() -> None:
    chance = np.random.default_rng(1)
    before, after = (chance.normal(0, 30, (4, 10, 2)).astype(np.float32) for _ in range(2))
    got = limited(before, after, told_on(slice(0, 3)))
    assert np.array_equal(got[:, :3], after[:, :3])


def test_what_goes_far_enough_the_point_s_way_is_kept_whole_and_less_fades_evenly_to_nothing() -> None:
    shares = np.array([1, 1, 1, 0.9, FOLLOWS, FOLLOWS / 2, FOLLOWS / 4, 0.0, -0.1, -0.5])
    change = moved_by(*((30 * share, 0) for share in shares))
    got = limited(np.zeros_like(change), change, told_on(slice(0, 3)))
    wanted = 30 * shares * np.clip(shares / FOLLOWS, 0, 1)
    assert got[0, :, 0] == pytest.approx(wanted, abs=ROUNDING_AB)
    assert not got[..., 1].any()


def test_what_turns_aside_from_the_point_s_change_is_halved_and_what_goes_against_it_vanishes() -> None:
    change = moved_by(*[(30, 0)] * 3, (30, 10), (0, 30), (-30, 10), *[(0, 0)] * 4)
    got = limited(np.zeros_like(change), change, told_on(slice(0, 3)))
    assert got[0, 3] == pytest.approx((30, 10 * ASIDE), abs=ROUNDING_AB)
    assert not got[0, 4:6].any()


def test_each_of_several_colors_keeps_what_follows_it() -> None:
    told = told_on(slice(0, 2)) + told_on(slice(2, 4), (-40.0, 0.0))
    change = moved_by(*[(30, 0)] * 2, *[(-30, 0)] * 2, (28, 0), (-28, 0), (0, 30), *[(0, 0)] * 3)
    got = limited(np.zeros_like(change), change, told)
    assert got[0, 4:6, 0] == pytest.approx((28, -28), abs=ROUNDING_AB)
    assert not got[0, 6].any()


def test_a_point_that_says_what_is_there_already_lets_nothing_far_follow_it() -> None:
    change = moved_by(*[(0.1, 0)] * 3, (1.0, 0), *[(0, 0)] * 6)
    got = limited(np.zeros_like(change), change, told_on(slice(0, 3)))
    assert got[0, 3, 0] == pytest.approx(1 / (FOLLOWS * LEAST_CHANGE), abs=ROUNDING_AB)


def test_no_change_stays_none() -> None:
    same = np.full((4, 10, 2), 12, np.float32)
    assert np.array_equal(limited(same, same.copy(), told_on(slice(0, 3))), same)
