"""A reference's palette."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage import data

from photocolor.color.palette import MOST_GAIN, moved_to, palette_of, palette_of_ab


def cloud(seed: int, center: tuple[float, float], spread: tuple[float, float]) -> np.ndarray:
    """(60, 80, 2) colors around a center."""
    return (np.random.default_rng(seed).normal(0, 1, (60, 80, 2)) * spread + center).astype(np.float32)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 999), st.floats(-30, 30), st.floats(-30, 30), st.floats(4, 20), st.floats(4, 20))
def test_moved_colors_have_the_palette(seed: int, a: float, b: float, wide: float, high: float) -> None:
    ab = cloud(seed, (5, -3), (10, 14))
    wanted = palette_of_ab(cloud(seed + 1, (a, b), (wide, high)))
    got = palette_of_ab(moved_to(ab, wanted))
    assert np.abs(got.mean - wanted.mean).max() < 1e-2
    assert (np.sqrt(np.diag(got.spread)) <= np.sqrt(np.diag(palette_of_ab(ab).spread)) * MOST_GAIN + 1e-3).all()
    if wide < 10 * MOST_GAIN * 0.9 and high < 14 * MOST_GAIN * 0.9:
        assert np.abs(np.sqrt(np.diag(got.spread)) - np.sqrt(np.diag(wanted.spread))).max() < 0.6  # LEAST_SPREAD


def test_the_own_palette_changes_nothing() -> None:
    ab = cloud(3, (4, 9), (12, 6))
    assert np.abs(moved_to(ab, palette_of_ab(ab)) - ab).max() < 1e-2


def test_a_photo_of_one_color_only_moves() -> None:
    ab = np.full((20, 20, 2), (3, 4), np.float32)
    moved = moved_to(ab, palette_of(data.coffee()))
    assert np.ptp(moved, axis=(0, 1)).max() < 1e-3
    assert np.abs(moved[0, 0] - palette_of(data.coffee()).mean).max() < 1e-3
