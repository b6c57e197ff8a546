"""The sRGB gamut at constant L* and hue: how far toward gray a color must go to exist."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import F_KNEE, F_OFFSET, F_SLOPE, WHITE, XYZ_FROM_SRGB, Chroma, Lightness

Plane = NDArray[np.float32]

_RGB_FROM_XYZ_RATIO = np.linalg.inv(XYZ_FROM_SRGB) * WHITE
"""Linear RGB from XYZ over white; each row sums to one."""

X_TO_RGB = tuple(float(v) for v in _RGB_FROM_XYZ_RATIO[:, 0])
Z_TO_RGB = tuple(float(v) for v in _RGB_FROM_XYZ_RATIO[:, 2])

GAMUT_SLACK = np.float32(1e-6)
"""Linear light: float32 noise of the formulas, far below half a 16-bit code."""

BISECTIONS = 12
"""Halvings of the chroma scale: 1/4096, at most 0.03 ab units, always on the inner side."""


def linear_rgb(f_y: Plane, luminance: Plane, a: Plane, b: Plane) -> tuple[Plane, Plane, Plane]:
    """Linear sRGB light of CIELAB colors whose luminance is already known.

    Args:
        f_y: (...) float32, CIE f(Y) = (L* + 16) / 116.
        luminance: (...) float32, Y in [0, 1] of the same pixels.
        a: (...) float32, a*.
        b: (...) float32, b*.

    Returns:
        R, G and B, each (...) float32; outside [0, 1] where the color does not exist in sRGB.
    """
    dx = _cube(f_y + a * np.float32(1 / 500))
    dx -= luminance
    dz = _cube(f_y - b * np.float32(1 / 200))
    dz -= luminance
    red, green, blue = (luminance + dx * np.float32(X_TO_RGB[i]) + dz * np.float32(Z_TO_RGB[i]) for i in range(3))
    return red, green, blue


def _cube(f: Plane) -> Plane:
    """Inverse of CIE f: ratio to white, (...) float32."""
    cubed = f * f
    cubed *= f
    if f.size and f.min() <= F_KNEE:
        np.copyto(cubed, np.float32(F_SLOPE) * (f - np.float32(F_OFFSET)), where=f <= np.float32(F_KNEE))
    return cubed


def outside(channels: tuple[Plane, Plane, Plane]) -> NDArray[np.bool_]:
    """True where any linear channel is below 0 or above 1."""
    red, green, blue = channels
    low = np.minimum(np.minimum(red, green), blue) < -GAMUT_SLACK
    high = np.maximum(np.maximum(red, green), blue) > 1 + GAMUT_SLACK
    return low | high


def chroma_scale(f_y: Plane, luminance: Plane, a: Plane, b: Plane) -> Plane:
    """The largest factor in [0, 1] on (a, b) that stays inside sRGB, by bisection from the inner side.

    Args:
        f_y: (N,) float32, CIE f(Y).
        luminance: (N,) float32, Y in [0, 1].
        a: (N,) float32, a* of colors that may lie outside.
        b: (N,) float32, b*.

    Returns:
        (N,) float32 in [0, 1), within 1/4096 of the gamut's border.
    """
    inner = np.zeros_like(f_y)
    step = np.float32(0.5)
    for _ in range(BISECTIONS):
        tried = inner + step
        inside = ~outside(linear_rgb(f_y, luminance, a * tried, b * tried))
        np.copyto(inner, tried, where=inside)
        step *= np.float32(0.5)
    return inner


def fit_to_srgb(lightness: Lightness, ab: Chroma) -> Chroma:
    """ab moved toward gray just enough to exist in sRGB, at the same L* and hue.

    Args:
        lightness: (H, W) float32, L* in [0, 100].
        ab: (H, W, 2) float32, CIELAB a* and b*.

    Returns:
        (H, W, 2) float32; equal to `ab` wherever that already was inside.

    Source: IEC 61966-2-1 primaries, D65; CIE 15:2004 for L*a*b*.
    """
    f_y = (lightness + np.float32(16)) * np.float32(1 / 116)
    luminance = _cube(f_y)
    a, b = np.ascontiguousarray(ab[..., 0]), np.ascontiguousarray(ab[..., 1])
    beyond = outside(linear_rgb(f_y, luminance, a, b))
    scale = chroma_scale(f_y[beyond], luminance[beyond], a[beyond], b[beyond])
    fitted = ab.copy()
    fitted[beyond] *= scale[:, None]
    return fitted
