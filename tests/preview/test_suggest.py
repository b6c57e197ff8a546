"""Colors for a place."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import photos
import pytest
from looks import pipeline

from photocolor.color.lab import gray_of, lab_of
from photocolor.color.tone import Tone
from photocolor.engine.colorizer import ColorAnswer
from photocolor.outcome import NoProgress
from photocolor.pipeline.coloring import colorize_gray
from photocolor.preview.region import Region, paint_region, read_full
from photocolor.preview.screen_photo import ScreenPhoto, read_screen_photo
from photocolor.preview.suggest import ALIKE_AB, suggest
from photocolor.settings import ColorSettings

GRAY = np.full((100, 100), 128, np.uint8)


def screen_photo(gray: np.ndarray = GRAY) -> ScreenPhoto:
    return ScreenPhoto(Path("a.jpg"), gray, gray.shape, Tone.GRAY, "0" * 64)


def answer(ab: np.ndarray, doubt: np.ndarray | None = None) -> ColorAnswer:
    return ColorAnswer(ab.astype(np.float32), doubt, 0, "CPUExecutionProvider")


def ab_of(color: str) -> np.ndarray:
    pixel = np.array([[[int(color[i : i + 2], 16) for i in (1, 3, 5)]]], np.uint8)
    return lab_of(pixel)[1][0, 0]


def test_the_first_suggestion_is_the_models_own_color_at_the_place() -> None:
    ab = np.zeros((50, 50, 2))
    ab[:25, :25] = (30, 20)
    first = suggest(screen_photo(), answer(ab), 0.2, 0.2)[0]
    assert first.name == "the model's own"
    assert ab_of(first.color) == pytest.approx([30, 20], abs=1)  # CIELAB units; eight bits


def test_a_color_that_like_places_have_is_suggested_and_the_sure_one_before_the_guess() -> None:
    ab, doubt = np.zeros((50, 50, 2)), np.zeros((50, 50), np.float32)
    ab[:10], doubt[:10] = (-30, 30), 0.1
    ab[20:40], doubt[20:40] = (40, -20), 0.97
    colors = [
        ab_of(s.color)
        for s in suggest(screen_photo(), answer(ab, doubt), 0.5, 0.95)
        if s.name == "elsewhere in the photo"
    ]
    assert colors[0] == pytest.approx([-30, 30], abs=1)
    assert colors[1] == pytest.approx([40, -20], abs=1)


def test_places_of_another_lightness_are_not_asked() -> None:
    gray = GRAY.copy()
    gray[:50] = 30
    ab = np.zeros((100, 100, 2))
    ab[:50] = (40, -30)
    assert "elsewhere in the photo" not in [s.name for s in suggest(screen_photo(gray), answer(ab), 0.5, 0.9)]


@pytest.mark.parametrize("code", [0, 7, 128, 250, 255])
def test_every_suggestion_has_the_photos_own_gray_and_looks_different_from_the_others(code: int) -> None:
    found = suggest(screen_photo(np.full_like(GRAY, code)), answer(np.full((50, 50, 2), 12.0)), 1.0, 1.0)
    for suggestion in found:
        assert re.fullmatch("#[0-9a-f]{6}", suggestion.color)
        pixel = np.array([[[int(suggestion.color[i : i + 2], 16) for i in (1, 3, 5)]]], np.uint8)
        assert gray_of(pixel)[0, 0] == code
    if code == 128:
        close = [
            (a, b) for a, b in combinations(found, 2) if np.hypot(*(ab_of(a.color) - ab_of(b.color))) < ALIKE_AB / 2
        ]
        assert not close


@pytest.mark.parametrize("region", [Region(0, 0, 100, 100), Region(333, 251, 90, 201), Region(500, 700, 100, 200)])
def test_a_region_is_what_the_whole_result_has_there(tmp_path: Path, region: Region) -> None:
    path = tmp_path / "scan.png"
    path.write_bytes(photos.png(photos.gray(600, 900)))
    small = read_screen_photo(path, 100, 300)
    full = read_full(small, 100).gray
    whole, said = colorize_gray(full, 1, pipeline(), NoProgress())
    part = paint_region(full, said, ColorSettings(), region, NoProgress())
    rows, columns = slice(region.top, region.top + region.height), slice(region.left, region.left + region.width)
    assert part.shape == (region.height, region.width, 3)
    assert np.abs(part.astype(int) - whole[rows, columns]).mean() < 1  # codes of 255; ab is cut at whole rows
    assert (gray_of(part) == full[rows, columns]).all()


@pytest.mark.parametrize("code", [3, 20, 250])
def test_suggestions_are_shown_where_their_hues_can_be_told_apart(code: int) -> None:
    """At the place's own lightness all of them are black, or white."""
    found = suggest(screen_photo(np.full((100, 100), code, np.uint8)), answer(np.full((9, 9, 2), 20.0)), 0.5, 0.5)
    assert len(found) >= 10
    assert _apart([each.shown for each in found]) > 1.5 * _apart([each.color for each in found])
    middle = suggest(screen_photo(), answer(np.full((9, 9, 2), 20.0)), 0.5, 0.5)
    assert all(each.shown == each.color for each in middle)


def _apart(colors: list[str]) -> float:
    """How far colors are from each other in the mean, in CIELAB units."""
    return float(np.mean([np.hypot(*(ab_of(one) - ab_of(other))) for one, other in combinations(colors, 2)]))
