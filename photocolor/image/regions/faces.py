"""Finds upright faces in a small gray picture, by OpenCV's cascade of local binary patterns.

The OpenCV that photocolor uses has no cascades any more, neither the code nor the data. So the trained numbers of
`lbpcascade_frontalface.xml` are beside this module, and are gone through here for all places of a size at once.

Source: S. Liao et al., "Learning Multi-scale Block Local Binary Patterns for Face Recognition", ICB 2007; OpenCV 4,
data/lbpcascades (Apache-2.0).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files

import cv2
import numpy as np
from numpy.typing import NDArray

SCALE = 1.15
"""From one size of faces to the next."""
NEIGHBORS = 3
"""A face is found at so many places and sizes at least; chance finds are lonely."""
OVERLAP = 0.4
"""Least overlap of two boxes that show the same face, as a share of the larger one."""
FINE_FROM = 2
"""From faces of so many windows on, every pixel of the shrunk picture is a place; below, every second."""
TOGETHER, EARLY = 1 << 15, 4
"""Windows that are judged at once, and stages after the first one by which hardly one of them is left."""
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


_Stage = tuple[float, list[_Weak]]
"""What a window must reach in the stage, and the tests that it is made of."""


@cache
def _cascade() -> tuple[int, list[_Stage]]:
    data = json.loads(files("photocolor.image.regions").joinpath("faces.json").read_text("utf-8"))
    stages = []
    for stage in data["stages"]:
        weak = [_Weak(tuple(one["rect"]), _patterns(one["subset"]), tuple(one["leaves"])) for one in stage["weak"]]
        stages.append((float(stage["threshold"]), weak))
    return int(data["window_px"]), stages


def _patterns(subset: str) -> NDArray[np.bool_]:
    words = [int(subset[at : at + 8], 16) for at in range(0, len(subset), 8)]
    return np.array([bool(words[code >> 5] >> (code & 31) & 1) for code in range(256)])


def faces_in(picture: NDArray[np.uint8], least_px: int = 24, most_px: float = math.inf) -> list[Box]:
    """Returns where upright faces are, seen from the front; profiles and turned heads are not found.

    Args:
        picture: (h, w) gray codes, upright.
        least_px: side of the smallest face that is looked for, at least 24.
        most_px: side of the largest one; leaving large ones out saves time.
    """
    window, stages = _cascade()
    levels = _levels(picture, window, least_px, most_px)
    if not levels:
        return []
    flat = np.concatenate([level.sums.ravel() for level in levels])
    base, starts, lines = 0, list[Sums](), list[Sums]()
    for level in levels:
        places = level.passing(stages[0], window)
        starts.append(places + np.int32(base))
        lines.append(np.full(len(places), level.sums.shape[1], np.int32))
        base += level.sums.size
    start, _ = _passing(flat, np.concatenate(starts), np.concatenate(lines), stages[1:])
    return _grouped(_places(start, levels, window))


@dataclass(frozen=True)
class _Level:
    """Holds the picture at one of the sizes at which it is gone through.

    Attributes:
        sums: integral picture, (h + 1, w + 1).
        stride: from one window to the next, in pixels.
        scale: (down, across), pixels of the picture for one of this level.
    """

    sums: Sums
    stride: int
    scale: tuple[float, float]

    def passing(self, stage: _Stage, window: int) -> Sums:
        """Returns the places of all windows that pass the first stage, as indices into the integral picture."""
        height, width = (side - window for side in self.sums.shape)
        down, along = slice(0, height, self.stride), slice(0, width, self.stride)
        votes = _votes(stage[1], lambda y, x: self.sums[_moved(down, y), _moved(along, x)])
        rows, columns = np.nonzero(votes >= stage[0])
        return np.asarray((rows * self.sums.shape[1] + columns) * self.stride, np.int32)


def _levels(picture: NDArray[np.uint8], window: int, least_px: int, most_px: float) -> list[_Level]:
    """Returns the picture at every size, from the one that shows the smallest faces in a window."""
    (height, width), levels, scale = picture.shape, list[_Level](), max(1.0, least_px / window)
    while min(height, width, most_px) >= window * scale:
        size = max(window, round(height / scale)), max(window, round(width / scale))
        small = cv2.resize(picture, size[::-1], interpolation=cv2.INTER_LINEAR)
        sums = np.asarray(cv2.integral(small), np.int32)
        levels.append(_Level(sums, 2 if scale < FINE_FROM else 1, (height / size[0], width / size[1])))
        scale *= SCALE
    return levels


def _passing(flat: Sums, start: Sums, line: Sums, stages: list[_Stage]) -> tuple[Sums, Sums]:
    """Returns the windows that pass all stages, some thousands at a time, with the length of their lines.

    Args:
        flat: the integral pictures of all levels, one after the other.
        start: where each window begins there.
        line: how long a line of its level is.
        stages: those that are left.
    """
    kept = [
        _through(flat, start[at : at + TOGETHER], line[at : at + TOGETHER], stages[:EARLY])
        for at in range(0, len(start), TOGETHER)
    ]
    starts, lines = (np.concatenate([start[:0], *parts]) for parts in (zip(*kept, strict=True) if kept else ((), ())))
    return _through(flat, starts, lines, stages[EARLY:])


def _through(flat: Sums, start: Sums, line: Sums, stages: list[_Stage]) -> tuple[Sums, Sums]:
    for threshold, tests in stages:
        alive = _votes(tests, partial(_at, flat, start, line)) >= threshold
        start, line = start[alive], line[alive]
    return start, line


def _places(start: Sums, levels: list[_Level], window: int) -> list[tuple[float, float, float]]:
    """Returns top, left and side of windows in the picture, from the smallest on."""
    places, base = list[tuple[float, float, float]](), 0
    for level in levels:
        here = start[(start >= base) & (start < base + level.sums.size)] - base
        rows, columns = (part.tolist() for part in divmod(here, level.sums.shape[1]))
        down, across = level.scale
        places += [(y * down, x * across, window * across) for y, x in zip(rows, columns, strict=True)]
        base += level.sums.size
    return places


def _at(flat: Sums, start: Sums, line: Sums, y: int, x: int) -> Sums:
    return flat.take(start + (line * np.int32(y) + np.int32(x)))


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
        corners = np.stack([sum_at(y + i * h, x + j * w) for i in range(4) for j in range(4)])
        corners = corners.reshape(4, 4, *corners.shape[1:])
        across = corners[:, 1:] - corners[:, :-1]
        blocks = across[1:] - across[:-1]
        darker = blocks >= blocks[1, 1]
        code = np.zeros(corners.shape[2:], np.uint8)
        for bit, (i, j) in enumerate(_AROUND):
            code |= darker[i, j].view(np.uint8) << np.uint8(7 - bit)
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
