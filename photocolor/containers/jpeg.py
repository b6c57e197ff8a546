"""Walks through the markers of a JPEG: where each segment lies, what its frame header says, and the coding ones alone.

Source: ITU-T T.81, annex B.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from mmap import mmap

import numpy as np

from photocolor.containers.malformed import Malformed
from photocolor.errors import UnsupportedPhoto

START, END = b"\xff\xd8", b"\xff\xd9"
SOI, EOI, SOS, _TEM = 0xD8, 0xD9, 0xDA, 0x01
DHT, DQT, DRI = 0xC4, 0xDB, 0xDD
APP0, APP1, APP2, APP13, APP14, APP15, COM = 0xE0, 0xE1, 0xE2, 0xED, 0xEE, 0xEF, 0xFE
FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # C4, C8 and CC are tables and a reserved marker
_ENDS_SCAN = ~np.isin(np.arange(256), (0x00, 0xFF, *range(0xD0, 0xD8)))  # FF00 is a data byte, FFD0 to FFD7 restarts
Stream = bytes | memoryview | mmap
"""What segments are read from."""
_FIRST_PIECE_BYTES, _PIECE_BYTES = 64, 1 << 20
_SEGMENTS_MOST = 100_000
_SCANS_USUAL, _SCANS_MOST, _SCANNED_MP_MOST = 16, 100, 500
"""Progressive encoders write some ten; tools that search for the smallest file a few more."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Describes where a marker and its payload lie, the latter at `data[start:end]`.

    Attributes:
        marker: the byte after 0xFF.
        head: where the marker itself begins.
        start: where its payload begins.
        coded: where coded data begin behind the header of a scan; `end` in all other segments.
        end: offset after it.
    """

    marker: int
    head: int
    start: int
    coded: int
    end: int


@dataclass(frozen=True, slots=True)
class CodedPart:
    """Holds one segment with its bytes, and the coded data behind it if it begins a scan."""

    marker: int
    payload: bytes
    coded: bytes = b""

    def packed(self) -> bytes:
        """Returns the bytes as they stand in a file."""
        return struct.pack(">BBH", 0xFF, self.marker, len(self.payload) + 2) + self.payload + self.coded


def next_marker(data: Stream, position: int) -> tuple[int, int] | None:
    """Returns where the next marker begins with its fill bytes, and where its code stands.

    It is None if there is no marker.
    """
    if data[position : position + 1] == b"\xff" and position + 1 < len(data) and _ENDS_SCAN[data[position + 1]]:
        return position, position + 1  # the rule between segments; a file may have a hundred thousand of them
    begin, length = position, _FIRST_PIECE_BYTES
    while position < len(data) - 1:
        piece = np.frombuffer(data, np.uint8, min(length + 1, len(data) - position), position)
        at = np.flatnonzero(piece[:-1] == 0xFF)
        at = at[_ENDS_SCAN[piece[at + 1]]]
        if at.size:
            first = code = position + int(at[0]) + 1
            while first > begin and data[first - 1] == 0xFF:
                first -= 1
            return first, code
        position += length
        length = _PIECE_BYTES
    return None


def walk(data: Stream, start: int = 0, *, scans: bool = True) -> Iterator[Segment]:
    """Yields the segments of the JPEG that begins at `start`.

    They come up to and with the end-of-image marker, or as far as they are whole. Coded data belong to their scan;
    stray bytes between segments are stepped over, as libjpeg does.

    Args:
        data: the file.
        start: where the JPEG begins in it.
        scans: False ends before the first scan, whose coded data then are not searched for its end.
    """
    position = start + len(START)
    while place := next_marker(data, position):
        marker, body = data[place[1]], place[1] + 1
        if marker in (SOI, EOI, _TEM):
            yield Segment(marker, body - 2, body, body, body)
            if marker == EOI:
                return
            position = body
            continue
        length = int.from_bytes(data[body : body + 2], "big")
        if length < 2 or body + length > len(data):
            return
        coded = position = body + length
        if marker == SOS and not scans:
            return
        if marker == SOS:
            following = next_marker(data, position)
            position = following[0] if following else len(data)
        yield Segment(marker, body - 2, body + 2, coded, position)


def segments_of(data: bytes) -> Iterator[Segment]:
    """Yields the segments as `walk` does.

    Raises:
        UnsupportedPhoto: there are so many that the file is none to be worked on.
    """
    for number, segment in enumerate(walk(data)):
        if number >= _SEGMENTS_MOST:
            raise UnsupportedPhoto(f"JPEG with more than {_SEGMENTS_MOST:,} segments is not supported")
        yield segment


def header_segments(data: Stream) -> Iterator[Segment]:
    """Yields the segments before the first scan.

    Raises:
        Malformed: it is no JPEG file.
    """
    if data[:2] != START:
        raise Malformed("no JPEG file")
    for segment in walk(data, scans=False):
        if segment.marker == EOI:
            return
        if segment.marker not in (SOI, _TEM):
            yield segment


def parts(data: bytes) -> Iterator[CodedPart]:
    """Yields the segments of a JPEG with their bytes, up to its end marker or as far as they go."""
    for segment in walk(data):
        if segment.marker not in (SOI, EOI, _TEM):
            payload, coded = data[segment.start : segment.coded], data[segment.coded : segment.end]
            yield CodedPart(segment.marker, payload, coded)


def frame_size(data: Stream) -> tuple[int, int]:
    """Returns the (height, width) that the frame header promises.

    Raises:
        Malformed: there is none.
    """
    for segment in walk(data):
        if segment.marker in FRAMES and segment.end - segment.start >= 6:
            height, width = struct.unpack(">HH", data[segment.start + 1 : segment.start + 5])
            return height, width
    raise Malformed("no JPEG frame header")


def end_of(data: Stream, start: int = 0) -> int:
    """Returns the offset behind the end marker of the JPEG that begins at `start`; the length of `data` without one."""
    return next((segment.end for segment in walk(data, start) if segment.marker == EOI), len(data))


def coding_only(data: bytes, segments: list[Segment], *, of_color: bool = True) -> bytes:
    """Returns the file without metadata; APP0 and APP14 stay where they decide how color is coded."""
    parts: list[bytes | memoryview] = [b"\xff\xd8"]
    view = memoryview(data)  # slices of it are no copies
    for segment in segments:
        payload = data[segment.start : segment.start + 5]
        speaks_of_color = (segment.marker == APP0 and payload == b"JFIF\x00") or (
            segment.marker == APP14 and payload == b"Adobe"
        )
        metadata = APP0 <= segment.marker <= APP15 or segment.marker == COM
        if (of_color and speaks_of_color) or not metadata:
            parts.append(view[segment.head : segment.end])
    return b"".join(parts)


def refuse_many_scans(data: bytes, segments: list[Segment]) -> None:
    """Raises if a picture has more scans than encoders make: each costs time for all of its blocks.

    Raises:
        UnsupportedPhoto: it has; the message says how many.
    """
    frame = next((data[s.start : s.end] for s in segments if s.marker in FRAMES), b"")
    scans = sum(segment.marker == SOS for segment in segments)
    megapixels = int.from_bytes(frame[1:3], "big") * int.from_bytes(frame[3:5], "big") / 1e6
    if scans > _SCANS_MOST or (scans > _SCANS_USUAL and scans * megapixels > _SCANNED_MP_MOST):
        raise UnsupportedPhoto(
            f"JPEG with {scans} scans of {megapixels:.1f} MP is not supported: each takes the time of a picture",
            "If it is meant to be a photo, save it again, e.g. with jpegtran -optimize.",
        )


def frame_marker(segments: list[Segment]) -> int:
    """Returns the marker that names the kind of frame; raises StopIteration without one."""
    return next(s.marker for s in segments if s.marker in FRAMES)
