"""Shows a part of one training photo in another, so that a network cannot know a photo by what surrounds a thing.

Source: CutMix, Yun et al., arXiv 1905.04899.
"""

from __future__ import annotations

import numpy as np
from torch import Tensor

LEAST_AREA, LARGEST_AREA = 0.1, 0.5
"""Share of the picture that the other photo's part covers."""
LONGEST = 2.0
"""The rectangle's sides differ by at most this factor."""


def paste_parts(
    rgb: Tensor, given: Tensor | None, share: float, chance: np.random.Generator
) -> tuple[Tensor, Tensor | None]:
    """Returns the pictures, and those that are paired with them, with parts of others.

    The part lies at the same place in both photos, so that what is up stays up.

    Args:
        rgb: (N, 3, H, W) uint8.
        given: (N, 3, H, W) uint8 paired pictures, which get the same parts; None without.
        share: of the pictures that get a part of another.
        chance: draws which ones, whose part, and where.
    """
    height, width = rgb.shape[-2:]
    mixed, mixed_given = rgb.clone(), None if given is None else given.clone()
    for picture, chosen in enumerate(chance.random(len(rgb)) < share):
        if not chosen or len(rgb) == 1:
            continue
        other = (picture + 1 + int(chance.integers(len(rgb) - 1))) % len(rgb)
        area, stretch = chance.uniform(LEAST_AREA, LARGEST_AREA), LONGEST ** chance.uniform(-0.5, 0.5)
        tall = min(height, round(height * (area * stretch) ** 0.5))
        wide = min(width, round(width * (area / stretch) ** 0.5))
        top, left = int(chance.integers(height - tall + 1)), int(chance.integers(width - wide + 1))
        part = (slice(None), slice(top, top + tall), slice(left, left + wide))
        mixed[picture][part] = rgb[other][part]
        if mixed_given is not None and given is not None:
            mixed_given[picture][part] = given[other][part]
    return mixed, mixed_given
