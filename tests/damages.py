"""Damages files as archives meet it: cut off, with holes of zeros, with other bits; also with all lengths right."""

from __future__ import annotations

import io
import random
import struct
from collections.abc import Callable
from dataclasses import dataclass

import tifffile
from photos import chunk

from photocolor.containers.boxes import boxes
from photocolor.containers.heif import read_meta


@dataclass(frozen=True)
class Coded:
    """A file whose coded pixels lie at `data[start:end]`."""

    data: bytes
    start: int
    end: int

    def with_coded(self, coded: bytes) -> bytes:
        """The file with other coded pixels of the same length."""
        assert len(coded) == self.end - self.start
        return self.data[: self.start] + coded + self.data[self.end :]


def find_coded(data: bytes) -> Coded:
    """Where the coded pixels of a file lie: of a TIFF its last strip or tile, of others all but the headers."""
    if data[:2] in (b"II", b"MM"):
        with tifffile.TiffFile(io.BytesIO(data)) as file:
            page = file.pages[0]
            start, size = page.dataoffsets[-1], page.databytecounts[-1]
        inner = data[start : start + size]
        skipped = _after_scan_header(inner) if inner.startswith(b"\xff\xd8") else 0
        skipped = inner.index(b"\xff\x93") + 2 if inner.startswith(b"\xff\x4f") else skipped
        return Coded(data, start + skipped, start + size)
    if data.startswith(b"\xff\xd8"):
        return Coded(data, _after_scan_header(data), len(data) - 2)
    if data.startswith(b"\x89PNG"):
        at = data.index(b"IDAT")
        return Coded(data, at + 4, at + 4 + int.from_bytes(data[at - 4 : at], "big"))
    if data.startswith(b"RIFF"):
        at = max(data.find(b"VP8 "), data.find(b"VP8L"))
        return Coded(data, at + 8 + 24, at + 8 + int.from_bytes(data[at + 4 : at + 8], "little"))
    if b"\xff\x4f\xff\x51" in data[:200]:
        return Coded(data, data.index(b"\xff\x93") + 2, data.rindex(b"\xff\xd9"))
    if data[4:8] == b"JXL " or data.startswith(b"\xff\x0a"):
        box = next((box for box in boxes(data) if box.kind == b"jxlc"), None) if data[4:8] == b"JXL " else None
        return Coded(data, (box.start if box else 0) + 32, box.end if box else len(data))
    meta = read_meta(data)
    at, size = max((piece for place in meta.places.values() for piece in place.pieces), key=lambda piece: piece[1])
    return Coded(data, at + 24, at + size)


def _after_scan_header(jpeg: bytes) -> int:
    at = jpeg.index(b"\xff\xda")
    return at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")


def cut_off(coded: Coded, dice: random.Random) -> bytes:
    """The first part of the file, which ends amid the coded pixels where they are the last."""
    return coded.data[: coded.start + (coded.end - coded.start) * 6 // 10]


def cut_inside(coded: Coded, dice: random.Random) -> bytes:
    """The first part of the coded pixels, with every length in the file put right."""
    data, start = coded.data, coded.start
    kept = (coded.end - start) * 6 // 10
    if data[:2] in (b"II", b"MM"):
        return _with_byte_count(data, kept)
    if data.startswith(b"\x89PNG"):
        at = start - 8
        length = int.from_bytes(data[at : at + 4], "big")
        return data[:at] + chunk(b"IDAT", data[start : start + kept]) + data[start + length + 4 :]
    if data.startswith(b"RIFF"):
        return _shorter_webp(data, coded.end - start - kept)
    if data[4:8] in (b"jP  ", b"JXL "):
        return _shorter_box(data, coded.end - start - kept, start)
    if data[4:8] == b"ftyp":
        return _shorter_item(data, coded.end - start - kept)
    return data[: start + kept] + data[coded.end :]


def _with_byte_count(data: bytes, kept: int) -> bytes:
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        page = file.pages[0]
        tag = page.tags.get(279) or page.tags[325]
        size, order = {3: 2, 4: 4, 16: 8}[int(tag.dtype)], {"<": "little", ">": "big"}[file.byteorder]
        at = tag.valueoffset + size * (tag.count - 1)
        whole = page.databytecounts[-1]
    return data[:at] + (whole * 6 // 10).to_bytes(size, order) + data[at + size :]


def _shorter_webp(data: bytes, less: int) -> bytes:
    at = max(data.find(b"VP8 "), data.find(b"VP8L"))
    less -= less % 2
    length = int.from_bytes(data[at + 4 : at + 8], "little")
    body = data[at + 8 : at + 8 + length - less]
    rest = data[12:at] + data[at : at + 4] + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)
    rest += data[at + 8 + length + length % 2 :]
    return b"RIFF" + struct.pack("<I", 4 + len(rest)) + b"WEBP" + rest


def _shorter_box(data: bytes, less: int, inside: int) -> bytes:
    """A JP2 keeps the marker that ends its codestream."""
    box = next(box for box in boxes(data) if box.start <= inside < box.end)
    tail = data[box.end - 2 : box.end] if box.kind == b"jp2c" else b""
    body = data[box.start : box.end - less - len(tail)] + tail
    return data[: box.head] + struct.pack(">I4s", len(body) + 8, box.kind) + body + data[box.end :]


def _shorter_item(data: bytes, less: int) -> bytes:
    """The largest item of a HEIF file is said to be shorter; the bytes stay."""
    meta = read_meta(data)
    _, size = max((piece for place in meta.places.values() for piece in place.pieces), key=lambda piece: piece[1])
    at = data.index(struct.pack(">I", size), meta.parts[b"iloc"].start)
    return data[:at] + struct.pack(">I", size - less) + data[at + 4 :]


def zeroed(share: float, length: float) -> Callable[[Coded, random.Random], bytes]:
    """A hole of zeros in the coded pixels."""

    def damage(coded: Coded, dice: random.Random) -> bytes:
        size = coded.end - coded.start
        at = int(size * share)
        hole = min(max(96, int(size * length)), size - at)
        body = coded.data[coded.start : coded.end]
        return coded.with_coded(body[:at] + bytes(hole) + body[at + hole :])

    return damage


def hole_of(size: int) -> Callable[[Coded, random.Random], bytes]:
    """A hole of so many zeros somewhere in the coded pixels, or of as many as there are."""

    def damage(coded: Coded, dice: random.Random) -> bytes:
        body = coded.data[coded.start : coded.end]
        at = dice.randrange(max(1, len(body) - size))
        return coded.with_coded((body[:at] + bytes(size) + body[at + size :])[: len(body)])

    return damage


def flipped(count: int) -> Callable[[Coded, random.Random], bytes]:
    """Single bits of the coded pixels changed."""

    def damage(coded: Coded, dice: random.Random) -> bytes:
        body = bytearray(coded.data[coded.start : coded.end])
        for _ in range(count):
            body[dice.randrange(len(body))] ^= 1 << dice.randrange(8)
        return coded.with_coded(bytes(body))

    return damage


def overwritten(coded: Coded, dice: random.Random) -> bytes:
    """A part of the coded pixels replaced by bytes of something else."""
    size = coded.end - coded.start
    body, at = coded.data[coded.start : coded.end], size // 2
    length = max(1, min(200, size // 4))
    return coded.with_coded(body[:at] + dice.randbytes(length) + body[at + length :])


Damage = Callable[[Coded, random.Random], bytes]

DAMAGES: dict[str, dict[str, Damage]] = {
    "cut off": {"file": cut_off},
    "cut, lengths right": {"coded data": cut_inside},
    "zeros": {
        "to the end": zeroed(0.5, 1),
        "in the middle": zeroed(0.4, 0.2),
        "at the start": zeroed(0, 0.2),
        "of 64": hole_of(64),
        "of 512": hole_of(512),
    },
    "other bits": {"one": flipped(1), "another": flipped(1), "twelve": flipped(12), "a block": overwritten},
}
"""Column of the table in docs/archive.md → how it comes about."""
