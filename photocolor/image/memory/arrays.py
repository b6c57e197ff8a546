"""Converts NumPy arrays to gray codes, and results to arrays of the same kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import Gray, gray_of
from photocolor.errors import UnsupportedPhoto

_TOP = 65535
_SHAPES = (
    "Give (H, W) or (H, W, 1) gray, (H, W, 3) RGB, or either with alpha as the last channel: uint8, uint16, "
    "or floating point from 0 to 1."
)


@dataclass(frozen=True, slots=True)
class ArrayPicture:
    """Holds a picture that came as an array.

    Attributes:
        gray: (H, W) uint8 or uint16, sRGB-encoded; of floating point, with 16 bits.
        alpha: (H, W) of the array's own dtype, or None.
        dtype: of the array.
    """

    gray: Gray
    alpha: NDArray[Any] | None
    dtype: np.dtype[Any]

    def result(self, rgb: Gray) -> NDArray[Any]:
        """Returns the picture in color, (H, W, 3) or (H, W, 4), with the array's dtype and alpha."""
        wide = np.promote_types(self.dtype, np.float32)  # 16 bits of floating point cannot hold the codes
        colored = (rgb / wide.type(_TOP)).astype(self.dtype) if self.dtype.kind == "f" else rgb
        return colored if self.alpha is None else np.dstack((colored, self.alpha))


def picture_of(array: NDArray[Any]) -> ArrayPicture:
    """Returns an array as a picture.

    Raises:
        UnsupportedPhoto: it is none that is understood without a guess.
    """
    channels = array.shape[2] if array.ndim == 3 else 1
    if array.ndim not in (2, 3) or 0 in array.shape or channels not in (1, 2, 3, 4):
        hint = "Give its pictures as a list: list(array)." if array.ndim == 4 else _SHAPES
        raise UnsupportedPhoto(f"an array of shape {array.shape} and type {array.dtype} is no picture", hint)
    codes = _codes(array)
    if array.ndim == 2:
        return ArrayPicture(codes, None, array.dtype)
    colors = codes[..., : 3 if channels >= 3 else 1]
    gray = gray_of(np.ascontiguousarray(colors)) if channels >= 3 else np.ascontiguousarray(colors[..., 0])
    return ArrayPicture(gray, array[..., -1] if channels in (2, 4) else None, array.dtype)


def _codes(array: NDArray[Any]) -> Gray:
    if array.dtype in (np.uint8, np.uint16):
        return array
    if array.dtype.kind != "f":
        raise UnsupportedPhoto(f"an array of type {array.dtype} is not understood without a guess", _SHAPES)
    low, high = float(array.min()), float(array.max())
    if not (low >= 0 and high <= 1):  # NaN is neither
        raise UnsupportedPhoto(
            f"a floating-point array has values from {low:g} to {high:g}",
            "Scale it to 0 to 1, as array / 255 does with codes of 8 bits; values are taken as sRGB-encoded.",
        )
    return np.rint(array.astype(np.float64) * _TOP).astype(np.uint16)
