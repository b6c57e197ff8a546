"""Turns planes between the stored grid and upright by EXIF orientation, as views.

Source: CIPA DC-008 (Exif 2.32), tag 0x0112.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

INVERSE = {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 8, 7: 7, 8: 6}
TURNED = frozenset({5, 6, 7, 8})
"""Orientations whose upright picture has height and width exchanged."""


def upright(plane: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Returns the plane as it is meant to be seen.

    Args:
        plane: (H, W) or (H, W, C), stored grid.
        orientation: EXIF orientation 1 to 8.

    Returns:
        A view, turned and mirrored.
    """
    if orientation in TURNED:
        plane = np.swapaxes(plane, 0, 1)
    rows = slice(None, None, -1) if orientation in (3, 4, 7, 8) else slice(None)
    columns = slice(None, None, -1) if orientation in (2, 3, 6, 7) else slice(None)
    return plane[rows, columns]


def stored(plane: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Returns an upright plane back on the stored grid; the inverse of `upright`."""
    return upright(plane, INVERSE[orientation])


def upright_shape(height: int, width: int, orientation: int) -> tuple[int, int]:
    """Returns (height, width) of the upright picture of a stored grid."""
    return (width, height) if orientation in TURNED else (height, width)
