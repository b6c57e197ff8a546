"""Opens a photo the way that its size asks for: decoded at once, or strip by strip while it is worked on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from photocolor.image.decode import decode, probe, refuse_too_large
from photocolor.image.formats import sniff
from photocolor.image.photo import Photo
from photocolor.image.plate import Plate
from photocolor.image.tiff import is_streamable
from photocolor.stored import HELD_BYTES, Stored

Reading = Photo | Plate


@contextmanager
def open_photo(data: Stored, max_megapixels: float, page: int = 0) -> Iterator[Reading]:
    """The photo, for as long as the block lasts.

    Args:
        data: the whole file.
        max_megapixels: pictures above are refused from their header.
        page: number of the page, counted from 0.

    Raises:
        PhotoError: as `decode`.
    """
    header = probe(data, page)
    refuse_too_large(header, max_megapixels)
    if header.sample_bytes > HELD_BYTES and sniff(data).name == "tiff" and is_streamable(data, page):
        with Plate(data, page) as plate:
            yield plate
    else:
        yield decode(data, max_megapixels, page)
