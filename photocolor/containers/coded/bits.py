"""Reads the bits of a byte string from the highest on, as the headers of AV1 and HEVC are written."""

from __future__ import annotations


class Bits:
    """Holds a position in the bits of a header.

    Args:
        data: the header; what is behind it may follow.
    """

    def __init__(self, data: bytes) -> None:
        self._number, self._left = int.from_bytes(data, "big"), 8 * len(data)

    def take(self, count: int) -> int:
        """Returns the next `count` bits as a number.

        Raises:
            ValueError: there are fewer.
        """
        if count > self._left:
            raise ValueError("the header is cut off")
        self._left -= count
        return self._number >> self._left & ((1 << count) - 1)

    def flag(self) -> bool:
        """Returns the next bit."""
        return bool(self.take(1))

    def exp_golomb(self) -> int:
        """Returns a number coded by as many zeros as it has further bits (ue(v), uvlc).

        Raises:
            ValueError: it is cut off, or longer than 32 bits.
        """
        zeros = 0
        while not self.flag():
            zeros += 1
            if zeros > 32:
                raise ValueError("a number in the header is damaged")
        return (1 << zeros) - 1 + self.take(zeros)
