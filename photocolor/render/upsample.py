"""Joint upsampling: brings ab from its small size to the photo's, with edges that follow the photo's L*.

Source: K. He, J. Sun, "Fast Guided Filter", arXiv:1505.00996; guide L*, input a* and b*.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import Chroma, Lightness

Plane = NDArray[np.float32]

RADIUS_PX = 2
"""Radius of the filter's window in pixels of the small ab; measured in docs/notes/sizes.md."""

EDGE_VARIANCE = 9.0
"""L* units squared: lightness steps well below 3 do not steer color, steps well above do."""


@dataclass(frozen=True, slots=True)
class GuidedAb:
    """Describes ab as a local linear function of L*: ab = slope · L* + offset, with small smooth planes.

    Attributes:
        planes: (4, h, w) float32: slope of a*, slope of b*, offset of a*, offset of b*.
        height: rows of the photo.
        width: columns of the photo.
        reach: CIELAB units, the largest |a*| or |b*| of the small ab.
    """

    planes: Plane
    height: int
    width: int
    reach: float

    def band(self, top: int, lightness: Lightness) -> Chroma:
        """Returns CIELAB ab for one band of the photo's rows; any split into bands gives the same values.

        Args:
            top: first row of the band.
            lightness: (rows, W) float32, L* of the band.

        Returns:
            (rows, W, 2) float32, CIELAB a* and b*.
        """
        between = self.between(top, lightness.shape[0])
        planes = self.planes[:, between.used]
        ab = np.empty((*lightness.shape, 2), np.float32)
        for i in range(2):
            slope, offset = (between.of(stretched(plane, self.width)) for plane in (planes[i], planes[2 + i]))
            np.multiply(slope, lightness, out=ab[..., i])
            ab[..., i] += offset
        return ab

    def between(self, top: int, rows: int) -> Between:
        """Returns these rows' positions between the rows of the planes, with aligned pixel centers."""
        small = self.planes.shape[1]
        center = (np.arange(top, top + rows) + 0.5) * (small / self.height) - 0.5
        first = np.floor(center).astype(np.intp)
        used = np.arange(first[0], first[-1] + 2).clip(0, small - 1)
        return Between(used, first - first[0], (center - first).astype(np.float32)[:, None])


@dataclass(frozen=True, slots=True)
class Between:
    """Maps rows of a photo to positions between rows of its small planes.

    Attributes:
        used: (n,) rows of the planes, one after the other; the first and last are repeated at the photo's borders.
        above: (rows,) number among `used` of the row above each row of the photo; the next one is that below.
        weight: (rows, 1) float32, share of the row below.
    """

    used: NDArray[np.intp]
    above: NDArray[np.intp]
    weight: Plane

    def of(self, plane: Plane) -> Plane:
        """Returns the plane (n, W) interpolated at these rows, (rows, W)."""
        step: Plane = plane[self.above + 1] - plane[self.above]
        step *= self.weight
        step += plane[self.above]
        return step


def stretched(plane: Plane, width: int) -> Plane:
    """Returns (rows, w) stretched linearly to (rows, width), with aligned pixel centers."""
    rows = plane.shape[0]
    if rows == 1:
        plane = np.repeat(plane, 2, axis=0)  # OpenCV computes a single row by another, coarser route
    wide = cv2.resize(plane, (width, len(plane)), interpolation=cv2.INTER_LINEAR)
    return np.asarray(wide, np.float32).reshape(-1, width)[:rows]


def guide(ab: Chroma, lightness: Lightness, height: int, width: int) -> GuidedAb:
    """Prepares small ab for a photo of `height` × `width`.

    Args:
        ab: (h, w, 2) float32, CIELAB a* and b*.
        lightness: (h, w) float32, L* of the photo at the same small size.
        height: rows of the photo.
        width: columns of the photo.

    Returns:
        The planes from which any band of the photo's ab is made.
    """
    mean_l = _mean(lightness)
    variance = np.subtract(_mean(lightness * lightness), mean_l * mean_l).clip(0)
    steered = variance + np.float32(EDGE_VARIANCE)
    planes = np.empty((4, *lightness.shape), np.float32)
    for i in range(2):
        channel = np.ascontiguousarray(ab[..., i])
        mean_c = _mean(channel)
        slope: Plane = np.subtract(_mean(lightness * channel), mean_l * mean_c) / steered
        planes[i] = _mean(slope)
        planes[2 + i] = _mean(np.subtract(mean_c, slope * mean_l))
    return GuidedAb(planes, height, width, float(np.abs(ab).max()))


def _mean(plane: Plane) -> Plane:
    """Returns the box mean over the window, with mirrored borders."""
    side = 2 * RADIUS_PX + 1
    return np.asarray(cv2.blur(plane, (side, side), borderType=cv2.BORDER_REFLECT), np.float32)
