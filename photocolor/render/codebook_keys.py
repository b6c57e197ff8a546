"""Computes each pixel's key into the codebook, from its gray and the indices of its a* and b*.

Where a photo is many times as large as its ab, four pixels share one color, as they do in the file of any camera: each
keeps its own gray, and a* and b* follow the mean of the four. There is nothing finer to be known of the color there.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import Gray
from photocolor.render.buffers import Workspace
from photocolor.render.upsample import GuidedAb

Keys = NDArray[np.int64]

CELL_PX = 2
"""Rows and columns of a cell, the pixels that share one color."""

COARSE = 6
"""A photo has cells if it is so many times as high and as wide as its ab; they are a third of an ab pixel then."""

_TWICE = np.uint64(1 << 32 | 1)
"""What puts a 32-bit number into both halves of 64 bits."""


def in_cells(guided: GuidedAb) -> GuidedAb | None:
    """Returns ab at one pixel for each cell of the photo.

    It is None if the photo has no cells.
    """
    small_height, small_width = guided.planes.shape[1:]
    if guided.height < COARSE * small_height or guided.width < COARSE * small_width:
        return None
    return replace(guided, height=-(-guided.height // CELL_PX), width=-(-guided.width // CELL_PX))


def means_of_cells(gray: Gray, work: Workspace) -> Gray:
    """Returns the mean code of each cell; the last row or column counts twice if the number is odd.

    Args:
        gray: (rows, W) uint8 or uint16; the first row begins a cell.
        work: buffers to use.

    Returns:
        (rows / 2, W / 2) of the same dtype, rounded up; in a buffer of the workspace.
    """
    height, width = (-(-side // CELL_PX) for side in gray.shape)
    means = work.plane("means", (height, width), gray.dtype)
    # An odd last row or column is repeated, so that each cell is whole.
    if gray.shape != (height * CELL_PX, width * CELL_PX):
        even = work.plane("even", (height * CELL_PX, width * CELL_PX), gray.dtype)
        below, beside = (whole - side for whole, side in zip(even.shape, gray.shape, strict=True))
        cv2.copyMakeBorder(gray, 0, below, 0, beside, cv2.BORDER_REPLICATE, dst=even)
        gray = even
    cv2.resize(gray, (width, height), dst=means, interpolation=cv2.INTER_AREA)
    return means


def keys_of_pixels(gray: Gray, colors: tuple[Gray, Gray], work: Workspace) -> Keys:
    """Returns the keys of pixels with a color each.

    Args:
        gray: (rows, W) uint8.
        colors: indices of a* and of b*, (rows, W) uint8 each.
        work: buffers to use.

    Returns:
        (rows, W), in a buffer of the workspace.
    """
    keys = work.plane("keys", gray.shape, np.int64)
    keys[...] = _packed(gray, colors, work)
    return keys


def keys_of_cells(gray: Gray, colors: tuple[Gray, Gray], work: Workspace) -> Keys:
    """Returns the keys of pixels that share a color with their neighbors.

    Args:
        gray: (rows, W) uint8; the first row begins a cell.
        colors: indices of a* and of b* of each cell, (rows / 2, W / 2) uint8 each, rounded up.
        work: buffers to use.

    Returns:
        (rows, W), in a buffer of the workspace.
    """
    # The keys of the cells, with a gray of 0, each twice beside itself: as wide as the photo.
    width, none = gray.shape[1], _zeros(colors[0].shape, work)
    pairs = work.plane("pairs", colors[0].shape, np.uint64)
    beside = np.multiply(_packed(none, colors, work), _TWICE, out=pairs).view(np.uint32)[:, :width]
    # The gray goes into the byte that was left 0; both rows of a cell get the same color.
    narrow = work.plane("narrow", gray.shape, np.uint32)
    narrow[...] = gray
    for row in range(CELL_PX):
        of_row = narrow[row::CELL_PX]
        np.add(of_row, beside[: len(of_row)], out=of_row)
    keys = work.plane("keys", gray.shape, np.int64)
    keys[...] = narrow
    return keys


def _packed(gray: Gray, colors: tuple[Gray, Gray], work: Workspace) -> NDArray[np.uint32]:
    """Returns keys: gray in the lowest byte, then the index of a*, then that of b*."""
    parts = work.plane("parts", (*gray.shape, 4), np.uint8)
    cv2.merge([gray, *colors, _zeros(gray.shape, work)], dst=parts)
    packed: NDArray[np.uint32] = parts.view("<u4")[..., 0]
    return packed


def _zeros(shape: tuple[int, ...], work: Workspace) -> Gray:
    """Returns zeros that really fill memory: OpenCV reads beyond a broadcast zero if rows have one pixel."""
    zeros = work.plane("zeros", shape, np.uint8)
    zeros.fill(0)
    return zeros
