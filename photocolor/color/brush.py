"""Puts a photo's small ab onto its own gray, some rows at a time: joint upsampling, gamut and stitch in one go."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from photocolor.color.gamut import F_PER_A, F_PER_B, Plane
from photocolor.color.lab import Gray
from photocolor.color.stitch import F_LIGHT, FPlanes, Stitcher
from photocolor.color.upsample import GuidedAb, stretched
from photocolor.color.workspace import Workspace

BAND_PIXELS = 1 << 17
"""Pixels per band. Fewer would fit the cache better, and lose more to the calls (measured from 2^14 to 2^18)."""


class Brush:
    """Colors rows of one photo; any split into calls gives the same pixels. Safe to use from several threads.

    a* and b* are linear in L*, and CIE f(X) and f(Z) are linear in a*, b* and L*. So both come from f(Y) with one
    multiplication and one addition, and neither L* nor ab exists at the photo's size.

    Args:
        guided: ab prepared for the photo.
    """

    def __init__(self, guided: GuidedAb) -> None:
        self._guided = guided
        slope_a, slope_b, offset_a, offset_b = guided.planes.astype(np.float64)
        per_a, per_b = F_PER_A, F_PER_B
        self._planes = np.stack(
            (
                1 + 116 * per_a * slope_a,
                F_LIGHT * per_a * (offset_a - 16 * slope_a),
                1 + 116 * per_b * slope_b,
                F_LIGHT * per_b * (offset_b - 16 * slope_b),
            )
        ).astype(np.float32)
        self._own = threading.local()

    def color(self, top: int, gray: Gray, rgb: Gray) -> None:
        """Fills rows of the result.

        Args:
            top: number of the first of these rows in the photo.
            gray: (rows, W) uint8 or uint16, gray codes of the source.
            rgb: (rows, W, 3) of the same dtype, contiguous; what comes out.
        """
        work = self._workspace()
        gray = np.ascontiguousarray(gray)
        between = self._guided.between(top, len(gray))
        wide = _Wide(*(stretched(plane[between.used], self._guided.width) for plane in self._planes))
        bands = -(-gray.size // BAND_PIXELS)
        count = -(-len(gray) // bands)
        stitcher = Stitcher(gray, rgb, work)
        for start in range(0, len(gray), count):
            rows = slice(start, min(start + count, len(gray)))
            place = between.above[rows], between.weight[rows]
            f_y = stitcher.light_f(rows)
            f_x, f_z = (work.plane(name, f_y.shape, np.float32) for name in ("f_x", "f_z"))
            _steered((wide.x_slope, wide.x_offset), place, f_y, f_x)
            _steered((wide.z_slope, wide.z_offset), place, f_y, f_z)
            stitcher.put(rows, FPlanes(f_y, f_x, f_z))
        stitcher.finish()

    def _workspace(self) -> Workspace:
        if not hasattr(self._own, "work"):
            self._own.work = Workspace()
        work: Workspace = self._own.work
        return work


@dataclass(frozen=True, slots=True)
class _Wide:
    """Rows of the small planes at the photo's width, each (rows, W) float32: f = slope · f(Y) + offset."""

    x_slope: Plane
    x_offset: Plane
    z_slope: Plane
    z_offset: Plane


def _steered(
    pair: tuple[Plane, Plane], place: tuple[NDArray[np.intp], NDArray[np.float32]], f_y: Plane, into: Plane
) -> None:
    """Fills `into` with slope · f(Y) + offset, both interpolated between the rows above and below."""
    slope, offset = pair
    above, weight = place
    borders = [0, *(np.flatnonzero(np.diff(above)) + 1).tolist(), len(above)]
    for start, stop in pairwise(borders):  # rows that lie between the same two
        row, part, share = above[start], into[start:stop], weight[start:stop]
        np.multiply(share, slope[row + 1] - slope[row], out=part)
        part += slope[row]
        part *= f_y[start:stop]
        term = share * (offset[row + 1] - offset[row])
        term += offset[row]
        part += term
