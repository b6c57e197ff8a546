"""Finds upright faces in a small gray picture, by OpenCV's cascade of local binary patterns.

The OpenCV that photocolor uses has no cascades any more, neither the code nor the data. So the trained numbers of
`lbpcascade_frontalface.xml` are beside this module, and are gone through here for all places of a size at once.

Source: S. Liao et al., "Learning Multi-scale Block Local Binary Patterns for Face Recognition", ICB 2007; OpenCV 4,
data/lbpcascades (Apache-2.0).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

SCALE = 1.15
"""From one size of faces to the next."""
NEIGHBORS = 3
"""A face is found at so many places and sizes at least; chance finds are lonely."""
OVERLAP = 0.4
"""Of two boxes that show the same face, as their common share of both."""
Sums = NDArray[np.int32]

_AROUND = ((0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0))
"""The blocks around the middle one, in the order of the pattern's bits."""


@dataclass(frozen=True, slots=True)
class Box:
    """Represents a box in a picture, in pixels.

    Attributes:
        top: its first row.
        left: its first column.
        height: rows.
        width: columns.
    """

    top: int
    left: int
    height: int
    width: int


@dataclass(frozen=True)
class _Weak:
    """Holds one test: which blocks it compares, which patterns speak for a face, and what that counts."""

    rect: tuple[int, int, int, int]
    speaks: NDArray[np.bool_]
    leaves: tuple[float, float]


@cache
def _cascade() -> tuple[int, list[tuple[float, list[_Weak]]]]:
    data = json.loads(files("photocolor.image.regions").joinpath("faces.json").read_text("utf-8"))
    stages = []
    for stage in data["stages"]:
        weak = [_Weak(tuple(one["rect"]), _patterns(one["subset"]), tuple(one["leaves"])) for one in stage["weak"]]
        stages.append((float(stage["threshold"]), weak))
    return int(data["window_px"]), stages


def _patterns(subset: str) -> NDArray[np.bool_]:
    words = [int(subset[at : at + 8], 16) for at in range(0, len(subset), 8)]
    return np.array([bool(words[code >> 5] >> (code & 31) & 1) for code in range(256)])


def faces_in(picture: NDArray[np.uint8], least_px: int = 24) -> list[Box]:
    """Returns where upright faces are, seen from the front; profiles and turned heads are not found.

    Args:
        picture: (h, w) gray codes, upright.
        least_px: side of the smallest face that is looked for, at least 24.
    """
    window = _cascade()[0]
    height, width = picture.shape
    found: list[tuple[float, float, float]] = []
    scale = max(1.0, least_px / window)
    while min(height, width) >= window * scale:
        size = max(window, round(height / scale)), max(window, round(width / scale))
        small = cv2.resize(picture, size[::-1], interpolation=cv2.INTER_LINEAR)
        across = width / size[1]
        places = _places(np.asarray(small), 2 if scale < 2 else 1)
        found += [(y * height / size[0], x * across, window * across) for y, x in places]
        scale *= SCALE
    return _grouped(found)


def _places(picture: NDArray[Any], stride: int) -> list[tuple[int, int]]:
    """Returns (row, column) of each window of the cascade's own size that passes all stages, of every `stride`-th."""
    window, stages = _cascade()
    sums: Sums = np.asarray(cv2.integral(picture), np.int32)
    every = slice(0, picture.shape[0] - window + 1, stride), slice(0, picture.shape[1] - window + 1, stride)
    first, *others = stages
    alive = _votes(first[1], lambda y, x: sums[_moved(every[0], y), _moved(every[1], x)]) >= first[0]
    at = np.flatnonzero(alive)
    rows, columns = (at // alive.shape[1] * stride, at % alive.shape[1] * stride)
    flat, line = sums.ravel(), sums.shape[1]
    for threshold, tests in others:
        start = rows * line + columns
        alive = _votes(tests, partial(_at, flat, start, line)) >= threshold
        rows, columns = rows[alive], columns[alive]
    return list(zip(rows.tolist(), columns.tolist(), strict=True))


def _at(flat: Sums, start: NDArray[np.intp], line: int, y: int, x: int) -> Sums:
    return flat.take(start + (y * line + x))


def _moved(places: slice, by: int) -> slice:
    return slice(places.start + by, places.stop + by, places.step)


def _votes(tests: list[_Weak], sum_at: Callable[[int, int], Sums]) -> NDArray[np.float64]:
    """Returns what all tests of a stage count together, for each window.

    Args:
        tests: of the stage.
        sum_at: returns the integral picture at a place within each window.
    """
    total: NDArray[np.float64] = np.float64(0)  # type: ignore[assignment]  # becomes an array with the first test
    for test in tests:
        x, y, w, h = test.rect
        corners = [[sum_at(y + i * h, x + j * w) for j in range(4)] for i in range(4)]
        blocks = [
            [corners[i][j] - corners[i][j + 1] - corners[i + 1][j] + corners[i + 1][j + 1] for j in range(3)]
            for i in range(3)
        ]
        code = np.zeros(corners[0][0].shape, np.uint8)
        for bit, (i, j) in enumerate(_AROUND):
            code |= (blocks[i][j] >= blocks[1][1]).astype(np.uint8) << (7 - bit)
        total = total + np.where(test.speaks, *test.leaves).take(code)
    return total


def _grouped(found: list[tuple[float, float, float]]) -> list[Box]:
    """Returns one box for each group of finds that overlap, if there are enough of them."""
    left, boxes = np.array(found).reshape(-1, 3), []
    while len(left):
        top, x, side = left[0]
        down = np.minimum(top + side, left[:, 0] + left[:, 2]) - np.maximum(top, left[:, 0])
        along = np.minimum(x + side, left[:, 1] + left[:, 2]) - np.maximum(x, left[:, 1])
        common = np.clip(down, 0, None) * np.clip(along, 0, None)
        same = common >= OVERLAP * np.maximum(side, left[:, 2]) ** 2
        if np.count_nonzero(same) >= NEIGHBORS:
            middle = left[same].mean(0)
            boxes.append(Box(round(middle[0]), round(middle[1]), round(middle[2]), round(middle[2])))
        left = left[~same]
    return boxes
