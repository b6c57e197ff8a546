"""The curve against fading rises, gives black and white back, and leaves alone what has both."""

from __future__ import annotations

import numpy as np
import pytest

from photocolor.color.tone_curve import MOST_SLOPE, STRAIGHT, WHITE, ToneCurve, against_fading, parse


def ramp(low: int, high: int, dtype: type[np.uint8] | type[np.uint16] = np.uint8) -> np.ndarray:
    return np.linspace(low, high, 10_000).round().astype(dtype).reshape(100, 100)


@pytest.mark.parametrize(("dtype", "scale"), [(np.uint8, 1), (np.uint16, 257)])
def test_a_faded_photo_gets_black_and_white_and_every_gray_keeps_its_rank(dtype: type, scale: int) -> None:
    curve = against_fading(ramp(60 * scale, 180 * scale, dtype))
    table = curve.table(255 * scale).astype(int)
    assert table[0] == 0 and table[-1] == 255 * scale
    assert table[61 * scale] <= 12 * scale and table[179 * scale] >= 243 * scale
    assert (np.diff(table) >= 0).all() and (np.diff(table[61 * scale : 179 * scale]) >= 1).all()
    assert parse(curve.text) == curve


def test_a_photo_that_has_black_and_white_is_left_alone() -> None:
    assert against_fading(ramp(0, 255)) == STRAIGHT
    assert against_fading(ramp(5, 250)) == STRAIGHT


@pytest.mark.parametrize(("low", "high"), [(0, 120), (120, 255), (100, 140), (90, 91), (7, 100), (1, 254)])
def test_any_photo_has_a_rising_curve_that_is_not_too_steep(low: int, high: int) -> None:
    curve = against_fading(ramp(low, high))
    for (x, y), (next_x, next_y) in zip(curve.knots, curve.knots[1:], strict=False):
        assert 0 < next_y - y <= (next_x - x) * MOST_SLOPE * 1.01
    assert curve.knots[0] == (0, 0) and curve.knots[-1] == (WHITE, WHITE)


def test_a_page_of_one_gray_has_no_curve() -> None:
    assert against_fading(np.full((9, 9), 120, np.uint8)) == STRAIGHT
    assert against_fading(np.full((1, 1), 0, np.uint16)) == STRAIGHT


@pytest.mark.parametrize(
    "text", ["", "0 0", "0 0, 65535 65534", "0 0, 9 9, 8 10, 65535 65535", "0 0, x 1, 65535 65535"]
)
def test_what_does_not_rise_is_no_curve(text: str) -> None:
    with pytest.raises(ValueError, match="curve"):
        parse(text)
    with pytest.raises(ValueError, match="rising"):
        ToneCurve(((0, 0), (10, 10), (9, 11), (WHITE, WHITE)))
