"""Where tiles lie."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photocolor.tiling.plan import least_side, plan_tiles, starts


@settings(deadline=None)
@given(st.integers(1, 400), st.integers(1, 400), st.integers(3, 300), st.data())
def test_tiles_cover_every_pixel_stay_inside_and_overlap_enough(
    height: int, width: int, tile: int, data: st.DataObject
) -> None:
    overlap = data.draw(st.integers(0, tile // 2))
    grid = plan_tiles(height, width, (tile, tile), overlap)
    covered = np.zeros((height, width), bool)
    for place in grid.tiles():
        assert place.y >= 0 and place.x >= 0 and place.y + place.height <= height and place.x + place.width <= width
        covered[place.area] = True
    assert covered.all()
    for line, side in ((grid.tops, grid.tile_height), (grid.lefts, grid.tile_width)):
        assert all(b - a <= max(1, side - overlap) for a, b in pairwise(line))


def test_all_tiles_have_one_shape() -> None:
    assert {(t.height, t.width) for t in plan_tiles(1000, 700, (256, 256), 64).tiles()} == {(256, 256)}


def test_a_panorama_gets_tiles_as_high_as_itself() -> None:
    grid = plan_tiles(96, 3000, (512, 512), 128)
    assert grid.tile_height == 96 and grid.tops == (0,)


def test_no_more_tiles_than_needed() -> None:
    assert starts(1024, 512, 0) == (0, 512)
    assert starts(512, 512, 128) == (0,)


def test_an_impossible_tile_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot cover"):
        starts(100, 200, 0)


@given(st.integers(1, 3000), st.integers(32, 1024), st.data())
def test_the_least_side_needs_no_more_tiles_and_a_pixel_less_needs_more(
    length: int, tile: int, data: st.DataObject
) -> None:
    overlap = data.draw(st.integers(0, tile // 2))
    side = least_side(length, tile, overlap)
    count = len(starts(length, min(tile, length), overlap)) if length > tile else 1
    assert len(starts(length, side, min(overlap, side - 1))) == count
    if count > 1 and side - 1 > overlap:
        assert len(starts(length, side - 1, overlap)) > count
