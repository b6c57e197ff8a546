"""Decodes the fax compressions of bilevel TIFFs code by code, so that every row is known to be there and whole.

Decoders of fax codings go on after a code that is none and fill up what is missing, because a page that arrives over a
telephone line is better read with a bad row than not at all. An archive needs to know. This reader stops at the first
row that is not exactly as wide as the picture, and at data that end early or are left over.

Source: ITU-T T.4 (2003) for one and two dimensions, ITU-T T.6 (1988), TIFF 6.0 for compression 2.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RLE, GROUP_3, GROUP_4 = 2, 3, 4
"""TIFF's numbers of the three codings."""

_WINDOW_BITS = 13
"""The longest code of a run."""
_MAKE_UP = 64
"""Runs from here on are followed by another code for the rest."""
_EOL_ZEROS = 11
_PASS, _HORIZONTAL, _END = 100, 101, 102
"""Modes of a two-dimensional row beside the vertical ones, which are -3 to 3."""

# Codes of runs of 0, 1, 2 … pixels, then of 64, 128, 192 … pixels. Source: ITU-T T.4, tables 2 and 3a.
_WHITE_CODES = """
00110101 000111 0111 1000 1011 1100 1110 1111 10011 10100 00111 01000 001000 000011 110100 110101 101010 101011 0100111
0001100 0001000 0010111 0000011 0000100 0101000 0101011 0010011 0100100 0011000 00000010 00000011 00011010 00011011
00010010 00010011 00010100 00010101 00010110 00010111 00101000 00101001 00101010 00101011 00101100 00101101 00000100
00000101 00001010 00001011 01010010 01010011 01010100 01010101 00100100 00100101 01011000 01011001 01011010 01011011
01001010 01001011 00110010 00110011 00110100
11011 10010 010111 0110111 00110110 00110111 01100100 01100101 01101000 01100111 011001100 011001101 011010010 011010011
011010100 011010101 011010110 011010111 011011000 011011001 011011010 011011011 010011000 010011001 010011010 011000
010011011
"""
_BLACK_CODES = """
0000110111 010 11 10 011 0011 0010 00011 000101 000100 0000100 0000101 0000111 00000100 00000111 000011000 0000010111
0000011000 0000001000 00001100111 00001101000 00001101100 00000110111 00000101000 00000010111 00000011000 000011001010
000011001011 000011001100 000011001101 000001101000 000001101001 000001101010 000001101011 000011010010 000011010011
000011010100 000011010101 000011010110 000011010111 000001101100 000001101101 000011011010 000011011011 000001010100
000001010101 000001010110 000001010111 000001100100 000001100101 000001010010 000001010011 000000100100 000000110111
000000111000 000000100111 000000101000 000001011000 000001011001 000000101011 000000101100 000001011010 000001100110
000001100111
0000001111 000011001000 000011001001 000001011011 000000110011 000000110100 000000110101 0000001101100 0000001101101
0000001001010 0000001001011 0000001001100 0000001001101 0000001110010 0000001110011 0000001110100 0000001110101
0000001110110 0000001110111 0000001010010 0000001010011 0000001010100 0000001010101 0000001011010 0000001011011
0000001100100 0000001100101
"""
# Of both colors, from 1792 pixels on. Source: ITU-T T.4, table 3b.
_LONG_CODES = """
00000001000 00000001100 00000001101 000000010010 000000010011 000000010100 000000010101 000000010110 000000010111
000000011100 000000011101 000000011110 000000011111
"""
# Source: ITU-T T.4, table 4. The extension for uncompressed rows (0000001xxx) is written by nothing that is known.
_MODE_CODES = {
    "1": 0, "011": 1, "000011": 2, "0000011": 3, "010": -1, "000010": -2, "0000010": -3,
    "0001": _PASS, "001": _HORIZONTAL, "000000000001": _END,
}  # fmt: skip

_Table = list[tuple[int, int]]
"""For each value of the next 13 bits: how many of them are the code, and what it means; (0, 0) where there is none."""


class BadFax(ValueError):
    """Raised if the coded data are not those of as many whole rows as the picture has."""


@dataclass(frozen=True, slots=True)
class FaxCoding:
    """Describes how rows are coded.

    Attributes:
        compression: `RLE`, `GROUP_3` or `GROUP_4`.
        two_dimensional: True if a bit behind each end-of-line code tells whether the row refers to the one above.
    """

    compression: int
    two_dimensional: bool = False


def fax_rows(
    data: bytes, coding: FaxCoding, height: int, width: int, *, may_have_more: bool = False
) -> Iterator[list[int]]:
    """Yields the columns at which the color changes, row after row: to black, to white, to black, and so on.

    Args:
        data: a strip or tile; the highest bit of a byte comes first.
        coding: how it is coded.
        height: rows that it must have.
        width: columns that each row must have.
        may_have_more: True if other data may follow.

    Raises:
        BadFax: a code is none, a row has more or fewer columns, or the data end early or are left over.
    """
    reader = _CodeReader(data)
    above = [width]
    for row in range(height):
        try:
            changes = _next_row(reader, coding, above, width)
        except BadFax as error:
            raise BadFax(f"{error} in row {row + 1} of {height}") from None
        yield changes
        above = changes
    if not may_have_more:
        reader.refuse_left_over()


def painted(rows: Iterator[list[int]], height: int, width: int) -> NDArray[np.bool_]:
    """Returns (H, W) bool, True where a row is black."""
    toggles = np.zeros((height, width + 1), np.uint8)
    for row, changes in zip(toggles, rows, strict=True):
        np.add.at(row, changes, 1)
    black: NDArray[np.bool_] = (np.cumsum(toggles, axis=1, dtype=np.uint32)[:, :width] & 1).astype(bool)
    return black


class _CodeReader:
    """Reads bits from the highest on and looks codes up in tables; zeros follow the end."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at, self.end = data, 0, 8 * len(data)
        padded = np.frombuffer(data + bytes(4), np.uint8).astype(np.uint32)
        # Three bytes from each byte on, so that any 13 bits lie in one of them.
        self.windows = array("I", (padded[:-2] << 16 | padded[1:-1] << 8 | padded[2:]).astype(np.uint32).tobytes())

    def bits(self) -> int:
        """Returns the next 13 bits.

        Raises:
            BadFax: there is not one left.
        """
        if self.at >= self.end:
            raise BadFax("the coded data end")
        return (self.windows[self.at >> 3] >> (11 - (self.at & 7))) & 0x1FFF

    def look_up(self, table: _Table) -> int:
        """Returns the meaning of the next code.

        Raises:
            BadFax: it is none, or cut off.
        """
        length, meaning = table[self.bits()]
        self.at += length
        if not length or self.at > self.end:
            raise BadFax("a code is damaged" if self.at < self.end else "the coded data end")
        return meaning

    def run(self, table: _Table) -> int:
        """Returns the length of the next run of one color, in pixels."""
        total = part = self.look_up(table)
        while part >= _MAKE_UP:
            part = self.look_up(table)
            total += part
        return total

    def take_end_of_line(self) -> bool:
        """Skips an end-of-line code with the zeros before it; returns False if none comes next."""
        bits = self.bits()
        if bits >> (_WINDOW_BITS - _EOL_ZEROS):
            return False
        at = self.at + _EOL_ZEROS
        while at < self.end and not self.data[at >> 3] & 0xFF >> (at & 7):
            at = (at | 7) + 1
        while at < self.end and not self.data[at >> 3] & 0x80 >> (at & 7):
            at += 1
        if at >= self.end:
            raise BadFax("the coded data end")
        self.at = at + 1
        return True

    def refuse_left_over(self) -> None:
        """Raises if anything but an end code or zeros comes next.

        Raises:
            BadFax: there is something else.
        """
        try:
            if self.at >= self.end or self.take_end_of_line():
                return
        except BadFax:
            return  # nothing but zeros up to the end
        rest = self.data[self.at >> 3 :]
        if rest[0] & 0xFF >> (self.at & 7) or any(rest[1:]):
            raise BadFax(f"{len(rest)} bytes are left over behind the last row")


def _next_row(reader: _CodeReader, coding: FaxCoding, above: list[int], width: int) -> list[int]:
    if coding.compression == GROUP_4:
        return _two_dimensional(reader, above, width)
    if coding.compression == RLE:
        reader.at = (reader.at + 7) & ~7
        return _one_dimensional(reader, width)
    ended = reader.take_end_of_line()
    if coding.two_dimensional and ended:
        alone = bool(reader.bits() >> (_WINDOW_BITS - 1))
        reader.at += 1
        if not alone:
            return _two_dimensional(reader, above, width)
    return _one_dimensional(reader, width)


def _one_dimensional(reader: _CodeReader, width: int) -> list[int]:
    changes, at, table, other = [], 0, _WHITE, _BLACK
    while at < width:
        at += reader.run(table)
        changes.append(at)
        table, other = other, table
    return _exactly(changes, at, width)


def _two_dimensional(reader: _CodeReader, above: list[int], width: int) -> list[int]:
    """Returns a row that is coded by its differences from the one above.

    Names are those of T.4, 4.2.1: a0 is where the row is coded up to.
    """
    reference = [*above, width, width, width]
    changes: list[int] = []
    a0, black, nearest = 0, 0, 0  # `nearest`: index in `reference` of b1, of the color opposite to the present one
    started = False
    while a0 < width:
        while reference[nearest] <= a0 and reference[nearest] < width and (started or reference[nearest] < a0):
            nearest += 2
        mode = reader.look_up(_MODES)
        if mode == _PASS:
            a0 = reference[nearest + 1]
        elif mode == _HORIZONTAL:
            first = a0 + reader.run(_BLACK if black else _WHITE)
            a0 = first + reader.run(_WHITE if black else _BLACK)
            changes += (first, a0)
        elif mode == _END:
            raise BadFax("the picture is said to end")
        else:
            changed_at = reference[nearest] + mode
            if changed_at < a0:
                raise BadFax("a run goes backwards")
            a0 = changed_at
            changes.append(a0)
            black ^= 1
            nearest = nearest - 1 if nearest else 1
        started = True
    return _exactly(changes, a0, width)


def _exactly(changes: list[int], at: int, width: int) -> list[int]:
    if at != width:
        raise BadFax(f"there are {at} columns instead of {width}")
    return changes


def _table(codes: dict[str, int]) -> _Table:
    table = [(0, 0)] * (1 << _WINDOW_BITS)
    for code, meaning in codes.items():
        free = _WINDOW_BITS - len(code)
        first = int(code, 2) << free
        table[first : first + (1 << free)] = [(len(code), meaning)] * (1 << free)
    return table


def _runs(codes: str) -> _Table:
    words = codes.split()
    lengths = [*range(_MAKE_UP), *range(_MAKE_UP, 1729, _MAKE_UP)]
    table = dict(zip(words, lengths, strict=True))
    return _table(table | dict(zip(_LONG_CODES.split(), range(1792, 2561, _MAKE_UP), strict=True)))


_WHITE, _BLACK, _MODES = _runs(_WHITE_CODES), _runs(_BLACK_CODES), _table(_MODE_CODES)
