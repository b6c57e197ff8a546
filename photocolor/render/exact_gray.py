"""Puts ab onto the photo's own gray, so exactly that the gray can be computed from the result again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from photocolor.color.gamut import F_PER_A, F_PER_B, X_TO_RGB, Z_TO_RGB, Plane, fitted_light
from photocolor.color.lab import (
    F_KNEE,
    SRGB_KNEE,
    Chroma,
    Gray,
    encode_srgb,
    f_of_code,
    linear_of_code,
    peak,
)
from photocolor.render.buffers import Workspace
from photocolor.render.repair import Codes, changed_gray, nearest_with_gray

LIGHT = 65535.0
"""Linear light of white in this module: the step in which it indexes the table of 8-bit codes."""
F_LIGHT = LIGHT ** (1 / 3)
"""What CIE f is multiplied with, so that its cube is light in that unit."""

_GAMMA = 1 / 2.4


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


@dataclass(frozen=True, slots=True)
class FPlanes:
    """Holds CIE f of X, Y and Z over white, times `F_LIGHT`; each (rows, W) float32."""

    y: Plane
    x: Plane
    z: Plane


Reach = tuple[float, float]
"""The least and the largest value of some light."""


class Stitcher:
    """Colors 16-bit gray rows, band by band; colors outside of sRGB are fitted at the end, all at once.

    Args:
        gray: (H, W) uint16, contiguous.
        rgb: (H, W, 3) uint16, contiguous; what comes out, as `stitch` says.
        work: buffers to use.
    """

    def __init__(self, gray: Gray, rgb: Gray, work: Workspace) -> None:
        self._gray, self._rgb, self._work = gray, rgb, work
        self._f_table, self._light_table = _tables(peak(gray.dtype))
        self._beyond: list[tuple[NDArray[Any], ...]] = []

    def light_f(self, rows: slice) -> Plane:
        """Returns CIE f(Y) of these rows, times `F_LIGHT`; (rows, W) float32, in a buffer of the workspace."""
        gray = self._gray[rows]
        return _looked_up(gray, self._f_table, self._work.plane("f_y", gray.shape, np.float32))

    def put(self, rows: slice, f: FPlanes) -> None:
        """Colors these rows."""
        gray, rgb, work = self._gray[rows], self._rgb[rows], self._work
        luminance = _looked_up(gray, self._light_table, work.plane("luminance", gray.shape, np.float32))
        channels = _channels(f, luminance, work)
        ends, reach = _at_the_ends(channels, work)
        beyond = np.flatnonzero(ends)
        if beyond.size:
            values = (p.reshape(-1)[beyond] for p in (f.y, f.x, f.z, luminance))
            self._beyond.append((beyond + rows.start * gray.shape[1], *values))
        cv2.merge([_encoded(channel, f"code{i}", work, reach) for i, channel in enumerate(channels)], dst=rgb)

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
        f_y = f_y * np.float32(1 / F_LIGHT)
        per_f = (np.float32(1 / F_PER_A), np.float32(1 / F_PER_B))
        ab = np.stack([(f * np.float32(1 / F_LIGHT) - f_y) * k for f, k in zip((f_x, f_z), per_f, strict=True)])
        light = fitted_light(f_y, luminance * np.float32(1 / LIGHT), ab) * np.float32(LIGHT)
        rgb[at] = _encoded(light, "late", Workspace(), (0.0, LIGHT)).T


@cache
def _tables(white_code: int) -> tuple[Plane, Plane]:
    """Returns f(Y) and Y of every gray code, both scaled to `LIGHT`."""
    f_y = (f_of_code(white_code).astype(np.float64) * F_LIGHT).astype(np.float32)
    return f_y, (linear_of_code(white_code) * LIGHT).astype(np.float32)


def _looked_up(codes: Gray, table: NDArray[Any], into: NDArray[Any]) -> NDArray[Any]:
    cv2.LUT(codes, table, dst=into)
    return into


def _channels(f: FPlanes, luminance: Plane, work: Workspace) -> Sequence[Plane]:
    """Returns linear R, G and B."""
    x, z = (_above_gray(plane, luminance, work.plane(name, plane.shape, np.float32), work) for plane, name in _xz(f))
    mixed = work.plane("mixed", luminance.shape, np.float32)
    channels = [work.plane(f"channel{i}", luminance.shape, np.float32) for i in range(3)]
    for channel, of_x, of_z in zip(channels, X_TO_RGB, Z_TO_RGB, strict=True):
        cv2.addWeighted(x, of_x, z, of_z, 0, dst=mixed)
        cv2.add(mixed, luminance, dst=channel)
    return channels


def _xz(f: FPlanes) -> tuple[tuple[Plane, str], tuple[Plane, str]]:
    return (f.x, "x"), (f.z, "z")


_KNEE = F_KNEE * F_LIGHT


def _above_gray(f: Plane, luminance: Plane, into: Plane, work: Workspace) -> Plane:
    """Returns X or Z over white, less the luminance; below its knee the cube continues as its tangent."""
    if f.min() > _KNEE:
        cv2.pow(f, 3, dst=into)
    else:
        above = np.maximum(f, np.float32(_KNEE), out=work.plane("above", f.shape, np.float32))
        below = np.subtract(f, above, out=work.plane("below", f.shape, np.float32))
        cv2.pow(above, 3, dst=above)
        cv2.scaleAdd(below, 3 * _KNEE**2, above, dst=into)
    cv2.subtract(into, luminance, dst=into)
    return into


_ENDS = (-0.06, LIGHT + 0.06)
"""Light beyond which a color does not exist: a little more than float32 loses, far below a code."""


def _at_the_ends(channels: Sequence[Plane], work: Workspace) -> tuple[NDArray[np.bool_], Reach]:
    """Returns where a channel is at one of its ends or beyond, and from where to where all channels reach."""
    one, two, three = channels
    extreme = work.plane("extreme", one.shape, one.dtype)
    np.minimum(np.minimum(one, two, out=extreme), three, out=extreme)
    at_ends: NDArray[np.bool_] = extreme <= _ENDS[0]
    low = float(extreme.min())
    np.maximum(np.maximum(one, two, out=extreme), three, out=extreme)
    at_ends |= extreme >= _ENDS[1]
    return at_ends, (low, float(extreme.max()))


@cache
def _code_of_linear() -> NDArray[np.uint8]:
    """Returns the 8-bit code of linear light in steps of 1/65535 (0.05 codes at the dark end), (65536,) uint8."""
    return np.rint(encode_srgb(np.arange(65536) / LIGHT) * 255).astype(np.uint8)


_DARK = SRGB_KNEE * LIGHT
_NOT_DARK = 2 * _DARK
"""From here on the line is hundreds of codes above the power."""


def _encoded(channel: Plane, name: str, work: Workspace, reach: Reach) -> NDArray[np.uint16]:
    """Returns the 16-bit codes of linear light; overwrites the channel.

    Below the knee the line counts, above it the power, which there is the lower one of the two.

    Args:
        channel: (rows, W) float32.
        name: of the buffer for the codes.
        work: buffers to use.
        reach: no value of the channel lies outside; what then changes nothing is left out.
    """
    codes, line = (work.plane(kind, channel.shape, np.uint16) for kind in (name, "line"))
    dark = reach[0] < _NOT_DARK
    if dark:
        cv2.addWeighted(channel, 12.92, channel, 0, 0, dst=line, dtype=cv2.CV_16U)
    if dark or reach[1] > LIGHT:
        np.clip(channel, _DARK, LIGHT, out=channel)
    cv2.pow(channel, _GAMMA, dst=channel)
    cv2.addWeighted(channel, 1.055 * LIGHT ** (1 - _GAMMA), channel, 0, -0.055 * LIGHT, dst=codes, dtype=cv2.CV_16U)
    if dark:
        np.minimum(codes, line, out=codes)
    return codes
