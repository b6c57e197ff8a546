"""Joint upsampling of ab."""

from __future__ import annotations

import numpy as np
import pytest

from photocolor.color.lab import gray_of, lightness_of
from photocolor.render.strips import paint
from photocolor.render.upsample import guide


def steps(height: int, width: int) -> np.ndarray:
    """L* with a hard vertical edge in the middle."""
    lightness = np.full((height, width), 30, np.float32)
    lightness[:, width // 2 :] = 80
    return lightness


def test_constant_ab_stays_constant() -> None:
    rng = np.random.default_rng(0)
    ab = np.full((20, 30, 2), (12.5, -30.25), np.float32)
    guided = guide(ab, rng.uniform(0, 100, (20, 30)).astype(np.float32), 200, 300)
    full = guided.band(0, rng.uniform(0, 100, (200, 300)).astype(np.float32))
    assert np.abs(full - ab[0, 0]).max() < 1e-2


@pytest.mark.parametrize("rows", [1, 7, 64])
def test_bands_give_the_same_values_as_the_whole(rows: int) -> None:
    rng = np.random.default_rng(1)
    lightness = rng.uniform(0, 100, (97, 113)).astype(np.float32)
    guided = guide(
        rng.normal(0, 20, (16, 24, 2)).astype(np.float32), rng.uniform(0, 100, (16, 24)).astype(np.float32), 97, 113
    )
    whole = guided.band(0, lightness)
    bands = [guided.band(top, lightness[top : top + rows]) for top in range(0, 97, rows)]
    assert np.array_equal(np.concatenate(bands), whole)


def test_a_color_edge_follows_the_edge_of_the_photo_more_closely_than_interpolation() -> None:
    small = steps(32, 32)
    ab = np.zeros((32, 32, 2), np.float32)
    ab[:, 16:] = 40
    full = guide(ab, small, 256, 256).band(0, steps(256, 256))
    truth = np.zeros((256, 256), np.float32)
    truth[:, 128:] = 40
    linear = np.interp((np.arange(256) + 0.5) / 8 - 0.5, np.arange(32), ab[0, :, 0])
    assert np.abs(full[..., 0] - truth).mean() < 0.5 * np.abs(linear - truth[0]).mean()


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (64, 64)])
def test_tiny_and_thin_photos_are_painted(shape: tuple[int, int]) -> None:
    gray = np.random.default_rng(2).integers(0, 256, shape).astype(np.uint8)
    small = np.zeros((64, 64), np.uint8)
    guided = guide(np.full((64, 64, 2), 20, np.float32), lightness_of(small), *shape)
    assert np.array_equal(gray_of(paint(gray, guided, lambda: None)), gray)
