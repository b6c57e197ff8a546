"""Which photos the model sees stretched, how far, and that nothing jumps."""

from __future__ import annotations

import numpy as np
import pytest

from photocolor.color.lab import Lightness
from photocolor.color.model_copy import DARK, LIGHT, Stretch, stretch_against_fading


def ramp(low: float, high: float) -> Lightness:
    """L* from `low` to `high`, each as often."""
    return np.linspace(low, high, 10_000).astype(np.float32).reshape(100, 100)


def ends(lightness: Lightness) -> np.ndarray:
    """The robust range of the model's copy."""
    return np.quantile(stretch_against_fading(lightness).apply(lightness), (0.005, 0.995))


@pytest.mark.parametrize(("low", "high"), [(0, 100), (10, 85), (25, 97), (0, 56), (50, 54), (97, 97), (0, 0)])
def test_a_photo_with_range_and_a_blank_page_are_seen_as_they_are(low: float, high: float) -> None:
    lightness = ramp(low, high)
    stretch = stretch_against_fading(lightness)
    assert stretch.is_straight and stretch.apply(lightness) is lightness


@pytest.mark.parametrize(("low", "high"), [(40, 80), (30, 82), (2, 40), (14, 66), (60, 95), (45, 62)])
def test_a_faded_or_dark_photo_is_seen_with_its_full_range(low: float, high: float) -> None:
    lightness = ramp(low, high)
    assert ends(lightness) == pytest.approx((DARK, LIGHT), abs=0.1)
    copy = stretch_against_fading(lightness).apply(lightness)
    assert copy.dtype == np.float32 and copy.shape == lightness.shape and copy.min() >= 0 and copy.max() <= 100
    assert (np.diff(copy.ravel()) >= 0).all()


def test_a_little_more_or_less_fading_never_makes_a_jump() -> None:
    """The share of the stretch rises and falls evenly at both ends of its range; where it does both is no edge."""
    found = np.array([ends(ramp(50 - half, 50 + half)) for half in np.arange(0.5, 45, 0.05)])
    assert np.abs(np.diff(found, axis=0)).max() < 1
    from_black = np.array([ends(ramp(low, low + 50)) for low in np.arange(0, 30, 0.05)])
    assert np.abs(np.diff(from_black, axis=0)).max() < 1
    middle = [ends(ramp(30, 30 + span))[1] - ends(ramp(30, 30 + span))[0] for span in (56, 60, 64, 68)]
    assert all(np.diff(middle) < 0) and middle[0] < 94 and middle[-1] > 66


def test_single_black_and_white_pixels_do_not_hide_that_a_photo_is_faded() -> None:
    lightness = ramp(40, 80)
    lightness[0, :4], lightness[-1, :4] = 0, 100
    assert not stretch_against_fading(lightness).is_straight
    assert Stretch(1.0, 0.0).is_straight and not Stretch(1.0, 2.0).is_straight
