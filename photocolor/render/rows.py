"""Colors a photo some rows at a time: joint upsampling of ab, gamut fitting and exact gray in one go."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import cached_property, partial

import cv2
import numpy as np

from photocolor.color.gamut import F_PER_A, F_PER_B, Plane
from photocolor.color.lab import Gray, lightness_of_code
from photocolor.render.buffers import Workspace
from photocolor.render.codebook import NEUTRAL, CodebookWriter, codebook, step_for
from photocolor.render.codebook_keys import CELL_PX, Keys, in_cells, keys_of_cells, keys_of_pixels, means_of_cells
from photocolor.render.exact_gray import Stitcher
from photocolor.render.interpolate import LocalLinearPlanes
from photocolor.render.light import F_LIGHT, FPlanes
from photocolor.render.shared_chromaticity import CellStitcher
from photocolor.render.upsample import GuidedAb

PART_PIXELS = 1 << 21
"""Pixels whose cells' chromaticity is in memory at a time."""
BAND_PIXELS = 1 << 18
"""Pixels per band. Fewer would fit the cache better, and lose more to the calls, in which threads wait for each other
(measured from 2^14 to 2^20); more take more memory."""


class RowPainter:
    """Colors rows of one photo; any split into calls gives the same pixels. Safe to use from several threads.

    There are two ways, each for single pixels and for cells of four pixels that share a color:

    - At 8 bits, ab is rounded to the colors of a codebook, and the codes are looked up by key: the gray and the indices
      of a* and b*. Cells share ab (photocolor/render/codebook_keys.py).
    - At 16 bits, the codes are computed. Here a* and b* are linear in L*, and CIE f(X) and f(Z) are linear in a*, b*
      and L*, so both come from f(Y) with one multiplication and one addition, and neither L* nor ab exists at the
      photo's size. Cells share chromaticity (photocolor/render/shared_chromaticity.py).

    No call may cut through the cells of a photo that has them.

    Args:
        guided: ab prepared for the photo.
    """

    def __init__(self, guided: GuidedAb) -> None:
        self._guided = guided
        self._codebook = codebook(step_for(guided.reach))
        self._own = threading.local()
        self._cells = in_cells(guided)

    @cached_property
    def _index_planes(self) -> Plane:
        """Returns slopes and offsets of the codebook's indices of a* and b*, from L*."""
        planes = self._guided.planes / np.float32(self._codebook.step)
        planes[2:] += np.float32(NEUTRAL)
        return planes

    @cached_property
    def _f_planes(self) -> Plane:
        """Returns slopes and offsets of f(X) and f(Z), from f(Y) in the stitcher's unit."""
        slope_a, slope_b, offset_a, offset_b = self._guided.planes.astype(np.float64)
        rows = (
            1 + 116 * F_PER_A * slope_a,
            1 + 116 * F_PER_B * slope_b,
            F_LIGHT * F_PER_A * (offset_a - 16 * slope_a),
            F_LIGHT * F_PER_B * (offset_b - 16 * slope_b),
        )
        return np.stack(rows).astype(np.float32)

    def color(self, top: int, gray: Gray, rgb: Gray) -> None:
        """Fills rows of the result.

        Args:
            top: number of the first of these rows in the photo.
            gray: (rows, W) uint8 or uint16, gray codes of the source.
            rgb: (rows, W, 3) of the same dtype, contiguous; what comes out.

        Raises:
            ValueError: rows begin or end in the middle of cells.
        """
        gray = np.ascontiguousarray(gray)
        if gray.dtype == np.uint8:
            self._color_by_codebook(top, gray, rgb)
        elif self._cells is None:
            self._color_by_formula(top, gray, rgb)
        else:
            self._color_cells_by_formula(self._cells, top, gray, rgb)

    def _color_by_codebook(self, top: int, gray: Gray, rgb: Gray) -> None:
        work = self._workspace()
        painter = CodebookWriter(self._codebook, rgb, work)
        keys = self._keys_of_pixels if self._cells is None else partial(self._keys_of_cells, self._cells)
        for rows, of_rows in keys(top, gray, work):
            painter.put(rows, of_rows)
        painter.finish()

    def _keys_of_pixels(self, top: int, gray: Gray, work: Workspace) -> Iterator[tuple[slice, Keys]]:
        local_planes = self._local_planes(self._index_planes, top, gray, work)
        for rows in _bands(gray, BAND_PIXELS):
            yield rows, keys_of_pixels(gray[rows], _color_indices(local_planes, rows, gray[rows], work), work)

    def _keys_of_cells(self, cells: GuidedAb, top: int, gray: Gray, work: Workspace) -> Iterator[tuple[slice, Keys]]:
        means = _means(cells, top, gray, work)
        between = cells.between(top // CELL_PX, len(means))
        local_planes = LocalLinearPlanes.of(self._index_planes, between, cells.width, work)
        of_cells = _color_indices(local_planes, slice(0, len(means)), means, work)
        for rows in _bands(gray, BAND_PIXELS):
            a, b = (indices[rows.start // CELL_PX : -(-rows.stop // CELL_PX)] for indices in of_cells)
            yield rows, keys_of_cells(gray[rows], (a, b), work)

    def _color_by_formula(self, top: int, gray: Gray, rgb: Gray) -> None:
        work = self._workspace()
        local_planes = self._local_planes(self._f_planes, top, gray, work)
        stitcher = Stitcher(gray, rgb, work)
        for rows in _bands(gray, BAND_PIXELS):
            f_y = stitcher.light_f(rows)
            f_x, f_z = (work.plane(name, f_y.shape, np.float32) for name in ("f_x", "f_z"))
            local_planes.put(rows, f_y, (f_x, f_z), work)
            stitcher.put(rows, FPlanes(f_y, f_x, f_z))
        stitcher.finish()

    def _color_cells_by_formula(self, cells: GuidedAb, top: int, gray: Gray, rgb: Gray) -> None:
        work = self._workspace()
        for part in _bands(gray, PART_PIXELS):
            means = _means(cells, top + part.start, gray[part], work)
            between = cells.between((top + part.start) // CELL_PX, len(means))
            stitcher = CellStitcher(gray[part], rgb[part], work)
            stitcher.prepare(means, LocalLinearPlanes.of(self._f_planes, between, cells.width, work))
            for rows in _bands(gray[part], BAND_PIXELS):
                stitcher.put(rows)
            stitcher.finish()

    def _local_planes(self, planes: Plane, top: int, gray: Gray, work: Workspace) -> LocalLinearPlanes:
        return LocalLinearPlanes.of(planes, self._guided.between(top, len(gray)), self._guided.width, work)

    def _workspace(self) -> Workspace:
        if not hasattr(self._own, "work"):
            self._own.work = Workspace()
        work: Workspace = self._own.work
        return work


def _means(cells: GuidedAb, top: int, gray: Gray, work: Workspace) -> Gray:
    """Returns the mean gray codes of the cells of these rows.

    Raises:
        ValueError: the rows begin or end in the middle of cells.
    """
    last = -(-(top + len(gray)) // CELL_PX)
    if top % CELL_PX or (len(gray) % CELL_PX and last != cells.height):
        raise ValueError(f"rows {top} to {top + len(gray)} cut through cells of {CELL_PX} rows")
    return means_of_cells(gray, work)


def _color_indices(local_planes: LocalLinearPlanes, rows: slice, gray: Gray, work: Workspace) -> tuple[Gray, Gray]:
    """Returns the codebook's indices of a* and b* for these gray codes, (rows, W) uint8 each."""
    lightness = work.plane("lightness", gray.shape, np.float32)
    cv2.LUT(gray, lightness_of_code(255), dst=lightness)
    indices = work.plane("a", gray.shape, np.uint8), work.plane("b", gray.shape, np.uint8)
    local_planes.put(rows, lightness, indices, work)
    return indices


def _bands(gray: Gray, pixels: int) -> Iterator[slice]:
    """Returns all rows in bands of about equal height and so many pixels that begin at a cell."""
    bands = -(-gray.size // pixels)
    count = -(-len(gray) // bands)
    count += count % CELL_PX
    return (slice(start, min(start + count, len(gray))) for start in range(0, len(gray), count))
