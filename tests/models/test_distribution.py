"""The distribution of colors inside a model's graph."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fakes import write_model

from photocolor.color.resize import resize
from photocolor.engine.distribution.shares import color_shares
from photocolor.engine.opening import feeds, open_on_cpu
from photocolor.errors import UsageError
from photocolor.models.distribution import CENTERS, distribution_tensor, with_output
from photocolor.models.registry import find_model

ENTROPY_TOLERANCE = 1e-4
"""Share of the greatest entropy: float32 sums of 313 shares."""


def lightness() -> np.ndarray:
    rows, columns = np.mgrid[0:96, 0:128]
    return (50 + 30 * np.sin(rows / 9) + 20 * np.cos(columns / 7)).astype(np.float32)


def test_the_bins_are_the_313_cells_of_the_paper() -> None:
    assert CENTERS.shape == (313, 2)
    assert len({tuple(center) for center in CENTERS.tolist()}) == 313
    assert not (CENTERS % 10).any()


def test_one_more_output_changes_none_of_the_others() -> None:
    model = find_model("default")
    data = model.read()
    tensor = distribution_tensor(data)
    assert tensor is not None
    inputs = feeds(model.card, lightness()[None, None], np.zeros((1, 3, 96, 128), np.float32))
    plain = open_on_cpu(data, model.path, 1).run(["ab", "doubt"], inputs)
    wider = open_on_cpu(with_output(data, tensor), model.path, 1).run(["ab", "doubt", tensor], inputs)
    for before, after in zip(plain, wider, strict=False):
        np.testing.assert_array_equal(before, after)
    assert wider[2].shape == (1, 313, 12, 16)


def test_the_shares_are_those_of_which_the_first_look_s_doubt_is_the_entropy() -> None:
    model, first = find_model("default"), "own/doubt"
    shares = color_shares(model, lightness(), None, 1)
    np.testing.assert_allclose(shares.sum(axis=-1), 1, atol=1e-5)
    entropy = -(shares * np.log(shares + 1e-30)).sum(axis=-1) / np.log(313)
    inputs = feeds(model.card, lightness()[None, None], np.zeros((1, 3, 96, 128), np.float32))
    doubt = open_on_cpu(with_output(model.read(), first), model.path, 1).run([first], inputs)[0][0, 0]
    enlarged = resize(entropy.astype(np.float32), 96, 128)
    np.testing.assert_allclose(enlarged[8:-8, 8:-8], doubt[8:-8, 8:-8], atol=ENTROPY_TOLERANCE)


def test_a_model_without_a_distribution_says_so(tmp_path: Path) -> None:
    path = write_model(tmp_path / "tint.onnx")
    with pytest.raises(UsageError, match="does not say which other colors"):
        color_shares(find_model(path), lightness(), None, 1)
