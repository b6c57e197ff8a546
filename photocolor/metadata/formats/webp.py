"""Reads and writes the metadata chunks of WebP, and the extended header that announces them."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from photocolor.containers.malformed import Malformed
from photocolor.containers.riff import chunks, make_chunk, make_file, promised_bytes
from photocolor.metadata.exif.orientation import essentials
from photocolor.metadata.formats.trailer import trailer_of
from photocolor.metadata.limits import EXIF_MOST_BYTES, XMP_MOST_BYTES, Allowance
from photocolor.metadata.model import Blocks, Log, Picture, Source

HEADER = b"VP8X"
ALPHA_FLAG, EXIF_FLAG, XMP_FLAG = 0x10, 0x08, 0x04
# Source: RFC 9649, 2.7. The encoder writes these; EXIF and "XMP " are ours.
ENCODING = frozenset({HEADER, b"ICCP", b"ANIM", b"ANMF", b"ALPH", b"VP8 ", b"VP8L"})


def _stored_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yields name and content of all whole chunks.

    Raises:
        Malformed: it is no WebP file.
    """
    for chunk in chunks(data, len(data), strict=False):
        yield chunk.name, data[chunk.start : chunk.end]


def picture(data: Source) -> Picture:
    """Returns what the file stores.

    Raises:
        Malformed: it has no picture.
    """
    return _header(list(_stored_chunks(data[:])))[0]


def read(data: Source) -> Blocks:
    """Returns all metadata of a WebP file.

    Raises:
        Malformed: it is no WebP file.
    """
    contents: dict[bytes, bytes] = {}
    log, extras = Log(), []
    allowed = Allowance(log)
    most_bytes = {b"EXIF": EXIF_MOST_BYTES, b"XMP ": XMP_MOST_BYTES}
    whole = bytes(data)
    for kind, content in allowed.bounded(_stored_chunks(whole)):
        name = kind.decode("latin-1")
        if kind in most_bytes and kind not in contents:
            if allowed.admits(name.strip(), len(content), most_bytes[kind]):
                contents[kind] = content
            elif kind == b"EXIF" and (small := essentials(content.removeprefix(b"Exif\0\0"))):
                contents[kind] = small
        elif kind == b"C2PA":
            log.dropped.append("C2PA manifest")
        elif kind not in ENCODING and allowed.admits(name, len(content)):
            extras.append((name, content))
    allowed.close()
    end = min(len(whole), promised_bytes(whole) + whole[4] % 2)
    exif = contents.get(b"EXIF")
    return Blocks(
        exif=exif.removeprefix(b"Exif\0\0") if exif else None,  # some writers put JPEG's prefix before it
        xmp=contents.get(b"XMP "),
        extras=tuple(extras),
        trailer=trailer_of(whole, end, log),
        dropped=tuple(log.dropped),
        warnings=tuple(log.warnings),
        remarks=tuple(log.remarks),
    )


def write(result: bytes, blocks: Blocks, _log: Log) -> bytes:
    """Returns the result's file with these blocks in place of any metadata it has.

    Raises:
        Malformed: `result` is no WebP file.
    """
    stored = list(_stored_chunks(result))
    shape, flags = _header(stored)
    flags |= (EXIF_FLAG if blocks.exif else 0) | (XMP_FLAG if blocks.xmp else 0)
    head = struct.pack("<I", flags) + _three_bytes(shape.width - 1) + _three_bytes(shape.height - 1)
    parts = [make_chunk(HEADER, head)]
    parts += [make_chunk(kind, content) for kind, content in stored if kind in ENCODING - {HEADER}]
    parts += [make_chunk(b"EXIF", blocks.exif)] if blocks.exif else []
    parts += [make_chunk(b"XMP ", blocks.xmp)] if blocks.xmp else []
    parts += [make_chunk(name.encode("latin-1"), content) for name, content in blocks.extras]
    return make_file(b"".join(parts))


def _header(stored: list[tuple[bytes, bytes]]) -> tuple[Picture, int]:
    """Returns the size and the flags for profile and alpha, from the extended header or the picture's own."""
    for kind, content in stored:
        if kind == HEADER and len(content) >= 10:
            width, height = (int.from_bytes(content[at : at + 3], "little") + 1 for at in (4, 7))
            return Picture(width, height), content[0] & ~(EXIF_FLAG | XMP_FLAG)
        if kind == b"VP8 " and len(content) >= 10:
            width, height = struct.unpack_from("<HH", content, 6)
            return Picture(width & 0x3FFF, height & 0x3FFF), 0
        if kind == b"VP8L" and len(content) >= 5:
            bits = struct.unpack_from("<I", content, 1)[0]
            alpha = ALPHA_FLAG if bits >> 28 & 1 else 0
            return Picture((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1), alpha
    raise Malformed("WebP without a picture")


def _three_bytes(number: int) -> bytes:
    return struct.pack("<I", number)[:3]
