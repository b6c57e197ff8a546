"""Puts ab onto the photo's own gray, so exactly that the gray can be computed from the result again."""

from __future__ import annotations

from functools import cache
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from photocolor.color.gamut import F_PER_A, F_PER_B, Plane, fitted_light
from photocolor.color.lab import Chroma, Gray, encode_srgb, f_of_code, linear_of_code, peak
from photocolor.render.buffers import Workspace
from photocolor.render.light import (
    F_LIGHT,
    LIGHT,
    FPlanes,
    at_the_ends,
    channels_of,
    encoded,
    fitted,
    looked_up,
    tables,
)
from photocolor.render.repair import Codes, changed_gray, nearest_with_gray


def stitch(gray: Gray, ab: Chroma) -> Gray:
    """Returns RGB pixels that have this gray and, as far as sRGB permits, this color.

    Args:
        gray: (H, W) uint8 or uint16, sRGB-encoded gray codes of the source.
        ab: (H, W, 2) float32, CIELAB a* and b*.

    Returns:
        (H, W, 3) of gray's dtype. 8-bit: the gray of every pixel (linear Rec.709 luminance, encoded) equals `gray`.
        16-bit: it is within 2 codes of 65535.
    """
    gray = np.ascontiguousarray(gray)
    if gray.dtype == np.uint8:
        colors = np.ascontiguousarray(np.moveaxis(ab, -1, 0).reshape(2, -1))
        return codes_of(cast(Codes, gray.reshape(-1)), colors).reshape(*gray.shape, 3)
    rgb = np.empty((*gray.shape, 3), gray.dtype)
    stitcher, every = Stitcher(gray, rgb, Workspace()), slice(0, len(gray))
    f_y = stitcher.light_f(every)
    f_x = f_y + ab[..., 0] * np.float32(F_LIGHT * F_PER_A)
    f_z = f_y + ab[..., 1] * np.float32(F_LIGHT * F_PER_B)
    stitcher.put(every, FPlanes(f_y, f_x, f_z))
    stitcher.finish()
    return rgb


def codes_of(gray: Codes, ab: Plane) -> Codes:
    """Returns the 8-bit codes of grays in color, as `stitch` promises them; each depends on its own gray and ab alone.

    Args:
        gray: (N,) uint8.
        ab: (2, N) float32, CIELAB a* and b*.

    Returns:
        (N, 3) uint8.
    """
    light = fitted_light(f_of_code(255).take(gray), linear_of_code(255).astype(np.float32).take(gray), ab)
    codes: Codes = _code_of_linear().take(np.rint(light * np.float32(LIGHT)).astype(np.uint16)).T
    pure = (gray == 0) | (gray == 255)  # black and white take no color
    codes[pure] = gray[pure, None]
    changed = np.flatnonzero(changed_gray(gray, codes))
    codes[changed] = nearest_with_gray(gray[changed], codes[changed])
    return codes


class Stitcher:
    """Colors 16-bit gray rows, band by band; colors outside of sRGB are fitted at the end, all at once.

    Args:
        gray: (H, W) uint16, contiguous.
        rgb: (H, W, 3) uint16, contiguous; what comes out, as `stitch` says.
        work: buffers to use.
    """

    def __init__(self, gray: Gray, rgb: Gray, work: Workspace) -> None:
        self._gray, self._rgb, self._work = gray, rgb, work
        self._f_table, self._light_table = tables(peak(gray.dtype))
        self._beyond: list[tuple[NDArray[Any], ...]] = []

    def light_f(self, rows: slice) -> Plane:
        """Returns CIE f(Y) of these rows, times `F_LIGHT`; (rows, W) float32, in a buffer of the workspace."""
        gray = self._gray[rows]
        return looked_up(gray, self._f_table, self._work.plane("f_y", gray.shape, np.float32))

    def put(self, rows: slice, f: FPlanes) -> None:
        """Colors these rows."""
        gray, rgb, work = self._gray[rows], self._rgb[rows], self._work
        luminance = looked_up(gray, self._light_table, work.plane("luminance", gray.shape, np.float32))
        channels = channels_of(f, luminance, work)
        ends, reach = at_the_ends(channels, work)
        beyond = np.flatnonzero(ends)
        if beyond.size:
            values = (p.reshape(-1)[beyond] for p in (f.y, f.x, f.z, luminance))
            self._beyond.append((beyond + rows.start * gray.shape[1], *values))
        cv2.merge([encoded(channel, f"code{i}", work, reach) for i, channel in enumerate(channels)], dst=rgb)

    def finish(self) -> None:
        """Fits the pixels whose color does not exist in sRGB."""
        if not self._beyond:
            return
        gray, rgb = self._gray.reshape(-1), self._rgb.reshape(-1, 3)
        at = np.concatenate([part[0] for part in self._beyond])
        pure = (gray[at] == 0) | (gray[at] == peak(gray.dtype))  # black and white take no color, and are most of them
        rgb[at[pure]] = gray[at[pure], None]
        planes = (np.concatenate(part) for part in zip(*(part[1:] for part in self._beyond), strict=True))
        at, f_y, f_x, f_z, luminance = (part[~pure] for part in (at, *planes))
        if not at.size:
            return
        light = fitted(FPlanes(f_y, f_x, f_z), luminance)
        rgb[at] = encoded(light, "late", Workspace(), (0.0, LIGHT)).T


@cache
def _code_of_linear() -> NDArray[np.uint8]:
    """Returns the 8-bit code of linear light in steps of 1/65535 (0.05 codes at the dark end), (65536,) uint8."""
    return np.rint(encode_srgb(np.arange(65536) / LIGHT) * 255).astype(np.uint8)
