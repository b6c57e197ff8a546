"""The last step of color: ab onto the photo's own gray, so exactly that the gray can be read back from the result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from photocolor.color.gamut import F_PER_A, F_PER_B, X_TO_RGB, Z_TO_RGB, Plane, chroma_scale, linear_rgb, outside
from photocolor.color.lab import (
    F_KNEE,
    F_OFFSET,
    F_SLOPE,
    SRGB_KNEE,
    Chroma,
    Gray,
    encode_srgb,
    f_of_code,
    linear_of_code,
    peak,
)
from photocolor.color.repair import repair
from photocolor.color.workspace import Workspace

LIGHT = 65535.0
"""Linear light of white in this module: the step in which it indexes the table of 8-bit codes."""
F_LIGHT = LIGHT ** (1 / 3)
"""What CIE f is multiplied with, so that its cube is light in that unit."""

_GAMMA = 1 / 2.4


def stitch(gray: Gray, ab: Chroma) -> Gray:
    """RGB pixels that have this gray and, as far as sRGB goes, this color.

    Args:
        gray: (H, W) uint8 or uint16, sRGB-encoded gray codes of the source.
        ab: (H, W, 2) float32, CIELAB a* and b*.

    Returns:
        (H, W, 3) of gray's dtype. 8-bit: the gray of every pixel (linear Rec.709 luminance, encoded) equals `gray`.
        16-bit: it is within 2 codes of 65535.
    """
    gray = np.ascontiguousarray(gray)
    rgb = np.empty((*gray.shape, 3), gray.dtype)
    work = Workspace()
    f_y = light_f(gray, work)
    f_x = f_y + ab[..., 0] * np.float32(F_LIGHT * F_PER_A)
    f_z = f_y + ab[..., 1] * np.float32(F_LIGHT * F_PER_B)
    put_color(gray, FPlanes(f_y, f_x, f_z), rgb, work)
    return rgb


@dataclass(frozen=True, slots=True)
class FPlanes:
    """CIE f of X, Y and Z over white, times `F_LIGHT`; each (H, W) float32."""

    y: Plane
    x: Plane
    z: Plane


def light_f(gray: Gray, work: Workspace) -> Plane:
    """CIE f(Y) of gray codes, times `F_LIGHT`; (H, W) float32, in a buffer of `work`."""
    f_y = work.plane("f_y", gray.shape, np.float32)
    return _looked_up(gray, _tables(peak(gray.dtype))[0], f_y)


def put_color(gray: Gray, f: FPlanes, rgb: Gray, work: Workspace) -> None:
    """Fills `rgb` as `stitch` does, from colors in CIE f.

    Args:
        gray: (H, W) uint8 or uint16, contiguous.
        f: of the color that is wanted.
        rgb: (H, W, 3) of gray's dtype, contiguous; what comes out.
        work: buffers to use.
    """
    luminance = _looked_up(gray, _tables(peak(gray.dtype))[1], work.plane("luminance", gray.shape, np.float32))
    channels = _channels(f, luminance, gray.dtype, work)
    low, high = (0, 65535) if gray.dtype == np.uint8 else (-0.06, LIGHT + 0.06)  # those beyond, and a few more
    beyond = np.flatnonzero(_at_the_ends(channels, (low, high), work))
    if beyond.size:
        _bring_inside(beyond, (gray, f, luminance), channels)
    if gray.dtype == np.uint8:
        table = _code_of_linear()
        codes = [_looked_up(c, table, work.plane(f"code{i}", c.shape, np.uint8)) for i, c in enumerate(channels)]
        cv2.merge(codes, dst=rgb)
        repair(cast(NDArray[np.uint8], gray), codes, cast(NDArray[np.uint8], rgb), work)
    else:
        cv2.merge([_encoded(channel, f"code{i}", work) for i, channel in enumerate(channels)], dst=rgb)


@cache
def _tables(white_code: int) -> tuple[Plane, Plane]:
    """f(Y) and Y of every gray code, both scaled to `LIGHT`."""
    f_y = (f_of_code(white_code).astype(np.float64) * F_LIGHT).astype(np.float32)
    return f_y, (linear_of_code(white_code) * LIGHT).astype(np.float32)


def _looked_up(codes: Gray, table: NDArray[Any], into: NDArray[Any]) -> NDArray[Any]:
    cv2.LUT(codes, table, dst=into)
    return into


def _channels(f: FPlanes, luminance: Plane, dtype: np.dtype[Any], work: Workspace) -> Sequence[NDArray[Any]]:
    """Linear R, G and B: uint16 and cut off at both ends for 8-bit results, float32 for 16-bit ones."""
    x, z = (_above_gray(plane, luminance, work.plane(name, plane.shape, np.float32)) for plane, name in _xz(f))
    mixed = work.plane("mixed", luminance.shape, np.float32)
    depth, into = (cv2.CV_16U, np.uint16) if dtype == np.uint8 else (cv2.CV_32F, np.float32)
    channels = [work.plane(f"channel{i}", luminance.shape, into) for i in range(3)]
    for channel, of_x, of_z in zip(channels, X_TO_RGB, Z_TO_RGB, strict=True):
        cv2.addWeighted(x, of_x, z, of_z, 0, dst=mixed)
        cv2.add(mixed, luminance, dst=channel, dtype=depth)
    return channels


def _xz(f: FPlanes) -> tuple[tuple[Plane, str], tuple[Plane, str]]:
    return (f.x, "x"), (f.z, "z")


def _above_gray(f: Plane, luminance: Plane, into: Plane) -> Plane:
    """X or Z over white, less the luminance."""
    cv2.pow(f, 3, dst=into)
    if f.min() <= F_KNEE * F_LIGHT:
        line = f * np.float32(F_SLOPE * LIGHT / F_LIGHT) - np.float32(F_SLOPE * F_OFFSET * LIGHT)
        np.copyto(into, line, where=f <= np.float32(F_KNEE * F_LIGHT))
    cv2.subtract(into, luminance, dst=into)
    return into


def _at_the_ends(channels: Sequence[NDArray[Any]], ends: tuple[float, float], work: Workspace) -> NDArray[np.bool_]:
    """True where the lowest channel is at the low end or below, or the highest at the high end or above."""
    one, two, three = channels
    extreme = work.plane("extreme", one.shape, one.dtype)
    np.minimum(np.minimum(one, two, out=extreme), three, out=extreme)
    found: NDArray[np.bool_] = extreme <= ends[0]
    np.maximum(np.maximum(one, two, out=extreme), three, out=extreme)
    found |= extreme >= ends[1]
    return found


def _bring_inside(at: NDArray[np.intp], band: tuple[Gray, FPlanes, Plane], channels: Sequence[NDArray[Any]]) -> None:
    """Chroma reduced where the color does not exist; black and white have none."""
    gray, f, light = band
    codes = gray.reshape(-1)[at]
    f_y, luminance = f.y.reshape(-1)[at] * np.float32(1 / F_LIGHT), light.reshape(-1)[at] * np.float32(1 / LIGHT)
    pure = (codes == 0) | (codes == peak(gray.dtype))
    if pure.any():
        for channel in channels:
            channel.reshape(-1)[at[pure]] = np.rint(luminance[pure] * np.float32(LIGHT))
        at, f_y, luminance = at[~pure], f_y[~pure], luminance[~pure]
    steps = [plane.reshape(-1)[at] * np.float32(1 / F_LIGHT) - f_y for plane in (f.x, f.z)]
    ab = np.stack([steps[0] * np.float32(1 / F_PER_A), steps[1] * np.float32(1 / F_PER_B)])
    out = np.flatnonzero(outside(linear_rgb(f_y, luminance, ab)))
    at, f_y, luminance, ab = at[out], f_y[out], luminance[out], ab[:, out]
    fitted = linear_rgb(f_y, luminance, ab * chroma_scale(f_y, luminance, ab)).clip(0, 1) * np.float32(LIGHT)
    for channel, values in zip(channels, fitted, strict=True):
        channel.reshape(-1)[at] = values if channel.dtype == np.float32 else np.rint(values)


@cache
def _code_of_linear() -> NDArray[np.uint8]:
    """(65536,) uint8: the 8-bit code of linear light in steps of 1/65535 (0.05 codes at the dark end)."""
    return np.rint(encode_srgb(np.arange(65536) / LIGHT) * 255).astype(np.uint8)


def _encoded(channel: Plane, name: str, work: Workspace) -> NDArray[np.uint16]:
    """The 16-bit codes of linear light; the channel's own values are lost."""
    codes = work.plane(name, channel.shape, np.uint16)
    np.clip(channel, 0, LIGHT, out=channel)
    dark = channel <= np.float32(SRGB_KNEE * LIGHT)
    line = np.rint(channel[dark] * np.float32(12.92)).astype(np.uint16)
    cv2.pow(channel, _GAMMA, dst=channel)
    cv2.addWeighted(channel, 1.055 * LIGHT ** (1 - _GAMMA), channel, 0, -0.055 * LIGHT, dst=codes, dtype=cv2.CV_16U)
    codes[dark] = line
    return codes
