"""The proof of the gray: its own formulas agree with the standards, and find what one code changes."""

from __future__ import annotations

import numpy as np
import photos
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photocolor.render.exact_gray import stitch
from photocolor.verify.gray import BLOCK_PX, GrayDifference, band_rows, encoded, lightness, luminance


def compare_gray(source: photos.Array, result: photos.Array) -> GrayDifference:
    """The difference of two whole pictures, band by band."""
    found, rows = GrayDifference(), band_rows(source.shape[1])
    for top in range(0, len(source), rows):
        found.add(source[top : top + rows], result[top : top + rows])
    return found


REFERENCES = [
    # sRGB code, L*: IEC 61966-2-1 and CIE 15:2004, computed with 50 digits
    (0, 0.0),
    (1, 0.274175),
    (10, 2.741748),
    (119, 50.034439),
    (188, 76.246091),
    (255, 100.0),
]


@pytest.mark.parametrize(("code", "expected"), REFERENCES)
def test_lightness_is_that_of_the_standards(code: int, expected: float) -> None:
    gray = np.array([[code]], np.uint8)
    assert lightness(luminance(gray))[0, 0] == pytest.approx(expected, abs=1e-6)
    assert encoded(luminance(gray))[0, 0] * 255 == pytest.approx(code, abs=1e-9)


def test_luminance_weighs_the_primaries_as_rec_709_does() -> None:
    primaries = np.array([[(255, 0, 0), (0, 255, 0), (0, 0, 255)]], np.uint8)
    assert luminance(primaries)[0] == pytest.approx([0.2126, 0.7152, 0.0722])


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 999), depth=st.sampled_from([8, 16]), chroma=st.floats(0, 120))
def test_what_stitching_promises_is_found_by_formulas_of_its_own(seed: int, depth: int, chroma: float) -> None:
    gray = photos.gray(40, 50, depth, seed)
    ab = np.random.default_rng(seed).normal(0, chroma, (40, 50, 2)).astype(np.float32)
    found = compare_gray(gray, stitch(gray, ab))
    assert found.pixels == 2000
    assert found.largest_codes <= (0 if depth == 8 else 2)


@pytest.mark.parametrize("depth", [8, 16])
def test_one_pixel_off_by_its_smallest_visible_step_is_found(depth: int) -> None:
    gray = photos.gray(300, 70, depth)
    result = np.dstack([gray] * 3)
    step = 1 if depth == 8 else 3
    result[211, 13, 1] = result[211, 13, 1] + step if result[211, 13, 1] < 100 else result[211, 13, 1] - step
    found = compare_gray(gray, result)
    assert found.unequal == 1
    assert found.largest_codes >= (1 if depth == 8 else 2)


@pytest.mark.parametrize("width", [1, 5, 900, 70_000])
def test_bands_are_whole_blocks_and_small(width: int) -> None:
    rows = band_rows(width)
    assert rows >= BLOCK_PX and rows % BLOCK_PX == 0
    assert rows == BLOCK_PX or rows * width <= 1 << 18


def test_a_small_painted_spot_in_a_large_picture_is_found_though_the_mean_hides_it() -> None:
    gray = photos.gray(640, 640)
    result = np.dstack([gray] * 3)
    result[320 : 320 + BLOCK_PX, 160 : 160 + BLOCK_PX] = 255
    found = compare_gray(gray, result)
    assert found.mean_lightness < 0.1 and found.worst_block > 10


def test_bands_add_up_to_the_whole() -> None:
    gray, result = photos.gray(640, 640), photos.rgb(640, 640)
    found = compare_gray(gray, result)
    step = np.abs(lightness(luminance(result)) - lightness(luminance(gray)))
    assert band_rows(640) < 640
    assert (found.pixels, found.mean_lightness) == (gray.size, pytest.approx(step.mean()))
