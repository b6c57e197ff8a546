"""Reads the size of the pictures in AV1 data from its sequence header.

Source: AV1 Bitstream & Decoding Process Specification, version 1.0.0 with errata 1, 5.3 to 5.5.
"""

from __future__ import annotations

from collections.abc import Iterator

from photocolor.containers.coded.bits import Bits

_SEQUENCE_HEADER = 1
_HEADER_BYTES = 256


def frame_sizes(data: bytes) -> Iterator[tuple[int, int]]:
    """Yields (height, width) that each sequence header in some AV1 data allows.

    Raises:
        ValueError: the data are cut off or damaged.
    """
    at = 0
    while at < len(data):
        head = data[at]
        kind, extended, sized = head >> 3 & 15, head >> 2 & 1, head >> 1 & 1
        at += 1 + extended
        size = len(data) - at
        if sized:
            size, at = _leb128(data, at)
        if head & 0x80 or at + size > len(data):
            raise ValueError("the AV1 data are cut off")
        if kind == _SEQUENCE_HEADER:
            yield _size(Bits(data[at : at + min(size, _HEADER_BYTES)]))
        at += size


def _leb128(data: bytes, at: int) -> tuple[int, int]:
    """Returns a number in groups of seven bits, the lowest first, and the offset behind it."""
    value = 0
    for nth in range(8):
        if at >= len(data):
            break
        byte, at = data[at], at + 1
        value |= (byte & 0x7F) << 7 * nth
        if not byte & 0x80:
            return value, at
    raise ValueError("a length in the AV1 data is damaged")


def _size(bits: Bits) -> tuple[int, int]:
    bits.take(3 + 1)  # profile, and whether there is one picture only
    if bits.flag():  # the short header of a still picture
        bits.take(5)
    else:
        _skip_operating_points(bits)
    width_bits, height_bits = bits.take(4) + 1, bits.take(4) + 1
    width = bits.take(width_bits) + 1
    return bits.take(height_bits) + 1, width


def _skip_operating_points(bits: Bits) -> None:
    delay_bits = 0
    if bits.flag():  # timing
        bits.take(32 + 32)
        if bits.flag():
            bits.exp_golomb()
        if bits.flag():  # decoder model
            delay_bits = bits.take(5) + 1
            bits.take(32 + 5 + 5)
    delays = bits.flag()
    for _ in range(bits.take(5) + 1):
        bits.take(12)
        if bits.take(5) > 7:
            bits.take(1)
        if delay_bits and bits.flag():
            bits.take(2 * delay_bits + 1)
        if delays and bits.flag():
            bits.take(4)
