"""Planes of a photo's size that follow its gray: slope · base + offset, both interpolated from small planes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from photocolor.color.lab import Gray
from photocolor.color.upsample import Between, Plane, stretched
from photocolor.color.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Steering:
    """Rows of the small planes at the photo's width, for some rows of the photo.

    Attributes:
        wide: (n, 2, rows, W) float32: of each plane the slope and the offset.
        steps: (n, 2, rows - 1, W) float32, from each row to the next.
        between: where the photo's rows lie between these.
    """

    wide: Plane
    steps: Plane
    between: Between

    @classmethod
    def of(cls, planes: Plane, between: Between, width: int) -> Steering:
        """Of (2 n, h, w) small planes, all slopes first, at the photo's width."""
        half = len(planes) // 2
        wide = np.empty((half, 2, len(between.used), width), np.float32)
        for i, plane in enumerate(planes):
            wide[i % half, i // half] = stretched(plane[between.used], width)
        return cls(wide, np.diff(wide, axis=2), between)

    def put(self, which: int, rows: slice, base: Plane, into: Plane | Gray, work: Workspace) -> None:
        """Fills `into` for these rows of the photo.

        Args:
            which: number of the plane.
            rows: counted from the first row that this was made for.
            base: (rows, W) float32.
            into: (rows, W) float32, or uint8: then rounded, and cut off at both ends.
            work: buffers to use.
        """
        wide, steps = self.wide[which, :, :, None], self.steps[which, :, :, None]
        above, weight = self.between.above[rows], self.between.weight[rows]
        depth = cv2.CV_8U if into.dtype == np.uint8 else cv2.CV_32F
        borders = [0, *(np.flatnonzero(above[1:] != above[:-1]) + 1).tolist(), len(above)]
        for start, stop in pairwise(borders):  # rows that lie between the same two
            row = above[start]
            both = work.plane("both", (2, stop - start, base.shape[1]), np.float32)
            np.multiply(weight[start:stop], steps[:, row], out=both)
            both += wide[:, row]
            slope, offset = both
            slope *= base[start:stop]
            cv2.add(slope, offset, dst=into[start:stop], dtype=depth)
