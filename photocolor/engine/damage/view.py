"""The photo as the finder sees it: a large scan in whole steps smaller, and what was found there laid back over it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import Gray

_ROWS_AT_ONCE = 16
"""Rows of means that are computed at a time, so that what is added up stays in the processor's cache."""


def reduction(shape: tuple[int, int], most_megapixels: float | None) -> int:
    """Returns by which whole factor a photo is made smaller, so that it has at most so many megapixels; None is 1.

    Args:
        shape: (height, width) of the photo.
        most_megapixels: of what the finder sees.
    """
    if most_megapixels is None:
        return 1
    return max(1, math.ceil(math.sqrt(shape[0] * shape[1] / (most_megapixels * 1e6))))


def reduced_shape(shape: tuple[int, int], factor: int) -> tuple[int, int]:
    """Returns (height, width) of the smaller picture; a rest at the lower or right edge has pixels of its own."""
    return -(-shape[0] // factor), -(-shape[1] // factor)


def reduced_rows(rows: Iterable[Gray], factor: int) -> Iterator[Gray]:
    """Yields the picture's rows with the mean of each `factor` × `factor` pixels; what is missing repeats the edge.

    Args:
        rows: gray codes, (any number of rows, W) uint8 or uint16, top to bottom.
        factor: of the reduction.
    """
    kept: list[Gray] = []
    count = 0
    for part in rows:
        kept.append(part)
        count += len(part)
        if count >= factor:
            whole = np.concatenate(kept)
            usable = count - count % factor
            yield _means(whole[:usable], factor)
            kept, count = [whole[usable:]], count - usable
    if count:
        last = np.concatenate(kept)
        yield _means(np.pad(last, ((0, factor - count), (0, 0)), mode="edge"), factor)


def enlarged(kinds: NDArray[np.uint8], factor: int, width: int) -> NDArray[np.uint8]:
    """Returns what was found in the smaller picture on the photo's own columns, each row repeated."""
    return np.repeat(np.repeat(kinds, factor, 0), factor, 1)[:, :width]


def _means(block: Gray, factor: int) -> Gray:
    """Returns the mean of each `factor` × `factor` codes, halves rounded up."""
    missing = -block.shape[1] % factor
    padded = np.pad(block, ((0, 0), (0, missing)), mode="edge") if missing else block
    means = np.empty((len(padded) // factor, padded.shape[1] // factor), block.dtype)
    for top in range(0, len(means), _ROWS_AT_ONCE):
        rows = padded[top * factor : (top + _ROWS_AT_ONCE) * factor]
        columns = rows[::factor].astype(np.uint32)
        for row in range(1, factor):
            columns += rows[row::factor]
        sums = columns[:, ::factor].copy()
        for column in range(1, factor):
            sums += columns[:, column::factor]
        means[top : top + _ROWS_AT_ONCE] = (sums + factor * factor // 2) // (factor * factor)
    return means
