"""Finds other answers that a model holds possible for a photo: coherent over the whole, far from each other.

For each of a ring of colors the question is: if this photo leaned toward that color, what would it be, and how likely
does the model hold that? The answer is the mean of the model's distribution in each cell after it was weighted by a
Gaussian around the color: where the model is sure the mean stays, where several colors are likely it moves to that one,
and everything that may have it moves together. The next variant is the one that the model holds most likely, weighted
by how far it is from the variants before it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from photocolor.color.resize import resize
from photocolor.hints.raster import variant_of
from photocolor.hints.variant import Variant
from photocolor.models.distribution import CENTERS

CELLS = 16
"""Cells of a variant along the photo's longer side; 24 were no better, 8 worse (docs/notes/variants-and-presets.md)."""
SPREAD_AB = 12.0
"""Standard deviation of the Gaussian, in CIELAB units; with 8 and 20 the nearest of four was farther from the truth."""
UNMOVED = 0.05
"""Weight of all colors, however far: so that a cell where a color is impossible keeps its own."""
CHROMAS_AB, HUES = (18.0, 36.0), 12
"""The ring: twelve hues in a pale and in a lively tone."""
LEAST_AB = 3.0
"""Mean distance from all earlier answers in CIELAB units; a variant that is nearer does not differ to the eye."""

Field = NDArray[np.float32]
"""(h, w, 2): a*, b* of each cell."""


def possible_variants(shares: NDArray[np.float32], shape: tuple[int, int], most: int) -> list[tuple[Variant, Field]]:
    """Returns up to `most` variants with the color of the ring that each leans toward, the best first.

    Each list is the beginning of a longer one: the third variant is the same whether three or five are asked for.

    Args:
        shares: (h, w, K) float32, how likely each of `CENTERS` is in each cell; sum 1.
        shape: height and width of the photo, for the proportions of the cells.
        most: how many.
    """
    cells = _in_cells(shares, shape)
    ring = _ring()
    weights = (1 - UNMOVED) * np.exp(-_squares(ring, CENTERS) / (2 * SPREAD_AB**2)) + UNMOVED
    likely = np.moveaxis(cells @ weights.T, -1, 0)  # (ring, h, w)
    fields = np.stack([cells @ (CENTERS * weight[:, None]) for weight in weights]) / likely[..., None]
    chosen: list[tuple[Variant, Field]] = []
    nearest = _distance(fields, cells @ CENTERS)
    for _ in range(most):
        worth = (likely * nearest).mean(axis=(1, 2))
        best = int(worth.argmax())
        if nearest[best].mean() < LEAST_AB:
            break
        chosen.append((variant_of(fields[best]), ring[best]))
        nearest = np.minimum(nearest, _distance(fields, fields[best]))
    return chosen


def _in_cells(shares: NDArray[np.float32], shape: tuple[int, int]) -> NDArray[np.float32]:
    """Returns the shares averaged over the cells of a variant, (h, w, K) float32."""
    scale = CELLS / max(shape)
    height, width = (max(1, round(side * scale)) for side in shape)
    planes = [resize(np.ascontiguousarray(plane), height, width) for plane in np.moveaxis(shares, -1, 0)]
    return np.asarray(np.stack(planes, axis=-1), np.float32)


def _ring() -> Field:
    angles = np.arange(HUES) * (2 * np.pi / HUES)
    return np.array([(c * np.cos(t), c * np.sin(t)) for c in CHROMAS_AB for t in angles], np.float32)


def _squares(colors: Field, others: Field) -> NDArray[np.float32]:
    return np.asarray(((colors[:, None] - others[None]) ** 2).sum(axis=-1), np.float32)


def _distance(fields: NDArray[np.float32], other: Field) -> NDArray[np.float32]:
    """Returns how far the cells of each field are from another's, (fields, h, w) CIELAB units."""
    return np.asarray(np.hypot(*np.moveaxis(fields - other, -1, 0)), np.float32)
