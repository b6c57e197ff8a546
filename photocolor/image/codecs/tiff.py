"""Reads TIFF and BigTIFF: every page, gray, RGB, palette, CMYK, Lab or YCbCr, in any layout and compression."""

from __future__ import annotations

import logging
from dataclasses import replace
from io import BytesIO
from types import TracebackType
from typing import Any, Self, cast

from photocolor.color.icc import srgb_profile
from photocolor.containers.tiff import view_fields
from photocolor.errors import TruncatedPhoto
from photocolor.image.photo import Container, Header, Photo, Pixels
from photocolor.image.tiff.bands import SampleBands
from photocolor.image.tiff.kind import ICC_LAB, LAB, YCBCR, Kind, kind_of
from photocolor.image.tiff.own_color import unapplied_color
from photocolor.image.tiff.pages import Page, TiffPages, find_pages
from photocolor.image.tiff.pixels import Decoded, meaning
from photocolor.image.tiff.ycbcr import read_by_libtiff
from photocolor.system.decoder_messages import detail_of
from photocolor.system.file_bytes import DiskBytes, Stored

# tifffile reports damaged tags to its logger, which without a handler prints amid the progress bars; the checks
# raise for all of them that matter.
logging.getLogger("tifffile").addHandler(logging.NullHandler())

_LOSSY = {"JPEG", "OJPEG", "WEBP", "JPEG2000", "JPEGXL", "JPEGXR", "JPEG_LOSSY"}
_LOSSY |= {"APERIO_JP2000_YCBC", "APERIO_JP2000_RGB", "JPEG_2000_LOSSY", "JPEGXL_DNG"}
_EXTRA_SAMPLES = {0: "unspecified", 1: "assocalpha", 2: "unassalpha"}
_DARK = 65535 >> 3
_ROWS_PER_STRIP, _TILE_LENGTH = 278, 323


def probe(data: Stored, page: int = 0) -> Header:
    """Returns size and depth of a page, and the number of pages.

    Raises:
        TruncatedPhoto: a directory is cut off or damaged.
        UnsupportedPhoto: the page is none of those that can be treated exactly; the message says why.
    """
    kind, place, found = _look(data, page)
    return Header("tiff", kind.height, kind.width, kind.bits, len(found.pages), kind.channels, _band_bytes(kind, place))


def _band_bytes(kind: Kind, page: Page) -> int:
    """Returns the memory of reading in strips: three of them (stored, decoded, sRGB), and the result's in color."""
    if kind.by_libtiff:
        return 0
    tiles = page.numbers(_TILE_LENGTH)
    tall = tiles or page.numbers(_ROWS_PER_STRIP) or (kind.height,)
    plain = kind.compression == 1 and kind.bits % 8 == 0 and not tiles
    rows = 1 if plain else min(kind.height, max(1, int(tall[0])))
    sample_bytes = -(-kind.bits // 8)
    return rows * kind.width * sample_bytes * (3 * kind.channels + (6 if tiles else 0))


def read(data: Stored, page: int = 0) -> Photo:
    """Returns one page with its profile not yet applied; palettes are expanded, white-is-zero is inverted.

    Its pixels have four channels for CMYK and are float32 for floating-point samples; only a profile makes those into
    sRGB.

    Raises:
        TruncatedPhoto: the data end before the picture does.
        UnsupportedPhoto: the page is none of those that can be treated exactly; the message says why.
    """
    with TiffPage(data, page) as tiff_page:
        if tiff_page.kind.by_libtiff:
            decoded = Decoded(
                read_by_libtiff(tiff_page.page, tiff_page.kind, data, tiff_page.index, tiff_page.orientation)
            )
            container, read_warnings = tiff_page.container, tuple[str, ...]()
        else:
            bands = SampleBands(tiff_page.page, tiff_page.kind, data)
            decoded = meaning(bands.whole(), tiff_page.kind, tiff_page.page.colormap)
            container = replace(tiff_page.container, checksummed=bands.segments.checksummed)
            read_warnings = bands.segments.warnings
    doubts = tiff_page.doubts(int(decoded.colors.max()) if decoded.gray is None else None)
    warnings = (*tiff_page.warnings, *read_warnings, *doubts)
    return Photo(cast(Pixels, decoded.colors), decoded.alpha, tiff_page.orientation, container, warnings, decoded.gray)


class TiffPage:
    """Describes one page of an open file before its samples are decoded.

    Args:
        data: the whole file.
        number: of the page, counted from 0.

    Attributes:
        kind: what its samples mean.
        page: tifffile's view of it.
        index: its place in the chain of directories.
        orientation: EXIF orientation 1 to 8.
        container: how it is stored.
        warnings: what the user should know, as far as the directory says it.

    Raises:
        TruncatedPhoto: a directory is cut off or damaged.
        UnsupportedPhoto: the page is none of those that can be treated exactly; the message says why.
    """

    def __init__(self, data: Stored, number: int = 0) -> None:
        self.kind, place, found = _look(data, number)
        view = view_fields(place.block, place.fields)
        self.index, self.orientation = place.index, view.orientation
        from tifffile import TiffFile, TiffPage  # takes as long to import as NumPy, and JPEGs do not need it

        self._file = TiffFile(data.rewound() if isinstance(data, DiskBytes) else BytesIO(data))
        self._file.filehandle.seek(place.offset)  # by its number, the library would walk through all pages before it
        self.page: Any = TiffPage(self._file, place.index)
        self.container = replace(_container(self.page, self.kind, view.dpi), masks=len(found.masks))
        previews = found.previews if not number else 0
        left_out = [f"{previews} reduced previews beside the picture are left out"] if previews else []
        self.warnings = (*view.warnings, *left_out, *unapplied_color(place, self.kind))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def doubts(self, brightest: int | None) -> tuple[str, ...]:
        """Returns warnings about the page; TIFF forbids stretching samples to MaxSampleValue.

        Args:
            brightest: the highest code of all colors; None where the file stores lightness itself.
        """
        kind = self.kind
        if kind.floating:
            return (f"the {kind.bits}-bit floating-point values were rounded to 16 bits",)
        if kind.bits == 16 and brightest is not None and brightest <= _DARK:
            return (
                f"no value of the 16-bit picture is above {brightest} of 65535, so it is nearly black; "
                "if its scanner wrote fewer bits, stretch them first",
            )
        return ()


def _look(data: Stored, page: int) -> tuple[Kind, Page, TiffPages]:
    try:
        pages = find_pages(data)
        if page >= len(pages.pages):
            raise TruncatedPhoto(f"the TIFF has {len(pages.pages)} pages, not {page + 1}")
        return kind_of(pages.pages[page]), pages.pages[page], pages
    except (ValueError, OverflowError) as error:
        raise TruncatedPhoto(f"the TIFF's directory is cut off or damaged{detail_of(error, ours=True)}") from error


def _container(page: Any, kind: Kind, dpi: tuple[float, float] | None) -> Container:
    compression = str(getattr(page.compression, "name", page.compression))
    extra = _extra_sample(page, kind)
    stored = page.tags.valueof(34675)
    icc = bytes(stored) if stored else None
    if kind.photometric in (LAB, ICC_LAB):
        icc = srgb_profile()  # the samples say what they mean themselves, and leave this reader as sRGB
    return Container(
        "tiff",
        icc=icc,
        dpi=dpi,
        compression=compression,
        byteorder=page.parent.byteorder,
        tile_px=(page.tilelength, page.tilewidth) if page.is_tiled else None,
        bigtiff=bool(page.parent.is_bigtiff),
        lossless=compression not in _LOSSY and kind.photometric != YCBCR,
        extra_sample=extra,
    )


def _extra_sample(page: Any, kind: Kind) -> str:
    """Returns the kind of a page's extra channel, as the page declares it.

    It is "unspecified" where the page says nothing, or what TIFF does not know.
    """
    if not kind.extra:
        return ""
    named = page.extrasamples[0] if page.extrasamples else 0
    return _EXTRA_SAMPLES.get(int(named), _EXTRA_SAMPLES[0])
