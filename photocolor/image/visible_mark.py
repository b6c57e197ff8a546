"""Draws the visible mark in a corner of a result: a small plate that says COLORIZED.

It is neutral, lets the photo's own gray shine through, and is drawn by nothing but arithmetic: so `photocolor verify`
knows every gray code of it, and a font or a library that changes cannot change results.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import gray_of
from photocolor.errors import UnsupportedPhoto
from photocolor.image.orient import stored, upright_shape
from photocolor.image.photo import Described, Pixels, Rows
from photocolor.settings import FileSettings, VisibleMark

Coverage = NDArray[np.float64]

WORD = "COLORIZED"
CAP_SHARE = 0.022
"""Height of the letters, as a share of the photo's shorter side."""
CAP_MIN_PX = 7
"""Smaller letters cannot be read."""
# In heights of a capital letter.
LETTER_WIDTH, LETTER_STEP, STROKE = 0.56, 0.84, 0.14
PADDING, MARGIN, CORNER = 0.6, 0.9, 0.35
PLATE_OPACITY, PLATE_TONE = 0.7, 0.08
"""White letters on it have a contrast of 6.8 to 1 over white and of 18 to 1 over black (WCAG 2.2 asks for 4.5)."""

_NARROW = {"I": 0.0}  # its strokes have no width
_Line = tuple[tuple[float, float], ...]
_ROUND = ((0.3, 0.0), (0.7, 0.0), (1.0, 0.2), (1.0, 0.8), (0.7, 1.0), (0.3, 1.0), (0.0, 0.8), (0.0, 0.2), (0.3, 0.0))
LETTERS: dict[str, tuple[_Line, ...]] = {
    "C": (((1.0, 0.2), (0.7, 0.0), (0.3, 0.0), (0.0, 0.2), (0.0, 0.8), (0.3, 1.0), (0.7, 1.0), (1.0, 0.8)),),
    "D": (((0.0, 0.0), (0.6, 0.0), (1.0, 0.25), (1.0, 0.75), (0.6, 1.0), (0.0, 1.0), (0.0, 0.0)),),
    "E": (((1.0, 0.0), (0.0, 0.0), (0.0, 1.0), (1.0, 1.0)), ((0.0, 0.5), (0.8, 0.5))),
    "I": (((0.0, 0.0), (0.0, 1.0)),),
    "L": (((0.0, 0.0), (0.0, 1.0), (1.0, 1.0)),),
    "O": (_ROUND,),
    "R": (
        ((0.0, 1.0), (0.0, 0.0), (0.7, 0.0), (1.0, 0.15), (1.0, 0.38), (0.7, 0.53), (0.0, 0.53)),
        ((0.5, 0.53), (1.0, 1.0)),
    ),
    "Z": (((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)),),
}
"""Each letter's strokes, x to the right and y down, in a box of one by one."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Holds a mark at its place on the stored grid.

    Attributes:
        top: first row.
        left: first column.
        plate: (h, w) float64, how much of each pixel the plate covers, 0 to 1.
        letters: (h, w) float64, the same of the letters.
    """

    top: int
    left: int
    plate: Coverage
    letters: Coverage

    def draw(self, first_row: int, rows: Pixels) -> None:
        """Draws the part of the mark that lies in these rows.

        Args:
            first_row: their place in the picture.
            rows: (n, W, 3) or (n, W) of the picture; changed inside of the mark only.
        """
        begin, end = max(first_row, self.top), min(first_row + len(rows), self.top + len(self.plate))
        if begin >= end:
            return
        there = slice(begin - first_row, end - first_row), slice(self.left, self.left + self.plate.shape[1])
        part = slice(begin - self.top, end - self.top)
        below = rows[there]
        gray = cast(Pixels, below if below.ndim == 2 else gray_of(np.ascontiguousarray(below)))
        toned = _toned(gray, self.plate[part], self.letters[part])
        rows[there] = toned if below.ndim == 2 else toned[..., None]


def mark_for(photo: Described, files: FileSettings) -> Mark | None:
    """Returns the mark that was asked for; None if none was.

    Raises:
        UnsupportedPhoto: the photo is too small for it.
    """
    if files.mark is VisibleMark.NONE:
        return None
    return corner_mark(photo.height, photo.width, photo.orientation)


def marked(rows: Iterable[Rows], mark: Mark | None) -> Iterator[Rows]:
    """Yields the rows of a picture, from top to bottom, with the mark drawn into them."""
    top = 0
    for part in rows:
        if mark is not None:
            mark.draw(top, part.pixels)
        top += len(part.pixels)
        yield part


def corner_mark(height: int, width: int, orientation: int) -> Mark:
    """Returns the mark in the lower right corner of the upright photo, in a size that fits the photo.

    Args:
        height: rows of the stored grid.
        width: columns of the stored grid.
        orientation: EXIF orientation; the mark is read upright.

    Raises:
        UnsupportedPhoto: no letters that can be read fit into the photo.
    """
    tall, wide = upright_shape(height, width, orientation)
    cap = max(CAP_MIN_PX, round(CAP_SHARE * min(tall, wide)))
    plate, letters = _plate(cap), _letters(cap)
    margin = round(MARGIN * cap)
    if tall < len(plate) + margin or wide < plate.shape[1] + margin:
        needs = f"{plate.shape[1] + margin} × {len(plate) + margin}"
        raise UnsupportedPhoto(
            f"a mark that can be read needs {needs} pixels, and the photo has {wide} × {tall}",
            "Run it without --mark.",
        )
    shown = np.zeros((2, 2), np.bool_)
    shown[1, 1] = True  # which corner of the stored grid the lower right one is
    low, far = (int(side) for side in np.argwhere(stored(shown, orientation))[0])
    plate, letters = stored(plate, orientation), stored(letters, orientation)
    top = height - margin - len(plate) if low else margin
    left = width - margin - plate.shape[1] if far else margin
    return Mark(top, left, plate, letters)


def _toned(gray: Pixels, plate: Coverage, letters: Coverage) -> Pixels:
    top = float(np.iinfo(gray.dtype).max)
    value = gray.astype(np.float64)
    value += PLATE_OPACITY * plate * (PLATE_TONE * top - value)
    value += letters * (top - value)
    return cast(Pixels, np.rint(value).astype(gray.dtype))


def _plate(cap: int) -> Coverage:
    """Returns a rectangle with round corners around the word."""
    height, width = _plate_size(cap)
    y, x = _centers(height, width)
    radius = CORNER * cap
    beyond = np.hypot(
        np.maximum(np.abs(x - width / 2) - (width / 2 - radius), 0),
        np.maximum(np.abs(y - height / 2) - (height / 2 - radius), 0),
    )
    return np.clip(radius - beyond + 0.5, 0, 1)


def _letters(cap: int) -> Coverage:
    y, x = _centers(*_plate_size(cap))
    nearest = np.full(y.shape, np.inf)
    for start, end in _strokes(cap):
        nearest = np.minimum(nearest, _distance(x, y, start, end))
    return np.clip(STROKE * cap / 2 - nearest + 0.5, 0, 1)


def _plate_size(cap: int) -> tuple[int, int]:
    """Returns (height, width) in pixels."""
    return round((1 + 2 * PADDING) * cap), round((_word_width() + 2 * PADDING) * cap)


def _word_width() -> float:
    return sum(_width(letter) + LETTER_STEP - LETTER_WIDTH for letter in WORD) - (LETTER_STEP - LETTER_WIDTH)


def _width(letter: str) -> float:
    return _NARROW.get(letter, LETTER_WIDTH)


def _strokes(cap: int) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """Yields the ends of every straight stroke of the word, (x, y) in pixels."""
    left = PADDING
    for letter in WORD:
        for line in LETTERS[letter]:
            points = [((left + x * _width(letter)) * cap, (PADDING + y) * cap) for x, y in line]
            yield from pairwise(points)
        left += _width(letter) + LETTER_STEP - LETTER_WIDTH


def _distance(x: Coverage, y: Coverage, start: tuple[float, float], end: tuple[float, float]) -> Coverage:
    """Returns the distance from every pixel to a stroke."""
    along, down = end[0] - start[0], end[1] - start[1]
    share = np.clip(((x - start[0]) * along + (y - start[1]) * down) / (along * along + down * down), 0, 1)
    distance: Coverage = np.hypot(x - start[0] - share * along, y - start[1] - share * down)
    return distance


def _centers(height: int, width: int) -> tuple[Coverage, Coverage]:
    """Returns y and x of the pixels' centers, as (h, w) float64."""
    y, x = np.mgrid[:height, :width] + 0.5
    return y, x
