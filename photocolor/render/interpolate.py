"""Interpolates planes of a photo's size that follow its gray: slope · base + offset, both from small planes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from photocolor.render.buffers import Workspace
from photocolor.render.upsample import Between, Plane

BLOCK_PIXELS = 1 << 15
"""Pixels whose slopes and offsets exist at a time; they fit the second-level cache."""


@dataclass(frozen=True, slots=True)
class LocalLinearPlanes:
    """Holds two planes' small slopes and offsets at the photo's width, for some rows of the photo.

    Attributes:
        wide: (n, 4, W) float32: of each row both slopes, then both offsets.
        steps: (n - 1, 4, W) float32, from each row to the next.
        between: where the photo's rows lie between these.
    """

    wide: Plane
    steps: Plane
    between: Between

    @classmethod
    def of(cls, planes: Plane, between: Between, width: int, work: Workspace) -> LocalLinearPlanes:
        """Returns the planes for (4, h, w) small planes, both slopes first, in buffers of the workspace."""
        # Across: every small row is stretched to the photo's width once.
        small = planes[:, between.used].transpose(1, 0, 2)
        count, four, narrow = small.shape
        wide = work.plane("wide", (count, four, width), np.float32)
        cv2.resize(small.reshape(-1, narrow), (width, count * four), dst=wide.reshape(-1, width))
        steps = work.plane("steps", (count - 1, four, width), np.float32)
        return cls(wide, np.subtract(wide[1:], wide[:-1], out=steps), between)

    def put(self, rows: slice, base: Plane, into: Sequence[NDArray[Any]], work: Workspace) -> None:
        """Fills both planes for these rows of the photo.

        Args:
            rows: counted from the first row that this was made for.
            base: (rows, W) float32.
            into: two planes (rows, W) of float32, or of uint8: then rounded, and cut off at both ends.
            work: buffers to use.
        """
        width = base.shape[1]
        depth = cv2.CV_8U if into[0].dtype == np.uint8 else cv2.CV_32F
        places = list(zip(self.between.above[rows].tolist(), self.between.weight[rows, 0].tolist(), strict=True))
        wide, steps = (part.reshape(len(part), 1, -1) for part in (self.wide, self.steps))
        # Down: a block of rows at a time, which stays in the cache from here to its end.
        count = max(1, BLOCK_PIXELS // width)
        for start in range(0, len(base), count):
            block = slice(start, min(start + count, len(base)))
            mixed = work.plane("interpolated", (block.stop - start, 4, width), np.float32)
            for row, (above, weight) in zip(mixed.reshape(len(mixed), 1, -1), places[block], strict=True):
                cv2.scaleAdd(steps[above], weight, wide[above], dst=row)
            slopes, offsets = mixed[:, :2], mixed[:, 2:]
            for i, plane in enumerate(into):
                cv2.multiply(slopes[:, i], base[block], dst=slopes[:, i])
                cv2.add(slopes[:, i], offsets[:, i], dst=plane[block], dtype=depth)
