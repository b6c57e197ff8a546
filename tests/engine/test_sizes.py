"""At which sizes a photo is shown to the model."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import pytest
from fakes import CARD
from hypothesis import given
from hypothesis import strategies as st

from photocolor.engine.sizes import Sizes, plan_sizes, tile_grid, tile_side
from photocolor.errors import UsageError
from photocolor.settings import ColorSettings

FIXED = replace(CARD, name="fixed", multiple=150, min_px=150, working_px=150, fixed_px=150, has_hints=False)


@given(
    st.integers(1, 20_000),
    st.integers(1, 20_000),
    st.sampled_from(["auto", "full", 300, 1024, 4000]),
    st.sampled_from([CARD, FIXED]),
)
def test_the_model_takes_every_shape_it_is_shown(height: int, width: int, detail: object, card: object) -> None:
    sizes = plan_sizes(height, width, ColorSettings(detail=detail), card)
    assert all(card.takes(side) for side in sizes.working)
    if sizes.tiled:
        grid = tile_grid(sizes.detail, sizes.tile_px, sizes.overlap_px, card)
        assert card.takes(grid.tile_height) and card.takes(grid.tile_width)


def test_a_panorama_costs_what_a_square_costs_and_keeps_its_proportions() -> None:
    square = plan_sizes(4000, 4000, ColorSettings(), CARD)
    panorama = plan_sizes(1200, 12000, ColorSettings(), CARD)
    for passes in ("working", "detail"):
        (h1, w1), (h2, w2) = getattr(square, passes), getattr(panorama, passes)
        assert h2 * w2 == pytest.approx(h1 * w1, rel=0.25)
        assert w2 / h2 == pytest.approx(10, rel=0.25)


@given(st.integers(300, 3000), st.integers(300, 3000), st.sampled_from([256, 512, 1024]))
def test_tiles_are_no_larger_than_covering_the_photo_needs(height: int, width: int, tile: int) -> None:
    detail = plan_sizes(height, width, ColorSettings(detail="full", tile_px=tile), CARD).detail
    grid = tile_grid(detail, tile, 64, CARD)
    for side, length, places in ((grid.tile_height, detail[0], grid.tops), (grid.tile_width, detail[1], grid.lefts)):
        assert side <= tile
        needed = (length + (len(places) - 1) * 64) / len(places)
        assert side - needed < CARD.multiple + 1


def test_tiles_follow_only_where_more_detail_is_asked_for_or_the_model_has_one_size() -> None:
    automatic, detailed = (plan_sizes(4000, 6000, ColorSettings(detail=detail), CARD) for detail in ("auto", 768))
    assert automatic.working == automatic.detail == detailed.working
    assert detailed.tiled
    assert plan_sizes(4000, 6000, ColorSettings(), FIXED).tiled


def test_a_small_photo_is_neither_enlarged_nor_tiled() -> None:
    assert plan_sizes(192, 160, ColorSettings(), CARD) == Sizes((192, 160), (192, 160), 1024, 128)


def test_full_detail_is_the_photos_own_size() -> None:
    assert plan_sizes(3001, 2003, ColorSettings(detail="full"), CARD).detail == (3001, 2003)


def test_detail_is_the_side_of_a_square_of_the_same_area() -> None:
    height, width = plan_sizes(3000, 4500, ColorSettings(detail=1024), CARD).detail
    assert sqrt(height * width) == pytest.approx(1024, rel=0.01)


def test_a_tile_that_does_not_fit_the_model_is_refused_with_one_that_does() -> None:
    with pytest.raises(UsageError, match="multiples of 32") as caught:
        tile_side(ColorSettings(tile_px=500), CARD)
    assert caught.value.hint == "Use --tile 512."
    with pytest.raises(UsageError, match="150 px only"):
        tile_side(ColorSettings(tile_px=256), FIXED)


def test_a_model_of_one_size_sets_its_own_tile() -> None:
    assert plan_sizes(2000, 3000, ColorSettings(), FIXED) == Sizes((150, 150), (245, 367), 150, 37)
