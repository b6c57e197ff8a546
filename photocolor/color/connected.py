"""Finds what hangs together in a mask."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def grown(seeds: NDArray[np.bool_], allowed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Returns the seeds and all allowed pixels that hang together with one, over sides or corners; all (H, W) bool."""
    count, pieces = cv2.connectedComponents((seeds | allowed).astype(np.uint8), connectivity=8)
    has_seed = np.zeros(count, np.bool_)
    has_seed[pieces[seeds]] = True
    result: NDArray[np.bool_] = has_seed[pieces]
    return result
