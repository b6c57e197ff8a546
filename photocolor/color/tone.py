"""Whether a picture already has color: gray, toned like a sepia print, or colored."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import Gray, lab_of
from photocolor.color.resize import resize

LOOK_PX = 192
"""The picture is judged at this many pixels on its longer side: grain and JPEG color noise are averaged away."""

TONE_BINS = 12
"""Steps of L* in which a toned print may have each its own tint."""

CHROMA_SHARE = 0.95
"""The chroma that this share of the pixels stays below is what counts: a small stamp does not make a color photo."""

NEUTRAL_CHROMA = 3.0
"""CIELAB units: below, a picture is gray to the eye, and to a scanner's white balance."""

TINT_CHROMA = 7.0
"""CIELAB units around the tone curve: below, one ink or one paper explains the color."""


class Tone(StrEnum):
    """What kind of color a picture has."""

    GRAY = "gray"
    TONED = "toned"
    COLOR = "color"


def tone_of(rgb: Gray) -> Tone:
    """Tells gray, toned (sepia, faded paper, one ink) and colored pictures apart.

    A toned print's color is a function of its lightness; a colored picture has different colors at one lightness.

    Args:
        rgb: (H, W, 3) uint8 or uint16, sRGB-encoded.

    Returns:
        The tone.
    """
    scale = min(1.0, LOOK_PX / max(rgb.shape[:2]))
    height, width = (max(1, round(side * scale)) for side in rgb.shape[:2])
    lightness, ab = lab_of(resize(rgb, height, width))
    if _typical(ab) < NEUTRAL_CHROMA:
        return Tone.GRAY
    return Tone.TONED if _typical(ab - _tone_curve(lightness, ab)) < TINT_CHROMA else Tone.COLOR


def _typical(ab: NDArray[np.float32]) -> float:
    """The chroma that `CHROMA_SHARE` of the pixels stays below."""
    return float(np.quantile(np.hypot(ab[..., 0], ab[..., 1]), CHROMA_SHARE))


def _tone_curve(lightness: NDArray[np.float32], ab: NDArray[np.float32]) -> NDArray[np.float32]:
    """The median ab of all pixels of similar lightness, for each pixel; (H, W, 2) float32."""
    curve = np.empty_like(ab)
    step = np.minimum((lightness * (TONE_BINS / 100)).astype(np.intp), TONE_BINS - 1)
    for index in range(TONE_BINS):
        members = step == index
        if members.any():
            curve[members] = np.median(ab[members], axis=0)
    return curve
