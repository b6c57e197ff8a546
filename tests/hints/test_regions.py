"""Regions of like lightness."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photocolor.hints.regions import GLOBAL_RANGE, LOCAL_RANGE, RIM_PX, edges, region, territories, without_grain

SHAPE = (40, 50)


@given(st.integers(0, 2**32 - 1), st.integers(0, SHAPE[0] - 1), st.integers(0, SHAPE[1] - 1))
@settings(max_examples=20, deadline=None)
def test_a_region_holds_its_seed_and_nothing_that_is_unlike_it(seed: int, row: int, column: int) -> None:
    coarse = np.random.default_rng(seed).uniform(0, 100, (4, 5)).astype(np.float32)
    smooth = np.kron(coarse, np.ones((10, 10), np.float32))
    walls = edges(smooth)
    found = region(smooth, walls, (row, column))
    assert found.any() != walls[row, column]
    assert found[row, column] or walls[row, column]
    assert (np.abs(smooth[found] - smooth[row, column]) < GLOBAL_RANGE).all()


def test_a_region_goes_around_a_wall_but_not_through_it() -> None:
    flat, walls = np.full(SHAPE, 50, np.float32), np.zeros(SHAPE, np.bool_)
    walls[:, 20:26] = True
    closed = region(flat, walls, (5, 5))
    assert closed[:, :20].all() and not closed[:, 20 + RIM_PX :].any()
    walls[-1] = False
    assert region(flat, walls, (5, 5))[:, 26:].all()


@pytest.mark.parametrize(("step", "seen"), [(LOCAL_RANGE / 2, False), (LOCAL_RANGE * 2, True)])
def test_grain_is_taken_away_and_an_edge_is_left(step: float, seen: bool) -> None:
    plane = np.full(SHAPE, 40, np.float32)
    plane[:, 25:] += step
    grainy = plane + np.random.default_rng(0).normal(0, 3, SHAPE).astype(np.float32)
    smooth = without_grain(grainy)
    assert np.abs(smooth - plane).mean() < 1
    assert edges(smooth)[:, 23:27].any(axis=1).mean() == pytest.approx(float(seen), abs=0.1)
    assert not edges(smooth)[:, :20].any() and not edges(smooth)[:, 30:].any()


def test_territories_part_at_the_strongest_edge_and_reach_the_photos_borders() -> None:
    plane = np.full(SHAPE, 50, np.float32)
    plane[:, 12:] = 54
    plane[:, 30:] = 62
    markers = np.zeros(SHAPE, np.int32)
    markers[20, 2], markers[20, 48] = 1, 2
    found = territories(plane, markers)
    assert (found[:, :29] == 1).all() and (found[:, 31:] == 2).all()
