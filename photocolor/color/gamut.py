"""The sRGB gamut at constant L* and hue: how far a color must move toward gray to fit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import F_KNEE, F_OFFSET, F_SLOPE, WHITE, XYZ_FROM_SRGB, Chroma, Lightness

Plane = NDArray[np.float32]

_RGB_FROM_XYZ_RATIO = np.linalg.inv(XYZ_FROM_SRGB) * WHITE
"""Linear RGB from XYZ over white; each row sums to one."""

X_TO_RGB = tuple(float(v) for v in _RGB_FROM_XYZ_RATIO[:, 0])
Z_TO_RGB = tuple(float(v) for v in _RGB_FROM_XYZ_RATIO[:, 2])
"""What X and Z over white add to linear R, G and B; as rows sum to one, Y needs no column:
RGB = Y + (X - Y) · X_TO_RGB + (Z - Y) · Z_TO_RGB."""

F_PER_A = 1 / 500
F_PER_B = -1 / 200
"""CIE f(X) = f(Y) + a* / 500 and f(Z) = f(Y) - b* / 200."""

GAMUT_SLACK = np.float32(1e-6)
"""How far linear light may be outside of [0, 1] and still count as inside: rounding errors of float32, far below
half a 16-bit code."""

BISECTIONS = 12
"""Halvings of the chroma scale: 1/4096, at most 0.03 ab units, always on the inner side."""

_F_PER_AB = np.array((F_PER_A, F_PER_B), np.float32)
_XZ_TO_RGB = np.array((X_TO_RGB, Z_TO_RGB), np.float32)


def linear_rgb(f_y: Plane, luminance: Plane, ab: Plane) -> Plane:
    """Returns linear sRGB light of CIELAB colors whose luminance is already known.

    Args:
        f_y: (...) float32, CIE f(Y) = (L* + 16) / 116.
        luminance: (...) float32, Y in [0, 1] of the same pixels.
        ab: (2, ...) float32, a* and b*.

    Returns:
        (3, ...) float32, R, G and B; outside [0, 1] where the color does not exist in sRGB.
    """
    column = (slice(None), *[None] * f_y.ndim)
    f_xz = ab * _F_PER_AB[column]
    f_xz += f_y
    return _light(f_xz, luminance)


def _light(f_xz: Plane, luminance: Plane) -> Plane:
    """Returns (3, ...) linear light from CIE f of X and Z, (2, ...), and Y; see `Z_TO_RGB`."""
    column = (slice(None), *[None] * luminance.ndim)
    ratio = _cube(f_xz)
    ratio -= luminance
    channels: Plane = ratio[0] * _XZ_TO_RGB[0][column]
    channels += luminance
    channels += ratio[1] * _XZ_TO_RGB[1][column]
    return channels


def _cube(f: Plane) -> Plane:
    """Returns the ratio to white by the inverse of CIE f, (...) float32."""
    cubed = f * f
    cubed *= f
    if f.size and f.min() <= F_KNEE:
        np.copyto(cubed, np.float32(F_SLOPE) * (f - np.float32(F_OFFSET)), where=f <= np.float32(F_KNEE))
    return cubed


def outside(channels: Plane) -> NDArray[np.bool_]:
    """Returns True where any of the (3, ...) linear channels is below 0 or above 1."""
    low = channels.min(axis=0) < -GAMUT_SLACK
    low |= channels.max(axis=0) > 1 + GAMUT_SLACK
    return np.asarray(low)


def chroma_scale(f_y: Plane, luminance: Plane, ab: Plane) -> Plane:
    """Returns the largest factor in [0, 1] on ab that stays inside sRGB, by bisection from the inner side.

    Args:
        f_y: (N,) float32, CIE f(Y).
        luminance: (N,) float32, Y in [0, 1].
        ab: (2, N) float32, a* and b* of colors that may lie outside.

    Returns:
        (N,) float32 in [0, 1), within 1/4096 of the gamut's border.
    """
    inner = np.zeros_like(f_y)
    step = np.float32(0.5)
    f_steps = ab * _F_PER_AB[:, None]
    for _ in range(BISECTIONS):
        tried = inner + step
        f_xz = f_steps * tried
        f_xz += f_y
        np.copyto(inner, tried, where=~outside(_light(f_xz, luminance)))
        step *= np.float32(0.5)
    return inner


def fitted_light(f_y: Plane, luminance: Plane, ab: Plane) -> Plane:
    """Returns linear light of colors; chroma is reduced where they do not exist in sRGB.

    Args:
        f_y: (N,) float32, CIE f(Y).
        luminance: (N,) float32, Y in [0, 1].
        ab: (2, N) float32, a* and b*.

    Returns:
        (3, N) float32 in [0, 1], R, G and B; each color's depends on its own values alone.
    """
    channels = linear_rgb(f_y, luminance, ab)
    out = np.flatnonzero(outside(channels))
    if out.size:
        f_y, luminance, ab = f_y[out], luminance[out], ab[:, out]
        channels[:, out] = linear_rgb(f_y, luminance, ab * chroma_scale(f_y, luminance, ab))
    return np.asarray(channels.clip(0, 1), np.float32)


def fit_to_srgb(lightness: Lightness, ab: Chroma) -> Chroma:
    """Returns ab moved toward gray just enough to exist in sRGB, at the same L* and hue.

    Args:
        lightness: (H, W) float32, L* in [0, 100].
        ab: (H, W, 2) float32, CIELAB a* and b*.

    Returns:
        (H, W, 2) float32; equal to `ab` wherever that already was inside.

    Source: IEC 61966-2-1 primaries, D65; CIE 15:2004 for L*a*b*.
    """
    f_y = (lightness + np.float32(16)) * np.float32(1 / 116)
    luminance = _cube(f_y)
    planes = np.ascontiguousarray(np.moveaxis(ab, -1, 0))
    beyond = outside(linear_rgb(f_y, luminance, planes))
    scale = chroma_scale(f_y[beyond], luminance[beyond], planes[:, beyond])
    fitted = ab.copy()
    fitted[beyond] *= scale[:, None]
    return fitted
