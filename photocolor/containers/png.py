"""Reads and makes the chunks of a PNG."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from mmap import mmap

from photocolor.containers.malformed import Malformed

SIGNATURE = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class PngChunk:
    """Describes a chunk with its payload at `data[start:end]`; 8 bytes stand before it, the checksum behind it."""

    name: bytes
    start: int
    end: int

    @property
    def whole(self) -> slice:
        """Returns where it lies, with its length and checksum."""
        return slice(self.start - 8, self.end + 4)


def chunks(data: bytes | mmap) -> Iterator[PngChunk]:
    """Yields all chunks up to and with IEND, or as far as they are whole.

    Raises:
        Malformed: it is no PNG file.
    """
    if data[: len(SIGNATURE)] != SIGNATURE:
        raise Malformed("no PNG file")
    position = len(SIGNATURE)
    while position + 12 <= len(data):
        length, name = struct.unpack(">I4s", data[position : position + 8])
        chunk = PngChunk(name, position + 8, position + 8 + length)
        if chunk.whole.stop > len(data):
            return
        yield chunk
        if name == b"IEND":
            return
        position = chunk.whole.stop


def make_chunk(name: bytes, payload: bytes) -> bytes:
    """Returns a chunk with its length and checksum."""
    return struct.pack(">I", len(payload)) + name + payload + struct.pack(">I", zlib.crc32(name + payload))
