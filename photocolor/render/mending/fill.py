"""Paints holes in a gray picture: their shading from both sides, their grain from the photo nearby.

Nothing is invented: a pixel of a hole is interpolated between the nearest sound pixels on opposite sides of it, where
the two sides agree best, and gets the grain of a place nearby that is as light. All of it looks a few pixels far
only, so that a band of rows with its margin gives the same as the whole photo would.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import Gray, peak
from photocolor.render.mending.bits import Marks

Plane = NDArray[np.float32]

DIRECTIONS = ((0, 1), (1, 0), (1, 1), (1, -1), (1, 2), (2, 1), (1, -2), (2, -1))
"""(rows, columns) of the lines through a pixel on which sound pixels are looked for, both ways."""
RIM_PX = 1
"""Pixels around a hole that are not trusted: the damage is soft at its edge."""
AGREEMENT = 10.0
"""Codes of 255: sides that differ by this much count exp(-1) of what equal ones count."""
GRAIN_PX = 5
"""Grain is what is left of the photo when its mean over so many pixels is taken away."""
GRAIN_ALIKE, GRAIN_EVEN = 8.0, 4.0
"""Codes of 255: grain comes from where the photo is as light as the hole, and even."""
_CHUNK = 1 << 17


def margin_px(width_px: float) -> int:
    """Returns how far around a pixel the filling of holes up to that width looks."""
    return _donor_reach(width_px) + GRAIN_PX + RIM_PX + 3


def fill(gray: Gray, holes: Marks, unsound: Marks, width_px: float) -> Gray:
    """Returns the picture with its holes painted; every other pixel is as it was.

    Args:
        gray: (H, W) uint8 or uint16 gray codes.
        holes: (H, W) bool, what is painted.
        unsound: (H, W) bool, what nothing is taken from; all holes are in it.
        width_px: the widest of the holes.
    """
    rows, columns = np.nonzero(holes)
    if not len(rows):
        return gray
    unit = np.float32(peak(gray.dtype) / 255)
    picture = gray.astype(np.float32) / unit
    rim = np.ones((2 * RIM_PX + 1, 2 * RIM_PX + 1), np.uint8)
    sound = cv2.dilate(unsound.astype(np.uint8), rim) == 0
    nearby = _mean(picture, sound, 3)
    grain = _Grain(picture, sound, width_px)
    result = gray.copy()
    for begin in range(0, len(rows), _CHUNK):
        part = slice(begin, begin + _CHUNK)
        at = rows[part], columns[part]
        shading, known = _between_sides(nearby, sound, at, int(width_px * 1.5) + 2 * RIM_PX + 2)
        value = np.rint((shading + grain.at(*at, shading)) * unit).clip(0, peak(gray.dtype))
        result[at] = np.where(known, value, gray[at]).astype(gray.dtype)
    return result


def _mean(picture: Plane, sound: Marks, size: int) -> Plane:
    """Returns the mean of the sound pixels around each pixel; 0 where there are none."""
    weight = sound.astype(np.float32)
    count = cv2.boxFilter(weight, -1, (size, size), normalize=False, borderType=cv2.BORDER_CONSTANT)
    total = cv2.boxFilter(picture * weight, -1, (size, size), normalize=False, borderType=cv2.BORDER_CONSTANT)
    mean: Plane = np.asarray(total / np.maximum(count, 1), np.float32)
    return mean


def _between_sides(
    picture: Plane, sound: Marks, at: tuple[NDArray[np.intp], NDArray[np.intp]], reach: int
) -> tuple[Plane, Marks]:
    """Returns the interpolated value of each pixel, and whether there was anything to take it from."""
    total, weights = (np.zeros(len(at[0]), np.float32) for _ in range(2))
    one_sided, one_weight = (np.zeros(len(at[0]), np.float32) for _ in range(2))
    for down, along in DIRECTIONS:
        step = float(np.hypot(down, along))
        steps = int(reach / step)
        first = _nearest(picture, sound, at, (down, along), steps)
        second = _nearest(picture, sound, at, (-down, -along), steps)
        (value, distance), (other, away) = first, second
        both = (distance > 0) & (away > 0)
        span = (distance + away) * step
        weight = np.where(both, np.exp(-np.square((value - other) / AGREEMENT)) / np.square(np.maximum(span, 1)), 0)
        total += weight * (value * away + other * distance) / np.maximum(distance + away, 1)
        weights += weight
        for alone, steps_away in (first, second):
            single = np.where(steps_away > 0, 1 / np.square(np.maximum(steps_away * step, 1)), 0)
            one_sided += single * alone
            one_weight += single
    two = weights > 1e-12
    value = np.where(two, total / np.maximum(weights, 1e-12), one_sided / np.maximum(one_weight, 1e-12))
    return value.astype(np.float32), np.asarray(two | (one_weight > 0))


def _nearest(
    picture: Plane,
    sound: Marks,
    at: tuple[NDArray[np.intp], NDArray[np.intp]],
    direction: tuple[int, int],
    steps: int,
) -> tuple[Plane, Plane]:
    """Returns the value of the nearest sound pixel in a direction, and its distance in steps; 0 if there is none."""
    height, width = picture.shape
    value, distance = (np.zeros(len(at[0]), np.float32) for _ in range(2))
    left = np.arange(len(at[0]))
    for step in range(1, steps + 1):
        rows, columns = at[0][left] + step * direction[0], at[1][left] + step * direction[1]
        inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
        left, rows, columns = left[inside], rows[inside], columns[inside]
        found = sound[rows, columns]
        value[left[found]] = picture[rows[found], columns[found]]
        distance[left[found]] = step
        left = left[~found]
        if not len(left):
            break
    return value, distance


class _Grain:
    """Finds the grain for painted pixels: that of the nearest place that is sound, even and as light.

    Args:
        picture: (H, W) float32, codes of 255.
        sound: (H, W) bool.
        width_px: the widest of the holes.
    """

    def __init__(self, picture: Plane, sound: Marks, width_px: float) -> None:
        self._mean = _mean(picture, sound, GRAIN_PX)
        self._residue = picture - self._mean
        whole = cv2.erode(sound.astype(np.uint8), np.ones((GRAIN_PX, GRAIN_PX), np.uint8))
        spread = np.maximum(np.abs(cv2.Sobel(self._mean, cv2.CV_32F, 1, 0, scale=1 / 8)), 0)
        spread = np.maximum(spread, np.abs(cv2.Sobel(self._mean, cv2.CV_32F, 0, 1, scale=1 / 8)))
        self._usable = (whole > 0) & (spread < GRAIN_EVEN)
        self._offsets = _donor_offsets(width_px)

    def at(self, rows: NDArray[np.intp], columns: NDArray[np.intp], shading: Plane) -> Plane:
        """Returns the grain of each pixel; 0 where nothing nearby is like it."""
        height, width = self._mean.shape
        grain, left = np.zeros(len(rows), np.float32), np.arange(len(rows))
        for down, along in self._offsets:
            y, x = rows[left] + down, columns[left] + along
            inside = (y >= 0) & (y < height) & (x >= 0) & (x < width)
            y, x = np.where(inside, y, 0), np.where(inside, x, 0)
            fits = inside & self._usable[y, x] & (np.abs(self._mean[y, x] - shading[left]) < GRAIN_ALIKE)
            grain[left[fits]] = self._residue[y[fits], x[fits]]
            left = left[~fits]
            if not len(left):
                break
        return grain


def _donor_offsets(width_px: float) -> list[tuple[int, int]]:
    """Returns the places that grain is taken from, (rows, columns) from the pixel, the nearest first."""
    nearest = int(width_px) + GRAIN_PX
    distances = (nearest, nearest * 3 // 2, _donor_reach(width_px))
    turns = ((1, 0), (0, 1), (-1, 0), (0, -1), (1, 1), (-1, -1), (1, -1), (-1, 1))
    return [(away * down, away * along) for away in distances for down, along in turns]


def _donor_reach(width_px: float) -> int:
    return 2 * (int(width_px) + GRAIN_PX)
