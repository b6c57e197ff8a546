"""What a brush paints is what a sidecar's polygons cover."""

from __future__ import annotations

import math

import numpy as np
import pytest

from photocolor.hints.brush import Stroke, area_mask, outlines, painted_areas, stroke_mask, stroke_parts
from photocolor.hints.sidecar import Hints, Polygon, format_hints, parse_hints

HEIGHT, WIDTH = 300, 400
EDGE_PX = 2
"""How far a polygon's edge may be from the painted one: its corners are rounded and thinned out."""


def union(areas: tuple[tuple[tuple[float, float], ...], ...]) -> np.ndarray:
    """The pixels that any of the areas covers."""
    return np.any([area_mask(area, HEIGHT, WIDTH) for area in areas], axis=0)


def differ_only_at_the_edge(one: np.ndarray, other: np.ndarray) -> bool:
    """True if the two masks differ in no more pixels than a thin line along their edges has."""
    edge = np.count_nonzero(np.diff(other.astype(np.int8), axis=0)) + np.count_nonzero(np.diff(other.astype(np.int8)))
    return np.count_nonzero(one != other) <= EDGE_PX * edge


@pytest.mark.parametrize("places", [
    ((0.5, 0.5),),
    ((0.1, 0.1), (0.9, 0.2)),
    ((0.0, 0.0), (1.0, 1.0), (1.0, 0.0)),
    tuple((0.5 + 0.3 * math.cos(angle), 0.5 + 0.3 * math.sin(angle)) for angle in np.linspace(0, 2 * math.pi, 60)),
])  # fmt: skip
@pytest.mark.parametrize("radius", [0.0, 0.01, 0.05])
def test_the_polygons_cover_what_the_brush_covered(places: tuple[tuple[float, float], ...], radius: float) -> None:
    stroke = Stroke(places, radius)
    areas = painted_areas((), stroke, HEIGHT, WIDTH)
    assert differ_only_at_the_edge(union(areas), stroke_mask(stroke, HEIGHT, WIDTH))
    assert stroke_mask(stroke, HEIGHT, WIDTH).any()


def test_a_ring_keeps_its_hole() -> None:
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    distance = np.hypot(rows - 150, columns - 200)
    ring = (distance < 100) & (distance > 60)
    areas = outlines(ring)
    assert len(areas) == 1
    assert not area_mask(areas[0], HEIGHT, WIDTH)[150, 200]
    assert differ_only_at_the_edge(union(areas), ring)


def test_a_stroke_adds_to_an_area_and_an_eraser_cuts_it_in_two() -> None:
    (one,) = painted_areas((), Stroke(((0.2, 0.5), (0.8, 0.5)), 0.03), HEIGHT, WIDTH)
    (more,) = painted_areas(one, Stroke(((0.5, 0.2), (0.5, 0.8)), 0.03), HEIGHT, WIDTH)
    assert area_mask(more, HEIGHT, WIDTH)[70, 200]
    halves = painted_areas(one, Stroke(((0.5, 0.3), (0.5, 0.7)), 0.03, erases=True), HEIGHT, WIDTH)
    assert len(halves) == 2
    assert painted_areas(one, Stroke(((0.0, 0.5), (1.0, 0.5)), 0.2, erases=True), HEIGHT, WIDTH) == ()


def test_the_same_areas_at_another_size_and_out_of_a_sidecar() -> None:
    (area,) = painted_areas((), Stroke(((0.2, 0.2), (0.7, 0.6)), 0.05), HEIGHT, WIDTH)
    hints = Hints((), (Polygon(area, "#3060a0"),))
    assert parse_hints(format_hints(hints)) == hints
    small, large = area_mask(area, HEIGHT, WIDTH).mean(), area_mask(area, 4 * HEIGHT, 4 * WIDTH).mean()
    assert small == pytest.approx(large, rel=0.05)


@pytest.mark.parametrize("places", [((0.5, 0.5),), ((0.0, 0.0), (1.0, 1.0)), ((0.1, 0.9), (0.95, 0.2), (0.3, 0.1))])
def test_the_parts_of_a_stroke_cover_what_the_stroke_does_and_little_of_a_large_photo(
    places: tuple[tuple[float, float], ...],
) -> None:
    height, width, stroke = 5000, 7000, Stroke(places, 0.01)
    whole, joined = stroke_mask(stroke, height, width), np.zeros((height, width), np.bool_)
    size = 0
    for part in stroke_parts(stroke, height, width):
        rows, columns = part.covered.shape
        joined[part.top : part.top + rows, part.left : part.left + columns] |= part.covered
        size += part.covered.size
    assert differ_only_at_the_edge(joined, whole)
    assert size < 0.4 * height * width
