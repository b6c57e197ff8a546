"""Reads and makes the chunks of a RIFF file such as WebP."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from mmap import mmap

from photocolor.containers.malformed import Malformed

HEADER_BYTES = 12


@dataclass(frozen=True, slots=True)
class RiffChunk:
    """Describes a chunk with its payload at `data[start:end]`."""

    name: bytes
    start: int
    end: int


def promised_bytes(data: bytes | mmap) -> int:
    """Returns the length that the file's header names."""
    return 8 + int.from_bytes(data[4:8], "little")


def chunks(data: bytes | mmap, end: int, kind: bytes = b"WEBP", *, strict: bool = True) -> Iterator[RiffChunk]:
    """Yields the chunks in stored order.

    Args:
        data: the file.
        end: where they end.
        kind: what the file holds.
        strict: a chunk that reaches beyond the end is an error; else it and what follows are left out.

    Raises:
        Malformed: it is no such file, or a chunk reaches beyond the end.
    """
    if data[:4] != b"RIFF" or data[8:HEADER_BYTES] != kind:
        raise Malformed(f"no RIFF file of the kind {kind.decode('ascii')}")
    position = HEADER_BYTES
    while position + 8 <= end:
        name, length = struct.unpack("<4sI", data[position : position + 8])
        if position + 8 + length > end:
            if not strict:
                return
            raise Malformed(f"the chunk {name.decode('latin-1')!r} reaches beyond the end")
        yield RiffChunk(name, position + 8, position + 8 + length)
        position += 8 + length + length % 2


def make_chunk(name: bytes, payload: bytes) -> bytes:
    """Returns a chunk with its length, padded to an even one."""
    return name + struct.pack("<I", len(payload)) + payload + b"\0" * (len(payload) % 2)


def make_file(content: bytes, kind: bytes = b"WEBP") -> bytes:
    """Returns a file of these chunks."""
    return b"RIFF" + struct.pack("<I", len(kind) + len(content)) + kind + content
