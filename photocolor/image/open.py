"""Opens a photo in the way that its size asks for: decoded at once, or strip by strip while it is colored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

from photocolor.image.decode import decode, probe, refuse_too_large
from photocolor.image.photo import Header, Photo
from photocolor.system.file_bytes import HELD_BYTES, Stored

if TYPE_CHECKING:
    from photocolor.image.tiff.strip_reader import StripReader

Reading: TypeAlias = "Photo | StripReader"
Admission = Callable[[Header, int], bool]
"""From a photo's header and the length of its file: whether its gray may be kept in memory; raises if nothing may."""


@contextmanager
def open_photo(
    data: Stored, max_megapixels: float, page: int = 0, admits: Admission | None = None
) -> Iterator[Reading]:
    """Yields the photo, which is open while the block runs.

    Args:
        data: the whole file.
        max_megapixels: pictures above are refused from their header.
        page: number of the page, counted from 0.
        admits: is asked before memory is taken.

    Raises:
        PhotoError: as `decode`.
    """
    header = probe(data, page)
    refuse_too_large(header, max_megapixels)
    keep = admits is None or admits(header, len(data))
    if header.band_bytes and header.sample_bytes > HELD_BYTES:
        from photocolor.image.tiff.strip_reader import StripReader  # fourteen modules, of which most photos need none

        with StripReader(data, page, keep=keep) as reader:
            yield reader
    else:
        yield decode(data, max_megapixels, page)
