"""Looked-up colors are the exact ones: nothing depends on what was asked before, or on who asked."""

from __future__ import annotations

import mmap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from photocolor.color.lab import gray_of, lab_of
from photocolor.render.buffers import Workspace
from photocolor.render.codebook import NEUTRAL, REACH, STEP, Codebook, CodebookWriter, step_for
from photocolor.render.codebook_keys import keys_of_cells, keys_of_pixels
from photocolor.render.exact_gray import stitch

STATM = Path("/proc/self/statm")
MOST_FOR_32_COLORS = 8 << 20
"""Bytes, with all arrays of the computation; the table's pages take 128 kB, and 64 MB if the system gives huge ones."""
AB_OFF = 1.2
"""CIELAB units, for colors that exist: half a step on each axis, and rounding to codes with an exact gray (0.8)."""


def numbers(count: int, spread: float = 25.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(32, count) each: gray and the numbers of a* and b*, the most colorful ones too."""
    rng = np.random.default_rng(5)
    gray = rng.integers(0, 256, (32, count)).astype(np.uint8)
    a, b = (np.rint(NEUTRAL + rng.normal(0, spread, gray.shape)).clip(0, 255).astype(np.uint8) for _ in range(2))
    a[0, :2] = b[0, :2] = (0, 255)
    return gray, a, b


def painted(book: Codebook, asked: tuple[np.ndarray, np.ndarray, np.ndarray], rows: int) -> np.ndarray:
    """The codes of all, `rows` at a time."""
    gray, a, b = asked
    rgb = np.empty((*gray.shape, 3), np.uint8)
    painter, work = CodebookWriter(book, rgb, Workspace()), Workspace()
    for top in range(0, len(gray), rows):
        part = slice(top, top + rows)
        painter.put(part, keys_of_pixels(gray[part], (a[part], b[part]), work))
    painter.finish()
    return rgb


@pytest.mark.parametrize("shape", [(4096, 1), (1, 4096), (2, 2)])
def test_a_key_is_gray_and_both_numbers_and_nothing_else(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(3)
    gray, a, b = (rng.integers(0, 256, shape).astype(np.uint8) for _ in range(3))
    assert np.array_equal(keys_of_pixels(gray, (a, b), Workspace()), gray + 256 * a.astype(int) + 65536 * b.astype(int))
    cells = tuple(plane[::2, ::2].copy() for plane in (a, b))
    wide = [plane.repeat(2, 0).repeat(2, 1)[: shape[0], : shape[1]].astype(int) for plane in cells]
    assert np.array_equal(keys_of_cells(gray, cells, Workspace()), gray + 256 * wide[0] + 65536 * wide[1])


@pytest.mark.parametrize("step", [STEP, 0.87])
def test_codes_are_those_of_the_stitch_for_the_color_with_this_number(step: float) -> None:
    gray, a, b = asked = numbers(700)
    ab = (np.stack((a, b), -1).astype(np.float32) - NEUTRAL) * np.float32(step)
    assert np.array_equal(painted(Codebook(step), asked, 32), stitch(gray, ab))


def test_codes_do_not_depend_on_what_was_asked_before_or_how_much_at_once() -> None:
    asked = numbers(700)
    book = Codebook(STEP)
    few = painted(book, asked, 1)  # below the number from which unknown ones are worked out at once
    assert np.array_equal(painted(book, asked, 32), few)
    assert np.array_equal(painted(Codebook(STEP), asked, 32), few)


def test_threads_that_share_a_book_write_the_same() -> None:
    asked = numbers(700)
    alone, book = painted(Codebook(STEP), asked, 32), Codebook(STEP)
    with ThreadPoolExecutor(4) as pool:
        for rgb in pool.map(lambda rows: painted(book, asked, rows), (1, 2, 5, 8, 16, 32)):
            assert np.array_equal(rgb, alone)


def test_a_looked_up_color_is_the_wanted_one_and_has_the_gray() -> None:
    gray, a, b = numbers(700, spread=8)
    gray = 90 + gray % 90
    rgb = painted(Codebook(STEP), (gray, a, b), 8)
    assert np.array_equal(gray_of(rgb), gray)
    wanted = (np.stack((a, b), -1).astype(np.float32) - NEUTRAL) * np.float32(STEP)
    inside = np.hypot(*np.moveaxis(wanted, -1, 0)) < 20
    assert inside.mean() > 0.8
    assert np.abs(lab_of(rgb)[1] - wanted)[inside].max() < AB_OFF


def test_photos_share_one_step_until_their_colors_reach_further() -> None:
    assert step_for(0.0) == step_for(REACH * STEP) == STEP
    vivid = step_for(110.0)
    assert STEP < vivid < 2 * STEP
    assert REACH * vivid >= 110 * (1 - 1e-9)


@pytest.mark.skipif(not STATM.exists(), reason="only Linux says how much memory is in use")
def test_colors_far_apart_take_no_more_memory_than_they_need() -> None:
    def resident_bytes() -> int:
        return int(STATM.read_text().split()[1]) * mmap.PAGESIZE

    gray = np.zeros((1, 32), np.uint8)
    far = np.arange(0, 256, 8, np.uint8)[None]
    painted(Codebook(STEP), (gray, far, far), 1)  # loads tables that stay
    book, before = Codebook(STEP), resident_bytes()
    painted(book, (gray, far, far), 1)
    assert resident_bytes() - before < MOST_FOR_32_COLORS
