"""A photo is painted in strips whose size changes nothing but the time."""

from __future__ import annotations

import numpy as np
import photos
import pytest

from photocolor.render import strips
from photocolor.render.rows import RowPainter
from photocolor.render.strips import STRIP_ROWS, paint, strip_rows
from photocolor.render.upsample import guide


@pytest.mark.parametrize(
    ("height", "width", "depth", "rows"),
    [
        (4000, 6000, 16, 256),
        (4000, 6000, 8, STRIP_ROWS),  # as the JPEG encoder takes them
        (8165, 12247, 16, STRIP_ROWS),
        (1155, 1732, 16, STRIP_ROWS),  # every thread gets some
        (30000, 400, 16, 3712),
        (10, 60000, 16, STRIP_ROWS),
        (1, 1, 16, STRIP_ROWS),
    ],
)
def test_strips_have_about_as_many_pixels_and_there_are_some_for_each_thread(
    height: int, width: int, depth: int, rows: int
) -> None:
    assert strip_rows(height, width, depth) == rows


def test_16_bits_in_larger_strips_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    gray = photos.gray(2050, 2100, 16)  # large enough that four pixels share a chromaticity
    ab = np.random.default_rng(5).normal(0, 30, (12, 12, 2)).astype(np.float32)
    guided = guide(ab, np.full((12, 12), 50, np.float32), *gray.shape)
    usual = paint(gray, guided, lambda: None)
    assert strip_rows(*gray.shape, 16) > STRIP_ROWS
    monkeypatch.setattr(strips, "_STRIP_PIXELS", 1)
    assert strip_rows(*gray.shape, 16) == STRIP_ROWS
    assert np.array_equal(paint(gray, guided, lambda: None), usual)
    at_once = np.empty_like(usual)
    RowPainter(guided).color(0, gray, at_once)
    assert np.array_equal(at_once, usual)
