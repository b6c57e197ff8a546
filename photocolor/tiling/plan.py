"""Plans the positions of tiles, in integers only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tile:
    """Describes one tile's place: rows [y, y + height), columns [x, x + width)."""

    y: int
    x: int
    height: int
    width: int

    @property
    def area(self) -> tuple[slice, slice]:
        """Returns the tile as an index into an (H, W, …) array."""
        return slice(self.y, self.y + self.height), slice(self.x, self.x + self.width)


@dataclass(frozen=True, slots=True)
class Grid:
    """Holds tiles of one shape that cover a picture; the last of a row or column is moved back inside.

    Attributes:
        height: rows of the picture.
        width: columns of the picture.
        tile_height: rows of every tile, at most `height`.
        tile_width: columns of every tile, at most `width`.
        tops: first row of each row of tiles, ascending.
        lefts: first column of each column of tiles, ascending.
    """

    height: int
    width: int
    tile_height: int
    tile_width: int
    tops: tuple[int, ...]
    lefts: tuple[int, ...]

    def tiles(self) -> list[Tile]:
        """Returns all tiles, row by row."""
        return [Tile(y, x, self.tile_height, self.tile_width) for y in self.tops for x in self.lefts]


def starts(length: int, tile: int, overlap: int) -> tuple[int, ...]:
    """Returns the first positions of tiles of length `tile` that cover [0, length) and overlap by at least `overlap`.

    Raises:
        ValueError: the tile is longer than what it covers, or the overlap is not below the tile.
    """
    if not 0 < tile <= length or not 0 <= overlap < tile:
        raise ValueError(f"tile {tile} with overlap {overlap} cannot cover {length}")
    count = 1 + -(-(length - tile) // (tile - overlap))
    if count == 1:
        return (0,)
    return tuple(round(i * (length - tile) / (count - 1)) for i in range(count))


def least_side(length: int, tile: int, overlap: int) -> int:
    """Returns the shortest tiles that cover [0, length) in no more tiles than those of length `tile` need.

    Raises:
        ValueError: as `starts`.
    """
    if length <= tile:
        return length
    count = len(starts(length, tile, overlap))
    return -(-(length + (count - 1) * overlap) // count)


def plan_tiles(height: int, width: int, tile: tuple[int, int], overlap: int) -> Grid:
    """Returns the grid of tiles of at most this shape that covers a picture.

    Args:
        height: rows of the picture.
        width: columns of the picture.
        tile: (height, width) of the tiles; a shorter side of the picture shortens them.
        overlap: least overlap of neighbors, below the sides.

    Returns:
        The grid; tiles are spread evenly, so neighbors overlap equally within a pixel.
    """
    tall, wide = min(tile[0], height), min(tile[1], width)
    tops = starts(height, tall, min(overlap, tall - 1))
    lefts = starts(width, wide, min(overlap, wide - 1))
    return Grid(height, width, tall, wide, tops, lefts)
