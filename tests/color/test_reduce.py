"""A picture reduced in bands is the picture reduced as a whole."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from photocolor.color.reduce import Reducer
from photocolor.color.resize import resize

SIDES = st.integers(1, 90)

ROUNDING = 0.5
"""Codes; at 16 bits float32 adds a fiftieth."""


@given(
    small=st.tuples(SIDES, SIDES),
    factors=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    extra=st.tuples(st.integers(0, 8), st.integers(0, 8)),
    wide=st.booleans(),
    colors=st.booleans(),
    rows=st.integers(1, 200),
)
def test_any_split_into_bands_gives_the_codes_of_the_whole(
    small: tuple[int, int],
    factors: tuple[int, int],
    extra: tuple[int, int],
    wide: bool,
    colors: bool,
    rows: int,
) -> None:
    """Whole factors on both sides, on one and on none."""
    shape = tuple(side * factor + more for side, factor, more in zip(small, factors, extra, strict=True))
    dtype = np.dtype(np.uint16 if wide else np.uint8)
    picture = np.random.default_rng(rows).integers(0, np.iinfo(dtype).max + 1, (*shape, 3)[: 3 if colors else 2])
    picture = picture.astype(dtype)
    reducer = Reducer(picture.shape, dtype, *small)
    for top in range(0, len(picture), rows):
        reducer.add(picture[top : top + rows])
    expected = resize(picture, *small).reshape(*small, *picture.shape[2:])
    assert np.array_equal(reducer.small(), expected)
    assert reducer.small().dtype == dtype


@pytest.mark.parametrize("size", [(40, 30), (10, 60), (50, 20)], ids=["same", "wider", "taller"])
def test_a_picture_that_does_not_shrink_is_treated_as_resize_treats_it(size: tuple[int, int]) -> None:
    picture = np.random.default_rng(1).integers(0, 65536, (40, 30)).astype(np.uint16)
    reducer = Reducer(picture.shape, picture.dtype, *size)
    for top in range(0, 40, 7):
        reducer.add(picture[top : top + 7])
    assert np.array_equal(reducer.small(), resize(picture, *size))


def shares(long: int, short: int) -> np.ndarray:
    """(short, long) float64: what each pixel of the long side gives to the mean of each area."""
    edges = np.linspace(0, long, short + 1)
    inside = np.minimum(edges[1:, None], np.arange(1, long + 1)) - np.maximum(edges[:-1, None], np.arange(long))
    return inside.clip(0) * (short / long)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize(("shape", "small"), [((331, 257), (40, 33)), ((700, 30), (2, 7)), ((64, 48), (16, 24))])
def test_each_pixel_is_the_mean_over_its_area(dtype: type, shape: tuple[int, int], small: tuple[int, int]) -> None:
    picture = np.random.default_rng(2).integers(0, np.iinfo(dtype).max + 1, shape).astype(dtype)
    means = shares(shape[0], small[0]) @ picture @ shares(shape[1], small[1]).T
    assert np.abs(resize(picture, *small) - means).max() <= ROUNDING * (1 + np.iinfo(dtype).max / 65535 / 50)
