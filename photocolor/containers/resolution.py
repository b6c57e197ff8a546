"""Decides which resolution is believed, whatever container says it."""

from __future__ import annotations

Dpi = tuple[float, float]
LARGEST_DPI = 1e6
"""Pixels per inch. More is damage, and a hundredth of it must fit in the 32 bits of EXIF."""


def believed(across: float, down: float) -> Dpi | None:
    """Returns a resolution in pixels per inch; None for one that no picture has, as zero or millions."""
    return (across, down) if all(0 < value <= LARGEST_DPI for value in (across, down)) else None
