"""Tells a scanned negative from a positive, from a small copy of the photo's lightness."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import Gray, Lightness, lightness_of
from photocolor.color.quantile import quantile
from photocolor.color.resize import resize
from photocolor.engine.onnx_errors import first_line, is_out_of_memory, runtime_errors
from photocolor.engine.opening import open_on_cpu
from photocolor.errors import BadModelOutput, OutOfMemory
from photocolor.models.negatives import NegativeFile

LEAST_SIDE_PX = 64
"""A smaller photo is not judged: what it shows can hardly be told."""
LEAST_RANGE = 10.0
"""A photo whose L* spans less is not judged: an empty page has no tones that could be inverted."""
ROBUST = (0.01, 0.99)
"""Quantiles of L* that are stretched to 0 and 100, so that faded and dense scans look alike."""
LONGEST_SHARE = 4.0
"""A strip or panorama is shown as if its longer side were at most this many times the shorter one."""


class NegativeClassifier:
    """Recognizes negatives with one opened model; safe to use from several threads.

    Args:
        model: the checked model file.
        threads: of one run; all usable processors if None.

    Raises:
        ModelInvalid: ONNX Runtime cannot open it, or the file changed after it had been checked.
    """

    def __init__(self, model: NegativeFile, threads: int | None = None) -> None:
        self.model = model
        self._native = open_on_cpu(model.read(), model.path, threads)

    def is_negative(self, gray: Gray, shape: tuple[int, int]) -> bool:
        """Returns whether a photo shows its scene with inverted tones; False where that cannot be told.

        Args:
            gray: (h, w) uint8 or uint16, sRGB-encoded gray codes of the whole photo, upright, at any size.
            shape: (height, width) of the photo itself.

        Raises:
            BadModelOutput: the classifier gave NaN or failed.
            OutOfMemory: there is no memory for it.
        """
        return min(shape) >= LEAST_SIDE_PX and self.judged(gray) >= self.model.card.threshold

    def judged(self, gray: Gray) -> float:
        """Returns the evidence that a photo is a negative: of a second, closer look if the first is against it.

        Most photos are clearly positive at the first look, which takes a third of the time of the second.

        Args:
            gray: as for `is_negative`.
        """
        first = self._look(gray, self.model.card.first_px)
        return first if first <= 0 else self._look(gray, self.model.card.side_px)

    def _look(self, gray: Gray, side_px: int) -> float:
        """Returns the evidence at one size; 0 of a photo without tones."""
        height, width = seen_size(gray.shape[0], gray.shape[1], side_px, self.model.card.multiple)
        shown = stretched(lightness_of(np.ascontiguousarray(resize(gray, height, width))))
        return 0.0 if shown is None else self.evidence(shown)

    def evidence(self, lightness: NDArray[np.float32]) -> float:
        """Returns the evidence that a photo is a negative: that of its inverse is the same with the other sign.

        Args:
            lightness: (h, w) float32, L* stretched to [0, 100]; whole multiples of the card's.

        Raises:
            BadModelOutput, OutOfMemory: as `is_negative`.
        """
        try:
            answer: Any = self._native.run(["evidence"], {"lightness": lightness[None, None]})[0]
        except runtime_errors() as error:
            if is_out_of_memory(error):
                raise OutOfMemory("memory ran out while a negative was looked for") from error
            raise BadModelOutput(f"the negative classifier failed: {first_line(error)}") from error
        if not np.isfinite(answer).all():
            raise BadModelOutput("the negative classifier gave NaN or infinity")
        return float(answer[0])


def seen_size(height: int, width: int, side_px: int, multiple: int) -> tuple[int, int]:
    """Returns the (height, width) at which a photo is shown: the area of the side squared, in whole multiples."""
    share = min(max(height / width, 1 / LONGEST_SHARE), LONGEST_SHARE)
    sides = side_px * math.sqrt(share), side_px / math.sqrt(share)
    return max(multiple, round(sides[0] / multiple) * multiple), max(multiple, round(sides[1] / multiple) * multiple)


def stretched(lightness: Lightness) -> Lightness | None:
    """Returns L* with its robust range stretched to [0, 100], (h, w) float32; None if there is hardly any range."""
    low, high = (quantile(lightness, share) for share in ROBUST)
    if high - low < LEAST_RANGE:
        return None
    spread: Lightness = np.clip((lightness - np.float32(low)) * np.float32(100 / (high - low)), 0, 100)
    return spread
