"""Which photos the model sees stretched, how far, and that nothing jumps."""

from __future__ import annotations

import numpy as np
import pytest

from photocolor.color.lab import Lightness
from photocolor.color.model_copy import DARK, LIGHT, Stretch, stretch_against_fading, without_margins


def ramp(low: float, high: float) -> Lightness:
    """L* from `low` to `high`, each as often and anywhere."""
    levels = np.random.default_rng(3).permutation(np.linspace(low, high, 10_000))
    return levels.astype(np.float32).reshape(100, 100)


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
    assert (np.diff(copy.ravel()[lightness.ravel().argsort()]) >= 0).all()


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


def framed(picture: Lightness, *levels: float, width: int = 8) -> Lightness:
    """The picture in frames of these L*, from the inner to the outer, each with a little noise of paper."""
    for number, level in enumerate(levels):
        picture = np.pad(picture, width, constant_values=np.float32(np.nan))
        noise = np.random.default_rng(number).normal(level, 1, picture.shape).astype(np.float32)
        picture = np.where(np.isnan(picture), noise, picture)
    return picture


@pytest.mark.parametrize("levels", [(90,), (95, 3), (88, 60, 98), (5,)])
def test_paper_mount_and_scanner_around_a_faded_print_do_not_hide_that_it_is_faded(levels: tuple[float, ...]) -> None:
    """What is seen of the print is what would be seen of it alone; an even side of its own is only cut off, too."""
    print_alone = np.random.default_rng(1).uniform(30, 72, (100, 140)).astype(np.float32)
    scan, around = framed(print_alone, *levels), 8 * len(levels)
    inside = (slice(around, -around), slice(around, -around))
    assert without_margins(scan) == (slice(around, around + 100), slice(around, around + 140))
    alone = stretch_against_fading(print_alone)
    assert stretch_against_fading(scan) == alone and not alone.is_straight
    assert np.array_equal(alone.apply(scan)[inside], alone.apply(print_alone))


def test_a_picture_of_nothing_but_even_lines_keeps_its_middle() -> None:
    rows, columns = without_margins(np.full((100, 50), 80, np.float32))
    assert (rows, columns) == (slice(30, 70), slice(15, 35))
    assert without_margins(np.zeros((1, 1), np.float32)) == (slice(0, 1), slice(0, 1))


def test_a_sky_that_grows_lighter_upward_is_no_margin() -> None:
    """Of lines that are even, but each lighter than the one below, few are cut off."""
    sky = np.repeat(np.linspace(90, 30, 100, dtype=np.float32)[:, None], 100, axis=1)
    rows, columns = without_margins(sky)
    assert rows.start <= 27 and rows.stop >= 73 and columns == slice(0, 100)
