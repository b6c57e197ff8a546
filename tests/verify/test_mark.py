"""A result that says it has a mark must show it, to the last code, and one that does not say so must not."""

from __future__ import annotations

import dataclasses

import numpy as np
import photos
import pytest

from photocolor.image.decode import decode
from photocolor.image.visible_mark import corner_mark
from photocolor.metadata.provenance import Provenance
from photocolor.verify.checks import Candidate, check_picture

HEIGHT, WIDTH = 90, 120


@pytest.fixture(autouse=True)
def low_bands(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mark lies in two bands."""
    monkeypatch.setattr("photocolor.verify.gray.BAND_PIXELS", 1)


def gray_holds(source: bytes, result: photos.Array, mark: bool, pages: int = 1) -> bool:
    """Whether the gray check holds for these pixels and this claim."""
    settings = {"mark": "corner"} if mark else {}
    made = Provenance("0.1.0", "tint", "1.0", "ab" * 32, settings, "cd" * 32)
    photo = decode(source, 1)
    shown = dataclasses.replace(photo, pixels=result, gray=None)
    pair = Candidate(photo, shown, source, source, made, pages=pages)
    checks = {check.name: check.holds for check in check_picture(pair)}
    assert np.array_equal(photo.pixels, decode(source, 1).pixels), "the source stays as it was"
    return checks["gray"]


@pytest.mark.parametrize("depth", [8, 16])
def test_the_mark_must_be_there_as_claimed_and_nowhere_else(depth: int) -> None:
    gray = photos.gray(HEIGHT, WIDTH, depth)
    source = photos.png(gray)
    plain = np.dstack([gray] * 3)
    marked = plain.copy()
    mark = corner_mark(HEIGHT, WIDTH, 1)
    mark.draw(0, marked)
    assert gray_holds(source, marked, mark=True)
    assert gray_holds(source, plain, mark=False)
    assert not gray_holds(source, plain, mark=True), "a mark that is claimed and missing"
    assert not gray_holds(source, marked, mark=False), "a mark that nobody speaks of"
    for y, x in ((mark.top + 5, mark.left + 9), (3, 3)):
        spoiled = marked.copy()
        spoiled[y, x] ^= 8 << (depth - 8)
        assert not gray_holds(source, spoiled, mark=True), "a pixel that differs, inside of the mark or outside"


def test_a_page_in_color_that_kept_its_pixels_has_no_mark() -> None:
    colors = photos.rgb(HEIGHT, WIDTH)
    assert gray_holds(photos.png(colors), colors, mark=True)


@pytest.mark.parametrize("depth", [8, 16])
def test_a_page_that_stayed_a_negative_has_no_mark_and_a_colored_one_has(depth: int) -> None:
    gray = photos.gray(HEIGHT, WIDTH, depth)
    assert gray_holds(photos.png(gray), gray, mark=True, pages=2)
    assert not gray_holds(photos.png(gray), gray, mark=True), "a file of one page is left out rather than left as it is"
    assert gray_holds(photos.png(gray), np.dstack([gray] * 3), mark=True, pages=2)
    colored = np.dstack([gray, gray, gray ^ 1])
    assert not gray_holds(photos.png(gray), colored, mark=True, pages=2), "a page that was colored has a mark"
