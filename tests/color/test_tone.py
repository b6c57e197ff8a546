"""Gray, toned and colored pictures are told apart."""

from __future__ import annotations

import numpy as np
from skimage import data

from photocolor.color.lab import gray_of
from photocolor.color.stitch import stitch
from photocolor.color.tone import Tone, tone_of


def sepia(rgb: np.ndarray) -> np.ndarray:
    """The picture printed in one brown ink on yellowed paper."""
    gray = gray_of(rgb)
    share = gray[..., None] / 255
    ink, paper = np.array((48, 30, 18)), np.array((240, 222, 186))
    return np.rint(ink + share * (paper - ink)).astype(np.uint8)


def test_a_color_photo_is_color() -> None:
    assert tone_of(data.astronaut()) is Tone.COLOR
    assert tone_of(data.coffee()) is Tone.COLOR


def test_a_gray_photo_saved_as_rgb_is_gray_even_with_compression_noise() -> None:
    gray = gray_of(data.astronaut())
    noise = np.random.default_rng(0).normal(0, 2, (*gray.shape, 2)).astype(np.float32)
    assert tone_of(np.dstack((gray, gray, gray))) is Tone.GRAY
    assert tone_of(stitch(gray, noise)) is Tone.GRAY


def test_a_sepia_print_is_toned() -> None:
    assert tone_of(sepia(data.astronaut())) is Tone.TONED
    assert tone_of(sepia(data.chelsea())) is Tone.TONED
