"""Quantiles are those of NumPy, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest

from photocolor.color.quantile import quantile


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("count", [1, 2, 3, 100, 101, 4999])
def test_a_quantile_is_numpys(count: int, dtype: type) -> None:
    dice = np.random.default_rng(count)
    for values in (dice.random(count) * 100, np.round(dice.random(count) * 5), np.full(count, 7.3)):
        shares = (0.0, 0.01, 0.25, 0.5, 0.99, 1.0)
        taken = values.astype(dtype)
        expected = np.quantile(taken, shares).tolist()
        assert [quantile(taken, share) for share in shares] == expected
        assert [quantile(taken[None], share) for share in shares] == expected
