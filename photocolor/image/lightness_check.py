"""Keeps lossy results within the promised lightness: a picture that misses it is coded again with more quality.

At quality 95 a photograph is off by half of what is promised, and white noise by a little more than all of it. Small
pictures may be all noise; large ones are none, and are written while they are painted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import f_of, gray_of, lightness_of_code, linear_of_code
from photocolor.containers.formats import by_name
from photocolor.image.photo import Container

BLOCK_LIGHTNESS = 3.0
"""|ΔL*| of the mean of a block of 16 × 16 px: coding stays below 1, a painted spot does not."""
KEPT_FROM_QUALITY = 90
"""Who asks for less wants a small file more than the promise, and `verify` tells."""
SMALL_PX = 1 << 18
"""JPEGs up to here are looked at; larger ones are not held."""

LOSSLESS = 101
"""A quality above all others."""
_BLOCK_PX = 16
_BAND_ROWS = 256
_WEIGHTS = np.array((0.2126, 0.7152, 0.0722))
"""Weights of red, green and blue in luminance. Source: IEC 61966-2-1:1999."""


def within_promise(
    container: Container,
    name: str,
    colors: NDArray[Any],
    quality: int,
    coded: Callable[[int], tuple[bytes, Callable[[], NDArray[Any]]]],
) -> bytes:
    """Returns a picture coded at its quality, or at as much more quality as the promise needs.

    Args:
        container: what the source's file said.
        name: of the format.
        colors: (H, W, 3) uint8 as they are to be.
        quality: that was asked for.
        coded: codes the picture with a quality, `LOSSLESS` at last where the format can; returns its bytes, and what
            decodes them.
    """
    data = b""
    for step in _steps(name, quality):
        data, decode = coded(step)
        if quality < KEPT_FROM_QUALITY or keeps(name, colors, decode()[..., :3], rounded=container.rounds_gray):
            break
    return data


def _steps(name: str, quality: int) -> Iterator[int]:
    yield quality
    yield from (step for step in (98, 100) if step > quality)
    if by_name(name).lossless:
        yield LOSSLESS


def keeps(name: str, before: NDArray[Any], after: NDArray[Any], *, rounded: bool) -> bool:
    """Returns True if a coded picture keeps the lightness within what its format promises of its source.

    Args:
        name: of the format.
        before: (H, W, 3) uint8 as they were painted, whose gray codes are the source's.
        after: the same, decoded.
        rounded: the source is toned, and its lightness lies anywhere within half a code of the gray that was painted.
    """
    table = lightness_of_code(255)
    half_code = np.gradient(table.astype(np.float64)) / 2 * rounded
    total, worst = 0.0, 0.0
    for top in range(0, len(before), _BAND_ROWS):
        codes = gray_of(before[top : top + _BAND_ROWS])
        step = _lightness(after[top : top + _BAND_ROWS]) - table[codes]
        total += float(_expected_distance(step, half_code[codes]).sum())
        worst = max(worst, _worst_block(step))
    mean = total / (before.shape[0] * before.shape[1])
    return mean <= by_name(name).mean_lightness and worst <= BLOCK_LIGHTNESS


def _lightness(colors: NDArray[Any]) -> NDArray[np.float64]:
    """Returns (H, W) L* of sRGB colors."""
    return 116 * f_of(linear_of_code(255)[colors] @ _WEIGHTS) - 16


def _expected_distance(step: NDArray[np.float64], spread: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns the mean |step + u| where u lies anywhere in ± spread: more than |step| where it is small."""
    distance = np.abs(step)
    near = distance < spread
    distance[near] = (distance[near] ** 2 + spread[near] ** 2) / (2 * spread[near])
    return distance


def _worst_block(step: NDArray[np.float64]) -> float:
    height, width = (side - side % _BLOCK_PX for side in step.shape)
    if not height or not width:
        return abs(float(step.mean()))
    blocks = step[:height, :width].reshape(height // _BLOCK_PX, _BLOCK_PX, width // _BLOCK_PX, _BLOCK_PX)
    return float(np.abs(blocks.mean(axis=(1, 3))).max())
