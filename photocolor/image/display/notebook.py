"""Results that display themselves in a notebook: arrays and files from which a small PNG is made on demand."""

from __future__ import annotations

import math
from typing import Any, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from photocolor.color.resize import resize
from photocolor.errors import PhotoError
from photocolor.image.display.decode_small import decode_reduced
from photocolor.image.memory.pillow import eight_bits
from photocolor.image.orient import upright

SHOWN_PX = 1024
"""Longer side of what a notebook shows."""


class ColorArray(np.ndarray[Any, np.dtype[Any]]):
    """An array with a color picture, which a notebook displays."""

    @classmethod
    def of(cls, array: NDArray[Any]) -> Self:
        """Returns a view of an array that displays itself; the memory is shared."""
        return array.view(cls)

    def _repr_png_(self) -> bytes | None:
        """Returns the picture for a notebook; None if this is no picture any more, such as one row."""
        if self.ndim != 3 or self.shape[2] not in (3, 4) or 0 in self.shape:
            return None
        return _png(codes_of(np.asarray(self)))


class ColorBytes(bytes):
    """The bytes of a result file, which a notebook displays."""

    __slots__ = ()

    def _repr_png_(self) -> bytes | None:
        """Returns the picture for a notebook; None for bytes that are cut off."""
        try:
            photo = decode_reduced(bytes(self), math.inf, SHOWN_PX)[0]
        except PhotoError:
            return None
        return _png(eight_bits(upright(photo.pixels, photo.orientation)))

    def __repr__(self) -> str:
        return f"<{len(self):,} bytes of a photo in color>"


def codes_of(array: NDArray[Any]) -> NDArray[np.uint8]:
    """Returns a picture's 8-bit codes; floating-point values range from 0 to 1."""
    if array.dtype.kind == "f":
        codes: NDArray[np.uint8] = np.rint(np.clip(np.nan_to_num(array), 0, 1) * 255).astype(np.uint8)
        return codes
    return eight_bits(array.astype(np.uint16) if array.dtype != np.uint8 else array)


def _png(picture: NDArray[np.uint8]) -> bytes:
    scale = min(1.0, SHOWN_PX / max(picture.shape[:2]))
    height, width = (max(1, round(side * scale)) for side in picture.shape[:2])
    colors = picture if picture.ndim == 3 else np.dstack([picture] * 3)
    small = resize(np.ascontiguousarray(colors[..., :3]), height, width)
    written, data = cv2.imencode(".png", small[..., ::-1])
    return bytes(data) if written else b""
