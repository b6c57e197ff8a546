"""WebP chunks: which of the source's go along, and the extended header that announces them."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from photocolor.containers.malformed import Malformed
from photocolor.metadata.exif.orientation import essentials
from photocolor.metadata.formats.trailer import trailer_of
from photocolor.metadata.limits import EXIF_MOST_BYTES, XMP_MOST_BYTES, Allowance
from photocolor.metadata.model import Blocks, Log, Picture, Source

HEADER = b"VP8X"
ICC_FLAG, ALPHA_FLAG, EXIF_FLAG, XMP_FLAG = 0x20, 0x10, 0x08, 0x04
# Source: RFC 9649, 2.7. The encoder writes these; EXIF and "XMP " are ours.
ENCODING = frozenset({HEADER, b"ICCP", b"ANIM", b"ANMF", b"ALPH", b"VP8 ", b"VP8L"})


@dataclass(frozen=True, slots=True)
class Chunk:
    """One RIFF chunk: its type and its content."""

    kind: bytes
    data: bytes


def chunks(data: Source) -> Iterator[Chunk]:
    """The chunks in stored order, as far as they are whole.

    Raises:
        Malformed: it is no WebP file.
    """
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise Malformed("no WebP file")
    at = 12
    while at + 8 <= len(data):
        size = struct.unpack("<I", data[at + 4 : at + 8])[0]
        if at + 8 + size > len(data):
            return
        yield Chunk(bytes(data[at : at + 4]), bytes(data[at + 8 : at + 8 + size]))
        at += 8 + size + size % 2


def picture(data: Source) -> Picture:
    """What the file stores.

    Raises:
        Malformed: it has no picture.
    """
    return _header(list(chunks(data)))[0]


def read(data: Source) -> Blocks:
    """All metadata of a WebP file.

    Raises:
        Malformed: it is no WebP file.
    """
    found: dict[bytes, bytes] = {}
    log, extras = Log(), []
    allowed = Allowance(log)
    most_bytes = {b"EXIF": EXIF_MOST_BYTES, b"XMP ": XMP_MOST_BYTES}
    for chunk in allowed.bounded(chunks(data)):
        name = chunk.kind.decode("latin-1")
        if chunk.kind in most_bytes and chunk.kind not in found:
            if allowed.admits(name.strip(), len(chunk.data), most_bytes[chunk.kind]):
                found[chunk.kind] = chunk.data
            elif chunk.kind == b"EXIF" and (small := essentials(chunk.data.removeprefix(b"Exif\0\0"))):
                found[chunk.kind] = small
        elif chunk.kind == b"C2PA":
            log.dropped.append("C2PA manifest")
        elif chunk.kind not in ENCODING and allowed.admits(name, len(chunk.data)):
            extras.append((name, chunk.data))
    allowed.close()
    whole = bytes(data)
    end = min(len(whole), 8 + int.from_bytes(whole[4:8], "little") + whole[4] % 2)
    exif = found.get(b"EXIF")
    return Blocks(
        exif=exif.removeprefix(b"Exif\0\0") if exif else None,  # some writers put JPEG's prefix before it
        xmp=found.get(b"XMP "),
        extras=tuple(extras),
        trailer=trailer_of(whole, end, log),
        dropped=tuple(log.dropped),
        warnings=tuple(log.warnings),
        told=tuple(log.told),
    )


def write(result: bytes, blocks: Blocks, _log: Log) -> bytes:
    """The result's file with these blocks in place of any metadata it has.

    Raises:
        Malformed: `result` is no WebP file.
    """
    stored = list(chunks(result))
    shape, flags = _header(stored)
    flags |= (EXIF_FLAG if blocks.exif else 0) | (XMP_FLAG if blocks.xmp else 0)
    head = struct.pack("<I", flags) + _three_bytes(shape.width - 1) + _three_bytes(shape.height - 1)
    parts = [_pack(HEADER, head)]
    parts += [_pack(chunk.kind, chunk.data) for chunk in stored if chunk.kind in ENCODING - {HEADER}]
    parts += [_pack(b"EXIF", blocks.exif)] if blocks.exif else []
    parts += [_pack(b"XMP ", blocks.xmp)] if blocks.xmp else []
    parts += [_pack(kind.encode("latin-1"), data) for kind, data in blocks.extras]
    body = b"WEBP" + b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _header(stored: list[Chunk]) -> tuple[Picture, int]:
    """Size and the flags for profile and alpha, from the extended header or from the picture's own."""
    for chunk in stored:
        if chunk.kind == HEADER and len(chunk.data) >= 10:
            width, height = (int.from_bytes(chunk.data[at : at + 3], "little") + 1 for at in (4, 7))
            return Picture(width, height), chunk.data[0] & ~(EXIF_FLAG | XMP_FLAG)
        if chunk.kind == b"VP8 " and len(chunk.data) >= 10:
            width, height = struct.unpack_from("<HH", chunk.data, 6)
            return Picture(width & 0x3FFF, height & 0x3FFF), 0
        if chunk.kind == b"VP8L" and len(chunk.data) >= 5:
            bits = struct.unpack_from("<I", chunk.data, 1)[0]
            alpha = ALPHA_FLAG if bits >> 28 & 1 else 0
            return Picture((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1), alpha
    raise Malformed("WebP without a picture")


def _three_bytes(number: int) -> bytes:
    return struct.pack("<I", number)[:3]


def _pack(kind: bytes, data: bytes) -> bytes:
    return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
