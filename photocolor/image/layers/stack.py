"""The layers whose composite is a result: the photograph, the luma of the colors, and the colors in mode Color."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from photocolor.image.orient import upright
from photocolor.image.photo import Photo, Pixels

PHOTO_NAME, LUMA_NAME, COLOR_NAME = "Photograph", "Luma of the colors", "Color"
LUMA_WEIGHTS = (30, 59, 11)
"""Percent of red, green and blue codes in the luma of blend modes, whatever the color space.

Source: W3C Compositing and Blending Level 1, 10.2 (non-separable blend modes); PDF 1.7, 11.3.5.3.
"""
_BAND_ROWS = 256


@dataclass(frozen=True, slots=True)
class LayerStack:
    """Holds the layers of one picture, upright, from the bottom to the top.

    The blend mode Color keeps the luma of what lies below, while a result keeps its source's L*, so the colors cannot
    lie on the photograph itself: where it is blue they would come out too bright by up to 181 of 255 codes. The layer
    between them has the luma that the colors have, and hides the photograph; without it one sees the same colors at the
    photograph's own luma.

    Attributes:
        photo: (H, W, 3) sRGB codes of the photograph, in the depth of the result.
        luma: (H, W) codes; a gray of which mode Color gives `color` within one code.
        color: (H, W, 3) codes of the result.
        alpha: (H, W), or None for opaque pictures.
    """

    photo: Pixels
    luma: Pixels
    color: Pixels
    alpha: Pixels | None

    @property
    def bit_depth(self) -> int:
        """Returns 8 or 16."""
        return 8 * self.color.dtype.itemsize

    @property
    def shape(self) -> tuple[int, int]:
        """Returns height and width in pixels."""
        return self.color.shape[0], self.color.shape[1]


def stack_of(photo: Photo, result: Photo) -> LayerStack:
    """Returns the layers of a result.

    Args:
        photo: the source as it was decoded.
        result: its result, decoded in the same way.
    """
    alpha = result.alpha if result.container.extra_sample != "unspecified" else None
    if alpha is not None and bool((alpha == np.iinfo(alpha.dtype).max).all()):
        alpha = None
    below = _in_depth(_in_rgb(photo.pixels), result.pixels.dtype)
    planes = [_ready(plane, result.orientation) for plane in (below, result.pixels)]
    shown = None if alpha is None else _ready(alpha, result.orientation)
    return LayerStack(planes[0], luma_below(planes[1]), planes[1], shown)


def luma_below(color: Pixels) -> Pixels:
    """Returns the gray of which mode Color gives these colors within one code.

    That is their luma, rounded. Near black and white the mode pulls a channel that would leave the range back, and all
    others with it; there the neighbor is taken where it is nearer.

    Args:
        color: (H, W, 3) uint8 or uint16.

    Returns:
        (H, W) of the same type.
    """
    luma = np.empty(color.shape[:2], color.dtype)
    top = int(np.iinfo(color.dtype).max)
    for band in range(0, len(color), _BAND_ROWS):
        part = color[band : band + _BAND_ROWS].astype(np.int32)
        hundred = part @ np.array(LUMA_WEIGHTS, np.int32)
        nearest = (hundred + 50) // 100
        rest = nearest[..., None] * 100 - hundred[..., None] + part * 100
        pulled = ((rest < 0) | (rest > 100 * top)).any(axis=-1)
        if pulled.any():
            nearest[pulled] = _nearer(part[pulled], hundred[pulled] // 100, top)
        luma[band : band + _BAND_ROWS] = nearest
    return cast(Pixels, luma)


def _nearer(color: NDArray[np.int32], low: NDArray[np.int32], top: int) -> NDArray[np.int32]:
    """Returns the one of two neighboring grays that mode Color turns into something nearer to the colors."""
    high = np.minimum(low + 1, top)
    errors = [np.abs(blend_color(gray / top, color / top) * top - color).max(axis=-1) for gray in (low, high)]
    return np.where(errors[0] <= errors[1], low, high)


def blend_color(backdrop: NDArray[np.float64], color: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns what the blend mode Color shows of opaque colors over an opaque gray.

    Args:
        backdrop: (...) gray codes in [0, 1].
        color: (..., 3) codes in [0, 1].

    Returns:
        (..., 3) codes in [0, 1].

    Source: W3C Compositing and Blending Level 1, 10.2: SetLum(Cs, Lum(Cb)) with ClipColor.
    """
    weights = np.array(LUMA_WEIGHTS) / 100
    luma = np.asarray(backdrop)[..., None]
    shown = color + (luma - (color @ weights)[..., None])
    low, high = shown.min(axis=-1, keepdims=True), shown.max(axis=-1, keepdims=True)
    below, above = low < 0, high > 1
    shown = np.where(below, luma + (shown - luma) * luma / np.where(below, luma - low, 1), shown)
    high = np.where(below, luma + (high - luma) * luma / np.where(below, luma - low, 1), high)
    return np.where(above, luma + (shown - luma) * (1 - luma) / np.where(above, high - luma, 1), shown)


def _in_rgb(pixels: Pixels) -> Pixels:
    return pixels if pixels.ndim == 3 else cast(Pixels, np.broadcast_to(pixels[..., None], (*pixels.shape, 3)))


def _in_depth(pixels: Pixels, dtype: np.dtype[np.uint8] | np.dtype[np.uint16]) -> Pixels:
    """Returns the codes in another depth, rounded: 65535 / 255 is 257 exactly."""
    if pixels.dtype == dtype:
        return pixels
    if dtype == np.uint16:
        return cast(Pixels, pixels.astype(np.uint16) * np.uint16(257))
    result = np.empty(pixels.shape, np.uint8)
    for band in range(0, len(pixels), _BAND_ROWS):
        result[band : band + _BAND_ROWS] = (pixels[band : band + _BAND_ROWS].astype(np.uint32) + 128) // 257
    return result


def _ready(plane: Pixels, orientation: int) -> Pixels:
    """Returns a plane as it is seen, laid out as encoders take it.

    They look at strides also where a side has one pixel, and NumPy does not.
    """
    seen = upright(plane, orientation)
    return cast(Pixels, seen.copy() if 1 in seen.shape else np.ascontiguousarray(seen))
