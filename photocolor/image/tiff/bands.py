"""Reads the samples of a TIFF page from top to bottom, a few rows of strips or tiles at a time."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from photocolor.errors import TruncatedPhoto
from photocolor.image.tiff.kind import Kind
from photocolor.image.tiff.pixels import check_samples
from photocolor.image.tiff.segments import Segments
from photocolor.system.file_bytes import Stored

BAND_BYTES = 1 << 22
"""Samples that are decoded at once, where strips and tiles are smaller: then their number costs no time."""


class SampleBands:
    """Reads a page's samples as often as needed.

    Args:
        page: tifffile's view of it.
        kind: what it is; one that tifffile decodes.
        data: the whole file.

    Attributes:
        dtype: of the samples, in native byte order.
        segments: the strips or tiles.

    Raises:
        TruncatedPhoto: a strip or tile is missing, or larger than its place.
        UnsupportedPhoto: its values are not such as its fields say.
    """

    def __init__(self, page: Any, kind: Kind, data: Stored) -> None:
        plain = page.is_contiguous and page.predictor == 1
        self.segments = Segments(page, kind, data)
        planes, depth, height, width, samples = page.shaped
        if depth != 1 or (height, width) != (kind.height, kind.width):
            raise TruncatedPhoto(f"the TIFF holds {page.shaped}, not what its header promises")
        self._page, self._data = page, data
        self._planes, self._height, self._width = planes, height, width
        self._channels = planes * samples
        self.dtype = np.dtype(page.dtype).newbyteorder("=")
        check_samples(np.empty((0, 0, self._channels), self.dtype), kind)
        self._plain = plain
        self._across, self._tall = self.segments.layout.across, self.segments.layout.tall
        unit = 1 if self._plain else self._tall
        self._step = max(1, BAND_BYTES // (width * self._channels * self.dtype.itemsize * unit)) * unit

    def __iter__(self) -> Iterator[NDArray[Any]]:
        """Yields (rows, W, C) in native byte order; all of them together are the page."""
        for top in range(0, self._height, self._step):
            rows = min(self._step, self._height - top)
            yield self._stored_rows(top, rows) if self._plain else self._decoded_rows(top, rows)

    def whole(self) -> NDArray[Any]:
        """Returns all samples at once, (H, W, C)."""
        samples = np.empty((self._height, self._width, self._channels), self.dtype)
        top = 0
        for band in self:
            samples[top : top + len(band)] = band
            top += len(band)
        return samples

    def _stored_rows(self, top: int, rows: int) -> NDArray[Any]:
        """Returns rows that lie uncompressed in the file."""
        stored = self.dtype.newbyteorder(self._page.parent.byteorder)
        per_plane = self._channels // self._planes
        row_bytes = self._width * per_plane * stored.itemsize
        band = np.empty((rows, self._width, self._channels), self.dtype)
        for plane in range(self._planes):
            start = self._page.dataoffsets[0] + (plane * self._height + top) * row_bytes
            raw = self._data[start : start + rows * row_bytes]
            if len(raw) != rows * row_bytes:
                raise TruncatedPhoto(f"the TIFF ends at byte {start + len(raw)}, before its picture does")
            raw = bytes(imagecodecs.bitorder_decode(raw)) if self._page.fillorder == 2 else raw
            part = np.frombuffer(raw, stored).reshape(rows, self._width, per_plane)
            band[..., plane * per_plane : (plane + 1) * per_plane] = part
        return band

    def _decoded_rows(self, top: int, rows: int) -> NDArray[Any]:
        """Returns rows of whole strips or tiles, from the first row of one."""
        per_plane = self._channels // self._planes
        band = np.empty((rows, self._width, self._channels), self.dtype)
        down = math.ceil(self._height / self._tall)
        for plane in range(self._planes):
            first = (plane * down + top // self._tall) * self._across
            for index in range(first, first + math.ceil(rows / self._tall) * self._across):
                segment, (_, _, y, x, _) = self.segments.read(index)
                place = band[y - top : y - top + segment.shape[0], x : x + segment.shape[1]]
                place[..., plane * per_plane : (plane + 1) * per_plane] = segment[: place.shape[0], : place.shape[1]]
        return band
