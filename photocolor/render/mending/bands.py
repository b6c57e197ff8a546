"""Paints over the holes of a photo that comes in strips of rows, with the rows around each strip at hand."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from photocolor.color.lab import Gray
from photocolor.render.mending.bits import BitPlane, Marks
from photocolor.render.mending.fill import fill, margin_px

TILE_PX = 512
"""Columns that are filled at once: the planes of a wide photo's whole rows would take tens of megabytes."""


class Patch(NamedTuple):
    """Holds what replaces pixels of a strip.

    Attributes:
        holes: (rows, W) bool, which.
        gray: (rows, W), the strip with its holes painted.
    """

    holes: Marks
    gray: Gray


class Holes(NamedTuple):
    """Holds what is painted in a photo.

    Attributes:
        narrow: the pixels that are painted.
        unsound: those that nothing is taken from: all that is damaged.
        width_px: the widest place of them.
    """

    narrow: BitPlane
    unsound: BitPlane
    width_px: float


def patches(strips: Iterable[Gray], holes: Holes) -> Iterator[Patch | None]:
    """Yields for each strip what replaces its pixels; None for a strip without holes.

    Args:
        strips: (rows, W) gray codes, from top to bottom; it runs ahead of what is yielded by the margin.
        holes: of the whole photo.
    """
    margin = margin_px(holes.width_px)
    feed = iter(strips)
    above: deque[Gray] = deque()
    here: deque[Gray] = deque()
    top, above_rows = 0, 0
    while True:
        while sum(map(len, here)) < (len(here[0]) if here else 1) + margin:
            strip = next(feed, None)
            if strip is None:
                break
            here.append(strip)
        if not here:
            return
        current = here.popleft()
        bottom = top + len(current)
        if holes.narrow.has_any(top, bottom):
            window = np.concatenate([*above, current, *here])
            yield _patch(window, top - above_rows, (top, bottom), holes)
        else:
            yield None
        above.append(current)
        above_rows += len(current)
        while above_rows - len(above[0]) >= margin:
            above_rows -= len(above.popleft())
        top = bottom


def _patch(window: Gray, begin: int, band: tuple[int, int], holes: Holes) -> Patch:
    """Returns the patch of the rows `band` of the photo from a window whose first row is `begin`."""
    margin = margin_px(holes.width_px)
    first = max(begin, band[0] - margin)
    window = window[first - begin : band[1] + margin - begin]
    narrow, unsound = (plane.rows(first, first + len(window)) for plane in (holes.narrow, holes.unsound))
    inside = slice(band[0] - first, band[1] - first)
    painted = window[inside].copy()
    for left in range(0, window.shape[1], TILE_PX):
        tile, around = slice(left, left + TILE_PX), slice(max(0, left - margin), left + TILE_PX + margin)
        if not narrow[inside, tile].any():
            continue
        only = np.zeros_like(narrow[:, around])
        only[inside, left - around.start : left - around.start + TILE_PX] = narrow[inside, tile]
        filled = fill(np.ascontiguousarray(window[:, around]), only, unsound[:, around], holes.width_px)
        painted[:, tile] = filled[inside, left - around.start : left - around.start + TILE_PX]
    return Patch(narrow[inside], painted)
