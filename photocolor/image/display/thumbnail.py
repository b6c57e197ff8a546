"""Makes the result small, for the preview inside of its metadata."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from photocolor.color.resize import resize
from photocolor.image.photo import Pixels

THUMBNAIL_PX = 320
"""Longer side of the picture from which metadata makes its thumbnail, at whatever size the source's had."""


def thumbnail(samples: Pixels) -> NDArray[np.uint8]:
    """Returns the result reduced to `THUMBNAIL_PX`, (h, w, 3 or 4) uint8, on the stored grid."""
    scale = min(1.0, THUMBNAIL_PX / max(samples.shape[:2]))
    height, width = (max(1, round(side * scale)) for side in samples.shape[:2])
    small = resize(samples, height, width)
    return small.astype(np.uint8) if small.dtype == np.uint8 else (small >> 8).astype(np.uint8)
