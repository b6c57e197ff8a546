"""Finds holes of zeros in the coded data of a JPEG, which its decoder takes for a part of the picture.

In a Huffman code zeros are the first code of its table, again and again. Where that can be meant, as in a white margin
whose blocks have a code of one zero each, nothing is said.

Source: ITU-T T.81, B.2.3, B.2.4.2 and annex G.
"""

from __future__ import annotations

from collections.abc import Sequence

from photocolor.containers.jpeg import DHT, SOS, Segment
from photocolor.image.codecs.jpeg_damage import ARITHMETIC
from photocolor.image.codecs.jpeg_scans import SCAN_HEADER_MOST_BYTES
from photocolor.image.plausibility import zero_run

_CODE_LENGTHS = 16
_PROGRESSIVE = frozenset({0xC2, 0xC6})
_END_OF_BLOCK = 0x00


def zero_hole(data: bytes, segments: Sequence[Segment], frame: int) -> str:
    """Returns a warning if a scan has a hole of zeros that no encoder writes; empty if not.

    Args:
        data: the JPEG.
        segments: of it.
        frame: its kind of frame.
    """
    if frame in ARITHMETIC:
        return zero_run(b"".join(data[segment.start : segment.end] for segment in segments if segment.marker == SOS))
    first: dict[int, int] = {}
    for segment in segments:
        if segment.marker == DHT:
            first |= _first_values(data[segment.start : segment.end])
        elif segment.marker == SOS:
            header = data[segment.start : min(segment.start + SCAN_HEADER_MOST_BYTES, segment.end)]
            coded = _coded_if_not_meant(header, first, frame)
            if coded and (warning := zero_run(data, segment.start + coded, segment.end)):
                return warning
    return ""


def _first_values(payload: bytes) -> dict[int, int]:
    """Returns the value of the all-zero code of each table in a segment, by the table's class and number."""
    values, at = dict[int, int](), 0
    while at + 1 + _CODE_LENGTHS < len(payload):
        start = at + 1 + _CODE_LENGTHS
        values[payload[at]] = payload[start]
        at = start + sum(payload[at + 1 : start])
    return values


def _coded_if_not_meant(payload: bytes, first: dict[int, int], frame: int) -> int:
    """Returns where a scan's coded data begin behind its SOS, or 0 if zeros in them may be meant.

    Args:
        payload: of the SOS, with the first coded data behind it.
        first: the value of the all-zero code of each table.
        frame: the kind of frame.
    """
    count = payload[0] if payload else 0
    head = 1 + 2 * count + 3
    if len(payload) <= head:
        return 0
    tables = [payload[2 + 2 * number] for number in range(count)]
    begin, approximation = payload[head - 3], payload[head - 1] >> 4
    if frame not in _PROGRESSIVE:
        meant = all(first.get(t >> 4) == 0 and first.get(0x10 | t & 15) == _END_OF_BLOCK for t in tables)
    elif approximation:
        meant = True  # the bits of a refinement may be anything
    elif begin == 0:
        meant = all(first.get(t >> 4) == 0 for t in tables)
    else:
        meant = first.get(0x10 | tables[0] & 15) == _END_OF_BLOCK
    return 0 if meant else head
