"""Says how firmly a color in the model's hint channels is meant (the model contract); 0 is unknown."""

from __future__ import annotations

import numpy as np

COARSE_WEIGHT = np.float32(0.5)
"""Hint weight of coarse color: "about this"."""
EXACT_WEIGHT = np.float32(1.0)
"""Hint weight of what a person says."""
