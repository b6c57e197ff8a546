"""Before and after as one picture."""

from __future__ import annotations

import io

import numpy as np
import photos
from PIL import Image

from photocolor.image.display.compare import (
    CAPTION_PX,
    GAP_PX,
    PAPER,
    Cell,
    gray_picture,
    in_palette,
    jpeg_bytes,
    png_bytes,
    sheet,
    split,
)

BEFORE = gray_picture(photos.gray(40, 60))
AFTER = photos.rgb(40, 60)


def test_a_split_is_gray_left_of_its_line_and_colored_right_of_it() -> None:
    joined = split(BEFORE, AFTER, 0.25)
    assert (joined[:, :14] == BEFORE[:, :14]).all()
    assert (joined[:, 14:16] == 255).all()
    assert (joined[:, 16:] == AFTER[:, 16:]).all()
    assert (split(BEFORE, AFTER, 2.0)[:, :59] == BEFORE[:, :59]).all()


def test_a_sheet_shows_every_cell_unchanged_in_rows_and_columns() -> None:
    cells = [Cell(str(number), np.full_like(AFTER, 40 * number)) for number in range(5)]
    paper = sheet(cells, columns=2)
    below = 2 * CAPTION_PX[0]
    for index, cell in enumerate(cells):
        top, left = GAP_PX + index // 2 * (40 + below), GAP_PX + index % 2 * (60 + GAP_PX)
        assert (paper[top : top + 40, left : left + 60] == cell.picture).all()
    assert paper.shape == (GAP_PX + 3 * (40 + below), GAP_PX + 2 * (60 + GAP_PX), 3)


def test_every_cell_has_its_caption_below_it_and_a_long_one_stays_in_its_column() -> None:
    paper = sheet([Cell("short", AFTER), Cell("a name that is far too long " * 9, AFTER), Cell("", AFTER)], columns=3)
    strip = (paper[GAP_PX + 40 :] != PAPER).any(axis=(0, 2))
    columns = [slice(GAP_PX + n * (60 + GAP_PX), GAP_PX + n * (60 + GAP_PX) + 60 + 2) for n in range(3)]
    assert [bool(strip[column].any()) for column in columns] == [True, True, False]
    assert not strip[columns[1].stop : columns[2].start].any()


def test_files_give_the_picture_back_with_what_they_say_about_it() -> None:
    packet = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"
    stored = Image.open(io.BytesIO(png_bytes(AFTER, packet, "tests 1")))
    assert (np.asarray(stored) == AFTER).all()
    assert stored.text == {"Software": "tests 1", "XML:com.adobe.xmp": packet.decode()}
    lossy = Image.open(io.BytesIO(jpeg_bytes(gray_picture(photos.gray(64, 64)), 95, packet)))
    assert lossy.info["xmp"] == packet


def test_few_colors_stand_for_the_picture() -> None:
    palette, index = in_palette(AFTER, 255)
    assert len(palette) <= 255
    assert np.abs(palette[index].astype(int) - AFTER).mean() < 6  # codes of 255; dithering keeps the mean
