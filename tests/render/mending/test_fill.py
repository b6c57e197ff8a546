"""Holes are painted from both sides, alike however the photo is cut into strips, and nothing else changes."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from skimage import data

from photocolor.color.lab import lightness_of
from photocolor.render.mending.bands import Holes, patches
from photocolor.render.mending.bits import BitPlane
from photocolor.render.mending.fill import fill
from photocolor.render.mending.narrow import split_by_width, wide_parts

WIDTH_PX = 8.0
QUARTER = 0.25
"""Of the mean |ΔL*| before, what may be left after."""


def hairs(shape: tuple[int, int]) -> np.ndarray:
    marks = np.zeros(shape, np.uint8)
    for row in range(30, shape[0] - 20, 60):
        cv2.line(marks, (10, row), (shape[1] - 10, row + 15), 1, 4)
    cv2.line(marks, (150, 0), (170, shape[0]), 1, 6)
    return marks > 0


@pytest.mark.parametrize("scale", [1, 257], ids=["8 bits", "16 bits"])
def test_hairs_over_a_photo_go_to_a_quarter_and_all_else_stays(scale: int) -> None:
    clean = data.camera().astype(np.uint8 if scale == 1 else np.uint16) * scale
    holes = hairs(clean.shape)
    damaged = np.where(holes, 255 * scale, clean).astype(clean.dtype)
    mended = fill(damaged, holes, holes, WIDTH_PX)
    assert np.array_equal(mended[~holes], clean[~holes])
    errors = [np.abs(lightness_of(one) - lightness_of(clean))[holes].mean() for one in (damaged, mended)]
    assert errors[1] <= QUARTER * errors[0]


def test_an_edge_goes_on_through_a_hair_and_grain_does_not_stop_at_it() -> None:
    clean = np.full((80, 120), 60, np.uint8)
    clean[:, 60:] = 200
    noise = np.random.default_rng(1).normal(0, 6, clean.shape)
    clean = np.clip(clean + noise, 0, 255).astype(np.uint8)
    holes = np.zeros(clean.shape, bool)
    holes[38:44] = True
    mended = fill(np.where(holes, 255, clean).astype(np.uint8), holes, holes, WIDTH_PX).astype(float)
    assert abs(mended[38:44, 20:50].mean() - 60) < 4 and abs(mended[38:44, 70:100].mean() - 200) < 4
    assert 3 < mended[38:44, 20:50].std() < 9


@pytest.mark.parametrize("rows", [16, 128, 512])
def test_the_strips_that_a_photo_comes_in_change_nothing(rows: int) -> None:
    gray = data.camera()
    holes = hairs(gray.shape)
    damaged = np.where(holes, 250, gray).astype(np.uint8)
    plane = BitPlane.of(gray.shape, [holes])
    strips = (damaged[top : top + rows] for top in range(0, len(damaged), rows))
    painted, top = damaged.copy(), 0
    for patch in patches(strips, Holes(plane, plane, WIDTH_PX)):
        band = painted[top : top + rows]
        if patch is not None:
            band[patch.holes] = patch.gray[patch.holes]
        top += len(band)
    assert top == len(damaged) and np.array_equal(painted, fill(damaged, holes, holes, WIDTH_PX))


def test_a_photo_that_is_all_damage_is_left_as_it_is() -> None:
    gray = np.full((9, 9), 7, np.uint8)
    every = np.ones(gray.shape, bool)
    assert np.array_equal(fill(gray, every, every, WIDTH_PX), gray)


@pytest.mark.parametrize(("across", "is_wide"), [(2, False), (8, False), (12, True), (30, True)])
def test_what_is_wide_is_told_by_the_circle_that_fits_in(across: int, is_wide: bool) -> None:
    marks = np.zeros((100, 200), bool)
    marks[40 : 40 + across, 20:180] = True
    assert bool(wide_parts(marks, WIDTH_PX)[marks].all()) is is_wide
    found = list(split_by_width(BitPlane.of(marks.shape, [marks]), WIDTH_PX))
    assert sum(int(narrow.sum()) for _, narrow, _ in found) == (0 if is_wide else marks.sum())


def test_bits_are_the_rows_that_were_put() -> None:
    marks = np.random.default_rng(0).random((37, 21)) < 0.3
    plane = BitPlane.of(marks.shape, [marks[:10], marks[10:]])
    assert np.array_equal(plane.rows(0, 37), marks) and plane.count() == marks.sum()
    assert np.array_equal(plane.rows(-5, 4), marks[:4]) and np.array_equal(plane.rows(30, 99), marks[30:])
