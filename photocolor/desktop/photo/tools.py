"""Names what the mouse does to the photo."""

from __future__ import annotations

from enum import StrEnum


class Tool(StrEnum):
    """Says what a click or a drag on the photo does."""

    HAND = "hand"
    POINT = "point"
    AREA = "area"
    DROPPER = "dropper"
    DAMAGE = "damage"


BRUSHES = frozenset({Tool.AREA, Tool.DAMAGE})
"""Tools that paint: a drag becomes a `Stroke`."""
RADIUS_RANGE = (0.0003, 0.15)
"""Radius of a brush, as a share of the photo's longer side; a speck of 4 pixels in a photo of 6,000 is the smallest."""
USUAL_RADIUS = 0.02
RADIUS_STEP = 1.25
