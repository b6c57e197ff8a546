"""The layers' composite is the result, by the formula that editors use."""

from __future__ import annotations

import numpy as np
import photos
import pytest
from numpy.typing import NDArray

from photocolor.image.decode import decode
from photocolor.image.layers.stack import blend_color, luma_below, stack_of

ONE_CODE = 1.0


def shown(color: NDArray[np.integer]) -> NDArray[np.float64]:
    """The codes that mode Color shows over the luma below, rounded as an editor does."""
    top = np.iinfo(color.dtype).max
    return np.rint(blend_color(luma_below(color) / top, color / top) * top)


@pytest.mark.parametrize("red", [0, 1, 127, 254, 255])
def test_mode_color_over_the_luma_gives_every_color_of_eight_bits_within_one_code(red: int) -> None:
    """All 256 values of red were tried once, and the worst was one code."""
    green, blue = np.meshgrid(np.arange(256), np.arange(256), indexing="ij")
    color = np.stack([np.full_like(green, red), green, blue], axis=-1).astype(np.uint8)
    assert np.abs(shown(color) - color).max() <= ONE_CODE


def test_mode_color_over_the_luma_gives_colors_of_sixteen_bits_within_one_code() -> None:
    rng = np.random.default_rng(7)
    color = rng.integers(0, 65536, (300, 300, 3), dtype=np.uint16)
    color[:100] = rng.choice(np.array([0, 1, 65534, 65535], np.uint16), (100, 300, 3))
    assert np.abs(shown(color) - color).max() <= ONE_CODE


def test_mode_color_over_the_photograph_itself_would_not_do() -> None:
    """Why there is a layer between: equal linear luminance is not equal luma."""
    blue = np.array([[[40, 60, 200]]], np.uint8)
    same_luminance = 75  # (0.2126 * 40^2.2 + 0.7152 * 60^2.2 + 0.0722 * 200^2.2) ** (1 / 2.2), about
    over_photo = np.rint(blend_color(np.array([[same_luminance / 255]]), blue / 255) * 255)
    assert np.abs(over_photo - blue).max() > ONE_CODE
    assert np.abs(shown(blue) - blue).max() <= ONE_CODE


def test_the_photograph_is_turned_upright_and_comes_in_the_depth_of_the_result() -> None:
    codes = photos.gray(20, 30, depth=16)
    photo = decode(photos.png(codes), 1.0)
    colors = np.dstack([codes >> 8] * 3).astype(np.uint8)
    result = decode(photos.jpeg(colors, orientation=6), 1.0)
    stack = stack_of(photo, result)
    assert stack.shape == (30, 20) and stack.bit_depth == 8
    assert np.array_equal(stack.photo[..., 0], np.rot90(np.rint(codes / 257).astype(np.uint8), -1))
