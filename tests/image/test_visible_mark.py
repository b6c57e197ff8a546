"""The mark in the corner: at its place in every orientation, legible on anything, and known to the last code."""

from __future__ import annotations

import numpy as np
import photos
import pytest

from photocolor.errors import UnsupportedPhoto, UsageError
from photocolor.image.orient import stored, upright
from photocolor.image.photo import Rows
from photocolor.image.visible_mark import CAP_MIN_PX, CAP_SHARE, Mark, corner_mark, marked
from photocolor.settings import ColorSettings, FileSettings, VisibleMark, result_settings, settings_digest
from photocolor.verify.gray import luminance

HEIGHT, WIDTH = 240, 320
CONTRAST = 4.5
"""WCAG 2.2, 1.4.3: between letters and what is behind them."""


def drawn(picture: photos.Array, mark: Mark) -> photos.Array:
    result = picture.copy()
    mark.draw(0, result)
    return result


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_mark_is_read_upright_in_the_lower_right_corner(orientation: int) -> None:
    tall, wide = (HEIGHT, WIDTH) if orientation < 5 else (WIDTH, HEIGHT)
    plain = np.full((tall, wide), 128, np.uint8)
    as_seen = drawn(plain, corner_mark(tall, wide, 1))
    on_grid = np.ascontiguousarray(stored(plain, orientation))
    result = drawn(on_grid, corner_mark(*on_grid.shape, orientation))
    assert np.array_equal(upright(result, orientation), as_seen)
    rows, columns = np.nonzero(as_seen != plain)
    assert rows.min() > 0.8 * tall and columns.min() > 0.5 * wide
    assert rows.max() < tall - 2 and columns.max() < wide - 2


@pytest.mark.parametrize("ground", [0, 60, 128, 200, 255])
def test_the_letters_stand_out_on_any_gray(ground: int) -> None:
    mark = corner_mark(1000, 1000, 1)
    picture = drawn(np.full((1000, 1000), ground, np.uint8), mark)
    box = picture[mark.top : mark.top + len(mark.plate), mark.left : mark.left + mark.plate.shape[1]]
    places = mark.letters == 1, (mark.letters == 0) & (mark.plate == 1)
    letters, behind = (float(luminance(box[there][:, None]).mean()) for there in places)
    assert (mark.letters == 1).mean() > 0.05
    assert (letters + 0.05) / (behind + 0.05) > CONTRAST


@pytest.mark.parametrize(("height", "width"), [(100, 100), (480, 640), (3000, 2000)])
def test_it_is_sized_by_the_photo(height: int, width: int) -> None:
    mark = corner_mark(height, width, 1)
    rows = np.nonzero(mark.letters.max(axis=1))[0]
    cap = max(CAP_MIN_PX, CAP_SHARE * min(height, width))
    assert cap - 1 < len(rows) < 1.3 * cap + 2
    assert mark.plate.size / (height * width) < 0.12


def test_a_photo_too_small_for_letters_is_refused() -> None:
    with pytest.raises(UnsupportedPhoto, match=r"a mark that can be read needs .* the photo has 40 × 30"):
        corner_mark(30, 40, 1)
    with pytest.raises(UnsupportedPhoto):
        corner_mark(400, 20, 1)


@pytest.mark.parametrize("depth", [8, 16])
def test_strips_give_the_same_picture_as_the_whole_and_outside_nothing_changes(depth: int) -> None:
    picture = photos.rgb(HEIGHT, WIDTH, depth)
    mark = corner_mark(HEIGHT, WIDTH, 1)
    whole = drawn(picture, mark)
    strips = [Rows(picture[top : top + 7].copy(), None) for top in range(0, HEIGHT, 7)]
    assert np.array_equal(np.concatenate([rows for rows, _ in marked(strips, mark)]), whole)
    changed = (whole != picture).any(axis=-1)
    inside = np.zeros_like(changed)
    inside[mark.top : mark.top + len(mark.plate), mark.left : mark.left + mark.plate.shape[1]] = True
    assert not (changed & ~inside).any() and changed.sum() > 0.8 * inside.sum()
    assert len(np.unique(whole[inside][:, 0])) > 20, "the photo shines through"


def test_the_setting_is_recorded_only_if_it_is_used() -> None:
    plain, corner = FileSettings(), FileSettings(mark=VisibleMark.CORNER)
    assert "mark" not in result_settings(ColorSettings(), plain)
    assert result_settings(ColorSettings(), corner)["mark"] == "corner"
    assert settings_digest(ColorSettings(), plain) != settings_digest(ColorSettings(), corner)
    with pytest.raises(UsageError, match="exact-luma"):
        FileSettings(mark=VisibleMark.CORNER, exact_luma=True)
