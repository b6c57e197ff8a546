"""Recognizes a file's format, or what else it is, by its first bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from photocolor.containers.formats import FORMATS, Format, starting_with
from photocolor.errors import NotAnImage, UnsupportedPhoto
from photocolor.system.file_bytes import Stored


@dataclass(frozen=True, slots=True)
class Refused:
    """Describes a kind of picture that is recognized so that it can be refused by its name."""

    title: str
    suffixes: tuple[str, ...]
    magic: re.Pattern[bytes]


REFUSED: tuple[Refused, ...] = (
    Refused("GIF", (".gif",), starting_with(rb"GIF8[79]a")),
    Refused("BMP", (".bmp", ".dib"), starting_with(rb"BM.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\x00\x00\x00")),
    Refused("Photoshop", (".psd", ".psb"), starting_with(rb"8BPS\x00[\x01\x02]")),
    Refused(
        "camera raw", (".cr2", ".cr3"), starting_with(rb"II\*\x00.{4}CR|.{4}ftypcrx |FUJIFILMCCD-RAW|II(?:RO|RS|U\x00)")
    ),
    Refused("PNM", (".pnm", ".pgm", ".ppm", ".pbm"), starting_with(rb"P[1-7fF][ \t\r\n]")),
    Refused("OpenEXR", (".exr",), starting_with(rb"\x76\x2f\x31\x01")),
    Refused("Radiance HDR", (".hdr",), starting_with(rb"#\?(?:RADIANCE|RGBE)")),
    Refused("Windows icon", (), starting_with(rb"\x00\x00[\x01\x02]\x00[^\x00]\x00")),
    Refused("MNG", (), starting_with(rb"\x8aMNG\r\n\x1a\n")),
    Refused("DjVu", (".djvu",), starting_with(rb"AT&TFORM")),
)

# What people give an image's name by mistake; named so that the report tells more than "unknown".
_NOT_PICTURES: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    ("a ZIP archive or office document", starting_with(rb"PK\x03\x04")),
    ("a PDF document", starting_with(rb"%PDF-")),
    ("a web page", starting_with(rb"(?i:\s*<(?:!doctype html|html))")),
    ("an SVG drawing", starting_with(rb"\s*(?:<\?xml.{0,200})?<svg")),
    ("a video or sound file", starting_with(rb".{4}ftyp|\x1a\x45\xdf\xa3|ID3|OggS|RIFF.{4}(?:AVI |WAVE)")),
    ("a gzip archive", starting_with(rb"\x1f\x8b")),
    ("a program", starting_with(rb"\x7fELF|MZ")),
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


def sniff(data: Stored) -> Format:
    """Returns the format that the first bytes name, whatever the file is called.

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
    """Returns the brands of a file of ISO boxes, the most important first; empty for others."""
    if head[4:8] != b"ftyp":
        return []
    end = min(int.from_bytes(head[:4], "big"), len(head))
    return [head[8:12], *(head[at : at + 4] for at in range(16, end - 3, 4))]


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
