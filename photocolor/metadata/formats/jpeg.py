"""Reads and writes the metadata segments of JPEG."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from photocolor.containers.jpeg import (
    APP0,
    APP1,
    APP2,
    APP13,
    APP14,
    APP15,
    COM,
    EOI,
    SOS,
    START,
    frame_size,
    header_segments,
    walk,
)
from photocolor.containers.malformed import Malformed
from photocolor.metadata.formats.trailer import trailer_of
from photocolor.metadata.limits import EXIF_MOST_BYTES, MOST_BYTES, XMP_MOST_BYTES, Allowance
from photocolor.metadata.model import Blocks, Log, Picture, Source
from photocolor.metadata.xmp.extended import EXTENSION, merge_extensions, split

EXIF = b"Exif\0\0"
XMP = b"http://ns.adobe.com/xap/1.0/\0"
IRB = b"Photoshop 3.0\0"
PAYLOAD_BYTES = 65533
XMP_BYTES = 65502  # Source: XMP Part 3, 1.1.3

# Segments that describe the coding of the source, or what is not copied with it; anything else is somebody's metadata.
STRUCTURAL = (
    (APP0, b"JFIF\0", ""),  # the encoder writes its own; the resolution in it is carried
    (APP0, b"JFXX\0", "JFXX thumbnail"),
    (APP2, b"ICC_PROFILE\0", ""),  # the encoder writes the result's profile
    (APP2, b"MPF\0", "MPF (further pictures in the file)"),
    (APP2, b"urn:iso:std:iso:ts:21496", "gain map"),
    (0xE8, b"SPIFF\0", "SPIFF"),
    (0xEB, b"", "APP11 (JUMBF/C2PA)"),  # signs or extends the old pixels
    (APP14, b"Adobe", ""),  # says how the source's channels are coded
)


def picture(data: Source) -> Picture:
    """Returns what the file stores.

    Raises:
        Malformed: it has no frame.
    """
    height, width = frame_size(data)
    return Picture(width=width, height=height)


@dataclass(slots=True)
class _Sorted:
    """Collects payloads by kind while a file is read."""

    exif: list[bytes] = field(default_factory=list)
    xmp: list[bytes] = field(default_factory=list)
    extensions: list[bytes] = field(default_factory=list)
    irb: list[bytes] = field(default_factory=list)
    comments: list[bytes] = field(default_factory=list)
    extras: list[tuple[str, bytes]] = field(default_factory=list)
    density: bytes | None = None


def read(data: Source) -> Blocks:
    """Returns all metadata of a JPEG file.

    Raises:
        Malformed: it is no JPEG file.
    """
    log, payloads = Log(), _Sorted()
    allowed = Allowance(log)
    whole, scans, end = bytes(data), False, len(data)
    if whole[:2] != START:
        raise Malformed("no JPEG file")
    for segment in allowed.bounded(walk(whole)):
        end = segment.end if segment.marker == EOI else len(data)
        scans = scans or segment.marker == SOS
        if not scans or segment.marker == COM or APP0 <= segment.marker <= APP15:  # behind a scan rare, and allowed
            _sort(segment.marker, whole[segment.start : segment.end], payloads, allowed, log)
    allowed.close()
    xmp = merge_extensions(payloads.xmp[0], payloads.extensions, log) if payloads.xmp else None
    if payloads.extensions and not payloads.xmp:
        log.left_behind("extended XMP", "there is no XMP packet that it extends")
    if payloads.xmp[1:]:
        payloads.extras.extend(("APP1", XMP + packet) for packet in payloads.xmp[1:])
        log.warnings.append("the file has more than one XMP packet; the later ones are carried as they are")
    irb = b"".join(payloads.irb) or None
    exif, parts = _first_exif(payloads)
    return Blocks(
        trailer=trailer_of(whole, end, log),
        exif=exif,
        exif_parts=parts,
        xmp=xmp,
        photoshop=irb,
        comments=tuple(payloads.comments),
        extras=tuple(payloads.extras),
        density=payloads.density,
        dropped=tuple(log.dropped),
        warnings=tuple(log.warnings),
        remarks=tuple(log.remarks),
    )


def _sort(marker: int, payload: bytes, payloads: _Sorted, allowed: Allowance, log: Log) -> None:
    for kind, prefix, name in STRUCTURAL:
        if marker == kind and payload.startswith(prefix):
            if prefix == b"JFIF\0" and len(payload) >= 12 and payloads.density is None:
                payloads.density = payload[7:12]
            log.dropped.extend([name] if name else [])
            return
    piles = (
        (APP1, EXIF, payloads.exif, "EXIF", EXIF_MOST_BYTES),
        (APP1, XMP, payloads.xmp, "XMP", XMP_MOST_BYTES),
        (APP1, EXTENSION, payloads.extensions, "extended XMP", XMP_MOST_BYTES),
        (APP13, IRB, payloads.irb, "Photoshop resources", MOST_BYTES),
        (COM, b"", payloads.comments, "comment", MOST_BYTES),
    )
    for kind, prefix, pile, name, most_bytes in piles:
        if marker == kind and payload.startswith(prefix):
            if allowed.admits(name, len(payload) - len(prefix), most_bytes):
                pile.append(payload.removeprefix(prefix))
            return
    if APP0 <= marker <= APP15 and allowed.admits(f"APP{marker - APP0}", len(payload)):
        payloads.extras.append((f"APP{marker - APP0}", payload))


def _first_exif(payloads: _Sorted) -> tuple[bytes | None, tuple[int, ...]]:
    """Returns the first EXIF block, joined from its segments; further blocks are added to the extras."""
    if not payloads.exif:
        return None, ()
    parts = [payloads.exif[0]]
    for later in payloads.exif[1:]:
        if later[:4] in (b"II*\0", b"MM\0*"):
            payloads.extras.append(("APP1", EXIF + later))
        else:
            parts.append(later)
    return b"".join(parts), tuple(map(len, parts))


def write(result: bytes, blocks: Blocks, log: Log) -> bytes:
    """Returns the result's file with these blocks in place of any metadata it has.

    Raises:
        Malformed: `result` is no JPEG file.
    """
    leading, coding, scan_at = [], [], 2
    for segment in header_segments(result):
        scan_at, payload = segment.end, result[segment.start : segment.end]
        if segment.marker == APP0:
            leading.append(_pack(APP0, _with_density(payload, blocks.density)))
        elif segment.marker not in (APP1, APP13, COM):
            coding.append(_pack(segment.marker, payload))
    return b"".join([result[:2], *leading, *_packed(blocks, log), *coding, result[scan_at:]])


def _with_density(payload: bytes, density: bytes | None) -> bytes:
    if density is not None and payload.startswith(b"JFIF\0") and len(payload) >= 12:
        payload = payload[:7] + density + payload[12:]
    return payload


def _packed(blocks: Blocks, log: Log) -> Iterator[bytes]:
    if blocks.exif:
        yield from (_pack(APP1, EXIF + part) for part in _cut(blocks.exif, blocks.exif_parts))
    if blocks.xmp:
        packet, extensions = split(blocks.xmp, XMP_BYTES, log)
        yield from (_pack(APP1, XMP + packet) for _ in [0] if packet)
        yield from (_pack(APP1, EXTENSION + part) for part in extensions)
    if blocks.photoshop:
        yield from (_pack(APP13, IRB + part) for part in _pieces(blocks.photoshop, PAYLOAD_BYTES - len(IRB)))
    yield from (_pack(APP0 + int(kind.removeprefix("APP")), data) for kind, data in blocks.extras)
    for comment in blocks.comments:
        yield from (_pack(COM, part) for part in _pieces(comment, PAYLOAD_BYTES))


def _cut(block: bytes, parts: tuple[int, ...]) -> Iterable[bytes]:
    """Yields the block in pieces as large as a segment allows, as it was.

    What was appended goes last.
    """
    at = 0
    for size in parts[:-1]:
        yield block[at : at + size]
        at += size
    yield from _pieces(block[at:], PAYLOAD_BYTES - len(EXIF))


def _pieces(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)] or [b""]


def _pack(marker: int, payload: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload
