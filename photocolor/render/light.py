"""Works out linear light of 16-bit gray and color, and its codes, in OpenCV's fused kernels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from photocolor.color.gamut import F_PER_A, F_PER_B, X_TO_RGB, Z_TO_RGB, Plane, fitted_light
from photocolor.color.lab import F_KNEE, SRGB_KNEE, Gray, f_of_code, linear_of_code
from photocolor.render.buffers import Workspace

LIGHT = 65535.0
"""Linear light of white in this module: the step in which it indexes the table of 8-bit codes."""
F_LIGHT = LIGHT ** (1 / 3)
"""What CIE f is multiplied with, so that its cube is light in that unit."""

GAMMA = 1 / 2.4


@dataclass(frozen=True, slots=True)
class FPlanes:
    """Holds CIE f of X, Y and Z over white, times `F_LIGHT`; each of one shape, float32."""

    y: Plane
    x: Plane
    z: Plane


Reach = tuple[float, float]
"""The least and the largest value of some light."""


@cache
def tables(white_code: int) -> tuple[Plane, Plane]:
    """Returns f(Y) and Y of every gray code, both scaled to `LIGHT`."""
    f_y = (f_of_code(white_code).astype(np.float64) * F_LIGHT).astype(np.float32)
    return f_y, (linear_of_code(white_code) * LIGHT).astype(np.float32)


def looked_up(codes: Gray, table: NDArray[Any], into: NDArray[Any]) -> NDArray[Any]:
    """Fills `into` with the table's value of each code, and returns it."""
    cv2.LUT(codes, table, dst=into)
    return into


def channels_of(f: FPlanes, luminance: Plane, work: Workspace) -> Sequence[Plane]:
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


ENDS = (-0.06, LIGHT + 0.06)
"""Light beyond which a color does not exist: a little more than float32 loses, far below a code."""


def at_the_ends(channels: Sequence[Plane], work: Workspace) -> tuple[NDArray[np.bool_], Reach]:
    """Returns where a channel is at one of its ends or beyond, and from where to where all channels reach."""
    one, two, three = channels
    extreme = work.plane("extreme", one.shape, one.dtype)
    np.minimum(np.minimum(one, two, out=extreme), three, out=extreme)
    at_ends: NDArray[np.bool_] = extreme <= ENDS[0]
    low = float(extreme.min())
    np.maximum(np.maximum(one, two, out=extreme), three, out=extreme)
    at_ends |= extreme >= ENDS[1]
    return at_ends, (low, float(extreme.max()))


DARK = SRGB_KNEE * LIGHT
NOT_DARK = 2 * DARK
"""From here on the line is hundreds of codes above the power."""


def encoded(channel: Plane, name: str, work: Workspace, reach: Reach) -> NDArray[np.uint16]:
    """Returns the 16-bit codes of linear light; overwrites the channel.

    Below the knee the line counts, above it the power, which there is the lower one of the two.

    Args:
        channel: (rows, W) float32.
        name: of the buffer for the codes.
        work: buffers to use.
        reach: no value of the channel lies outside; what then changes nothing is left out.
    """
    codes, line = (work.plane(kind, channel.shape, np.uint16) for kind in (name, "line"))
    dark = reach[0] < NOT_DARK
    if dark:
        cv2.addWeighted(channel, 12.92, channel, 0, 0, dst=line, dtype=cv2.CV_16U)
    if dark or reach[1] > LIGHT:
        np.clip(channel, DARK, LIGHT, out=channel)
    cv2.pow(channel, GAMMA, dst=channel)
    cv2.addWeighted(channel, 1.055 * LIGHT ** (1 - GAMMA), channel, 0, -0.055 * LIGHT, dst=codes, dtype=cv2.CV_16U)
    if dark:
        np.minimum(codes, line, out=codes)
    return codes


def fitted(f: FPlanes, luminance: Plane) -> Plane:
    """Returns the light of colors; chroma is reduced where they do not exist in sRGB.

    Args:
        f: of N colors, (N,) each.
        luminance: (N,) float32, their light.

    Returns:
        (3, N) float32, R, G and B.
    """
    f_y = f.y * np.float32(1 / F_LIGHT)
    per_f = (np.float32(1 / F_PER_A), np.float32(1 / F_PER_B))
    ab = np.stack([(plane * np.float32(1 / F_LIGHT) - f_y) * k for plane, k in zip((f.x, f.z), per_f, strict=True)])
    light: Plane = fitted_light(f_y, luminance * np.float32(1 / LIGHT), ab) * np.float32(LIGHT)
    return light
