"""Repairs the few 8-bit pixels whose rounded channels no longer have the photo's gray."""

from __future__ import annotations

from functools import cache
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import LUMINANCE, decode_srgb, linear_of_code

Codes = NDArray[np.uint8]

LUMINANCE_MARGIN = 7.5e-5
"""Linear light kept free at both ends of a gray code's interval, so that the gray also reads the same with the
seven-digit luminance weights that some tools use (they differ by at most 0.0000729 in one channel)."""

_FIXED_ONE = 1 << 29
"""Fixed-point unit of linear light: sums of three channels stay in int32 and err by less than 1e-8."""


def changed_gray(gray: Codes, rgb: Codes) -> NDArray[np.bool_]:
    """Returns True where the luminance of the rounded channels is not within that of `gray`.

    Args:
        gray: (N,) uint8, gray codes of the source.
        rgb: (N, 3) uint8.
    """
    weights, low, high = _fixed_tables()
    luminance = sum(weights[i].take(rgb[:, i]) for i in range(3))
    return np.asarray((luminance < low.take(gray)) | (luminance >= high.take(gray)))


@cache
def _fixed_tables() -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Returns the luminance of each code in R, G and B, (3, 256), and the interval [low, high) of each gray code."""
    weights = np.array(LUMINANCE)[:, None] * linear_of_code(255) * _FIXED_ONE
    edges = decode_srgb((np.arange(257) - 0.5).clip(0, 255) / 255)
    low, high = edges[:-1] + LUMINANCE_MARGIN, edges[1:] - LUMINANCE_MARGIN
    low[0], high[-1] = -1e-3, 1.001  # black and white themselves are always inside
    return (
        np.rint(weights).astype(np.int32),
        np.ceil(low * _FIXED_ONE).astype(np.int32),
        np.floor(high * _FIXED_ONE).astype(np.int32),
    )


@cache
def _steps_of_one() -> NDArray[np.int32]:
    """Returns what the luminance loses when a code goes one down, then what it gains when it goes one up; (3, 512).

    Beyond the ends so much that no gray has it.
    """
    weights = _fixed_tables()[0]
    steps = np.diff(weights, axis=1)
    far = np.full((3, 1), _BEYOND, np.int32)
    return np.concatenate((-far, -steps, steps, far), axis=1)


_BEYOND = 600_000_000
"""More luminance than white has; three of it and it still fit in int32."""


def nearest_with_gray(gray: Codes, rgb: Codes) -> Codes:
    """Returns the nearest color with its gray (N,) for each pixel (N, 3); the gray itself where none is near.

    The gray of `rgb` is another: so one step of one channel, in the one direction that helps, is tried before all
    others.
    """
    weights, low, high = _fixed_tables()
    codes = [rgb[:, i].astype(np.intp) for i in range(3)]
    luminance = weights[0].take(codes[0]) + weights[1].take(codes[1]) + weights[2].take(codes[2])
    low, high = low.take(gray), high.take(gray)
    too_dark = luminance < low
    offset = too_dark * 256  # into the second half of `_steps_of_one`, the steps up
    # One step of each channel toward the interval: which of them hits it?
    moved = [luminance + _steps_of_one()[i].take(codes[i] + offset) for i in range(3)]
    hits = [(each >= low) & (each < high) for each in moved]
    nearest, solved = rgb.astype(np.int16), np.zeros(len(gray), bool)
    for i, j in ((0, 2), (1, 1), (2, 0)):  # down: red first; up: blue first, as in the order of all neighbors
        hit = np.where(too_dark, hits[j], hits[i]) & ~solved
        nearest[hit & ~too_dark, i] -= 1
        nearest[hit & too_dark, j] += 1
        solved |= hit
    result = nearest.astype(np.uint8)
    unsolved = np.flatnonzero(~solved)
    if unsolved.size:
        result[unsolved] = _nearest_of_all(gray[unsolved], rgb[unsolved])
    return result


_REACH = 2
"""Codes by which a channel may move."""

_STAGES = (0, 27, 125)
"""Neighbors are tried in these groups, the nearest first."""


@cache
def _neighbors() -> NDArray[np.intp]:
    """Returns (125, 3): steps of at most two codes per channel, the smallest first, plus two."""
    steps = sorted(product(range(-_REACH, _REACH + 1), repeat=3), key=lambda s: (sum(v * v for v in s), s))
    return np.array(steps, np.intp) + _REACH


@cache
def _reachable() -> NDArray[np.int32]:
    """Returns each code's luminance, (3, 260), with two more codes at both ends that no gray can reach."""
    return np.pad(_fixed_tables()[0], ((0, 0), (_REACH, _REACH)), constant_values=_BEYOND)


def _nearest_of_all(gray: Codes, rgb: Codes) -> Codes:
    """Does what `nearest_with_gray` does, among all neighbors."""
    (_, low, high), weights = _fixed_tables(), _reachable()
    nearest = np.repeat(gray[:, None], 3, axis=1)
    unsolved = np.arange(len(gray))
    for start, stop in pairwise(_STAGES):
        steps = _neighbors()[start:stop]
        own_rgb, own_gray = rgb[unsolved].astype(np.intp), gray[unsolved]
        luminance = sum(weights[i].take(own_rgb[:, i, None] + steps[:, i]) for i in range(3))
        hit = (luminance >= low[own_gray][:, None]) & (luminance < high[own_gray][:, None])
        first, solved = hit.argmax(axis=1), hit.any(axis=1)
        nearest[unsolved[solved]] = (own_rgb[solved] + steps[first[solved]] - _REACH).astype(np.uint8)
        unsolved = unsolved[~solved]
        if not unsolved.size:
            break
    return nearest
