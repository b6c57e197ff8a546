"""Blends tiles on a canvas of integers, so that their order cannot change the picture."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from photocolor.tiling.plan import Grid, Tile

VALUE_STEP = 1 / 128
"""Resolution of a blended value: a sixtieth of what an eye sees in ab."""

WINDOW_PEAK = 1024
"""Weight in the middle of a tile, per axis. At a tile's border the weight is 1: a step of a thousandth is no seam."""

VALUE_LIMIT = 255.0
"""Largest |value| a canvas takes; CIELAB a* and b* of real colors stay below 110 in sRGB and 130 in any space."""

HALO_PX = 24
"""Rows and columns at a tile's inner borders that are not used: there the network saw padding, not the photo."""


def window(length: int, near: int, far: int) -> NDArray[np.int64]:
    """Returns a Hann window between halos.

    Args:
        length: of the tile.
        near: halo at its beginning, weight 0.
        far: halo at its end, weight 0.

    Returns:
        (length,) int64, from 1 to `WINDOW_PEAK` between the halos, symmetric there.
    """
    inner = length - near - far
    phase = (np.arange(inner) + 0.5) / inner
    weights = np.zeros(length, np.int64)
    weights[near : length - far] = np.maximum(np.rint(WINDOW_PEAK * np.sin(np.pi * phase) ** 2), 1)
    return weights


def windows(length: int, tile: int, starts: tuple[int, ...]) -> dict[int, NDArray[np.int64]]:
    """Returns the window of each tile along one axis, by its start; the picture's own borders have no halo.

    Args:
        length: of the picture along the axis.
        tile: length of a tile.
        starts: first positions of the tiles, evenly spread.
    """
    overlaps = [a + tile - b for a, b in pairwise(starts)]
    halo = min([HALO_PX, *(overlap // 3 for overlap in overlaps)])
    return {start: window(tile, halo if start > 0 else 0, halo if start + tile < length else 0) for start in starts}


class BlendBuffer:
    """Blends overlapping tiles, Hann-weighted; adding them in any order gives the same bits.

    The tiles of a `Grid` lie on a lattice, so the sum of their weights is the product of two one-dimensional sums.

    Args:
        grid: the tiles that will be added, each exactly once.
        channels: values per pixel.
    """

    def __init__(self, grid: Grid, channels: int) -> None:
        self._grid = grid
        self.channels = channels
        self._sum = np.zeros((grid.height, grid.width, channels), np.int64)
        self._rows = windows(grid.height, grid.tile_height, grid.tops)
        self._columns = windows(grid.width, grid.tile_width, grid.lefts)
        self._missing = {(tile.y, tile.x) for tile in grid.tiles()}

    def add(self, tile: Tile, values: NDArray[np.float32]) -> None:
        """Adds one tile.

        Args:
            tile: a tile of the grid that was not added yet.
            values: (tile.height, tile.width, channels) float32; limited to ±`VALUE_LIMIT`.

        Raises:
            ValueError: the tile is not of this grid, or was added before.
        """
        if (tile.y, tile.x) not in self._missing:
            raise ValueError(f"tile at row {tile.y}, column {tile.x} was added twice or is not of this grid")
        self._missing.remove((tile.y, tile.x))
        steps = np.rint(np.clip(values, -VALUE_LIMIT, VALUE_LIMIT) * np.float32(1 / VALUE_STEP)).astype(np.int64)
        steps *= np.multiply.outer(self._rows[tile.y], self._columns[tile.x])[..., None]
        self._sum[tile.area] += steps

    def blended(self) -> NDArray[np.float32]:
        """Returns the picture, (H, W, channels) float32, within `VALUE_STEP` / 2 of the weighted mean.

        Raises:
            ValueError: a tile is missing; a hole is never passed on.
        """
        if self._missing:
            raise ValueError(f"{len(self._missing)} tiles are missing")
        rows = _line(self._grid.height, self._rows)
        columns = _line(self._grid.width, self._columns)
        picture = self._sum.astype(np.float32)
        picture *= (VALUE_STEP / rows).astype(np.float32)[:, None, None]
        picture *= (1.0 / columns).astype(np.float32)[None, :, None]
        return picture


def _line(length: int, placed: dict[int, NDArray[np.int64]]) -> NDArray[np.int64]:
    """Returns (length,) int64: summed window weights along one axis."""
    line = np.zeros(length, np.int64)
    for start, weights in placed.items():
        line[start : start + len(weights)] += weights
    return line
