"""Colors 16-bit rows of a large photo, in which four pixels share one chromaticity and each keeps its own gray.

Light of one chromaticity is the luminance times a ratio for each channel. The power of the sRGB curve makes ratios of
light ratios of codes: above the straight foot of the curve, a channel's code is (gray + OFFSET) · ratio - OFFSET, where
`gray` is the pixel's own code. So cubes and powers are worked out once for four pixels. The ratios' own luminance is 1;
that is why each pixel's gray stays what it was, whatever the four differ by.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from photocolor.color.gamut import Plane
from photocolor.color.lab import LUMINANCE, WHITE, XYZ_FROM_SRGB, Gray, f_of, linear_of_code, peak
from photocolor.render.buffers import Workspace
from photocolor.render.codebook_keys import CELL_PX
from photocolor.render.interpolate import LocalLinearPlanes
from photocolor.render.light import (
    DARK,
    ENDS,
    F_LIGHT,
    GAMMA,
    LIGHT,
    FPlanes,
    at_the_ends,
    channels_of,
    encoded,
    fitted,
    looked_up,
    tables,
)

OFFSET = 0.055 * LIGHT
"""The offset of the sRGB curve, in codes: code + OFFSET is a power of light."""

FOOT_CODE = int(12.92 * DARK) + 2
"""Codes from here on lie above the straight foot of the curve, whatever float32 rounds."""

BLOCK_CELLS = 1 << 17
"""Cells that are worked on at a time. With fewer, two threads wait for each other's turn at Python's calls."""

_NO_LIGHT = 1e-3
"""Keeps black from being divided by nothing: a hundredth of the first code's light."""


class CellStitcher:
    """Colors 16-bit gray rows whose cells have a chromaticity each, band by band.

    Args:
        gray: (H, W) uint16, contiguous; the first row begins a cell.
        rgb: (H, W, 3) uint16, contiguous; what comes out. Its gray is within 2 codes of `gray`.
        work: buffers to use.
    """

    def __init__(self, gray: Gray, rgb: Gray, work: Workspace) -> None:
        self._gray, self._rgb, self._work = gray, rgb, work
        self._f_table, self._light_table = tables(peak(gray.dtype))
        self._bright: list[NDArray[np.intp]] = []

    def prepare(self, means: Gray, local: LocalLinearPlanes) -> None:
        """Works out the chromaticity of all cells; it exists in sRGB at the luminance of the cell's mean gray.

        Args:
            means: (h, w) uint16, the mean gray code of each cell.
            local: CIE f(X) and f(Z) as functions of f(Y), times `F_LIGHT`, for these cells.
        """
        self._light, self._ratio = (
            self._work.plane(name, (3, *means.shape), np.float32) for name in ("cell_light", "cell_ratio")
        )
        blocks = list(_blocks(means))
        beyond = [part for rows in blocks for part in self._light_of_means(means, rows, local)]
        if beyond:
            at, *planes = (np.concatenate(parts) for parts in zip(*beyond, strict=True))
            self._fit(means, at, planes)
        for rows in blocks:
            self._divide(self._light[:, rows], self._ratio[:, rows])

    def _light_of_means(self, means: Gray, rows: slice, local: LocalLinearPlanes) -> Iterator[tuple[NDArray[Any], ...]]:
        """Computes the light of these rows of cells; yields numbers of those beyond sRGB, f(Y), f(X), f(Z) and Y."""
        codes, work = means[rows], self._work
        f_y, f_x, f_z, luminance = (
            work.plane(name, codes.shape, np.float32) for name in ("f_y", "f_x", "f_z", "luminance")
        )
        looked_up(codes, self._f_table, f_y)
        local.put(rows, f_y, (f_x, f_z), work)
        looked_up(codes, self._light_table, luminance)
        channels = channels_of(FPlanes(f_y, f_x, f_z), luminance, work)
        ends, _ = at_the_ends(channels, work)
        for channel, light in zip(channels, self._light[:, rows], strict=True):
            cv2.threshold(channel, 0, 0, cv2.THRESH_TOZERO, dst=light)  # NumPy takes four times as long with a scalar
        found = np.flatnonzero(ends)
        if found.size:
            values = (plane.reshape(-1)[found] for plane in (f_y, f_x, f_z, luminance))
            yield found + rows.start * codes.shape[1], *values

    def _fit(self, means: Gray, at: NDArray[np.intp], planes: list[Plane]) -> None:
        """Fits the cells whose color does not exist in sRGB; black and white take no color."""
        light, codes = self._light.reshape(3, -1), means.reshape(-1)[at]
        pure = (codes == 0) | (codes == peak(means.dtype))
        light[:, at[pure]] = LIGHT
        f_y, f_x, f_z, luminance = (plane[~pure] for plane in planes)
        if f_y.size:
            light[:, at[~pure]] = fitted(FPlanes(f_y, f_x, f_z), luminance)

    def _divide(self, light: Plane, ratio: Plane) -> None:
        """Divides the light of cells by its luminance, and fills the ratios of codes."""
        luminance = self._work.plane("luminance", light.shape[1:], np.float32)
        cv2.addWeighted(light[0], LUMINANCE[0], light[1], LUMINANCE[1], _NO_LIGHT, dst=luminance)
        cv2.scaleAdd(light[2], LUMINANCE[2], luminance, dst=luminance)
        for channel, power in zip(light, ratio, strict=True):
            cv2.divide(channel, luminance, dst=channel)
            cv2.pow(channel, GAMMA, dst=power)

    def put(self, rows: slice) -> None:
        """Colors these rows, which begin at a cell."""
        gray, work = self._gray[rows], self._work
        powers = self._powers(gray)
        codes = [work.plane(f"code{i}", gray.shape, np.uint16) for i in range(3)]
        for code, ratio in zip(codes, self._ratio[:, _cells(rows)], strict=True):
            product = self._times(powers, ratio)
            cv2.addWeighted(product, 1, product, 0, -OFFSET, dst=code, dtype=cv2.CV_16U)
        self._lay_on_foot(rows, codes)
        self._note_bright(rows, codes)
        cv2.merge(codes, dst=self._rgb[rows])

    def _powers(self, gray: Gray) -> Plane:
        """Returns the power of the sRGB curve for the light of these codes: code + OFFSET, or less on its foot."""
        powers = self._work.plane("powers", gray.shape, np.float32)
        if gray.min() < FOOT_CODE:
            return looked_up(gray, _power_table(), powers)
        return _powers_above_foot(gray, powers)  # in half the time

    def _times(self, plane: Plane, cells: Plane) -> Plane:
        """Returns (rows, W) times what each cell has, in a buffer of the workspace."""
        work = self._work
        # Each twice beside itself: as wide as the photo. Both rows of a cell take the same.
        twice = work.plane("twice", (*cells.shape, CELL_PX), np.float32)
        cv2.merge([cells] * CELL_PX, dst=twice)
        beside = twice.reshape(len(cells), -1)[:, : plane.shape[1]]
        product = work.plane("product", plane.shape, np.float32)
        for row in range(CELL_PX):
            of_row = plane[row::CELL_PX]
            np.multiply(of_row, beside[: len(of_row)], out=product[row::CELL_PX])
        return product

    def _lay_on_foot(self, rows: slice, codes: list[Gray]) -> None:
        """Puts the codes of little light onto the straight foot of the curve; above it, the foot lies higher."""
        lowest = [code.min(axis=0) for code in codes]
        dark = [i for i, code in enumerate(lowest) if code.min() < FOOT_CODE]
        if not dark:
            return
        # Only the columns from the first to the last that has any: mostly half of them, or less.
        columns = _reach(np.minimum.reduce(lowest) < FOOT_CODE)
        gray, work = self._gray[rows, columns], self._work
        light = self._light[:, _cells(rows), _cells(columns)]
        luminance = looked_up(gray, self._light_table, work.plane("luminance", gray.shape, np.float32))
        foot, knee = (work.plane(name, gray.shape, np.uint16) for name in ("foot", "knee"))
        knee.fill(FOOT_CODE - 1)  # with a scalar NumPy takes six times as long as with a plane
        for i in dark:
            product, code = self._times(luminance, light[i]), codes[i][:, columns]
            cv2.addWeighted(product, 12.92, product, 0, 0, dst=foot, dtype=cv2.CV_16U)
            cv2.max(code, knee, dst=code)
            cv2.min(code, foot, dst=code)

    def _note_bright(self, rows: slice, codes: list[Gray]) -> None:
        """Notes pixels with a channel at its upper end, where their color may not exist; white takes no color."""
        gray, white = self._gray[rows], peak(self._gray.dtype)
        full = [code for code in codes if code.max() == white]
        if not full:
            return
        is_white = gray == white
        for code in codes:
            cv2.copyTo(gray, is_white.view(np.uint8), code)  # NumPy takes three times as long
        bright = full[0] == white
        for code in full[1:]:
            bright |= code == white
        bright &= ~is_white
        found = np.flatnonzero(bright)
        if found.size:
            self._bright.append(found + rows.start * gray.shape[1])

    def finish(self) -> None:
        """Colors the pixels that were noted, one by one: with less chroma where their color does not exist."""
        if not self._bright:
            return
        at = np.concatenate(self._bright)
        codes = self._gray.reshape(-1)[at]
        row, column = np.divmod(at, self._gray.shape[1])
        cell = row // CELL_PX * self._light.shape[2] + column // CELL_PX
        light = self._light.reshape(3, -1).take(cell, axis=1) * self._light_table[codes]
        beyond = np.flatnonzero(light.max(axis=0) > ENDS[1])
        if beyond.size:
            light[:, beyond] = self._fitted(light[:, beyond], codes[beyond])
        self._rgb.reshape(-1, 3)[at] = encoded(light, "late", Workspace(), (0.0, 2 * LIGHT)).T

    def _fitted(self, light: Plane, codes: Gray) -> Plane:
        """Returns (3, N) light whose chroma is reduced to what exists at the luminance of these gray codes."""
        f_x, f_z = (f_of((XYZ_FROM_SRGB[i] / WHITE[i]) @ (light / LIGHT)) * F_LIGHT for i in (0, 2))
        f_y = self._f_table[codes]
        return fitted(FPlanes(f_y, f_x.astype(np.float32), f_z.astype(np.float32)), self._light_table[codes])


def _powers_above_foot(gray: Gray, into: Plane) -> Plane:
    """Fills `into` with the power of gray codes that all lie above the foot of the curve, and returns it."""
    cv2.addWeighted(gray, 1, gray, 0, OFFSET, dst=into, dtype=cv2.CV_32F)
    return into


@cache
def _power_table() -> Plane:
    """Returns the power of the sRGB curve for the light of each gray code, (65536,) float32; see `_powers`."""
    powers = np.empty(65536, np.float32)
    _powers_above_foot(np.arange(65536, dtype=np.uint16)[None], powers[None])
    foot = powers[:FOOT_CODE]
    on_foot = (1.055 * LIGHT * linear_of_code(65535)[:FOOT_CODE] ** GAMMA).astype(np.float32)
    np.minimum(foot, on_foot, out=foot)  # the power lies below the foot, where there is one
    return powers


def _cells(pixels: slice) -> slice:
    """Returns the rows or columns of cells that these rows or columns of pixels are in."""
    return slice(pixels.start // CELL_PX, -(-pixels.stop // CELL_PX))


def _reach(columns: NDArray[np.bool_]) -> slice:
    """Returns the columns from the first to the last of these, and those before in the first one's cell."""
    found = np.flatnonzero(columns)
    return slice(int(found[0]) // CELL_PX * CELL_PX, int(found[-1]) + 1)


def _blocks(means: Gray) -> Iterator[slice]:
    """Returns all rows of cells in blocks of about equal height."""
    count = -(-len(means) // -(-means.size // BLOCK_CELLS))
    return (slice(top, min(top + count, len(means))) for top in range(0, len(means), count))
