"""Measures each connected mark in a picture: how it stands out of its surroundings, its shape, how sure it is."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]
FEATURES = ("sure", "peak", "outstands", "even", "calm", "rough", "narrow", "long", "area", "company")
"""What is measured of a mark, in this order; see `features`."""
RING_PX = 4
"""How far around a mark its surroundings reach."""
RIM_PX = 2
"""How far the rim of a mark reaches, in the pixels that the network sees."""
_LEAST = 1e-6
_ALONE = 1e-4
"""The evidence of other damage that a picture without any counts as having, log odds a pixel."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Holds the connected marks of a picture.

    Attributes:
        labels: (H, W) int32, 0 where there is no mark, else 1 + its number.
        features: (marks, len(FEATURES)) float32.
    """

    labels: NDArray[np.int32]
    features: Plane

    def commonest(self, kinds: NDArray[np.uint8], count: int) -> NDArray[np.int64]:
        """Returns (marks,) which kind most pixels of each mark are; the first of several.

        Args:
            kinds: (H, W) uint8, 1 + the number of the kind in every mark.
            count: how many kinds there are.
        """
        inside = self.labels > 0
        place = (self.labels[inside] - 1) * count + kinds[inside] - 1
        pixels = np.bincount(place, minlength=len(self.features) * count).reshape(-1, count)
        commonest: NDArray[np.int64] = pixels.argmax(1)
        return commonest


def marks_of(damaged: NDArray[np.bool_], likely: Plane, lightness: Plane) -> Marks:
    """Returns the marks that hang together over sides or corners, measured.

    The features of a mark, with the pixels around it up to `RING_PX` that are no mark as its surroundings:

    - sure, peak: mean and largest log odds of damage.
    - outstands: how far its mean L* lies beyond the quarter of its surroundings that is nearest to it, in 10 L*.
    - even: standard deviation of L* in it, in 10 L*.
    - calm, rough: standard deviation of L* in its surroundings, in 10 L*, and the ratio of its contrast to that.
    - narrow, long: log of its width (twice the largest distance to its edge) and of its length (area by width).
    - area: log of its pixels.
    - company: log of the evidence of damage elsewhere: the sum of the log odds that are above 0, but for the mark and
      its surroundings, over all pixels of the picture. A line among a hundred cracks is likelier one, too, than a line
      in a clean photo.

    Args:
        damaged: (H, W) bool.
        likely: (H, W) float32, the probability of damage.
        lightness: (H, W) float32, L*.
    """
    count, numbered = cv2.connectedComponents(damaged.astype(np.uint8), connectivity=8)
    labels = np.asarray(numbered, np.int32)
    if count == 1:
        return Marks(labels, np.zeros((0, len(FEATURES)), np.float32))
    inside = np.flatnonzero(labels)
    number = labels.ravel()[inside] - 1
    area = np.bincount(number, minlength=count - 1).astype(np.float64)
    odds = np.log(np.clip(likely.ravel()[inside], _LEAST, 1 - _LEAST) / np.clip(1 - likely.ravel()[inside], _LEAST, 1))
    mean, spread = _moments(number, lightness.ravel()[inside], area)
    disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * RING_PX + 1, 2 * RING_PX + 1))
    reach = cv2.dilate(labels.astype(np.float32), disk).astype(np.int32)  # where two meet, it belongs to the later one
    around = _surroundings(reach, labels, lightness, count - 1)
    outstands = np.maximum(mean - around.high, around.low - mean)
    to_edge = cv2.distanceTransform(damaged.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_3)
    distance = np.asarray(to_edge, np.float32).ravel()[inside]
    width = 2 * _largest(number, distance, count - 1)
    features = (
        np.bincount(number, odds) / area,
        _largest(number, odds.astype(np.float32), count - 1),
        outstands / 10,
        spread / 10,
        around.spread / 10,
        outstands / (around.spread + 1),
        np.log(width),
        np.log(area / width),
        np.log(area),
        _company(reach, likely, count - 1),
    )
    return Marks(labels, np.stack(features, 1).astype(np.float32))


def _company(reach: NDArray[np.int32], likely: Plane, count: int) -> NDArray[np.float64]:
    """Returns (marks,) the log of the evidence of damage outside of each mark's reach."""
    hot = np.flatnonzero(likely > 0.5)
    share = np.clip(likely.ravel()[hot].astype(np.float64), 0.5, 1 - _LEAST)
    evidence = np.log(share / (1 - share))
    own = np.bincount(reach.ravel()[hot], evidence, count + 1)[1:]
    return np.asarray(np.log(_ALONE + np.maximum(0, evidence.sum() - own) / likely.size), np.float64)


def rimmed(kinds: NDArray[np.uint8], likely_enough: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Returns the marks with their rim: what is likely enough up to `RIM_PX` around them, where they fade out.

    Damage is decided on by what is sure, and to be painted over whole. Where two marks meet, the later kind wins.

    Args:
        kinds: (H, W) uint8, 0 where it is clean.
        likely_enough: (H, W) bool, where a rim may be.
    """
    for _ in range(RIM_PX):
        wider = np.asarray(cv2.dilate(kinds, np.ones((3, 3), np.uint8)), np.uint8)
        kinds = np.where((kinds == 0) & likely_enough, wider, kinds)
    return kinds


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """Holds of each mark's surroundings the quartiles of L* and its standard deviation, each (marks,)."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    spread: NDArray[np.float64]


def _surroundings(reach: NDArray[np.int32], labels: NDArray[np.int32], lightness: Plane, count: int) -> _Surroundings:
    ring = np.flatnonzero((reach > 0) & (labels == 0))
    number, values = reach.ravel()[ring] - 1, lightness.ravel()[ring]
    size = np.bincount(number, minlength=count).astype(np.float64)
    values = values[np.lexsort((values, number))]
    first = np.concatenate([[0], np.cumsum(size)[:-1]])
    last = max(0, len(values) - 1)
    low, high = (
        values[np.minimum(first + share * np.maximum(size - 1, 0), last).astype(int)]
        if len(values)
        else np.zeros(count)
        for share in (0.25, 0.75)
    )
    spread = _moments(np.sort(number), values, np.maximum(size, 1))[1]
    return _Surroundings(np.asarray(low, np.float64), np.asarray(high, np.float64), spread)


def _moments(
    number: NDArray[np.int32], values: Plane, size: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    mean = np.bincount(number, values, len(size)) / size
    square = np.bincount(number, values.astype(np.float64) ** 2, len(size)) / size
    return mean, np.sqrt(np.maximum(0, square - mean**2))


def _largest(number: NDArray[np.int32], values: Plane, count: int) -> NDArray[np.float64]:
    largest = np.full(count, -np.inf)
    np.maximum.at(largest, number, values)
    return largest
