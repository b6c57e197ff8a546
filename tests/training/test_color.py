from __future__ import annotations

import numpy as np
import torch
from skimage.color import rgb2lab
from training_scenes import scene

from training import color

LAB_TOLERANCE = 0.02
"""CIELAB units: white points are rounded to four and five digits in different books."""


def test_lab_of_a_photo_agrees_with_an_independent_implementation() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    lightness, ab = color.lab_of_photo(pixels)
    np.testing.assert_allclose(np.dstack([lightness, ab]), rgb2lab(pixels), atol=LAB_TOLERANCE)


def test_a_photo_survives_the_way_to_lab_and_back() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    back = color.photo_of_lab(*color.lab_of_photo(pixels))
    assert np.abs(back.astype(int) - pixels).max() <= 1


def test_gray_has_no_chroma_and_white_is_one_hundred() -> None:
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, 2)
    lightness, ab = color.lab_of_photo(ramp)
    assert np.abs(ab).max() < LAB_TOLERANCE
    assert abs(lightness[0, 0]) < 1e-4 and abs(lightness[0, 255] - 100) < 1e-3
    assert (np.diff(lightness[0]) > 0).all()


def test_network_units_are_inverted_exactly_where_it_matters() -> None:
    lightness, ab = torch.rand(1, 1, 4, 4) * 100, torch.rand(1, 2, 4, 4) * 200 - 100
    back = color.to_lab(*color.to_network(lightness, ab))
    torch.testing.assert_close(back, (lightness, ab), atol=1e-4, rtol=0)


def test_the_gradient_through_srgb_is_finite_for_black_white_and_out_of_gamut() -> None:
    lightness = torch.tensor([0.0, 100.0, 50.0, 2.0]).view(4, 1, 1, 1)
    ab = torch.tensor([[0.0, 0.0], [0.0, 0.0], [100.0, -100.0], [60.0, 60.0]]).view(4, 2, 1, 1).requires_grad_()
    color.srgb_from_lab(lightness, ab).sum().backward()
    assert ab.grad is not None and torch.isfinite(ab.grad).all()


def test_lab_from_srgb_is_the_same_as_from_bytes() -> None:
    pixels = torch.from_numpy(scene(3)).permute(2, 0, 1)[None]
    from_bytes = color.lab_from_linear(color.linear_from_bytes(pixels))
    from_float = color.lab_from_srgb(pixels.float() / 255)
    torch.testing.assert_close(from_bytes, from_float, atol=2e-3, rtol=0)
