"""Finds skin by true color, only in photos of sources that show nothing but a face.

A rule on color alone takes wood, sand, brick and orange cloth for skin: on photos of people at work or in the street
much of what it finds is something else. In pictures cut around one face it finds the face. It misses dark skin in
shadow, which is too dark for the rule, and takes some fair hair.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FACE_SOURCES = frozenset({"p-utkface", "p-scutface", "p-genderfaces"})
FACE_FOLDERS = frozenset({"face", "faces", "portraits"})
"""Sources, and class folders of any source, whose photos show one face each."""
LEAST_SHARE = 0.05
"""A photo with less skin than this share of its pixels is one without."""


def skin_of(rgb: NDArray[np.uint8], source: str, folder: str) -> NDArray[np.bool_] | None:
    """Returns the (H, W) mask of skin in a photo (H, W, 3) uint8 sRGB; None if it cannot be determined."""
    if source not in FACE_SOURCES and folder.lower() not in FACE_FOLDERS:
        return None
    mask = skin_rule(rgb)
    return mask if LEAST_SHARE <= mask.mean() < 1 else None


def skin_rule(rgb: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Returns whether each pixel of (H, W, 3) uint8 sRGB has a color of skin in daylight.

    Source: Kovač, Peer and Solina, "Human skin color clustering for face detection", EUROCON 2003, the rule for uniform
    daylight.
    """
    red, green, blue = (rgb[..., channel].astype(np.int16) for channel in range(3))
    spread = rgb.max(-1).astype(np.int16) - rgb.min(-1)
    bright = (red > 95) & (green > 40) & (blue > 20)
    return np.asarray(bright & (spread > 15) & (np.abs(red - green) > 15) & (red > green) & (red > blue))
