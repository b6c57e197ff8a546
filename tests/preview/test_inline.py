"""Pictures in a terminal, read back as a terminal would."""

from __future__ import annotations

import base64
import io
import re

import numpy as np
import photos
import pytest
from PIL import Image

from photocolor.preview.inline import fit, half_blocks, iterm, kitty, sixel

PICTURE = photos.rgb(30, 44)
CELL = re.compile("\x1b\\[38;2;(\\d+);(\\d+);(\\d+);48;2;(\\d+);(\\d+);(\\d+)m|(▀)")


def shown_by_blocks(text: str) -> np.ndarray:
    """The pixels that a terminal would show."""
    rows = []
    for line in text.splitlines():
        assert line.endswith("\x1b[0m")
        upper, lower, colors = [], [], None
        for match in CELL.finditer(line):
            if match[7]:
                upper.append(colors[:3])
                lower.append(colors[3:])
            else:
                colors = [int(value) for value in match.groups()[:6]]
        rows += [upper, lower]
    return np.array(rows, np.uint8)


def shown_by_sixels(text: str) -> np.ndarray:
    """The pixels that a sixel terminal would show."""
    body = re.fullmatch(r'\x1bP0;1;0q"1;1;(\d+);(\d+)(.*)\x1b\\\n', text, re.DOTALL)
    width, height = int(body[1]), int(body[2])
    pixels = np.zeros((height + 6, width, 3), np.uint8)
    colors: dict[int, tuple[int, ...]] = {}
    top = left = number = 0
    for token in re.finditer(r"#(\d+);2;(\d+);(\d+);(\d+)|#(\d+)|!(\d+)(.)|([?-~])|([$-])", body[3]):
        if token[1]:
            colors[int(token[1])] = tuple(round(int(v) * 255 / 100) for v in token.groups()[1:4])
        elif token[5]:
            number = int(token[5])
        elif token[9]:
            left, top = 0, top + 6 * (token[9] == "-")
        else:
            letter, length = (token[7], int(token[6])) if token[6] else (token[8], 1)
            for row in range(6):
                if (ord(letter) - 63) >> row & 1:
                    pixels[top + row, left : left + length] = colors[number]
            left += length
    return pixels[:height]


def test_half_blocks_show_every_pixel_of_a_picture_that_fits() -> None:
    assert (shown_by_blocks(half_blocks(PICTURE, 15, 44)) == PICTURE).all()


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (5, 80), (24, 7), (3, 3)])
def test_half_blocks_never_take_more_room_than_there_is(rows: int, columns: int) -> None:
    shown = shown_by_blocks(half_blocks(PICTURE, rows, columns))
    assert shown.shape[0] <= 2 * rows
    assert shown.shape[1] <= columns


def test_sixels_show_the_picture() -> None:
    shown = shown_by_sixels(sixel(PICTURE))
    assert shown.shape == PICTURE.shape
    assert np.abs(shown.astype(int) - PICTURE).mean() < 7  # codes of 255: 255 colors of 101 steps each


def test_kitty_gets_the_whole_picture_in_small_sequences_and_is_told_not_to_answer() -> None:
    text = kitty(photos.rgb(200, 300), 40)
    parts = re.findall(r"\x1b_G([^;]*);([^\x1b]*)\x1b\\", text)
    assert text == "".join(f"\x1b_G{keys};{data}\x1b\\" for keys, data in parts) + "\n"
    assert max(len(data) for _, data in parts) <= 4096
    assert parts[0][0] == "a=T,f=100,q=2,c=40,m=1"
    assert [keys for keys, _ in parts[1:]] == ["m=1"] * (len(parts) - 2) + ["m=0"]
    image = Image.open(io.BytesIO(base64.b64decode("".join(data for _, data in parts))))
    assert (np.asarray(image) == photos.rgb(200, 300)).all()


def test_iterm_gets_the_whole_picture() -> None:
    match = re.fullmatch(
        r"\x1b\]1337;File=inline=1;size=(\d+);width=9;preserveAspectRatio=1:(.*)\x07\n", iterm(PICTURE, 9)
    )
    data = base64.b64decode(match[2])
    assert len(data) == int(match[1])
    assert (np.asarray(Image.open(io.BytesIO(data))) == PICTURE).all()


def test_a_picture_is_fitted_in_its_proportions_and_never_enlarged() -> None:
    assert fit(PICTURE, 300, 300) is PICTURE
    assert fit(PICTURE, 15, 300).shape == (15, 22, 3)
    assert fit(PICTURE, 300, 1).shape == (1, 1, 3)
