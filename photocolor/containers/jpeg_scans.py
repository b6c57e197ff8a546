"""The coded parts of a JPEG: tables, frames and scans, each with its bytes."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

SOI, EOI = b"\xff\xd8", b"\xff\xd9"
DHT, DQT, DRI, SOS = 0xC4, 0xDB, 0xDD, 0xDA
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_STANDALONE = frozenset({0x01, 0xD8})
_EOI_MARKER = 0xD9
_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])", re.DOTALL)  # FF00 is a data byte, FFD0 to FFD7 restarts


@dataclass(frozen=True, slots=True)
class CodedPart:
    """One marker segment, and the coded data behind it if it begins a scan."""

    marker: int
    payload: bytes
    coded: bytes = b""

    def packed(self) -> bytes:
        """Its bytes in a file."""
        return struct.pack(">BBH", 0xFF, self.marker, len(self.payload) + 2) + self.payload + self.coded


def parts(data: bytes) -> Iterator[CodedPart]:
    """The segments of a JPEG up to its end marker, or as far as they go.

    Source: ITU-T T.81, annex B.
    """
    position = 2
    while found := _MARKER.search(data, position):
        marker, position = found[1][0], found.end()
        if marker == _EOI_MARKER:
            return
        if marker in _STANDALONE:
            continue
        start, position = position + 2, position + int.from_bytes(data[position : position + 2], "big")
        payload, end = data[start:position], position
        if marker == SOS:
            following = _MARKER.search(data, position)
            position = following.start() if following else len(data)
        yield CodedPart(marker, payload, data[end:position])
