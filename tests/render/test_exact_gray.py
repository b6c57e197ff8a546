"""The promise that the photograph stays the photograph: its gray can be read back from the colored result."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from photocolor.color.gamut import BISECTIONS, fit_to_srgb, linear_rgb, outside
from photocolor.color.lab import decode_srgb, encode_srgb, lab_of, lightness_of
from photocolor.render.buffers import Workspace
from photocolor.render.exact_gray import stitch
from photocolor.render.light import LIGHT, encoded
from photocolor.render.repair import LUMINANCE_MARGIN, nearest_with_gray

SIXTEEN_BIT_CODES = 2
"""Codes of 65535 that the gray of a 16-bit result may be off: three rounded channels."""

LAST_BITS = 5e-6
"""Linear light: f(Y) is computed here by another formula, and its last bit counts three times in its cube."""

LIGHTNESS_8BIT = 0.6
LIGHTNESS_16BIT = 0.02
"""|ΔL*| promised everywhere."""


def gray_read_back(rgb: NDArray[np.generic]) -> NDArray[np.float64]:
    """The judge: linear Rec.709 luminance, encoded again, in float64, written apart from the product's tables."""
    white = np.iinfo(rgb.dtype).max
    luminance = decode_srgb(rgb / white) @ np.array((0.2126, 0.7152, 0.0722))
    return np.rint(encode_srgb(luminance) * white)


@st.composite
def pictures(draw: st.DrawFn, dtype: type) -> tuple[NDArray[np.generic], NDArray[np.float32]]:
    """Gray noise or ramps with ab of any size, from neutral to far outside of sRGB."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    height, width = draw(st.integers(1, 40)), draw(st.integers(1, 40))
    white = np.iinfo(dtype).max
    low, high = sorted((draw(st.integers(0, white)), draw(st.integers(0, white))))
    gray = rng.integers(low, high, (height, width), endpoint=True).astype(dtype)
    chroma = draw(st.sampled_from((0.0, 3.0, 20.0, 60.0, 120.0)))
    strength = draw(st.floats(0, 2))
    return gray, (rng.normal(0, 1, (height, width, 2)) * chroma * strength).astype(np.float32)


@settings(max_examples=150, deadline=None)
@given(pictures(np.uint8))
def test_the_gray_of_an_8_bit_result_equals_the_source_in_every_pixel(picture: tuple) -> None:
    gray, ab = picture
    rgb = stitch(gray, ab)
    assert np.array_equal(gray_read_back(rgb), gray)
    assert np.abs(lab_of(rgb)[0] - lightness_of(gray)).max() <= LIGHTNESS_8BIT


@settings(max_examples=150, deadline=None)
@given(pictures(np.uint16))
def test_the_gray_of_a_16_bit_result_is_within_two_codes(picture: tuple) -> None:
    gray, ab = picture
    rgb = stitch(gray, ab)
    assert np.abs(gray_read_back(rgb) - gray).max() <= SIXTEEN_BIT_CODES
    assert np.abs(lab_of(rgb)[0] - lightness_of(gray)).max() <= LIGHTNESS_16BIT


def test_every_gray_with_every_hue_survives_the_largest_strength() -> None:
    gray = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 360, axis=1)
    hue = np.deg2rad(np.arange(360))
    ab = np.broadcast_to(np.stack((np.cos(hue), np.sin(hue)), -1) * 220, (256, 360, 2)).astype(np.float32)
    assert np.array_equal(gray_read_back(stitch(gray, ab)), gray)


def test_the_gray_reads_the_same_with_seven_digit_luminance_weights() -> None:
    rng = np.random.default_rng(3)
    gray = rng.integers(0, 256, (200, 200)).astype(np.uint8)
    rgb = stitch(gray, rng.normal(0, 50, (200, 200, 2)).astype(np.float32))
    luminance = decode_srgb(rgb / 255) @ np.array((0.2126729, 0.7151522, 0.0721750))
    assert np.array_equal(np.rint(encode_srgb(luminance) * 255), gray)


def test_without_color_the_result_is_the_gray_itself() -> None:
    gray = np.arange(256, dtype=np.uint8).reshape(16, 16)
    assert np.array_equal(stitch(gray, np.zeros((16, 16, 2), np.float32)), np.dstack((gray, gray, gray)))


def test_a_color_inside_the_gamut_arrives() -> None:
    gray = np.full((1, 4), 150, np.uint8)
    ab = np.array([[(20, 20), (-20, 15), (10, -30), (0, 25)]], np.float32)
    assert np.abs(lab_of(stitch(gray, ab))[1] - ab).max() < 0.8  # 8-bit rounding of a chromatic color


@settings(max_examples=60, deadline=None)
@given(pictures(np.uint8))
def test_gamut_mapping_keeps_lightness_and_hue_and_ends_at_the_border(picture: tuple) -> None:
    gray, ab = picture
    lightness = lightness_of(gray)
    fitted = fit_to_srgb(lightness, ab)
    assert np.abs(ab[..., 0] * fitted[..., 1] - ab[..., 1] * fitted[..., 0]).max(initial=0) < 1e-2  # parallel
    assert (np.hypot(*np.moveaxis(fitted, -1, 0)) <= np.hypot(*np.moveaxis(ab, -1, 0)) + 1e-4).all()
    f_y = (lightness + 16) / np.float32(116)
    y = np.where(f_y > 6 / 29, f_y**3, 3 * (6 / 29) ** 2 * (f_y - 4 / 29)).astype(np.float32)
    channels = linear_rgb(f_y, y, np.moveaxis(fitted, -1, 0))
    assert channels.min() >= -LAST_BITS and channels.max() <= 1 + LAST_BITS
    grown = fitted + ab * np.float32(1.5 / 2**BISECTIONS)
    moved = np.abs(fitted - ab).max(axis=-1) > 0
    at_border = outside(linear_rgb(f_y, y, np.moveaxis(grown, -1, 0)))
    assert at_border[moved].all()


@pytest.mark.parametrize("code", [0, 255])
def test_black_and_white_take_no_color(code: int) -> None:
    gray = np.full((3, 3), code, np.uint8)
    assert (stitch(gray, np.full((3, 3, 2), 60, np.float32)) == code).all()


def test_a_pixel_whose_gray_rounding_moved_takes_the_nearest_color_that_has_it() -> None:
    rng = np.random.default_rng(11)
    rgb = rng.integers(0, 256, (400, 3)).astype(np.uint8)
    rgb[:40] = rng.choice((0, 1, 254, 255), (40, 3))
    gray = np.clip(gray_read_back(rgb) + rng.choice((-1, 1), len(rgb)), 0, 255).astype(np.uint8)
    moved = gray_read_back(rgb) != gray
    gray, rgb = gray[moved], rgb[moved]
    found = nearest_with_gray(gray, rgb).astype(int)
    assert np.array_equal(gray_read_back(found.astype(np.uint8)), gray)
    reach = np.stack(np.meshgrid(*[np.arange(-2, 3)] * 3, indexing="ij"), -1).reshape(-1, 3)
    around = rgb[:, None].astype(int) + reach
    low = np.where(gray == 0, -1, decode_srgb((gray - 0.5).clip(0, 255) / 255) + LUMINANCE_MARGIN)
    high = np.where(gray == 255, 2, decode_srgb((gray + 0.5).clip(0, 255) / 255) - LUMINANCE_MARGIN)
    luminance = decode_srgb(around.clip(0, 255) / 255) @ np.array((0.2126, 0.7152, 0.0722))
    has = (luminance >= low[:, None]) & (luminance < high[:, None])
    has &= ((around >= 0) & (around <= 255)).all(axis=-1)
    nearest = np.where(has, (reach**2).sum(axis=-1), 99).min(axis=1)
    near = nearest < 99
    assert near.mean() > 0.5
    assert np.array_equal(((found - rgb)[near] ** 2).sum(axis=-1), nearest[near])


@pytest.mark.parametrize("low", [0.0, 0.02, 0.3])
@pytest.mark.parametrize("high", [0.5, 1.0])
def test_what_a_band_s_reach_leaves_out_changes_no_code(low: float, high: float) -> None:
    """Line, cut and power are the same whether or not a band is known to have neither dark nor bright ends."""
    light = np.random.default_rng(1).uniform(low**2.4, high, (64, 500)).astype(np.float32) * np.float32(LIGHT)
    reach = float(light.min()), float(light.max())
    known = encoded(light.copy(), "known", Workspace(), reach)
    assert np.array_equal(known, encoded(light.copy(), "all", Workspace(), (-LIGHT, 2 * LIGHT)))


def test_black_and_white_among_colors_that_do_not_exist_stay_and_those_are_settled() -> None:
    gray = np.array([[0, 65535, 0, 65535, 30000, 64000, 500, 60000]], np.uint16)
    ab = np.tile(np.float32((70, -60)), (1, gray.size, 1))
    rgb = stitch(gray, ab)
    assert np.array_equal(rgb[0, :4], np.repeat(gray[0, :4, None], 3, axis=1))
    alone = [stitch(gray[:, i : i + 1], ab[:, i : i + 1])[0, 0] for i in range(gray.size)]
    assert np.array_equal(rgb[0], np.stack(alone))
    assert np.ptp(rgb[0, 4:].astype(int), axis=1).min() > 0
