"""Finds lines of lettering in a small gray picture: small even shapes of one height that stand in a row.

It is simple, and knows what it looks for: at least `LEAST_LETTERS` separate letters of print or clear handwriting,
dark on light or light on dark, on an even ground, in a line that is level within some degrees. It does not find joined
or upright writing, single signs, and letters below `LEAST_PX` pixels in the picture that it is given.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from photocolor.image.regions.faces import Box

LEAST_LETTERS = 5
LEAST_PX, MOST_PX = 6, 80
"""Height of a letter."""
GROUND = 8.0
"""Codes of 255: how far what is around the letters of a line differs from its own local mean, at most."""
_CONTRAST = 12
"""Codes of 255 between a letter and what is around it."""
_FILL = (0.15, 0.9)
"""Share of a letter's box that is ink: less is a hair, more is a speck or a window."""
_WIDTHS = (0.1, 1.6)
"""Width of a letter by its height."""
_HEIGHTS = 1.8
"""Ratio of the heights of two letters of a line."""
_GAP = 1.2
"""Between two letters, by their height."""
_LEVEL = 0.35
"""How far the middle of the next letter may be above or below, by its height."""


def lettering_in(picture: NDArray[np.uint8]) -> list[Box]:
    """Returns the boxes of lines of lettering.

    Args:
        picture: (h, w) gray codes, upright.
    """
    local = cv2.blur(picture, (31, 31)).astype(np.int16)
    boxes: list[Box] = []
    for ink in (picture < local - _CONTRAST, picture > local + _CONTRAST):
        here = np.asarray(ink, np.uint8)
        boxes += [box for box in _lines(_letters(here)) if _is_on_even_ground(picture, here, box)]
    return boxes


def _is_on_even_ground(picture: NDArray[np.uint8], ink: NDArray[np.uint8], box: Box) -> bool:
    """Returns True if what is around the letters of a line is as even as paper, a sign or a wall, unlike leaves."""
    part = (slice(max(0, box.top), box.top + box.height), slice(max(0, box.left), box.left + box.width))
    gray = picture[part].astype(np.float32)
    ground = (cv2.dilate(ink[part], np.ones((3, 3), np.uint8)) == 0).astype(np.float32)
    count = cv2.boxFilter(ground, -1, (15, 15), normalize=False)
    mean = cv2.boxFilter(gray * ground, -1, (15, 15), normalize=False) / np.maximum(count, 1)
    rough = (gray - mean)[ground > 0]
    return rough.size > 0 and float(rough.std()) <= GROUND


def _letters(ink: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Returns (letters, 4) top, left, height and width of what may be a letter, from left to right."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    left, top, width, height, area = stats[1:].T.astype(np.int64)
    fill = area / np.maximum(1, height * width)
    shape = width / np.maximum(1, height)
    good = (height >= LEAST_PX) & (height <= MOST_PX) & (fill >= _FILL[0]) & (fill <= _FILL[1])
    good &= (shape >= _WIDTHS[0]) & (shape <= _WIDTHS[1])
    letters = np.stack([top, left, height, width], 1)[good]
    return np.asarray(letters[np.argsort(letters[:, 1], kind="stable")])


def _lines(letters: NDArray[np.int64]) -> list[Box]:
    """Returns the boxes of rows of letters; each letter is followed by the nearest that fits it to the right."""
    count, boxes = len(letters), []
    follows = np.full(count, -1)
    top, left, height, width = letters.T if count else np.zeros((4, 0), np.int64)
    middle, right = top + height / 2, left + width
    for number in range(count):
        bounds = (left[number] + 1, right[number] + _GAP * MOST_PX + 1)
        first, last = (int(bound) for bound in np.searchsorted(left, bounds))
        others = slice(first, last)
        tall = np.maximum(height[others], height[number])
        fits = (tall <= _HEIGHTS * np.minimum(height[others], height[number])) & (
            np.abs(middle[others] - middle[number]) <= _LEVEL * tall
        )
        gap = left[others] - right[number]
        fits &= (gap <= _GAP * height[number]) & (gap >= -0.3 * height[number])
        if fits.any():
            follows[number] = first + int(np.argmin(np.where(fits, gap, MOST_PX * 9)))
    begun = np.ones(count, bool)
    begun[follows[follows >= 0]] = False
    for start in np.flatnonzero(begun):
        line = [int(start)]
        while follows[line[-1]] >= 0:
            line.append(int(follows[line[-1]]))
        if len(line) >= LEAST_LETTERS:
            boxes.append(_around(letters[line]))
    return boxes


def _around(letters: NDArray[np.int64]) -> Box:
    """Returns the box of a line, with half a letter of room for the accents and the last letters."""
    top, left, height, width = letters.T
    room = int(height.max()) // 2
    first, begin = int(top.min()) - room, int(left.min()) - 2 * room
    return Box(first, begin, int((top + height).max()) + room - first, int((left + width).max()) + 2 * room - begin)
