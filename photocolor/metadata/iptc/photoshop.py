"""Finds, filters and packs Photoshop image resources (8BIM)."""

from __future__ import annotations

import struct
from collections.abc import Container, Iterator
from dataclasses import dataclass

from photocolor.containers.malformed import Malformed

IPTC = 0x0404
# What would lie about the colored result. Source: Photoshop File Formats Specification, image resource IDs.
OUTDATED = {
    0x0409: "Photoshop thumbnail (4.0)",
    0x040C: "Photoshop thumbnail",
    0x040F: "Photoshop ICC profile",
}
# Source: Photoshop File Formats Specification, and ExifTool's Photoshop.pm.
_TITLES = {
    0x03ED: "ResolutionInfo", 0x03F3: "PrintFlags", 0x0404: "IPTC", 0x0406: "JPEG_Quality", 0x0408: "GridGuidesInfo",
    0x040A: "CopyrightFlag", 0x040B: "URL", 0x040D: "GlobalAngle", 0x0411: "ICC_Untagged", 0x0414: "IDsBaseValue",
    0x0419: "GlobalAltitude", 0x041A: "SliceInfo", 0x0421: "VersionInfo", 0x0422: "EXIFInfo", 0x0424: "XMP",
    0x0425: "IPTCDigest", 0x0426: "PrintScaleInfo", 0x0428: "PixelInfo", 0x2710: "PrintFlagsInfo",
}  # fmt: skip
SIGNATURES = frozenset({b"8BIM", b"PHUT", b"DCSR", b"AgHg", b"MeSa"})  # Source: ExifTool, Photoshop.pm


@dataclass(frozen=True, slots=True)
class Resource:
    """Holds one image resource.

    Attributes:
        number: its ID.
        raw: the whole resource with header and padding.
        data: its content.
    """

    number: int
    raw: bytes
    data: bytes


def resources(stream: bytes) -> Iterator[Resource]:
    """Yields the resources in stored order.

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


def readable(stream: bytes) -> tuple[list[Resource], bytes]:
    """Returns the resources up to the first damage, and the bytes from there on."""
    sound, at = list[Resource](), 0
    try:
        for resource in resources(stream):
            sound.append(resource)
            at += len(resource.raw)
    except Malformed:
        return sound, stream[at:]
    return sound, b""


def find_iptc(stream: bytes | None) -> bytes | None:
    """Returns the IIM records inside of the stream, or None; a damaged stream is read as far as it goes."""
    if stream is None:
        return None
    try:
        for resource in resources(stream):
            if resource.number == IPTC:
                return resource.data
    except Malformed:
        return None
    return None


def all_iptc(stream: bytes | None) -> list[bytes]:
    """Returns the IIM records of every resource that has some; a damaged stream is read as far as it goes."""
    blocks = list[bytes]()
    try:
        for resource in resources(stream or b""):
            blocks.extend([resource.data] if resource.number == IPTC and resource.data not in blocks else [])
    except Malformed:
        return blocks
    return blocks


def names(stream: bytes) -> list[str]:
    """Returns the names of a stream's resources; a damaged stream is read as far as it goes."""
    labels = list[str]()
    try:
        labels.extend(_TITLES.get(item.number, f"0x{item.number:04X}") for item in resources(stream))
    except Malformed:
        return [*labels, "and what cannot be read"]
    return labels


def without(stream: bytes, numbers: Container[int]) -> bytes:
    """Returns the stream without the resources of these IDs; unchanged, byte for byte, if it has none or is damaged."""
    try:
        present = list(resources(stream))
    except Malformed:
        return stream
    if not any(resource.number in numbers for resource in present):
        return stream
    kept_bytes = (resource.raw for resource in present if resource.number not in numbers)
    return b"".join(raw + b"\0" * (len(raw) % 2) for raw in kept_bytes)


def packed(number: int, data: bytes) -> bytes:
    """Returns one resource without a name."""
    return b"8BIM" + struct.pack(">HxxI", number, len(data)) + data + b"\0" * (len(data) % 2)
