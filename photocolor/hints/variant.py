"""The coarse color of a whole photo: one of several answers that a model thinks possible, kept so that it comes again.

It is a small grid of a* and b*. Because the colors themselves are kept, and not the number of an answer, another model
or a later version gives what was chosen and not what happens to be its own second answer.
"""

from __future__ import annotations

from dataclasses import dataclass

VARIANTS_RANGE = (2, 6)
"""How many answers for one photo may be asked for, the model's own among them."""
SIDE_MOST = 64
"""Cells along a side at most; the product's own variants have 16 along the longer one."""
AB_MOST = 128
"""CIELAB units: no color of sRGB is farther from gray along a* or b*."""


@dataclass(frozen=True, slots=True)
class Variant:
    """Holds the coarse color of one photo.

    Attributes:
        rows: from the top, each from the left: (a*, b*) in whole CIELAB units; all rows of one length, at least 1 × 1.
    """

    rows: tuple[tuple[tuple[int, int], ...], ...]
