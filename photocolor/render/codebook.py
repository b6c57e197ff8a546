"""Caches the sRGB codes of every 8-bit gray in every color; each is computed when it is needed for the first time.

A photo has millions of pixels and some hundred thousand pairs of gray and color. So what is costly, the gamut and the
exact gray, is done once for each pair, and a pixel only looks up.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import Gray
from photocolor.render.buffers import Workspace
from photocolor.render.codebook_keys import Keys
from photocolor.render.exact_gray import codes_of
from photocolor.system.machine import take_single_pages

STEP = 0.5
"""CIELAB units of a* and b* between neighboring colors. Rounding to them moves a color by a quarter at most; rounding
to 8-bit codes with an exact gray, which has to be done anyway, by up to 0.8."""

NEUTRAL = 128
"""The index of a* = 0, and of b* = 0; indices have 8 bits."""

REACH = 127
"""Steps from neutral to the most colorful index on both sides."""

_MANY = 16384
"""From so many unknown pixels on, they are worked out at once, and known to the next band; fewer wait for others."""

_GRAYS = 16
"""Grays in which a color is worked out at once; grain brings them all."""

Packed = NDArray[np.uint32]


class Codebook:
    """Holds codes by gray, a* and b*; threads may share it, as all of them write the same values.

    Memory: what was met, some 5 MB for a photo; 64 MB at the very most.

    Args:
        step: CIELAB units between neighboring colors.
    """

    def __init__(self, step: float) -> None:
        self.step = step
        self._codes: Packed = np.zeros(1 << 24, np.uint32)
        take_single_pages(self._codes.ctypes.data, self._codes.nbytes)

    def known(self, keys: Keys, into: Packed) -> None:
        """Fills `into` with R, G, B and 255, a byte each; with 0 where the codes are not known yet."""
        np.take(self._codes, keys, out=into, mode="wrap")  # all keys are inside; only "raise" would make a copy

    def compute(self, keys: Keys) -> None:
        """Computes these (N,) keys, and the same colors at neighboring grays, which will be needed, too."""
        groups = _distinct(keys // _GRAYS)
        keys = (groups[:, None] * _GRAYS + np.arange(_GRAYS)).reshape(-1)
        # A key's second and third byte are the indices of a* and b*.
        ab = ((keys >> np.array((8, 16))[:, None] & 255) - NEUTRAL).astype(np.float32) * np.float32(self.step)
        codes = np.full((len(keys), 4), 255, np.uint8)
        codes[:, :3] = codes_of((keys & 255).astype(np.uint8), ab)
        self._codes[keys] = codes.view(np.uint32)[:, 0]


@lru_cache(maxsize=2)
def codebook(step: float) -> Codebook:
    """Returns the process's codebook of a step; nearly all photos share that of `STEP`."""
    return Codebook(step)


def step_for(reach: float) -> float:
    """Returns the CIELAB units between neighboring colors for a photo with a* and b* of this reach."""
    return max(STEP, reach / REACH)


class CodebookWriter:
    """Colors bands of an 8-bit photo's rows; pixels with unknown codes are colored at the end.

    Args:
        codebook: where the codes are.
        rgb: (rows, W, 3) uint8, contiguous; what comes out.
        work: buffers to use.
    """

    def __init__(self, codebook: Codebook, rgb: Gray, work: Workspace) -> None:
        self._codebook, self._rgb, self._work = codebook, rgb, work
        self._late: list[tuple[NDArray[np.intp], Keys]] = []

    def put(self, rows: slice, keys: Keys) -> None:
        """Colors rows by their pixels' keys, (rows, W)."""
        shape, work = keys.shape, self._work
        packed = work.plane("packed", shape, np.uint32)
        self._codebook.known(keys, packed)
        # A few unknown pixels wait for those of other bands; many are computed at once.
        if not packed.min():
            at = np.flatnonzero(packed == 0)
            unknown = keys.reshape(-1)[at]
            if len(at) < _MANY:
                self._late.append((at + rows.start * shape[1], unknown))
            else:
                self._codebook.compute(unknown)
                self._codebook.known(keys, packed)
        cv2.cvtColor(packed.view(np.uint8).reshape(*shape, 4), cv2.COLOR_RGBA2RGB, dst=self._rgb[rows])

    def finish(self) -> None:
        """Colors the pixels whose codes were not known."""
        if not self._late:
            return
        at, keys = (np.concatenate(part) for part in zip(*self._late, strict=True))
        self._codebook.compute(keys)
        packed = np.empty(len(keys), np.uint32)
        self._codebook.known(keys, packed)
        self._rgb.reshape(-1, 3)[at] = packed.view(np.uint8).reshape(-1, 4)[:, :3]


def _distinct(numbers: NDArray[np.integer]) -> NDArray[np.integer]:
    """Returns (N,) what occurs in (M,) `numbers`, in order. `np.unique` loads NumPy's masked arrays, for 20 ms."""
    numbers = np.sort(numbers)
    return numbers[np.concatenate(([True], numbers[1:] != numbers[:-1]))] if numbers.size else numbers
