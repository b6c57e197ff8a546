"""Keeps the buffers of one band for the next: fresh memory costs more than the arithmetic on it."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


class Workspace:
    """Holds named planes that keep their memory; for one thread at a time."""

    def __init__(self) -> None:
        self._kept: dict[str, NDArray[Any]] = {}

    def plane(self, name: str, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
        """Returns a contiguous array of undefined content.

        It is in the same memory each time as long as that is large enough.
        """
        size = prod(shape)
        kept = self._kept.get(name)
        if kept is None or kept.size < size or kept.dtype != dtype:
            kept = self._kept[name] = np.empty(size, dtype)
        return kept[:size].reshape(shape)
