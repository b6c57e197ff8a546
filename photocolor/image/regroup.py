"""Rows of a picture that come a few at a time, given on in groups of another size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

import numpy as np

from photocolor.image.photo import Pixels, Rows


def regrouped(parts: Iterable[Rows], count: int) -> Iterator[Rows]:
    """The same rows, `count` at a time; the last may be fewer."""
    waiting: list[Rows] = []
    have = 0
    for part in parts:
        top = 0
        while top < len(part.pixels):
            bottom = min(len(part.pixels), top + count - have)
            waiting.append(Rows(part.pixels[top:bottom], None if part.alpha is None else part.alpha[top:bottom]))
            have, top = have + bottom - top, bottom
            if have == count:
                yield _joined(waiting)
                waiting, have = [], 0
    if waiting:
        yield _joined(waiting)


def _joined(parts: list[Rows]) -> Rows:
    if len(parts) == 1:
        return parts[0]
    pixels = np.concatenate([part.pixels for part in parts])
    alphas = [part.alpha for part in parts if part.alpha is not None]
    return Rows(cast(Pixels, pixels), cast(Pixels, np.concatenate(alphas)) if alphas else None)
