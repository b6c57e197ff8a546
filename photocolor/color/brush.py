"""Puts a photo's small ab onto its own gray, some rows at a time: joint upsampling, gamut and stitch in one go."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import cached_property

import cv2
import numpy as np

from photocolor.color.codebook import NEUTRAL, Painter, codebook, step_for
from photocolor.color.gamut import F_PER_A, F_PER_B, Plane
from photocolor.color.lab import Gray, lightness_of_code
from photocolor.color.steer import Steering
from photocolor.color.stitch import F_LIGHT, FPlanes, Stitcher
from photocolor.color.upsample import GuidedAb
from photocolor.color.workspace import Workspace

BAND_PIXELS = 1 << 17
"""Pixels per band. Fewer would fit the cache better, and lose more to the calls (measured from 2^14 to 2^18)."""


class Brush:
    """Colors rows of one photo; any split into calls gives the same pixels. Safe to use from several threads.

    At 8 bits, ab is rounded to a codebook's colors and the codes are looked up. At 16 bits they are computed: a* and b*
    are linear in L*, and CIE f(X) and f(Z) in a*, b* and L*. So both come from f(Y) with one multiplication and one
    addition, and neither L* nor ab exists at the photo's size.

    Args:
        guided: ab prepared for the photo.
    """

    def __init__(self, guided: GuidedAb) -> None:
        self._guided = guided
        self._book = codebook(step_for(guided.reach))
        self._own = threading.local()

    @cached_property
    def _numbers(self) -> Plane:
        """Slopes and offsets of the numbers that a* and b* have in the codebook, from L*."""
        planes = self._guided.planes / np.float32(self._book.step)
        planes[2:] += np.float32(NEUTRAL)
        return planes

    @cached_property
    def _f_planes(self) -> Plane:
        """Slopes and offsets of f(X) and f(Z), from f(Y) in the stitcher's unit."""
        slope_a, slope_b, offset_a, offset_b = self._guided.planes.astype(np.float64)
        rows = (
            1 + 116 * F_PER_A * slope_a,
            1 + 116 * F_PER_B * slope_b,
            F_LIGHT * F_PER_A * (offset_a - 16 * slope_a),
            F_LIGHT * F_PER_B * (offset_b - 16 * slope_b),
        )
        return np.stack(rows).astype(np.float32)

    def color(self, top: int, gray: Gray, rgb: Gray) -> None:
        """Fills rows of the result.

        Args:
            top: number of the first of these rows in the photo.
            gray: (rows, W) uint8 or uint16, gray codes of the source.
            rgb: (rows, W, 3) of the same dtype, contiguous; what comes out.
        """
        gray = np.ascontiguousarray(gray)
        if gray.dtype == np.uint8:
            self._look_up(top, gray, rgb)
        else:
            self._compute(top, gray, rgb)

    def _look_up(self, top: int, gray: Gray, rgb: Gray) -> None:
        work = self._workspace()
        steering = self._steering(self._numbers, top, gray, work)
        painter, table = Painter(self._book, rgb, work), lightness_of_code(255)
        for rows in _bands(gray):
            lightness = work.plane("lightness", gray[rows].shape, np.float32)
            cv2.LUT(gray[rows], table, dst=lightness)
            numbers = (work.plane("a", lightness.shape, np.uint8), work.plane("b", lightness.shape, np.uint8))
            steering.put(rows, lightness, numbers, work)
            painter.put(rows, gray[rows], numbers)
        painter.finish()

    def _compute(self, top: int, gray: Gray, rgb: Gray) -> None:
        work = self._workspace()
        steering = self._steering(self._f_planes, top, gray, work)
        stitcher = Stitcher(gray, rgb, work)
        for rows in _bands(gray):
            f_y = stitcher.light_f(rows)
            f_x, f_z = (work.plane(name, f_y.shape, np.float32) for name in ("f_x", "f_z"))
            steering.put(rows, f_y, (f_x, f_z), work)
            stitcher.put(rows, FPlanes(f_y, f_x, f_z))
        stitcher.finish()

    def _steering(self, planes: Plane, top: int, gray: Gray, work: Workspace) -> Steering:
        return Steering.of(planes, self._guided.between(top, len(gray)), self._guided.width, work)

    def _workspace(self) -> Workspace:
        if not hasattr(self._own, "work"):
            self._own.work = Workspace()
        work: Workspace = self._own.work
        return work


def _bands(gray: Gray) -> Iterator[slice]:
    """All rows, in bands of about equal height."""
    bands = -(-gray.size // BAND_PIXELS)
    count = -(-len(gray) // bands)
    return (slice(start, min(start + count, len(gray))) for start in range(0, len(gray), count))
