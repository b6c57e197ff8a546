"""Photoshop image resources (8BIM): found, filtered, packed."""

from __future__ import annotations

import struct
from collections.abc import Container, Iterator
from dataclasses import dataclass

from photocolor.metadata.ifd import Malformed

IPTC = 0x0404
# What would lie about the colored result. Source: Photoshop File Formats Specification, image resource IDs.
OUTDATED = {
    0x0409: "Photoshop thumbnail (4.0)",
    0x040C: "Photoshop thumbnail",
    0x040F: "Photoshop ICC profile",
}
SIGNATURES = frozenset({b"8BIM", b"PHUT", b"DCSR", b"AgHg", b"MeSa"})  # Source: ExifTool, Photoshop.pm


@dataclass(frozen=True, slots=True)
class Resource:
    """One image resource.

    Attributes:
        number: its ID.
        raw: the whole resource with header and padding.
        data: its content.
    """

    number: int
    raw: bytes
    data: bytes


def resources(stream: bytes) -> Iterator[Resource]:
    """The resources in stored order.

    Raises:
        Malformed: one of them is cut, or something else stands between them.
    """
    at = 0
    while at + 12 <= len(stream):
        if stream[at : at + 4] not in SIGNATURES:
            if not stream[at:].strip(b"\0"):
                return
            raise Malformed(f"no image resource at {at} of {len(stream)}")
        number = struct.unpack_from(">H", stream, at + 4)[0]
        size_at = at + 7 + stream[at + 6] + (stream[at + 6] + 1) % 2
        if size_at + 4 > len(stream):
            raise Malformed(f"image resource 0x{number:04X} is cut")
        size = struct.unpack_from(">I", stream, size_at)[0]
        start = size_at + 4
        if start + size > len(stream):
            raise Malformed(f"image resource 0x{number:04X} is cut")
        end = min(start + size + size % 2, len(stream))
        yield Resource(number, stream[at:end], stream[start : start + size])
        at = end


def find_iptc(stream: bytes | None) -> bytes | None:
    """The IIM records inside of the stream, or None; a damaged stream is read as far as it goes."""
    if stream is None:
        return None
    try:
        for resource in resources(stream):
            if resource.number == IPTC:
                return resource.data
    except Malformed:
        return None
    return None


def without(stream: bytes, numbers: Container[int]) -> bytes:
    """The stream without the resources of these IDs; unchanged, byte for byte, if it has none or is damaged."""
    try:
        found = list(resources(stream))
    except Malformed:
        return stream
    if not any(resource.number in numbers for resource in found):
        return stream
    wanted = (resource.raw for resource in found if resource.number not in numbers)
    return b"".join(raw + b"\0" * (len(raw) % 2) for raw in wanted)


def packed(number: int, data: bytes) -> bytes:
    """One resource without a name."""
    return b"8BIM" + struct.pack(">HxxI", number, len(data)) + data + b"\0" * (len(data) % 2)
