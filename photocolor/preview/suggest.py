"""Suggests colors for a place: the model's there, those elsewhere in the photo, and usual colors of things."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import Chroma, lightness_of
from photocolor.color.resize import resize
from photocolor.engine.colorizer import ColorAnswer
from photocolor.preview.screen_photo import ScreenPhoto
from photocolor.render.exact_gray import stitch

AROUND = 0.012
"""A place is this share of the photo's longer side across: a click is not exact to the pixel."""
ALIKE_LIGHTNESS = 8.0
"""L* units: places of the photo that are so near in lightness may be of the same thing."""
ALIKE_AB = 6.0
"""CIELAB units: two suggestions nearer than this look the same, and one is left out."""
FROM_PHOTO = 4
_SEEN_CODES = (110, 200)
"""Gray codes, L* 46 to 80: between them a hue of usual chroma fits into sRGB and is told from the others."""
_HUE_BINS = 12
_LIVELIER = 1.7

MEMORY: tuple[tuple[str, float, float], ...] = (
    ("fair skin", 13.0, 17.0),
    ("brown skin", 14.0, 21.0),
    ("clear sky", -4.0, -27.0),
    ("hazy sky", -3.0, -12.0),
    ("leaves", -21.0, 27.0),
    ("dry grass", -3.0, 25.0),
    ("earth", 10.0, 22.0),
    ("brick", 29.0, 25.0),
    ("wood", 12.0, 27.0),
    ("red", 52.0, 32.0),
    ("navy blue", 8.0, -32.0),
    ("no color", 0.0, 0.0),
)
"""Name, a*, b* of what people know the color of; skin, sky and leaves after the ColorChecker, the others by eye.

Source: C. S. McCamy, H. Marcus, J. G. Davidson, "A Color-Rendition Chart", 1976."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Holds one color for a place.

    Attributes:
        name: in words, for people and screen readers.
        color: "#rrggbb" at the place's own lightness.
        shown: "#rrggbb" at a lightness where people see its hue: in deep shadows and highlights all colors look alike.
    """

    name: str
    color: str
    shown: str


def suggest(screen_photo: ScreenPhoto, answer: ColorAnswer, x: float, y: float) -> list[Suggestion]:
    """Returns colors for one place, the likeliest first.

    Args:
        screen_photo: the photo.
        answer: what the model said about it, at best without a point at this place.
        x: share of the width, 0 to 1.
        y: share of the height, 0 to 1.
    """
    code = _code_at(screen_photo.gray, x, y)
    own = _mean_at(answer.ab, x, y)
    candidates = [("the model's own", own), ("livelier", own * _LIVELIER)]
    candidates += [("elsewhere in the photo", ab) for ab in _from_photo(screen_photo, answer, x, y)]
    candidates += [(name, np.array([a, b], np.float32)) for name, a, b in MEMORY]
    return list(_distinct(candidates, code))


def _distinct(candidates: list[tuple[str, NDArray[np.float32]]], code: np.uint8) -> Iterator[Suggestion]:
    """Yields the colors as they look at the place, without those too similar to an earlier one."""
    looks: list[NDArray[np.float32]] = []
    for name, ab in candidates:
        if all(np.hypot(*(ab - other)) >= ALIKE_AB for other in looks):
            looks.append(ab)
            yield Suggestion(name, color_at(code, ab), color_at(np.uint8(np.clip(code, *_SEEN_CODES)), ab))


def color_at(code: np.uint8, ab: NDArray[np.float32]) -> str:
    """Returns ab, (2,) float32, at a gray code as "#rrggbb", within sRGB."""
    red, green, blue = stitch(np.array([[code]], np.uint8), ab.reshape(1, 1, 2).astype(np.float32))[0, 0]
    return f"#{red:02x}{green:02x}{blue:02x}"


def _code_at(gray: NDArray[np.uint8], x: float, y: float) -> np.uint8:
    return np.uint8(np.median(_around(gray, x, y)))


def _mean_at(ab: Chroma, x: float, y: float) -> NDArray[np.float32]:
    mean: NDArray[np.float32] = _around(ab, x, y).reshape(-1, 2).mean(axis=0)
    return mean


def _around(plane: NDArray[Any], x: float, y: float) -> NDArray[Any]:
    height, width = plane.shape[:2]
    reach = max(1, round(max(height, width) * AROUND / 2))
    row, column = min(int(y * height), height - 1), min(int(x * width), width - 1)
    return plane[max(row - reach, 0) : row + reach + 1, max(column - reach, 0) : column + reach + 1]


def _from_photo(screen_photo: ScreenPhoto, answer: ColorAnswer, x: float, y: float) -> list[NDArray[np.float32]]:
    """Returns the commonest hues of places of similar lightness; sure ones count more."""
    height, width = answer.ab.shape[:2]
    lightness = lightness_of(resize(screen_photo.gray, height, width))
    here = float(np.median(_around(lightness, x, y)))
    alike = np.abs(lightness - here) < ALIKE_LIGHTNESS
    ab = answer.ab[alike]
    sure = np.ones(len(ab), np.float32) if answer.doubt is None else 1 - answer.doubt[alike]
    hue = np.arctan2(ab[:, 1], ab[:, 0])
    bins = ((hue / (2 * np.pi) + 0.5) * _HUE_BINS).astype(np.intp).clip(0, _HUE_BINS - 1)
    weight = sure * np.hypot(ab[:, 0], ab[:, 1])
    total = np.bincount(bins, weight, _HUE_BINS)
    likely = [number for number in np.argsort(-total, kind="stable")[:FROM_PHOTO] if total[number] > 0]
    return [
        np.average(ab[bins == number], axis=0, weights=weight[bins == number]).astype(np.float32) for number in likely
    ]
