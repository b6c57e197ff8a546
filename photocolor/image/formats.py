"""The one table of file formats: names, suffixes, first bytes, and what each can hold."""

from __future__ import annotations

import re
from dataclasses import dataclass

from photocolor.errors import NotAnImage, UnsupportedPhoto
from photocolor.settings import OutputFormat
from photocolor.system.file_bytes import Stored


@dataclass(frozen=True, slots=True)
class Format:
    """A container that photocolor reads and writes.

    Attributes:
        name: the word in settings, manifests and `Container.format`.
        title: the word for people.
        suffixes: file name endings in lower case; the first one is given to results.
        magic: pattern of the file's first bytes.
        most_bits: of a sample that a result may have.
        alpha: True if the container can hold an alpha channel.
        memory: bytes of memory that one byte of a sample takes: a picture in color while it is read, and a result while
            it is written; measured, see docs/archive.md.
        raw_suffixes: endings of files that are read but whose results cannot carry metadata, so that they need another.
        max_side_px: longest side that the container can hold.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    magic: re.Pattern[bytes]
    most_bits: int
    alpha: bool
    max_side_px: int
    memory: tuple[int, int]
    raw_suffixes: tuple[str, ...] = ()

    @property
    def bit_depths(self) -> tuple[int, ...]:
        """Widths of a sample in memory that results may have."""
        return (8,) if self.most_bits == 8 else (8, 16)

    @property
    def result_suffix(self) -> str:
        """The ending a result gets when the format was asked for by name."""
        return self.suffixes[0]


@dataclass(frozen=True, slots=True)
class Refused:
    """A kind of picture that is recognized so that it can be refused by its name."""

    title: str
    suffixes: tuple[str, ...]
    magic: re.Pattern[bytes]


def _starts(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern, re.DOTALL)


FORMATS: tuple[Format, ...] = (
    Format("jpeg", "JPEG", (".jpg", ".jpeg", ".jpe", ".jfif"), _starts(rb"\xff\xd8\xff"), 8, False, 65500, (8, 1)),
    Format("png", "PNG", (".png",), _starts(rb"\x89PNG\r\n\x1a\n"), 16, True, 2**31 - 1, (8, 12)),
    # 42 is TIFF, 43 is BigTIFF. "CR" at byte 8 is a Canon raw file in TIFF clothes.
    Format(
        "tiff",
        "TIFF",
        (".tif", ".tiff"),
        _starts(rb"(?:II[*+]\x00|MM\x00[*+])(?!.{4}CR[\x01-\x04])"),
        16,
        True,
        2**31 - 1,
        (10, 0),
    ),
    Format("webp", "WebP", (".webp",), _starts(rb"RIFF.{4}WEBP"), 8, True, 16383, (8, 12)),
    Format(
        "jp2",
        "JPEG 2000",
        (".jp2", ".jpf", ".jpx"),
        _starts(rb"\x00\x00\x00\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51"),
        16,
        True,
        2**31 - 1,
        (12, 25),
        (".j2k", ".j2c", ".jpc"),
    ),
    Format(
        "jxl", "JPEG XL", (".jxl",), _starts(rb"\xff\x0a|\x00\x00\x00\x0cJXL \r\n\x87\n"), 16, True, 2**30 - 1, (8, 12)
    ),
    Format(
        "avif",
        "AVIF",
        (".avif",),
        _starts(rb".{4}ftyp(?:avi[fs]|(?:mif1|msf1|miaf).{4}(?:.{4}){0,8}?avi[fs])"),
        12,
        True,
        32768,
        (8, 28),
    ),
    Format(
        "heic",
        "HEIC",
        (".heic", ".heif", ".hif"),
        _starts(rb".{4}ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1)"),
        12,
        True,
        16384,
        (8, 28),
    ),
)

REFUSED: tuple[Refused, ...] = (
    Refused("GIF", (".gif",), _starts(rb"GIF8[79]a")),
    Refused("BMP", (".bmp", ".dib"), _starts(rb"BM.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\x00\x00\x00")),
    Refused("Photoshop", (".psd", ".psb"), _starts(rb"8BPS\x00[\x01\x02]")),
    Refused("camera raw", (".cr2", ".cr3"), _starts(rb"II\*\x00.{4}CR|.{4}ftypcrx |FUJIFILMCCD-RAW|II(?:RO|RS|U\x00)")),
    Refused("PNM", (".pnm", ".pgm", ".ppm", ".pbm"), _starts(rb"P[1-7fF][ \t\r\n]")),
    Refused("OpenEXR", (".exr",), _starts(rb"\x76\x2f\x31\x01")),
    Refused("Radiance HDR", (".hdr",), _starts(rb"#\?(?:RADIANCE|RGBE)")),
    Refused("Windows icon", (), _starts(rb"\x00\x00[\x01\x02]\x00[^\x00]\x00")),
    Refused("MNG", (), _starts(rb"\x8aMNG\r\n\x1a\n")),
    Refused("DjVu", (".djvu",), _starts(rb"AT&TFORM")),
)

# What people give an image's name by mistake; named so that the report tells more than "unknown".
_NOT_PICTURES: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    ("a ZIP archive or office document", _starts(rb"PK\x03\x04")),
    ("a PDF document", _starts(rb"%PDF-")),
    ("a web page", _starts(rb"(?i:\s*<(?:!doctype html|html))")),
    ("an SVG drawing", _starts(rb"\s*(?:<\?xml.{0,200})?<svg")),
    ("a video or sound file", _starts(rb".{4}ftyp|\x1a\x45\xdf\xa3|ID3|OggS|RIFF.{4}(?:AVI |WAVE)")),
    ("a gzip archive", _starts(rb"\x1f\x8b")),
    ("a program", _starts(rb"\x7fELF|MZ")),
)

# Brands of still pictures in the boxes of HEIF that are read by nothing here. Source: ISO/IEC 23008-12:2022, annexes,
# and the register of brands at mp4ra.org.
_HEIF_BRANDS = {
    b"mif3": "a minimized header", b"j2ki": "JPEG 2000", b"j2is": "JPEG 2000", b"vvic": "VVC (H.266)",
    b"vvis": "VVC (H.266)", b"evbi": "EVC", b"evbs": "EVC", b"evmi": "EVC", b"evms": "EVC", b"jpeg": "JPEG",
    b"jpgs": "JPEG", b"avci": "AVC (H.264)", b"avcs": "AVC (H.264)", b"jxsi": "JPEG XS", b"jxlc": "JPEG XL",
    b"unif": "another coding", b"mif2": "another coding", b"1pic": "another coding", b"miaf": "another coding",
}  # fmt: skip

HEAD_BYTES = 512
"""The first bytes of a file, which tell what it is."""

# Refused kinds are picked up too, so that the report names them: a file left out silently is a file lost.
PHOTO_SUFFIXES: frozenset[str] = frozenset(
    [suffix for row in FORMATS for suffix in row.suffixes + row.raw_suffixes]
    + [suffix for kind in REFUSED for suffix in kind.suffixes]
)


def by_name(name: str) -> Format:
    """The row of the table called `name`; KeyError if there is none."""
    return {row.name: row for row in FORMATS}[name]


def sniff(data: Stored) -> Format:
    """The format that the first bytes say, whatever the file is called.

    Raises:
        NotAnImage: the file is empty, or its bytes are no picture that is known.
        UnsupportedPhoto: it is a picture of a kind that photocolor does not treat.
    """
    head = bytes(data[:HEAD_BYTES])
    for row in FORMATS:
        if row.magic.match(head):
            return row
    for refused in REFUSED:
        if refused.magic.match(head):
            raise UnsupportedPhoto(f"{refused.title} files are not supported")
    coding = next((_HEIF_BRANDS[brand] for brand in _brands(head) if brand in _HEIF_BRANDS), "")
    if coding:
        raise UnsupportedPhoto(f"HEIF pictures with {coding} are not supported")
    raise NotAnImage(_what_it_is(head))


def _brands(head: bytes) -> list[bytes]:
    """What a file of ISO boxes says it is, the most important first; empty for others."""
    if head[4:8] != b"ftyp":
        return []
    end = min(int.from_bytes(head[:4], "big"), len(head))
    return [head[8:12], *(head[at : at + 4] for at in range(16, end - 3, 4))]


def result_suffix(source_suffix: str, wanted: OutputFormat) -> str:
    """The ending of a result's name: the source's own where it fits the format that was asked for.

    Args:
        source_suffix: the source's ending with its dot, in its own spelling (".JPG").
        wanted: the format of the results; `keep` keeps the ending too.
    """
    if wanted is OutputFormat.KEEP:
        raw = next((row for row in FORMATS if source_suffix.lower() in row.raw_suffixes), None)
        return raw.result_suffix if raw else source_suffix
    row = by_name(wanted.value)
    return source_suffix if source_suffix.lower() in row.suffixes else row.result_suffix


def _what_it_is(head: bytes) -> str:
    if not head:
        return "the file is empty"
    if not head.strip(b"\x00"):
        return "the file begins with nothing but zeros"
    for title, magic in _NOT_PICTURES:
        if magic.match(head):
            return f"the file is {title}, not a photo"
    if _is_text(head):
        return "the file is text, not a photo"
    return f"the file begins with the bytes {head[:8].hex(' ')}, which no known picture format does"


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:  # later than that, the cut at HEAD_BYTES may have split a letter
            return False
        text = head[: error.start].decode("utf-8")
    return all(letter.isprintable() or letter in "\r\n\t\f\ufeff" for letter in text)
