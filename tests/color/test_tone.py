"""Gray, toned, hand-tinted and colored pictures are told apart; docs/tone.md has the error rates on many more."""

from __future__ import annotations

import numpy as np
import photos
import pytest
from skimage import data

from photocolor.color.lab import gray_of
from photocolor.color.tone import Tone, tone_curve, tone_of
from photocolor.render.exact_gray import stitch


def sepia(rgb: np.ndarray) -> np.ndarray:
    """The picture printed in one brown ink on yellowed paper."""
    share = gray_of(rgb)[..., None] / 255
    ink, paper = np.array((48, 30, 18)), np.array((240, 222, 186))
    return np.rint(ink + share * (paper - ink)).astype(np.uint8)


def cyanotype(rgb: np.ndarray) -> np.ndarray:
    share = gray_of(rgb)[..., None] / 255
    return np.rint((10, 40, 90) + share * np.array((230, 206, 156))).astype(np.uint8)


def on_a_page(print_: np.ndarray) -> np.ndarray:
    """The print on a page of an album, of olive paper with its own grain."""
    height, width = print_.shape[:2]
    page = np.full((2 * height, 2 * width, 3), (199, 181, 128), np.float32)
    page += np.random.default_rng(0).normal(0, 3, (*page.shape[:2], 1))
    page[height // 2 : height // 2 + height, width // 2 : width // 2 + width] = print_
    return page.clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("photo", [data.astronaut, data.coffee, data.chelsea])
def test_a_color_photo_is_color(photo) -> None:
    assert tone_of(photo()) is Tone.COLOR


def test_a_gray_photo_saved_as_rgb_is_gray_even_with_compression_noise() -> None:
    gray = gray_of(data.astronaut())
    noise = np.random.default_rng(0).normal(0, 2, (*gray.shape, 2)).astype(np.float32)
    assert tone_of(np.dstack((gray, gray, gray))) is Tone.GRAY
    assert tone_of(stitch(gray, noise)) is Tone.GRAY


@pytest.mark.parametrize("make", [sepia, cyanotype])
@pytest.mark.parametrize("photo", [data.astronaut, data.chelsea])
def test_a_print_in_one_ink_is_toned(photo, make) -> None:
    assert tone_of(make(photo())) is Tone.TONED


@pytest.mark.parametrize("make", [sepia, lambda rgb: np.dstack([gray_of(rgb)] * 3)], ids=["sepia", "gray"])
def test_prints_on_a_colored_page_are_toned_but_a_color_photo_on_it_is_color(make) -> None:
    assert tone_of(on_a_page(make(data.astronaut()))) is Tone.TONED
    assert tone_of(on_a_page(data.astronaut())) is Tone.COLOR


def test_flat_washes_over_a_gray_photo_are_hand_tinted() -> None:
    assert tone_of(photos.hand_tinted(300, 400)) is Tone.HAND_TINTED


def test_16_bits_are_judged_as_8_bits_are() -> None:
    for picture in (data.astronaut(), sepia(data.astronaut())):
        assert tone_of(picture.astype(np.uint16) * 257) is tone_of(picture)


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (2, 2), (4000, 3)])
@pytest.mark.parametrize("value", [0, 128, 255])
def test_flat_and_narrow_pictures_have_a_tone_too(shape: tuple[int, int], value: int) -> None:
    assert tone_of(np.full((*shape, 3), value, np.uint8)) is Tone.GRAY


def test_the_tone_curve_is_the_tint_that_belongs_to_a_lightness() -> None:
    lightness = np.linspace(0, 100, 5000, dtype=np.float32)
    ab = np.stack([0.1 * lightness, 20 - 0.2 * lightness], axis=-1).astype(np.float32)
    assert np.abs(tone_curve(lightness, ab) - ab)[400:-400].max() < 0.2
