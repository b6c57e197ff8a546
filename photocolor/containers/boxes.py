"""The boxes of ISO/IEC 14496-12, of which JP2, JPEG XL, AVIF and HEIC files consist."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_C2PA = bytes.fromhex("6332706100110010800000aa00389b71")


@dataclass(frozen=True, slots=True)
class Box:
    """Describes one box: its type, where it begins, and its content at `data[start:end]`."""

    kind: bytes
    head: int
    start: int
    end: int


def boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Box]:
    """Yields the boxes from `start` to `end`.

    Raises:
        ValueError: one reaches beyond the end.
    """
    at, last = start, len(data) if end is None else end
    while at < last:
        if at + 8 > last:
            raise ValueError("a box is cut off")
        size, kind = struct.unpack_from(">I4s", data, at)
        body = at + 8
        if size == 1:
            if at + 16 > last:
                raise ValueError("a box is cut off")
            (size,), body = struct.unpack_from(">Q", data, at + 8), at + 16
        stop = last if size == 0 else at + size
        if stop < body or stop > last:
            raise ValueError(f"the box {kind.decode('latin-1')!r} reaches beyond the end")
        yield Box(kind, at, body, stop)
        at = stop


def make_box(kind: bytes, content: bytes) -> bytes:
    """Returns a box with its length."""
    if len(content) + 8 < 1 << 32:
        return struct.pack(">I4s", len(content) + 8, kind) + content
    return struct.pack(">I4sQ", 1, kind, len(content) + 16) + content


def holds_c2pa(kind: bytes, content: bytes) -> bool:
    """Returns whether a box is a superbox of JUMBF with C2PA manifests, which sign the pixels beside it.

    Source: ISO/IEC 19566-5, A.2 and A.3; C2PA 2.2, 11.1.4.2.
    """
    return kind == b"jumb" and content[4:8] == b"jumd" and content[8:24] == _C2PA
