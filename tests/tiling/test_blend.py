"""Tiles blend back to the picture they were cut from."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photocolor.tiling.blend import HALO_PX, VALUE_STEP, BlendBuffer, window, windows
from photocolor.tiling.plan import Tile, plan_tiles

BLEND_TOLERANCE = 0.51 * VALUE_STEP + 1e-4
"""Half a step of the integer canvas, and float32 rounding of values below 256."""


def cut_and_blend(picture: np.ndarray, tile: int, overlap: int, order: np.random.Generator) -> np.ndarray:
    """Tiles of the picture, put back in a random order."""
    grid = plan_tiles(*picture.shape[:2], (tile, tile), overlap)
    canvas = BlendBuffer(grid, picture.shape[2])
    tiles = grid.tiles()
    for index in order.permutation(len(tiles)):
        canvas.add(tiles[index], picture[tiles[index].area])
    return canvas.blended()


@settings(max_examples=120, deadline=None)
@given(st.integers(1, 200), st.integers(1, 200), st.integers(1, 96), st.data())
def test_tiles_of_any_picture_blend_back_to_that_picture(
    height: int, width: int, tile: int, data: st.DataObject
) -> None:
    overlap = data.draw(st.integers(0, tile // 2))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    picture = rng.uniform(-128, 128, (height, width, 2)).astype(np.float32)
    assert np.abs(cut_and_blend(picture, tile, overlap, rng) - picture).max() <= BLEND_TOLERANCE


def test_the_order_of_disagreeing_tiles_does_not_change_a_bit() -> None:
    rng = np.random.default_rng(5)
    grid = plan_tiles(150, 170, (64, 64), 24)
    tiles = grid.tiles()
    answers = [rng.normal(0, 40, (t.height, t.width, 2)).astype(np.float32) for t in tiles]
    pictures = []
    for _ in range(4):
        canvas = BlendBuffer(grid, 2)
        for index in rng.permutation(len(tiles)):
            canvas.add(tiles[index], answers[index])
        pictures.append(canvas.blended().tobytes())
    assert len(set(pictures)) == 1


def test_a_disagreement_of_neighbors_fades_without_a_step() -> None:
    grid = plan_tiles(64, 384, (256, 256), 128)
    canvas = BlendBuffer(grid, 1)
    for tile in grid.tiles():
        canvas.add(tile, np.full((64, 256, 1), 0 if tile.x == 0 else 20, np.float32))
    row = canvas.blended()[32, :, 0]
    assert row[0] == 0 and row[-1] == 20
    assert np.diff(row).max() < 20 * 0.05  # a hard seam would be one step of 20


def test_a_missing_tile_is_never_passed_on() -> None:
    grid = plan_tiles(100, 100, (64, 64), 16)
    canvas = BlendBuffer(grid, 2)
    canvas.add(grid.tiles()[0], np.zeros((64, 64, 2), np.float32))
    with pytest.raises(ValueError, match="3 tiles are missing"):
        canvas.blended()


def test_a_tile_counts_once() -> None:
    grid = plan_tiles(64, 64, (64, 64), 0)
    canvas = BlendBuffer(grid, 1)
    canvas.add(Tile(0, 0, 64, 64), np.zeros((64, 64, 1), np.float32))
    with pytest.raises(ValueError, match="added twice"):
        canvas.add(Tile(0, 0, 64, 64), np.zeros((64, 64, 1), np.float32))


def test_large_values_and_nine_tiles_do_not_overflow() -> None:
    grid = plan_tiles(130, 130, (64, 64), 32)
    canvas = BlendBuffer(grid, 1)
    for tile in grid.tiles():
        canvas.add(tile, np.full((64, 64, 1), 255, np.float32))
    assert np.abs(canvas.blended() - 255).max() < 0.01


def test_the_window_is_symmetric_and_never_zero_between_its_halos() -> None:
    for length in (1, 2, 63, 512):
        assert (window(length, 0, 0) >= 1).all()
        assert np.array_equal(window(length, 0, 0), window(length, 0, 0)[::-1])
    assert not window(64, 8, 4)[:8].any() and not window(64, 8, 4)[-4:].any() and window(64, 8, 4)[8:-4].all()


def test_inner_borders_have_a_halo_and_the_borders_of_the_picture_none() -> None:
    grid = plan_tiles(64, 1000, (512, 512), 128)
    first, *_, last = (windows(1000, 512, grid.lefts)[left] for left in grid.lefts)
    assert first[0] > 0 and not first[-HALO_PX:].any()
    assert last[-1] > 0 and not last[:HALO_PX].any()


def test_what_a_network_does_at_a_tiles_border_does_not_reach_the_picture() -> None:
    grid = plan_tiles(200, 200, (128, 128), 64)
    canvas = BlendBuffer(grid, 1)
    for tile in grid.tiles():
        answer = np.full((128, 128, 1), 10, np.float32)
        spoiled = np.zeros((128, 128), bool)
        edge = 56 // 3  # a third of the overlap
        for inner, area in (
            (tile.y > 0, np.s_[:edge]),
            (tile.y == 0, np.s_[-edge:]),
            (tile.x > 0, np.s_[:, :edge]),
            (tile.x == 0, np.s_[:, -edge:]),
        ):
            spoiled[area] |= inner
        answer[spoiled] = -90
        canvas.add(tile, answer)
    assert np.abs(canvas.blended() - 10).max() < BLEND_TOLERANCE
