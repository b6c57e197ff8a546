"""Regroups rows of a picture: they come a few at a time, and are yielded in groups of another size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from photocolor.image.photo import Rows


def regrouped(parts: Iterable[Rows], count: int) -> Iterator[Rows]:
    """Yields the same rows, `count` at a time; the last may be fewer. No row is in memory more than twice."""
    group, have = None, 0
    for part in parts:
        top = 0
        while top < len(part.pixels):
            taken = _cut(part, top, top + count - have)
            top += len(taken.pixels)
            if len(taken.pixels) == count:
                yield taken
                continue
            group = group or _room(taken, count)
            have = _filled(group, have, taken)
            if have == count:
                yield group
                group, have = None, 0
    if group:
        yield _cut(group, 0, have)


def _cut(rows: Rows, top: int, bottom: int) -> Rows:
    return Rows(rows.pixels[top:bottom], None if rows.alpha is None else rows.alpha[top:bottom])


def _room(like: Rows, count: int) -> Rows:
    pixels = np.empty((count, *like.pixels.shape[1:]), like.pixels.dtype)
    return Rows(pixels, None if like.alpha is None else np.empty(pixels.shape[:2], like.alpha.dtype))


def _filled(group: Rows, have: int, taken: Rows) -> int:
    """Returns how many rows the group has after taking more."""
    bottom = have + len(taken.pixels)
    group.pixels[have:bottom] = taken.pixels
    if group.alpha is not None and taken.alpha is not None:
        group.alpha[have:bottom] = taken.alpha
    return bottom
