"""Measures a reference's palette, and moves another photo's colors to it.

Source: F. Pitié, A. Kokaram, "The linear Monge-Kantorovitch linear colour mapping for example-based colour transfer",
CVMP 2007, here over a* and b* alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import Chroma, Gray, lab_of
from photocolor.color.resize import resize

PALETTE_PX = 256
"""A palette is taken at this many pixels on the longer side."""

LEAST_SPREAD = 4.0
"""CIELAB units squared added to the spread of ab: a photo of nearly one color is not torn apart."""

MOST_GAIN = 1.6
"""No color is moved to more than this multiple of its distance from the photo's mean."""


@dataclass(frozen=True, slots=True)
class Palette:
    """Describes where the colors of a picture lie: mean and covariance of ab.

    Attributes:
        mean: (2,) float64, mean a* and b*.
        spread: (2, 2) float64, their covariance.
    """

    mean: NDArray[np.float64]
    spread: NDArray[np.float64]


def palette_of(rgb: Gray) -> Palette:
    """Returns the palette of a color picture, (H, W, 3) uint8 or uint16, sRGB-encoded."""
    scale = min(1.0, PALETTE_PX / max(rgb.shape[:2]))
    height, width = (max(1, round(side * scale)) for side in rgb.shape[:2])
    return palette_of_ab(lab_of(resize(rgb, height, width))[1])


def palette_of_ab(ab: Chroma) -> Palette:
    """Returns the palette of colors (H, W, 2) float32, CIELAB a* and b*."""
    flat = ab.reshape(-1, 2).astype(np.float64)
    away = flat - flat.mean(axis=0)
    return Palette(flat.mean(axis=0), away.T @ away / len(flat))


def moved_to(ab: Chroma, palette: Palette) -> Chroma:
    """Returns colors moved to a palette: the same mean, and the same spread as far as `MOST_GAIN` permits.

    Args:
        ab: (H, W, 2) float32, CIELAB a* and b*.
        palette: of the reference.

    Returns:
        (H, W, 2) float32.
    """
    own = palette_of_ab(ab)
    mapping = _monge_kantorovich(own.spread, palette.spread)
    return ((ab - own.mean) @ mapping.T + palette.mean).astype(np.float32)


def _monge_kantorovich(own: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns the symmetric linear map that turns one covariance into the other, its gains limited; (2, 2) float64."""
    floor = LEAST_SPREAD * np.eye(2)
    root = _root(own + floor)
    inverse = np.linalg.inv(root)
    mapping = inverse @ _root(root @ (target + floor) @ root) @ inverse
    gains, axes = np.linalg.eigh((mapping + mapping.T) / 2)
    return np.asarray(axes @ np.diag(gains.clip(0, MOST_GAIN)) @ axes.T)


def _root(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns the symmetric square root of a positive matrix."""
    values, axes = np.linalg.eigh(matrix)
    return np.asarray(axes @ np.diag(np.sqrt(values.clip(0))) @ axes.T)
