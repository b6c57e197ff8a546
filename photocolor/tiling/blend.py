"""An order-free weighted canvas: tiles go in as integers, so their order cannot change the picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from photocolor.tiling.plan import Grid, Tile

VALUE_STEP = 1 / 128
"""Resolution of a blended value. With |value| < 256 (2^15 steps) and weights up to 2^12, nine tiles over one pixel sum
to less than 2^31: int32 never overflows."""

WINDOW_PEAK = 64
"""Weight in the middle of a tile, per axis."""

VALUE_LIMIT = 255.0
"""Largest |value| a canvas takes; CIELAB a* and b* of real colors stay below 110 in sRGB and 130 in any space."""


def hann(length: int) -> NDArray[np.int32]:
    """(length,) int32: a Hann window from 1 to `WINDOW_PEAK`, symmetric, never 0."""
    phase = (np.arange(length) + 0.5) / length
    weights: NDArray[np.float64] = np.rint(WINDOW_PEAK * np.sin(np.pi * phase) ** 2)
    return np.maximum(weights, 1).astype(np.int32)


class Canvas:
    """Blends overlapping tiles, Hann-weighted; adding them in any order gives the same bits.

    The tiles of a `Grid` lie on a lattice, so the sum of their weights is the product of two one-dimensional sums.

    Args:
        grid: the tiles that will be added, each exactly once.
        channels: values per pixel.
    """

    def __init__(self, grid: Grid, channels: int) -> None:
        self._grid = grid
        self._sum = np.zeros((grid.height, grid.width, channels), np.int32)
        self._weight = np.multiply.outer(hann(grid.tile_height), hann(grid.tile_width))[..., None]
        self._missing = {(tile.y, tile.x) for tile in grid.tiles()}

    def add(self, tile: Tile, values: NDArray[np.float32]) -> None:
        """Puts one tile down.

        Args:
            tile: a tile of the grid that was not added yet.
            values: (tile.height, tile.width, channels) float32; limited to ±`VALUE_LIMIT`.

        Raises:
            ValueError: the tile is not of this grid, or was added before.
        """
        if (tile.y, tile.x) not in self._missing:
            raise ValueError(f"tile at row {tile.y}, column {tile.x} was added twice or is not of this grid")
        self._missing.remove((tile.y, tile.x))
        steps = np.rint(np.clip(values, -VALUE_LIMIT, VALUE_LIMIT) * np.float32(1 / VALUE_STEP)).astype(np.int32)
        self._sum[tile.area] += steps * self._weight

    def blended(self) -> NDArray[np.float32]:
        """The picture, (H, W, channels) float32, within `VALUE_STEP` / 2 of the weighted mean.

        Raises:
            ValueError: a tile is missing; a hole is never passed on.
        """
        if self._missing:
            raise ValueError(f"{len(self._missing)} tiles are missing")
        grid = self._grid
        rows = _line(grid.height, grid.tops, hann(grid.tile_height))
        columns = _line(grid.width, grid.lefts, hann(grid.tile_width))
        picture = self._sum.astype(np.float32)
        picture *= (np.float64(VALUE_STEP) / rows).astype(np.float32)[:, None, None]
        picture *= (1.0 / columns).astype(np.float32)[None, :, None]
        return picture


def _line(length: int, starts: tuple[int, ...], window: NDArray[np.int32]) -> NDArray[np.int64]:
    """(length,) int64: summed window weights along one axis."""
    line = np.zeros(length, np.int64)
    for start in starts:
        line[start : start + len(window)] += window
    return line
