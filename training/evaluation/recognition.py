"""Classifies recolored photos by a network that took no part in training.

Believable colors fit what a thing is. A network that knows color photographs finds a thing more often in its real
colors than in gray, and less often in vivid colors that are wrong: a colored photo lies between the two, or below both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from training.networks.efficientnet import Classifier, Family

FAMILY: Family = "efficientnet-lite1"
"""Lite0 is a loss and a critic, Lite2 an encoder and a teacher; this one is neither."""
SIDE_PX = 256
"""The weights were trained at 240 px, and inputs are multiples of 32."""

Rgb = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Seen:
    """Holds the classifier's output for some pictures.

    Attributes:
        features: (N, 1280) float32, pooled.
        classes: (N,) int64, the number of the best of ImageNet's 1,000 classes.
    """

    features: NDArray[np.float32]
    classes: NDArray[np.int64]


class Recognizer:
    """Classifies photos by ImageNet classes.

    Raises:
        MissingWeights: the package with its weights is not installed, or carries another file.
    """

    def __init__(self) -> None:
        self.network = Classifier(FAMILY)

    @torch.no_grad()
    def look(self, pictures: Sequence[Rgb]) -> Seen:
        """Returns the classifier's output for pictures (H, W, 3) uint8 sRGB of any size."""
        stack = np.stack([_at_side(picture) for picture in pictures])
        rgb = torch.from_numpy(stack).permute(0, 3, 1, 2).float() / 255
        features = self.network.features(rgb)
        return Seen(features.numpy(), self.network.classes(features).argmax(1).numpy())


def took_part(recipe: str) -> bool:
    """Returns whether the classifier took part in the training of a model, by the recipe in the model's card (JSON)."""
    return FAMILY in recipe


def _at_side(picture: Rgb) -> Rgb:
    if picture.shape[:2] == (SIDE_PX, SIDE_PX):
        return picture
    shrinks = min(picture.shape[:2]) > SIDE_PX
    mode = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, (SIDE_PX, SIDE_PX), interpolation=mode), np.uint8)
