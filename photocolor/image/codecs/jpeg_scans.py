"""Checks that a JPEG has all scans of its picture: decoders take what is there, and show it coarser or gray.

Source: ITU-T T.81, B.2.2, B.2.3, B.2.4.1 and G.1.1.
"""

from __future__ import annotations

from collections.abc import Sequence

from photocolor.containers.jpeg import DQT, FRAMES, SOS, Segment
from photocolor.errors import TruncatedPhoto

SCAN_HEADER_MOST_BYTES = 1 + 2 * 255 + 3 + 1
"""Length of the longest scan header, one of 255 components, and of the first byte behind it: a longer slice of a scan
would copy coded data for nothing."""
_FREQUENCIES = 64
_SEQUENTIAL = frozenset({0xC0, 0xC1, 0xC9})
_NEVER = -1
_COARSE = (
    "the last scans of the JPEG are missing, as where a copy ended early: its picture is coarser than it was made; "
    "compare the file with another copy"
)


def refuse_missing(data: bytes, segments: Sequence[Segment]) -> tuple[str, ...]:
    """Returns warnings about missing scans, one sentence each; raises if too much of the picture is missing.

    Args:
        data: the JPEG.
        segments: of it.

    Raises:
        TruncatedPhoto: a part of its lightness was never coded, or a quantization table is none.
    """
    _refuse_zero_steps(data, segments)
    frame = next((segment for segment in segments if segment.marker in FRAMES), None)
    if frame is None:
        return ()
    head = data[frame.start : frame.end]
    components = [head[6 + 3 * number] for number in range(head[5]) if 6 + 3 * number < len(head)] if head[5:] else []
    bits_missing = {component: [_NEVER] * _FREQUENCIES for component in components}
    for segment in segments:
        if segment.marker == SOS:
            header = data[segment.start : min(segment.start + SCAN_HEADER_MOST_BYTES, segment.end)]
            _take(bits_missing, header, whole=frame.marker in _SEQUENTIAL)
    if not bits_missing:
        return ()
    missing = bits_missing[components[0]].count(_NEVER)
    if missing:
        raise TruncatedPhoto(
            f"scans of the JPEG are missing: {missing} of the {_FREQUENCIES} frequencies of its lightness are not there"
        )
    return (_COARSE,) if any(bits for of_component in bits_missing.values() for bits in of_component) else ()


def _take(bits_missing: dict[int, list[int]], payload: bytes, *, whole: bool) -> None:
    """Records what a scan codes: how many bits of each frequency it leaves to later scans."""
    count = payload[0] if payload else 0
    if len(payload) < 4 + 2 * count:
        return
    begin, end, approximation = payload[1 + 2 * count : 4 + 2 * count]
    if whole:
        begin, end, approximation = 0, _FREQUENCIES - 1, 0
    for component in payload[1 : 1 + 2 * count : 2]:
        for frequency in range(begin, min(end, _FREQUENCIES - 1) + 1) if component in bits_missing else ():
            bits_missing[component][frequency] = approximation & 15


def _refuse_zero_steps(data: bytes, segments: Sequence[Segment]) -> None:
    for segment in segments:
        payload, at = data[segment.start : segment.end] if segment.marker == DQT else b"", 0
        while at < len(payload):
            width = 1 + (payload[at] >> 4 > 0)
            steps = payload[at + 1 : at + 1 + width * _FREQUENCIES]
            if any(not any(steps[place : place + width]) for place in range(0, len(steps), width)):
                raise TruncatedPhoto("a quantization table of the JPEG is damaged (a step of 0)")
            at += 1 + width * _FREQUENCIES
