"""Reads and writes the JP2 boxes of EXIF, XMP and IPTC, named by the UUIDs that Adobe, JHOVE and ExifTool know."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from photocolor.containers.boxes import Box, boxes, holds_c2pa, make_box
from photocolor.containers.jp2_resolution import density
from photocolor.containers.malformed import Malformed
from photocolor.metadata.exif.orientation import essentials
from photocolor.metadata.limits import EXIF_MOST_BYTES, MOST_BYTES, XMP_MOST_BYTES, Allowance
from photocolor.metadata.model import Blocks, Log, Picture, Source

SIGNATURE = b"\x00\x00\x00\x0cjP  \r\n\x87\n"
CODESTREAM = b"\xff\x4f\xff\x51"
EXIF = b"JpgTiffExif->JP2"
XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
IPTC = bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38")
UUID_BYTES = 16
_DESCRIPTION_BYTES = 24
COM, SOT, LATIN = 0xFF64, 0xFF90, b"\0\1"
ENCODERS = (b"Created by OpenJPEG", b"Kakadu-", b"Kdu-Layer-Info", b"Creator: JasPer")
_BLOCKS = {EXIF: ("EXIF", EXIF_MOST_BYTES), XMP: ("XMP", XMP_MOST_BYTES), IPTC: ("IPTC", MOST_BYTES)}
# What the result has of its own: signature, file type, header and codestream.
ENCODING = frozenset({b"jP  ", b"ftyp", b"rreq", b"jp2h", b"jp2c"})


def picture(data: Source) -> Picture:
    """Returns what the file stores.

    Raises:
        Malformed: it has no picture.
    """
    whole = bytes(data)
    try:
        for outer in boxes(whole):
            for box in boxes(whole, outer.start, outer.end) if outer.kind == b"jp2h" else ():
                if box.kind == b"ihdr":
                    height, width, _, bits = struct.unpack_from(">IIHB", whole, box.start)
                    return Picture(width, height, (bits & 0x7F) + 1)
    except (ValueError, struct.error) as error:
        raise Malformed(str(error)) from error
    raise Malformed("JP2 without a picture")


@dataclass(slots=True)
class _Collected:
    """Collects the content of the boxes while a file is read.

    Attributes:
        allowed: what may still be taken.
        blocks: content of the boxes named by UUIDs that have a meaning, without the UUID.
        comments: texts in the codestream.
        extras: all else, verbatim.
        dpi: pixels per inch, as their own box says.
    """

    allowed: Allowance
    blocks: dict[bytes, bytes] = field(default_factory=dict)
    comments: list[bytes] = field(default_factory=list)
    extras: list[tuple[str, bytes]] = field(default_factory=list)
    dpi: tuple[float, float] | None = None

    def read_codestream(self, whole: bytes, start: int) -> None:
        """Adds the comments of the codestream at `start`."""
        texts, binary = _comments(whole, start, self.allowed)
        self.comments.extend(texts)
        self.extras.extend(binary)

    def add_box(self, whole: bytes, box: Box) -> None:
        """Adds a box that encoders do not write: as a block if it is one, else unchanged."""
        uuid = whole[box.start : min(box.start + UUID_BYTES, box.end)] if box.kind == b"uuid" else b""
        kind = box.kind.decode("latin-1")
        name, most_bytes = _BLOCKS.get(uuid, (kind, MOST_BYTES))
        if not self.allowed.admits(name, box.end - box.start, most_bytes):
            if name == "EXIF" and (small := essentials(_without_prefix(whole[box.start + UUID_BYTES : box.end]))):
                self.blocks[EXIF] = small
        elif uuid in _BLOCKS and uuid not in self.blocks:
            self.blocks[uuid] = whole[box.start + UUID_BYTES : box.end]
        else:
            self.extras.append((kind, whole[box.start : box.end]))


def read(data: Source) -> Blocks:
    """Returns all metadata of a JPEG 2000 file; a bare codestream has comments at most.

    Raises:
        Malformed: it is no JPEG 2000 file.
    """
    whole, log = bytes(data), Log()
    collected = _Collected(Allowance(log))
    if whole.startswith(CODESTREAM):
        collected.read_codestream(whole, 0)
    elif whole.startswith(SIGNATURE):
        _read_boxes(whole, collected, log)
    else:
        raise Malformed("no JP2 file")
    collected.allowed.close()
    exif = collected.blocks.get(EXIF)
    return Blocks(
        exif=_without_prefix(exif) if exif else None,
        xmp=collected.blocks.get(XMP),
        iptc=collected.blocks.get(IPTC),
        dpi=collected.dpi,
        comments=tuple(collected.comments),
        extras=tuple(collected.extras),
        dropped=tuple(log.dropped),
        warnings=tuple(log.warnings),
    )


def _read_boxes(whole: bytes, collected: _Collected, log: Log) -> None:
    """Goes through the boxes of a JP2 file."""
    try:
        for box in collected.allowed.bounded(boxes(whole)):
            if box.kind == b"jp2c" and not collected.comments:
                collected.read_codestream(whole, box.start)
            if box.kind == b"jp2h":
                collected.dpi = density(whole, boxes(whole, box.start, box.end))
            if holds_c2pa(box.kind, whole[box.start : min(box.end, box.start + _DESCRIPTION_BYTES)]):
                log.dropped.append("C2PA manifest")  # it signs the gray pixels
            elif box.kind not in ENCODING:
                collected.add_box(whole, box)
    except (ValueError, struct.error) as error:
        raise Malformed(str(error)) from error


def _without_prefix(exif: bytes) -> bytes:
    """Returns an EXIF block without the prefix that JPEG has, and that some writers add here, too."""
    return exif.removeprefix(b"Exif\0\0")


def _comments(data: bytes, start: int, allowed: Allowance) -> tuple[list[bytes], list[tuple[str, bytes]]]:
    """Returns texts and binary comments in the main header of the codestream, without those of encoders.

    Source: ISO/IEC 15444-1, A.9.2.
    """
    texts, binary = list[bytes](), list[tuple[str, bytes]]()
    for marker, begin, end in _main_header(data, start):
        payload = data[begin:end]
        if (
            marker != COM
            or len(payload) < 2
            or payload[2:].startswith(ENCODERS)
            or not allowed.admits("comment", end - begin)
        ):
            continue
        if payload[:2] == LATIN:
            texts.append(payload[2:])
        else:
            binary.append(("COM", payload))
    return texts, binary


def _main_header(data: bytes, start: int) -> Iterator[tuple[int, int, int]]:
    """Yields marker, begin and end of each segment before the first tile; the last one is that tile's."""
    at = start + 2
    while at + 4 <= len(data):
        marker, length = struct.unpack_from(">HH", data, at)
        yield marker, at + 4, at + 2 + length
        if marker == SOT or length < 2:
            return
        at += 2 + length


def _commented(codestream: bytes, blocks: Blocks) -> bytes:
    """Returns the codestream with the comments in its main header."""
    payloads = [LATIN + text for text in blocks.comments] + [data for kind, data in blocks.extras if kind == "COM"]
    segments = b"".join(struct.pack(">HH", COM, len(data) + 2) + data for data in payloads if len(data) + 2 < 1 << 16)
    tile = next((begin - 4 for marker, begin, _ in _main_header(codestream, 0) if marker == SOT), 0)
    return codestream[:tile] + segments + codestream[tile:] if segments and tile else codestream


def write(result: bytes, blocks: Blocks, _log: Log) -> bytes:
    """Returns the result's file with these blocks before its codestream.

    Raises:
        Malformed: `result` is no JP2 file.
    """
    if not result.startswith(SIGNATURE):
        raise Malformed("no JP2 file")
    added = [make_box(b"uuid", name + content) for name, content in ((EXIF, blocks.exif), (XMP, blocks.xmp)) if content]
    added += [make_box(b"uuid", IPTC + blocks.iptc)] if blocks.iptc else []
    added += [make_box(kind.encode("latin-1"), content) for kind, content in blocks.extras if kind != "COM"]
    commented = bool(blocks.comments) or any(kind == "COM" for kind, _ in blocks.extras)
    parts: list[bytes] = []
    for box in boxes(result):
        if box.kind == b"jp2c":
            content = _commented(result[box.start : box.end], blocks) if commented else b""
            parts += [*added, make_box(b"jp2c", content) if commented else result[box.head : box.end]]
        elif box.kind in ENCODING:
            parts.append(result[box.head : box.end])
    return b"".join(parts)
