"""The bounds of a recipe's numbers, as types: what a field may hold stands where it is declared."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True)
class Bounds:
    """Says which numbers a field takes.

    Attributes:
        least: the smallest one.
        most: the largest one.
        above: whether `least` itself is too small.
        below: whether `most` itself is too large.
    """

    least: float = -math.inf
    most: float = math.inf
    above: bool = False
    below: bool = False

    def hold(self, value: float) -> bool:
        """Returns whether a number is within the bounds; NaN and infinities never are."""
        low = value > self.least if self.above else value >= self.least
        high = value < self.most if self.below else value <= self.most
        return math.isfinite(value) and low and high

    def __str__(self) -> str:
        """Returns them in words."""
        words = []
        if math.isfinite(self.least):
            words.append(f"{'more than' if self.above else 'at least'} {self.least:g}")
        if math.isfinite(self.most):
            words.append(f"{'less than' if self.below else 'at most'} {self.most:g}")
        return " and ".join(words) or "a finite number"


Count = Annotated[int, Bounds(1)]
Whole = Annotated[int, Bounds(0)]
Weight = Annotated[float, Bounds(0)]
Positive = Annotated[float, Bounds(0, above=True)]
Factor = Annotated[float, Bounds(1)]
Proportion = Annotated[float, Bounds(0, 1)]
Rest = Annotated[float, Bounds(0, 1, below=True)]
"""A proportion that leaves something: of a moving average, of features that are dropped."""
