"""Walks over the markers of a JPEG: where each segment lies, and the coding ones alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from photocolor.errors import UnsupportedPhoto

SOI, EOI, SOS, DHT, DQT, _TEM = 0xD8, 0xD9, 0xDA, 0xC4, 0xDB, 0x01
APP0, APP1, APP2, APP14, _APP15, _COM = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE
FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # C4, C8 and CC are tables and a reserved marker
_ENDS_SCAN = ~np.isin(np.arange(256), (0x00, 0xFF, *range(0xD0, 0xD8)))  # FF00 is a data byte, FFD0 to FFD7 restarts
_FIRST_PIECE_BYTES, _PIECE_BYTES = 64, 1 << 20
_SEGMENTS_MOST = 100_000
_SCANS_USUAL, _SCANS_MOST, _SCANNED_MP_MOST = 16, 100, 500
"""Progressive encoders write some ten; tools that search for the smallest file a few more."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A marker with its payload at `data[start:end]`; `head` is where the marker itself begins."""

    marker: int
    head: int
    start: int
    end: int


def next_marker(data: bytes, position: int) -> tuple[int, int] | None:
    """Where the first marker from here on begins with its fill bytes, and where its code is; None without one."""
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


def segments_of(data: bytes) -> Iterator[Segment]:
    """All segments up to and with the end-of-image marker, or as far as they go; scan data belong to their SOS.

    Raises:
        UnsupportedPhoto: there are so many that the file is none to be worked on.
    """
    position, left = 2, _SEGMENTS_MOST
    while position >= 0:
        left -= 1
        if left < 0:
            raise UnsupportedPhoto(f"JPEG with more than {_SEGMENTS_MOST:,} segments is not supported")
        found = next_marker(data, position)  # also steps over stray bytes between segments, as libjpeg does
        if not found:
            return
        marker, start = data[found[1]], found[1] + 1
        if marker in (SOI, EOI, _TEM):
            yield Segment(marker, start - 2, start, start)
            position = start if marker != EOI else -1
            continue
        length = int.from_bytes(data[start : start + 2], "big")
        if length < 2 or start + length > len(data):
            return
        position = start + length
        if marker == SOS:
            following = next_marker(data, position)
            position = following[0] if following else len(data)
        yield Segment(marker, start - 2, start + 2, position)


def coding_only(data: bytes, segments: list[Segment], *, of_color: bool = True) -> bytes:
    """The file without metadata; APP0 and APP14 stay where they say how color is coded, if that matters."""
    parts = [b"\xff\xd8"]
    for segment in segments:
        payload = data[segment.start : segment.start + 5]
        speaks_of_color = (segment.marker == APP0 and payload == b"JFIF\x00") or (
            segment.marker == APP14 and payload == b"Adobe"
        )
        metadata = APP0 <= segment.marker <= _APP15 or segment.marker == _COM
        if (of_color and speaks_of_color) or not metadata:
            parts.append(data[segment.head : segment.end])
    return b"".join(parts)


def refuse_many_scans(data: bytes, segments: list[Segment]) -> None:
    """Does nothing unless a picture has more scans than any encoder makes: each costs time for all of its blocks.

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
    """The kind of frame; StopIteration without one."""
    return next(s.marker for s in segments if s.marker in FRAMES)
