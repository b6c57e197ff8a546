"""The last step of color: ab onto the photo's own gray, so exactly that the gray can be read back from the result."""

from __future__ import annotations

from functools import cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from photocolor.color.gamut import Plane, chroma_scale, linear_rgb, outside
from photocolor.color.lab import LUMINANCE, Chroma, Gray, decode_srgb, encode_srgb, f_of_code, linear_of_code, peak

LUMINANCE_MARGIN = 7.5e-5
"""Linear light kept free at both ends of a gray code's interval, so that the gray also reads the same with the
seven-digit luminance weights that some tools use (they differ by at most 0.0000729 in one channel)."""


def stitch(gray: Gray, ab: Chroma) -> Gray:
    """RGB pixels that have this gray and, as far as sRGB goes, this color.

    Args:
        gray: (H, W) uint8 or uint16, sRGB-encoded gray codes of the source.
        ab: (H, W, 2) float32, CIELAB a* and b*.

    Returns:
        (H, W, 3) of gray's dtype. 8-bit: the gray of every pixel (linear Rec.709 luminance, encoded) equals `gray`.
        16-bit: it is within 2 codes of 65535.
    """
    white_code = peak(gray.dtype)
    f_y = f_of_code(white_code).take(gray)
    luminance = _luminance_of_code(white_code).take(gray)
    channels = _inside(f_y, luminance, np.ascontiguousarray(ab[..., 0]), np.ascontiguousarray(ab[..., 1]))
    if white_code == 255:
        return _repaired(gray.astype(np.uint8, copy=False), _encode_8bit(channels))
    return _encode_16bit(channels)


@cache
def _luminance_of_code(white_code: int) -> NDArray[np.float32]:
    return linear_of_code(white_code).astype(np.float32)


def _inside(f_y: Plane, luminance: Plane, a: Plane, b: Plane) -> tuple[Plane, Plane, Plane]:
    """Linear channels in [0, 1], chroma reduced where the color does not exist."""
    channels = linear_rgb(f_y, luminance, a, b)
    beyond = np.flatnonzero(outside(channels))
    if beyond.size:
        f_sub, y_sub = f_y.ravel()[beyond], luminance.ravel()[beyond]
        a_sub, b_sub = a.ravel()[beyond], b.ravel()[beyond]
        scale = chroma_scale(f_sub, y_sub, a_sub, b_sub)
        for plane, fitted in zip(channels, linear_rgb(f_sub, y_sub, a_sub * scale, b_sub * scale), strict=True):
            plane.ravel()[beyond] = fitted
    for plane in channels:
        np.clip(plane, 0, 1, out=plane)
    return channels


@cache
def _code_of_linear() -> NDArray[np.uint8]:
    """(65536,) uint8: the 8-bit code of linear light in steps of 1/65535 (0.05 codes at the dark end)."""
    return np.rint(encode_srgb(np.arange(65536) / 65535) * 255).astype(np.uint8)


def _encode_8bit(channels: tuple[Plane, Plane, Plane]) -> NDArray[np.uint8]:
    table = _code_of_linear()
    rgb = np.empty((*channels[0].shape, 3), np.uint8)
    for i, plane in enumerate(channels):
        plane *= np.float32(65535)
        plane += np.float32(0.5)
        rgb[..., i] = table.take(plane.astype(np.uint16))
    return rgb


def _encode_16bit(channels: tuple[Plane, Plane, Plane]) -> NDArray[np.uint16]:
    rgb = np.empty((*channels[0].shape, 3), np.uint16)
    for i, plane in enumerate(channels):
        encoded = np.float32(1.055) * np.power(plane, np.float32(1 / 2.4)) - np.float32(0.055)
        np.copyto(encoded, plane * np.float32(12.92), where=plane <= np.float32(0.0031308))
        rgb[..., i] = np.rint(encoded * np.float32(65535)).astype(np.uint16)
    return rgb


_FIXED_ONE = 1 << 29
"""Fixed-point unit of linear light: sums of three channels stay in int32 and err by less than 1e-8."""


@cache
def _fixed_tables() -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Luminance each 8-bit code adds in R, G and B, (3, 256), and the interval [low, high) of each gray code."""
    weights = np.array(LUMINANCE)[:, None] * linear_of_code(255) * _FIXED_ONE
    edges = decode_srgb((np.arange(257) - 0.5).clip(0, 255) / 255)
    low, high = edges[:-1] + LUMINANCE_MARGIN, edges[1:] - LUMINANCE_MARGIN
    low[0], high[-1] = -1e-3, 1.001  # black and white themselves are always inside
    return (
        np.rint(weights).astype(np.int32),
        np.ceil(low * _FIXED_ONE).astype(np.int32),
        np.floor(high * _FIXED_ONE).astype(np.int32),
    )


def _repaired(gray: NDArray[np.uint8], rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """`rgb` with the few pixels moved by one code or two whose rounded channels no longer give `gray`."""
    weights, low, high = _fixed_tables()
    luminance = weights[0].take(rgb[..., 0])
    luminance += weights[1].take(rgb[..., 1])
    luminance += weights[2].take(rgb[..., 2])
    wrong = np.flatnonzero((luminance < low.take(gray)) | (luminance >= high.take(gray)))
    if wrong.size:
        flat = rgb.reshape(-1, 3)
        flat[wrong] = _nearest_with_gray(gray.ravel()[wrong], flat[wrong])
    return rgb


@cache
def _neighbors() -> NDArray[np.int16]:
    """(125, 3): steps of at most two codes per channel, the smallest first."""
    steps = sorted(product(range(-2, 3), repeat=3), key=lambda s: (sum(v * v for v in s), s))
    return np.array(steps, np.int16)


def _nearest_with_gray(gray: NDArray[np.uint8], rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """For each pixel (N, 3) the nearest color that has its gray; the gray itself where none is near."""
    weights, low, high = _fixed_tables()
    found = np.repeat(gray[:, None], 3, axis=1)
    open_ = np.arange(len(gray))
    for step in _neighbors():
        tried = rgb[open_].astype(np.int16) + step
        valid = ((tried >= 0) & (tried <= 255)).all(axis=1)
        tried = tried.clip(0, 255)
        luminance = weights[0][tried[:, 0]] + weights[1][tried[:, 1]] + weights[2][tried[:, 2]]
        hit = valid & (luminance >= low[gray[open_]]) & (luminance < high[gray[open_]])
        found[open_[hit]] = tried[hit].astype(np.uint8)
        open_ = open_[~hit]
        if not open_.size:
            break
    return found
