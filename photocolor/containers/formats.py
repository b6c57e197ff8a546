"""The one table of file formats: names, suffixes, first bytes, and what each can hold.

Each row has a codec in `image.codec_table` and a reader and writer of metadata in `metadata.formats.table`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from photocolor.containers.resolution import LARGEST_DPI
from photocolor.settings import OutputFormat


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataPlaces:
    """Describes the places of its own that a container has for metadata.

    Attributes:
        exif_as_fields: EXIF's fields stand in the picture's own directory, and no block holds them.
        exif_most_bytes: length that a block of EXIF may have; in JPEG that of a segment without its name.
        exif_always: a result without EXIF of its source gets a small block.
        resolution_in_exif: there is no place for the resolution but EXIF.
        photoshop: there is a place for Photoshop resources.
        iptc: there is a place for IPTC beside the Photoshop resources.
        iptc_read: readers look for IPTC there; elsewhere its values are written as XMP, too.
        texts: texts with keywords have a place, comments among them.
        comments: comments have a place.
    """

    exif_as_fields: bool = False
    exif_most_bytes: int = 1 << 30
    exif_always: bool = True
    resolution_in_exif: bool = False
    photoshop: bool = False
    iptc: bool = False
    iptc_read: bool = False
    texts: bool = False
    comments: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """Describes a container that photocolor reads.

    Attributes:
        name: the word in settings, manifests and `Container.format`.
        title: the name in messages.
        suffixes: file name endings in lower case; the first one is given to results.
        magic: pattern of the file's first bytes.
        most_bits: the largest bit depth of results.
        max_side_px: longest side that the container can hold.
        memory: bytes of memory that one byte of a sample takes: a picture in color while it is read, and a result while
            it is written; measured, see docs/archive.md.
        metadata: places that it has for metadata.
        raw_suffixes: endings of files that are read but whose results cannot carry metadata, so that they need another.
        media_type: the MIME type for C2PA signatures; "" where they have no place. Source: C2PA 2.2, appendix A.
        writable: False for a format that is only read; its photos then need another one for their results.
        alpha: True if the container can hold an alpha channel.
        drops_opaque_alpha: True if its encoder leaves out an alpha channel that is opaque everywhere.
        multiplied_alpha: True if it can say that colors are multiplied with alpha.
        unspecified_channel: True if it can hold a further channel that may be anything.
        pages: True if one file can hold several photos, and masks.
        mean_lightness: mean |ΔL*| that the coding of a lossy result may add; 0 if results are always lossless.
        lossless: True if a result can be coded without loss.
        copies_luma: True if the coded luma of a gray source can be copied into a result.
        read_in_place: True if a file is read where it lies; others are held in memory.
        srgb_in_numbers: True if a result says that it is sRGB in numbers of its own instead of a profile.
        dpi_rounding: pixels per inch by which the resolution in a result may be rounded: half a step of what it counts.
        most_dpi: pixels per inch that it can say beside EXIF, which takes what is more.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    magic: re.Pattern[bytes]
    most_bits: int
    max_side_px: int
    memory: tuple[int, int]
    metadata: MetadataPlaces
    raw_suffixes: tuple[str, ...] = ()
    media_type: str = ""
    writable: bool = True
    alpha: bool = True
    drops_opaque_alpha: bool = False
    multiplied_alpha: bool = False
    unspecified_channel: bool = False
    pages: bool = False
    mean_lightness: float = 0.0
    lossless: bool = True
    copies_luma: bool = False
    read_in_place: bool = False
    srgb_in_numbers: bool = False
    dpi_rounding: float = 0.005  # EXIF, in hundredths
    most_dpi: float = LARGEST_DPI

    @property
    def bit_depths(self) -> tuple[int, ...]:
        """Returns the widths in memory that samples of results may have."""
        return (8,) if self.most_bits == 8 else (8, 16)

    @property
    def result_suffix(self) -> str:
        """Returns the suffix of a result if the format was asked for by name."""
        return self.suffixes[0]

    @property
    def has_quality(self) -> bool:
        """Returns True if results may be lossy, so that a quality can be asked for."""
        return self.writable and self.mean_lightness > 0


def starting_with(pattern: bytes) -> re.Pattern[bytes]:
    """Returns a compiled pattern of a file's first bytes."""
    return re.compile(pattern, re.DOTALL)


_IN_BOXES = MetadataPlaces(resolution_in_exif=True)

FORMATS: tuple[Format, ...] = (
    Format(
        name="jpeg",
        title="JPEG",
        suffixes=(".jpg", ".jpeg", ".jpe", ".jfif"),
        magic=starting_with(rb"\xff\xd8\xff"),
        most_bits=8,
        max_side_px=65500,
        memory=(8, 1),
        media_type="image/jpeg",
        alpha=False,
        mean_lightness=0.6,
        lossless=False,
        copies_luma=True,
        dpi_rounding=0.5,  # JFIF counts whole pixels per inch
        most_dpi=65535,  # in 16 bits
        metadata=MetadataPlaces(exif_most_bytes=65533 - 6, photoshop=True, iptc_read=True, comments=True),
    ),
    Format(
        name="png",
        title="PNG",
        suffixes=(".png",),
        magic=starting_with(rb"\x89PNG\r\n\x1a\n"),
        most_bits=16,
        max_side_px=2**31 - 1,
        memory=(8, 12),
        media_type="image/png",
        dpi_rounding=0.0127,  # pHYs counts whole pixels per meter
        metadata=MetadataPlaces(exif_always=False, photoshop=True, texts=True),
    ),
    Format(
        name="tiff",
        title="TIFF",
        suffixes=(".tif", ".tiff"),
        # 42 is TIFF, 43 is BigTIFF. "CR" at byte 8 is a Canon raw file in TIFF clothes.
        magic=starting_with(rb"(?:II[*+]\x00|MM\x00[*+])(?!.{4}CR[\x01-\x04])"),
        most_bits=16,
        max_side_px=2**31 - 1,
        memory=(10, 0),
        media_type="image/tiff",
        multiplied_alpha=True,
        unspecified_channel=True,
        pages=True,
        read_in_place=True,
        metadata=MetadataPlaces(exif_as_fields=True, photoshop=True, iptc=True, iptc_read=True),
    ),
    Format(
        name="webp",
        title="WebP",
        suffixes=(".webp",),
        magic=starting_with(rb"RIFF.{4}WEBP"),
        most_bits=8,
        max_side_px=16383,
        memory=(8, 12),
        media_type="image/webp",
        drops_opaque_alpha=True,
        mean_lightness=1.5,  # its chroma has half the resolution
        metadata=_IN_BOXES,
    ),
    Format(
        name="jp2",
        title="JPEG 2000",
        suffixes=(".jp2", ".jpf", ".jpx"),
        magic=starting_with(rb"\x00\x00\x00\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51"),
        most_bits=16,
        max_side_px=2**31 - 1,
        memory=(12, 25),
        raw_suffixes=(".j2k", ".j2c", ".jpc"),
        multiplied_alpha=True,
        metadata=MetadataPlaces(iptc=True),
    ),
    Format(
        name="jxl",
        title="JPEG XL",
        suffixes=(".jxl",),
        magic=starting_with(rb"\xff\x0a|\x00\x00\x00\x0cJXL \r\n\x87\n"),
        most_bits=16,
        max_side_px=2**30 - 1,
        memory=(8, 12),
        media_type="image/jxl",
        mean_lightness=1.0,
        srgb_in_numbers=True,
        metadata=_IN_BOXES,
    ),
    Format(
        name="avif",
        title="AVIF",
        suffixes=(".avif",),
        magic=starting_with(rb".{4}ftyp(?:avi[fs]|(?:mif1|msf1|miaf).{4}(?:.{4}){0,8}?avi[fs])"),
        most_bits=12,
        max_side_px=32768,
        memory=(8, 28),
        media_type="image/avif",
        drops_opaque_alpha=True,
        mean_lightness=1.5,
        metadata=_IN_BOXES,
    ),
    Format(
        name="heic",
        title="HEIC",
        suffixes=(".heic", ".heif", ".hif"),
        magic=starting_with(rb".{4}ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1)"),
        most_bits=12,
        max_side_px=16384,
        memory=(8, 28),
        media_type="image/heic",
        mean_lightness=1.0,
        metadata=_IN_BOXES,
    ),
)


def by_name(name: str) -> Format:
    """Returns the row of the format called `name`; raises KeyError if there is none."""
    return {row.name: row for row in FORMATS}[name]


def result_suffix(source_suffix: str, output_format: OutputFormat) -> str:
    """Returns the suffix of a result: the source's own where it fits the format that was asked for.

    Args:
        source_suffix: the source's ending with its dot, in its own spelling (".JPG").
        output_format: the format of the results; `keep` keeps the ending too.
    """
    if output_format is OutputFormat.KEEP:
        raw = next((row for row in FORMATS if source_suffix.lower() in row.raw_suffixes), None)
        return raw.result_suffix if raw else source_suffix
    row = by_name(output_format.value)
    return source_suffix if source_suffix.lower() in row.suffixes else row.result_suffix


def titles_with_quality() -> str:
    """Returns the names of the formats that have a quality, as one phrase."""
    *others, last = (row.title for row in FORMATS if row.has_quality)
    return f"{', '.join(others)} and {last}"
