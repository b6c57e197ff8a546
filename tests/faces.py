"""Builds gray photos of groups of people, and of none; for tests only."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from skimage import data

from photocolor.color.lab import gray_of

Array = np.ndarray[Any, np.dtype[Any]]
FACE = (0.23, 0.435, 0.2)
"""Middle and side of the face in the portrait, in shares of its side."""


def portrait(side_px: int) -> Array:
    """A square portrait of one person, (side, side) uint8."""
    whole = gray_of(np.ascontiguousarray(data.astronaut()))
    return np.asarray(cv2.resize(whole, (side_px, side_px), interpolation=cv2.INTER_AREA), np.uint8)


def group(rows: int = 3, columns: int = 4, person_px: int = 240, depth: int = 8) -> Array:
    """Many of them side by side, each face 48 px at 240 px a person."""
    whole = np.tile(portrait(person_px), (rows, columns))
    return whole if depth == 8 else np.asarray(whole.astype(np.uint16) * 257, np.uint16)


def nobody(height: int = 600, width: int = 800) -> Array:
    """Grass."""
    return np.asarray(cv2.resize(data.grass(), (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
