"""Names a color in a word or two, for lists, tooltips and screen readers."""

from __future__ import annotations

from bisect import bisect_right

import numpy as np

from photocolor.color.lab import lab_of

NEUTRAL_AB = 6.0
"""CIELAB chroma below which people call a color gray."""
MUTED_AB = 22.0
DARK_L, LIGHT_L = 30.0, 72.0
_HUES = (
    (0.0, "pink"),
    (18.0, "red"),
    (45.0, "orange"),
    (75.0, "yellow"),
    (108.0, "green"),
    (170.0, "turquoise"),
    (225.0, "blue"),
    (305.0, "violet"),
    (340.0, "pink"),
)
"""Where each name begins, in degrees of the CIELAB hue angle; by eye."""
_DARK = {"orange": "brown", "yellow": "olive", "pink": "wine red"}


def color_name(color: str) -> str:
    """Returns the name of a color.

    Args:
        color: "#rrggbb".
    """
    pixel = np.array([[[int(color[at : at + 2], 16) for at in (1, 3, 5)]]], np.uint8)
    planes = lab_of(pixel)
    lightness, (a, b) = float(planes[0][0, 0]), planes[1][0, 0]
    chroma, hue = float(np.hypot(a, b)), float(np.degrees(np.arctan2(b, a))) % 360
    if chroma < NEUTRAL_AB:
        return "black" if lightness < 12 else "white" if lightness > 95 else _shade(lightness, "gray")
    name = _HUES[bisect_right([start for start, _ in _HUES], hue) - 1][1]
    if lightness < 55 and name in _DARK:
        darker = "dark " if lightness < 25 else ""
        return f"{darker}{_DARK[name]}"
    muted = "pale " if chroma < MUTED_AB and lightness >= DARK_L else ""
    return muted + name if muted else _shade(lightness, name)


def _shade(lightness: float, name: str) -> str:
    return f"dark {name}" if lightness < DARK_L else f"light {name}" if lightness > LIGHT_L else name
