"""Promises about 16-bit pictures that are stored in fewer bits."""

from __future__ import annotations

import numpy as np
import pytest

from photocolor.color.lab import gray_of
from photocolor.image.bit_depth import full_range, half_step, reduced, reduced_colors


@pytest.mark.parametrize("bits", [10, 12])
def test_the_gray_of_any_color_moves_by_half_a_step_at_most(bits: int) -> None:
    rng = np.random.default_rng(bits)
    colors = rng.integers(0, 65536, (600, 500, 3)).astype(np.uint16)
    colors[:200] //= rng.integers(1, 400, (200, 500, 3)).astype(np.uint16)  # dark and bright channels side by side
    colors[-1] = rng.choice([0, 1, 65534, 65535], (500, 3))
    wanted = gray_of(colors).astype(int)

    def moved(stored: np.ndarray) -> int:
        return int(np.abs(gray_of(full_range(stored, bits)).astype(int) - wanted).max())

    assert moved(reduced(colors, bits)) > half_step(bits), "rounding alone does not do"
    stored = reduced_colors(colors, bits)
    assert moved(stored) <= half_step(bits)
    step = np.abs(full_range(stored, bits).astype(int) - colors.astype(int)).max()
    assert step <= 2 * half_step(bits) + 1, "no channel moves by more than a step"


def test_grays_and_alpha_are_rounded_as_they_are() -> None:
    rng = np.random.default_rng(3)
    gray = np.repeat(rng.integers(0, 65536, (40, 50, 1)).astype(np.uint16), 4, axis=2)
    gray[..., 3] = rng.integers(0, 65536, (40, 50))
    assert np.array_equal(reduced_colors(gray, 10), reduced(gray, 10))
