"""Measures whether a picture already has color: gray, toned like a sepia print, hand-tinted, or colored.

The thresholds were chosen on one half of the labeled pictures of benchmarks/tone.py; docs/tone.md has the error rates
on the other half.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import Chroma, Gray, Lightness, lab_of
from photocolor.color.resize import resize

Mask = NDArray[np.bool_]

PALETTE_PX = 192
"""The picture is judged at this size of its longer side, slightly blurred: grain and chroma noise are no color."""
BLUR_PX = 1.5

TONE_STEPS = 12
"""Steps of L* between which a toned print's tint is interpolated."""
STEP_SHARE = 0.002
"""A step with fewer of the pixels has no tint of its own."""

GRAY_CHROMA = 1.15
"""CIELAB units, median: below, a picture without further colors is gray to the eye and to a white balance."""

COLOR_SPREAD = 7.0
"""Above this, the colors off the tone curve are neither stains nor noise; see `ToneMeasurement.spread`."""
SPREAD_POWER = 0.75

OFF_CURVE = (2.5, 6.0)
"""CIELAB units off the tone curve: between the two a color is faint, above it is one."""
TINT_SOFTNESS = 0.23
"""Below this, colors are flat washes over gray; see `ToneMeasurement.softness`."""

PAPER_SHARE = 0.12
PAPER_RIM_SHARE = 0.3
PAPER_REST_SHARE = 0.1
PAPER_RIM_PX = 24
PAPER_DELTA = 9.0
PAPER_LIGHTNESS, PAPER_CHROMA, PAPER_HUE = (40.0, 94.0), (6.0, 60.0), (45.0, 125.0)
"""A mount: one even color, yellow to brown (hue in degrees), that fills much of the picture and of its rim."""


class Tone(StrEnum):
    """Names the kind of color that a picture has."""

    GRAY = "gray"
    TONED = "toned"
    HAND_TINTED = "hand-tinted"
    COLOR = "color"


@dataclass(frozen=True)
class ToneMeasurement:
    """Holds measurements of a picture, or of a part of it.

    Attributes:
        lightness: (N,) float32, L*.
        ab: (N, 2) float32, CIELAB a* and b*.
    """

    lightness: Lightness
    ab: Chroma

    @cached_property
    def off_curve(self) -> Chroma:
        """Returns what is left of ab without the tint that belongs to its lightness; (N, 2)."""
        return self.ab - tone_curve(self.lightness, self.ab)

    @cached_property
    def off_chroma(self) -> NDArray[np.float32]:
        """Returns how far each color lies off the tone curve; (N,)."""
        return np.hypot(self.off_curve[:, 0], self.off_curve[:, 1])

    @property
    def median_chroma(self) -> float:
        """Returns the median chroma of the colors themselves."""
        return float(np.median(np.hypot(self.ab[:, 0], self.ab[:, 1])))

    @property
    def spread(self) -> float:
        """Returns the strength of the strongest hundredth of off-curve colors, and how much their hues differ.

        Stains and uneven toning are of one hue and give a low second factor, noise gives a low first one.
        """
        across = float(np.linalg.eigvalsh(np.cov(self.off_curve.T))[0])
        strongest = float(np.quantile(self.off_chroma, 0.99))
        return float(strongest * max(across, 0.0) ** (SPREAD_POWER / 2))


def look_size(height: int, width: int) -> tuple[int, int]:
    """Returns (height, width) at which `tone_of` looks at a picture; it may also be given one reduced to that."""
    scale = min(1.0, PALETTE_PX / max(height, width))
    return max(1, round(height * scale)), max(1, round(width * scale))


def tone_of(rgb: Gray) -> Tone:
    """Returns whether a picture is gray, toned (sepia, faded paper, one ink), hand-tinted or colored.

    A toned print's color is a function of its lightness; a colored picture has different colors at one lightness, and a
    hand-tinted one has them in flat washes. Gray and toned prints on colored paper are toned.

    Args:
        rgb: (H, W, 3) uint8 or uint16, sRGB-encoded.

    Returns:
        The tone.
    """
    lightness, ab = (_blurred(plane) for plane in lab_of(resize(rgb, *look_size(*rgb.shape[:2]))))
    if lightness.size < 2:
        return Tone.GRAY if np.hypot(*ab.reshape(2)) < GRAY_CHROMA else Tone.COLOR
    look = _look(lightness, ab)
    if look.spread < COLOR_SPREAD:
        return Tone.GRAY if look.median_chroma < GRAY_CHROMA else Tone.TONED
    paper = _paper(lightness, ab)
    if paper is not None and _look(lightness, ab, ~paper).spread < COLOR_SPREAD:
        return Tone.TONED
    return Tone.HAND_TINTED if _softness(look, lightness) < TINT_SOFTNESS else Tone.COLOR


def tone_curve(lightness: Lightness, ab: Chroma) -> Chroma:
    """Returns the tint that pixels of similar lightness share, for each pixel.

    Args:
        lightness: (N,) float32, L*.
        ab: (N, 2) float32, CIELAB a* and b*.

    Returns:
        (N, 2) float32.
    """
    step = np.minimum((lightness * (TONE_STEPS / 100)).astype(np.intp), TONE_STEPS - 1)
    parts = [step == index for index in range(TONE_STEPS)]
    large = [part for part in parts if np.count_nonzero(part) >= max(1, STEP_SHARE * lightness.size)]
    at = [lightness[part].mean() for part in large]
    tints = np.array([np.median(ab[part], axis=0) for part in large])
    return np.stack([np.interp(lightness, at, tints[:, i]) for i in range(2)], axis=-1).astype(np.float32)


def _blurred(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), BLUR_PX), np.float32)


def _look(lightness: Lightness, ab: Chroma, part: Mask | None = None) -> ToneMeasurement:
    if part is None:
        return ToneMeasurement(lightness.ravel(), ab.reshape(-1, 2))
    return ToneMeasurement(lightness[part], ab[part])


def _softness(look: ToneMeasurement, lightness: Lightness) -> float:
    """Returns the share of faint colors off the curve times their unevenness; low for flat washes with clear edges."""
    faint, clear = OFF_CURVE
    off = look.off_chroma > faint
    share = float(np.mean(off & (look.off_chroma < clear)) / max(0.01, float(np.mean(off))))
    color = look.off_curve.reshape(*lightness.shape, 2)
    return share * (_step(color[..., 0]) + _step(color[..., 1])) / max(0.1, _step(lightness))


def _step(plane: NDArray[np.float32]) -> float:
    """Returns the mean difference between a pixel and its neighbors; 0 where there are none."""
    steps = [np.abs(np.diff(plane, axis=axis)) for axis in (0, 1)]
    return sum(float(step.mean()) for step in steps if step.size)


def _paper(lightness: Lightness, ab: Chroma) -> Mask | None:
    """Returns where the picture shows the page that its prints are mounted on; None if there is no such page."""
    lab = np.dstack([lightness, ab])
    hue = np.degrees(np.arctan2(ab[..., 1], ab[..., 0]))
    chroma = np.hypot(ab[..., 0], ab[..., 1])
    candidate = np.ones(lightness.shape, bool)
    for plane, (low, high) in ((lightness, PAPER_LIGHTNESS), (chroma, PAPER_CHROMA), (hue, PAPER_HUE)):
        candidate &= (plane >= low) & (plane <= high)
    rim = np.ones(lightness.shape, bool)
    rim[PAPER_RIM_PX:-PAPER_RIM_PX, PAPER_RIM_PX:-PAPER_RIM_PX] = False
    if np.mean(candidate & rim) < PAPER_SHARE / 4:
        return None
    color = np.median(lab[candidate & rim], axis=0)
    paper = np.asarray(np.linalg.norm(lab - color, axis=-1) < PAPER_DELTA)
    shares = float(paper.mean()), float(paper[rim].mean())
    if shares[0] < PAPER_SHARE or shares[1] < PAPER_RIM_SHARE or shares[0] > 1 - PAPER_REST_SHARE:
        return None
    return np.asarray(cv2.dilate(paper.astype(np.uint8), np.ones((7, 7), np.uint8)), bool)
