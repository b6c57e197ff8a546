"""Gray codes and CIELAB."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage.color import rgb2lab

from photocolor.color import lab

WHITE_CODES = (255, 65535)
SKIMAGE_TOLERANCE = 0.03
"""CIELAB units: scikit-image's white point and matrix have more digits than IEC 61966-2-1's."""


@pytest.mark.parametrize("white_code", WHITE_CODES)
def test_encoding_is_the_inverse_of_decoding_for_every_code(white_code: int) -> None:
    codes = np.rint(lab.encode_srgb(lab.linear_of_code(white_code)) * white_code)
    assert np.array_equal(codes, np.arange(white_code + 1))


@pytest.mark.parametrize(
    ("code", "lightness"),
    [(0, 0.0), (1, 0.2742), (10, 2.7418), (118, 49.637), (119, 50.034), (188, 76.246), (255, 100.0)],
)
def test_lightness_of_reference_grays(code: int, lightness: float) -> None:
    assert lab.lightness_of(np.array([[code]], np.uint8))[0, 0] == pytest.approx(lightness, abs=0.01)


@pytest.mark.parametrize(
    ("rgb", "expected"),
    [
        ((255, 0, 0), (53.24, 80.09, 67.20)),
        ((0, 255, 0), (87.73, -86.18, 83.18)),
        ((0, 0, 255), (32.30, 79.19, -107.86)),
        ((255, 255, 255), (100.0, 0.0, 0.0)),
    ],
)
def test_lab_of_the_primaries(rgb: tuple[int, int, int], expected: tuple[float, float, float]) -> None:
    lightness, ab = lab.lab_of(np.array([[rgb]], np.uint8))
    assert (lightness[0, 0], *ab[0, 0]) == pytest.approx(expected, abs=0.05)


def test_lab_agrees_with_scikit_image_on_random_colors() -> None:
    rgb = np.random.default_rng(1).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    lightness, ab = lab.lab_of(rgb)
    assert np.abs(np.dstack((lightness, ab)) - rgb2lab(rgb)).max() < SKIMAGE_TOLERANCE


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_equal_channels_are_their_own_gray_and_have_no_chroma(dtype: type) -> None:
    codes = np.linspace(0, np.iinfo(dtype).max, 2048).astype(dtype).reshape(32, 64)
    rgb = np.dstack((codes, codes, codes))
    assert np.array_equal(lab.gray_of(rgb), codes)
    assert np.abs(lab.lab_of(rgb)[1]).max() < 1e-4


@given(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255))
def test_gray_is_the_nearest_code_to_the_linear_luminance(red: int, green: int, blue: int) -> None:
    gray = int(lab.gray_of(np.array([[(red, green, blue)]], np.uint8))[0, 0])
    linear = [
        (c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4) for c in (red, green, blue)
    ]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    code = 255 * (12.92 * luminance if luminance <= 0.0031308 else 1.055 * luminance ** (1 / 2.4) - 0.055)
    assert abs(code - gray) <= 0.5 + 1e-3


def test_bands_do_not_show_in_the_gray_of_a_tinted_picture() -> None:
    rgb = np.random.default_rng(2).integers(0, 256, (3 * lab.BAND_ROWS + 7, 5, 3)).astype(np.uint8)
    whole = lab.gray_of(rgb)
    assert all(np.array_equal(lab.gray_of(rgb[y : y + 1]), whole[y : y + 1]) for y in range(len(rgb)))
