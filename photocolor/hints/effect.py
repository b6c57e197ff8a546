"""Limits what color points change to what they say and what clearly follows it.

A network that is told one color repaints a little of everything. What a point changed is known: the answer with it less
the answer without it. Where the points say nothing, that change is kept as far as it goes the way of a point's own
change, and fades where it goes less than a part of it: so a sleeve follows its coat, and a wall behind it stays.

Source: ours; what was measured, and what else was tried, stands in docs/notes/points.md. Edits that spread by likeness
to what the user marked are known from X. An, F. Pellacini, "AppProp: all-pairs appearance-space edit propagation",
SIGGRAPH 2008; here likeness is not of the photo but of the network's own change.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import Chroma

FOLLOWS = 0.5
"""Share of a point's own change from which on another pixel's is kept whole; below it fades evenly to nothing."""

ASIDE = np.float32(0.5)
"""Factor on the part of a change at right angles to the point's own: other colors than the one that was said."""

LEAST_CHANGE = 8.0
"""CIELAB units: a point that changes its place by less is taken to change it by this much, so that a point which says
what is there already does not let everything follow it."""


def limited(before: Chroma, after: Chroma, point_planes: NDArray[np.float32]) -> Chroma:
    """Returns the answer with points, less what it changed where nothing follows them.

    Args:
        before: (h, w, 2) float32, CIELAB a* and b*, the answer without points.
        after: the same with them.
        point_planes: (h, w, 3) float32, the points' own hint channels: a*, b* and a weight, which is 0 where
            there is no point.

    Returns:
        (h, w, 2) float32; `after` wherever there is a point.
    """
    change = after - before
    at_points = point_planes[..., 2] > 0
    kept, most = np.zeros_like(change), np.zeros(change.shape[:2], np.float32)
    for away in _directions(change, point_planes, at_points):
        length = np.float32(np.hypot(*away))
        unit = away / max(length, np.float32(1e-6))
        along = change[..., 0] * unit[0] + change[..., 1] * unit[1]
        share = np.clip(along / (np.float32(FOLLOWS) * max(length, np.float32(LEAST_CHANGE))), 0, 1)
        straight = along[..., None] * unit
        follows = (straight + ASIDE * (change - straight)) * share[..., None]
        np.copyto(kept, follows, where=(share > most)[..., None])
        np.maximum(most, share, out=most)
    result = before + kept
    result[at_points] = after[at_points]
    return result


def _directions(
    change: Chroma, point_planes: NDArray[np.float32], at_points: NDArray[np.bool_]
) -> Iterator[NDArray[np.float32]]:
    """Yields the mean change under the points of each color, (2,) float32."""
    colors, numbers = np.unique(point_planes[at_points][:, :2], axis=0, return_inverse=True)
    changes = change[at_points]
    for number in range(len(colors)):
        yield changes[numbers.ravel() == number].mean(axis=0, dtype=np.float64).astype(np.float32)
