"""Tells narrow damage, which can be painted from what is on both of its sides, from wide damage."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import cv2
import numpy as np

from photocolor.render.mending.bits import BitPlane, Marks

BAND_ROWS = 128
REACH = 4
"""Widths: so far from a place that is too wide, what hangs together with it is left, too."""


def split_by_width(
    damage: BitPlane, width_px: float, check: Callable[[], None] = lambda: None
) -> Iterator[tuple[int, Marks, Marks]]:
    """Yields for each band of rows where it begins, what of the damage is narrow, and what is wide.

    Args:
        damage: what is damaged.
        width_px: the widest that is narrow: the diameter of a circle that fits in.
        check: called between bands; raises to cancel.
    """
    height = damage.shape[0]
    margin = 2 * int(REACH * width_px) + 2
    for top in range(0, height, BAND_ROWS):
        check()
        bottom = min(top + BAND_ROWS, height)
        if not damage.has_any(top, bottom):
            continue
        begin = max(0, top - margin)
        window = damage.rows(begin, bottom + margin)
        band = slice(top - begin, bottom - begin)
        wide = wide_parts(window, width_px)[band]
        yield top, window[band] & ~wide, wide


def wide_parts(damage: Marks, width_px: float) -> Marks:
    """Returns what of the damage is wider than that, with what hangs together with it nearby.

    Args:
        damage: (H, W) bool.
        width_px: the widest that is narrow.
    """
    bits = damage.astype(np.uint8)
    inside = np.pad(bits, 1)  # what touches the border may go on behind it, and is taken as it is
    depth = cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1]
    core = depth > (width_px + 1) / 2
    if not core.any():
        return np.zeros(damage.shape, bool)
    _, labels = cv2.connectedComponents(bits, connectivity=8)
    away = cv2.distanceTransform((~core).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    with_core = np.zeros(int(labels.max()) + 1, bool)
    with_core[np.unique(labels[core])] = True
    with_core[0] = False
    wide: Marks = with_core[labels] & (away <= REACH * width_px)
    return wide
