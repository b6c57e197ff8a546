"""Reads the TIFF pages that only libtiff decodes: chroma that is not coded by JPEG, or by old-style JPEG."""

from __future__ import annotations

import math
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from photocolor.errors import TruncatedPhoto, UnsupportedPhoto
from photocolor.image.tiff.jpeg_strip import doubts_of_strip
from photocolor.image.tiff.kind import OLD_JPEG, Kind
from photocolor.image.tiff.segments import SegmentLayout, located
from photocolor.image.tiff.unpack import SELF_CONTAINED, UNCOMPRESSED, decompressed
from photocolor.system.file_bytes import Stored, whole

_SUBSAMPLING, _INTERCHANGE, _INTERCHANGE_BYTES = 530, 513, 514
_SUBSAMPLED = (2, 2)
"""TIFF's default chroma subsampling (across, down), where the field is missing."""
_SEPARATE = 2
_MIRRORED = {2: (1, -1), 3: (-1, -1), 4: (-1, 1), 6: (1, -1), 7: (-1, -1), 8: (-1, 1)}
"""Steps through rows and columns that undo what libtiff does for an orientation. Source: its tif_getimage.c."""


def read_by_libtiff(page: Any, kind: Kind, data: Stored, index: int, orientation: int) -> NDArray[np.uint8]:
    """Returns (H, W, 3) sRGB of a page, in the stored orientation.

    Args:
        page: tifffile's view of it.
        kind: what it is.
        data: the whole file.
        index: the page's position in the chain of directories.
        orientation: its EXIF orientation, 1 to 8.

    Raises:
        TruncatedPhoto: a part of it is missing or damaged.
        UnsupportedPhoto: libtiff does not decode it either.
    """
    across, down = (int(value) for value in page.tags.valueof(_SUBSAMPLING, _SUBSAMPLED))
    if page.planarconfig == _SEPARATE:
        raise UnsupportedPhoto("TIFF of YCbCr whose channels lie in separate planes is not supported")
    if kind.compression == OLD_JPEG:
        _check_old_jpeg(page, data)
    else:
        _check_units(page, kind, data, (across, down))
    colors = imagecodecs.tiff_decode(whole(data), index=index, asrgb=True)
    if colors.shape[:2] != (kind.height, kind.width) or colors.shape[2:] not in ((3,), (4,)):
        raise TruncatedPhoto(f"the TIFF decodes to {colors.shape}, not what its header promises")
    return np.ascontiguousarray(as_stored(colors[..., :3], orientation))


def as_stored(colors: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Returns libtiff's RGB in the stored orientation: libtiff mirrors, but does not turn."""
    rows, columns = _MIRRORED.get(orientation, (1, 1))
    return colors[::rows, ::columns]


def _check_units(page: Any, kind: Kind, data: Stored, subsampling: tuple[int, int]) -> None:
    """Raises if a strip or tile lacks some of its units of luma samples with one sample of each chroma."""
    across, down = subsampling
    if not across or not down or kind.compression not in SELF_CONTAINED:
        raise UnsupportedPhoto(f"YCbCr TIFF with compression {kind.compression} is not supported")
    layout = SegmentLayout(page)

    def unit_bytes(index: int, *, whole_strip: bool = False) -> int:
        rows, columns = (layout.tall, layout.wide) if whole_strip or page.is_tiled else layout.shape(index)
        return math.ceil(columns / across) * math.ceil(rows / down) * (across * down + 2)

    pieces = located(page, data, layout, unit_bytes if kind.compression == UNCOMPRESSED else None)
    for number, piece in enumerate(pieces):
        raw = data[piece.offset : piece.offset + piece.size]
        if page.fillorder == 2:
            raw = bytes(imagecodecs.bitorder_decode(raw))
        try:
            decompressed(
                kind.compression, raw, {unit_bytes(number), unit_bytes(number, whole_strip=True)}, sure=piece.sure
            )
        except ValueError as error:
            raise TruncatedPhoto(f"segment {number + 1} of {len(pieces)} of the TIFF is damaged ({error})") from error


def _check_old_jpeg(page: Any, data: Stored) -> None:
    """Checks an old-style JPEG that is a stream of its own; separate tables and strips cannot be checked."""
    if not len(page.dataoffsets) or page.dataoffsets[0] + 1 >= len(data):
        raise TruncatedPhoto(f"the TIFF ends at byte {len(data)}, before its picture does")
    if max(at + size for at, size in zip(page.dataoffsets, page.databytecounts, strict=False)) > len(data):
        raise TruncatedPhoto(f"the TIFF ends at byte {len(data)}, before its picture does")
    start, size = (_first(page, tag) for tag in (_INTERCHANGE, _INTERCHANGE_BYTES))
    if start:
        try:
            doubts_of_strip(data[start : start + (size or len(data))], None)
        except ValueError as error:
            raise TruncatedPhoto(f"the JPEG stream of the TIFF is damaged ({error})") from error


def _first(page: Any, tag: int) -> int:
    """Returns the value of a field, or the first of several; 0 where it is missing."""
    value = page.tags.valueof(tag) or 0
    return int(value[0] if isinstance(value, tuple) else value)
