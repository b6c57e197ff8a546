"""Reads the header of a JPEG XL codestream: size, depth, orientation and color encoding, bit by bit.

Source: ISO/IEC 18181-1:2024, annexes B and D.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from photocolor.containers.boxes import boxes

CONTAINER = b"\x00\x00\x00\x0cJXL \r\n\x87\n"
_MAGIC = b"\xff\x0a"
_HEADER_BYTES = 4096
_SIZES = ((9, 1), (13, 1), (18, 1), (30, 1))
_ENUM = ((0, 0), (0, 1), (4, 2), (6, 18))
_RATIOS = {1: (1, 1), 2: (12, 10), 3: (4, 3), 4: (3, 2), 5: (16, 9), 6: (5, 4), 7: (2, 1)}
_XY = ((19, 0), (19, 524288), (20, 1048576), (21, 2097152))

RGB, GRAY, XYB, UNKNOWN = 0, 1, 2, 3
D65, CUSTOM = 1, 2
PRIMARIES_SRGB, PRIMARIES_P3 = 1, 11
CURVE_LINEAR, CURVE_SRGB = 8, 13
ALPHA, SPOT, BLACK, CFA = 0, 2, 4, 5


@dataclass(frozen=True, slots=True)
class Channel:
    """Describes a channel beside the colors: kind, bits, and whether it is an alpha multiplied into the colors."""

    kind: int = ALPHA
    bits: int = 8
    associated: bool = False


@dataclass(frozen=True, slots=True)
class Coding:
    """Describes a color encoding: an ICC profile in the file, or numbers of ISO/IEC 23091-2."""

    icc: bool = False
    space: int = RGB
    white: int = D65
    primaries: int = PRIMARIES_SRGB
    curve: int = CURVE_SRGB


@dataclass(frozen=True, slots=True)
class JxlHeader:
    """Holds what a codestream says before its pixels.

    Attributes:
        height: rows, as stored.
        width: columns, as stored.
        bits: of a color sample.
        floating: True for floating-point samples.
        orientation: 1 to 8, as in EXIF; here it is authoritative.
        animated: True for several frames.
        channels: those beside the colors.
        xyb: True if the colors are coded in XYB, which is always lossy.
        coding: the colors' encoding.
        fields_at: bit at which the flag for orientation stands, or -1 if there is none.
        curve_at: bit at which the curve's number ends, or -1 if it is not written out.
        end: bit at which the header ends, before a profile.
    """

    height: int
    width: int
    bits: int = 8
    floating: bool = False
    orientation: int = 1
    animated: bool = False
    channels: tuple[Channel, ...] = ()
    xyb: bool = True
    coding: Coding = field(default_factory=Coding)
    fields_at: int = -1
    curve_at: int = -1
    end: int = -1


def codestream(data: bytes, limit: int = _HEADER_BYTES) -> bytes:
    """Returns the first bytes of the codestream, which may stand alone or in a container.

    Raises:
        ValueError: the container is damaged or has none.
    """
    if not data.startswith(CONTAINER):
        return data[:limit]
    joined = b""
    for box in boxes(data):
        if box.kind == b"jxlc":
            return data[box.start : min(box.end, box.start + limit)]
        if box.kind == b"jxlp":
            joined += data[box.start + 4 : min(box.end, box.start + 4 + limit)]
        if len(joined) >= limit:
            break
    if not joined:
        raise ValueError("no codestream in its boxes")
    return joined[:limit]


class _Bits:
    """Reads the bits of a byte string, the lowest first."""

    def __init__(self, data: bytes) -> None:
        self.number, self.at, self.length = int.from_bytes(data, "little"), 0, 8 * len(data)

    def take(self, count: int) -> int:
        if self.at + count > self.length:
            raise ValueError("the header is cut off")
        value = self.number >> self.at & ((1 << count) - 1)
        self.at += count
        return value

    def flag(self) -> bool:
        return bool(self.take(1))

    def choice(self, ways: tuple[tuple[int, int], ...]) -> int:
        """Returns the standard's U32: two bits choose how many bits follow and what is added to them."""
        count, offset = ways[self.take(2)]
        return self.take(count) + offset

    def size(self) -> tuple[int, int]:
        small = self.flag()
        height = (self.take(5) + 1) * 8 if small else self.choice(_SIZES)
        ratio = self.take(3)
        if ratio:
            top, bottom = _RATIOS[ratio]
            return height, height * top // bottom
        return height, (self.take(5) + 1) * 8 if small else self.choice(_SIZES)

    def depth(self) -> tuple[int, bool]:
        if not self.flag():
            return self.choice(((0, 8), (0, 10), (0, 12), (6, 1))), False
        bits = self.choice(((0, 32), (0, 16), (0, 24), (6, 1)))
        self.take(4)
        return bits, True


def read_header(data: bytes) -> JxlHeader:
    """Returns the header of a codestream.

    Raises:
        ValueError: it is cut off, damaged, or uses extensions that are not known.
    """
    if not data.startswith(_MAGIC):
        raise ValueError("no JPEG XL codestream")
    bits = _Bits(data[:4096])
    bits.take(16)
    height, width = bits.size()
    if bits.flag():
        bits.take(1)  # all default: the transform must be, too
        return JxlHeader(height, width, end=bits.at)
    return _metadata(bits, height, width)


def _metadata(bits: _Bits, height: int, width: int) -> JxlHeader:
    fields_at = bits.at
    extra, orientation, animated = bits.flag(), 1, False
    if extra:
        orientation = 1 + bits.take(3)
        if bits.flag():
            bits.size()  # the size it is meant to be shown at
        if bits.flag():
            raise ValueError("a preview inside, which is not supported")
        animated = bits.flag()
        if animated:
            return JxlHeader(height, width, orientation=orientation, animated=True)
    depth, floating = bits.depth()
    bits.flag()  # whether 16-bit buffers suffice
    channels = tuple(_channel(bits) for _ in range(bits.choice(((0, 0), (0, 1), (4, 2), (12, 1)))))
    xyb, (coding, curve_at) = bits.flag(), _coding(bits)
    if extra and not bits.flag():
        bits.take(16 + 16 + 1 + 16)  # tone mapping
    if bits.take(2):
        raise ValueError("extensions in the header, which are not known")
    if not bits.flag():
        raise ValueError("a transform of its own in the header, which is not supported")
    return JxlHeader(
        height, width, depth, floating, orientation, False, channels, xyb, coding, fields_at, curve_at, bits.at
    )


def _channel(bits: _Bits) -> Channel:
    if bits.flag():
        return Channel()
    kind, (depth, _) = bits.choice(_ENUM), bits.depth()
    bits.choice(((0, 0), (0, 3), (0, 4), (3, 1)))
    bits.take(8 * bits.choice(((0, 0), (4, 0), (5, 16), (10, 48))))
    associated = bits.flag() if kind == ALPHA else False
    if kind == SPOT:
        bits.take(64)
    if kind == CFA:
        bits.choice(((0, 1), (2, 0), (4, 3), (8, 19)))
    return Channel(kind, depth, associated)


def _coding(bits: _Bits) -> tuple[Coding, int]:
    if bits.flag():
        return Coding(), -1
    icc, space = bits.flag(), bits.choice(_ENUM)
    if icc:
        return Coding(True, space), -1
    white, primaries, curve, curve_at = D65, PRIMARIES_SRGB, CURVE_SRGB, -1
    if space != XYB:
        white = bits.choice(_ENUM)
        _custom(bits, white, 1)
    if space not in (XYB, GRAY):
        primaries = bits.choice(_ENUM)
        _custom(bits, primaries, 3)
    if space != XYB:
        curve = -bits.take(24) if bits.flag() else bits.choice(_ENUM)  # negative: a power, in units of 1e-7
        curve_at = bits.at
    bits.choice(_ENUM)  # rendering intent
    return Coding(False, space, white, primaries, curve), curve_at


def _custom(bits: _Bits, kind: int, points: int) -> None:
    for _ in range(2 * points if kind == CUSTOM else 0):
        bits.choice(_XY)


def with_srgb_curve(data: bytes) -> bytes:
    """Returns the codestream labeled as sRGB-encoded where it says linear light.

    The encoder says so of all 16-bit samples.

    Raises:
        ValueError: it says neither, or its colors are coded in XYB, where the label would change them.
    """
    header = read_header(data)
    if header.coding.curve == CURVE_SRGB:
        return data
    if header.coding.curve != CURVE_LINEAR or header.xyb:
        raise ValueError("the curve cannot be exchanged")
    # Both numbers are coded as 2 plus four bits.
    bits = int.from_bytes(data[:4096], "little") ^ ((CURVE_LINEAR - 2) ^ (CURVE_SRGB - 2)) << (header.curve_at - 4)
    return bits.to_bytes(len(data[:4096]), "little") + data[4096:]


def with_orientation(data: bytes, orientation: int) -> bytes:
    """Returns the codestream with an orientation in its header, which has none: six bits more, then padding.

    Raises:
        ValueError: the header has an orientation already, or an ICC profile behind it.
    """
    header = read_header(data)
    if orientation == header.orientation:
        return data
    used = -(-header.end // 8)
    bits = int.from_bytes(data[:used], "little")
    tail_at = header.end - _TAIL_BITS
    tail = bits >> tail_at & ((1 << _TAIL_BITS) - 1)
    if header.fields_at < 0:  # all by default, written out in full
        at, tail_at, middle, width = header.end - 2, header.end - 1, _DEFAULTS, 8
        bits, tail = bits & ((1 << at) - 1), bits >> tail_at & 1
        parts = [(bits, at), (0, 1), (_fields(orientation), 7), (middle, width), (1, 1), (0, 2), (tail, 1)]
    elif bits >> header.fields_at & 1 or header.coding.icc:
        raise ValueError("the header cannot be given an orientation")
    else:
        at = header.fields_at
        middle, width = bits >> (at + 1) & ((1 << (tail_at - at - 1)) - 1), tail_at - at - 1
        parts = [(bits & ((1 << at) - 1), at), (_fields(orientation), 7), (middle, width), (1, 1), (tail, _TAIL_BITS)]
    joined, at = 0, 0
    for value, count in parts:
        joined, at = joined | value << at, at + count
    return joined.to_bytes(-(-at // 8), "little") + data[used:]


_TAIL_BITS = 3
"""Extensions (2) and transform (1) close the header; tone mapping stands before them, one bit by default."""
_DEFAULTS = 0b11001000
"""8 bits (3), buffers of 16 (1), no further channels (2), XYB (1), sRGB (1), from the lowest bit on."""


def _fields(orientation: int) -> int:
    """Returns the bits of a header with an orientation and without a size, preview or animation."""
    return 1 | (orientation - 1) << 1
