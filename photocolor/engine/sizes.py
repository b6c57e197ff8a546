"""Computes the sizes at which the model sees a photo: from its shape, the settings and the model's size rule."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from photocolor.errors import UsageError
from photocolor.models.card import ModelCard
from photocolor.settings import DEFAULT_TILE_PX, ColorSettings
from photocolor.tiling.plan import Grid, least_side, plan_tiles

Shape = tuple[int, int]

DETAIL_PER_FIXED = 2
"""Size of the tile pass in working sizes, with `--detail auto`, for a model of one size: its global pass is distorted.
Other models are shown the whole photo only, unless more detail is asked for: what tiles gain with the bundled one costs
several times what the whole photo does; measured in docs/notes/sizes.md."""

OVERLAP_SHARE, OVERLAP_MOST_PX = 1 / 4, 128
"""How far tiles overlap by default: a share of their longest side, and no more than hides seams;
measured in docs/notes/sizes.md."""

FACE_COPY_PX = 1024
"""Longer side of the copy in which faces are looked for, and from which they are cut: smaller ones than 24 pixels there
are not found."""

WORTH_TILES = 1.25
"""A tile pass must show at least this many times the pixels of the global pass, or it has nothing to add."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Holds the shapes of one photo's two passes.

    Attributes:
        working: (height, width) of the global pass.
        detail: (height, width) of the tile pass, and of the answer; equal to `working` when there is no tile pass.
        tile_px: longest side of the tiles.
        overlap_px: least overlap of the tiles.
    """

    working: Shape
    detail: Shape
    tile_px: int
    overlap_px: int

    @property
    def tiled(self) -> bool:
        """Returns True if there is a tile pass."""
        return self.detail != self.working


def plan_sizes(height: int, width: int, color: ColorSettings, card: ModelCard) -> Sizes:
    """Returns the sizes at which the model of `card` sees a photo of `height` × `width` upright pixels.

    A size of N px means N² pixels in the photo's own proportions, so a panorama costs what a square costs.

    Raises:
        UsageError: the tile size does not fit the model's size rule.
    """
    tile = tile_side(color, card)
    usual = min(int(tile * OVERLAP_SHARE), OVERLAP_MOST_PX)
    overlap = min(usual if color.overlap_px is None else color.overlap_px, tile // 2)
    first = _whole(height, width, card.working_px, card)
    usual_detail = (DETAIL_PER_FIXED if card.fixed_px else 1) * card.working_px
    detail_px = usual_detail if color.detail == "auto" else color.detail
    detail = _shape(height, width, None if detail_px == "full" else int(detail_px), card, tile)
    if detail[0] * detail[1] < WORTH_TILES * first[0] * first[1]:
        detail = first
    return Sizes(first, detail, tile, overlap)


def _whole(height: int, width: int, size_px: int, card: ModelCard) -> Shape:
    """Returns the shape of the photo in the global pass."""
    return (card.fixed_px, card.fixed_px) if card.fixed_px else _shape(height, width, size_px, card)


def face_copy_shape(height: int, width: int) -> Shape:
    """Returns the shape of the copy of a photo in which small faces are looked for; no photo is enlarged."""
    scale = min(1.0, FACE_COPY_PX / max(height, width))
    return max(1, round(height * scale)), max(1, round(width * scale))


def tile_grid(detail: Shape, tile_px: int, overlap_px: int, card: ModelCard) -> Grid:
    """Returns the boxes of the fewest tiles of at most `tile_px` squared, each no larger than needed.

    Args:
        detail: (height, width) of the picture that they cover.
        tile_px: longest side, one that the model takes.
        overlap_px: least overlap of neighbors; at most half a tile is used.
        card: its size rule holds for both sides.
    """
    overlap = min(overlap_px, tile_px // 2)
    tall, wide = (min(tile_px, card.at_least(least_side(length, tile_px, overlap))) for length in detail)
    return plan_tiles(*detail, (tall, wide), overlap)


def tile_side(color: ColorSettings, card: ModelCard) -> int:
    """Returns the side of the tiles in pixels.

    Raises:
        UsageError: the side that was asked for does not fit the model.
    """
    tile_px = color.tile_px
    if card.fixed_px:
        if tile_px not in (None, card.fixed_px):
            raise UsageError(f"tile {tile_px} px: model {card.name} takes {card.fixed_px} px only", "Leave --tile out.")
        return card.fixed_px
    side = DEFAULT_TILE_PX if tile_px is None else tile_px
    if side % card.multiple or side < card.min_px:
        near = max(card.min_px, round(side / card.multiple) * card.multiple)
        raise UsageError(
            f"tile {side} px: model {card.name} takes multiples of {card.multiple} px from {card.min_px} px",
            f"Use --tile {near}.",
        )
    return side


def _shape(height: int, width: int, size_px: int | None, card: ModelCard, free_from: int | None = None) -> Shape:
    """Returns the photo's shape at about size_px² pixels, enlarged only if the size rule asks for it.

    A side of at least `free_from` pixels is covered by several tiles and needs no multiple.
    """
    scale = 1.0 if size_px is None else min(1.0, size_px / sqrt(height * width))
    return _side(height * scale, card, free_from), _side(width * scale, card, free_from)


def _side(length: float, card: ModelCard, free_from: int | None) -> int:
    if free_from is not None and length >= free_from:
        return round(length)
    least = card.fixed_px or card.min_px
    return max(least, round(length / card.multiple) * card.multiple)
