"""Limits how much metadata of one file is taken into memory; what exceeds that is left out, and named.

The limits are chosen so that a photo with as much metadata as they admit still keeps to the smallest `--max-memory`
(measured by `python -m benchmarks.metadata_memory`), and so that what cameras, scanners and editors write stays far
below them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeVar

from photocolor.containers.malformed import Malformed
from photocolor.metadata.model import Log

MOST_BYTES = 16 << 20
"""All blocks of one file, or of one page of a TIFF, together, but for EXIF and XMP."""
MOST_BLOCKS = 10_000
"""All blocks of one file, and all datasets of IPTC that go into XMP, where a format has no place for IPTC."""
EXIF_MOST_BYTES = 16 << 20
XMP_MOST_BYTES = 24 << 20
"""A packet that is read at all: a source's, with what is added to it in the result."""
XMP_MOST_NODES = 100_000
"""Elements, attributes and namespaces together; each takes some 500 bytes of memory, whatever its length."""
SOURCE_XMP_MOST_BYTES = 12 << 20
SOURCE_XMP_MOST_NODES = 60_000
KEPT_MOST_BYTES = 4 << 20
"""A damaged block, or all texts, that are kept in a property of the result's XMP packet."""
TEXT_MOST_BYTES = 16 << 20
"""All compressed texts of one PNG, or packed boxes of one JPEG XL, once they are unpacked."""
PARTS_MOST = 1 << 20
"""Segments, chunks and boxes that are gone through in one file; pictures have some thousand of them."""


_ALONE = frozenset({"EXIF", "XMP", "extended XMP"})
"""What a result may have more of than its source counts for itself, or less of the rest would be read of a result."""
Part = TypeVar("Part")


class MetadataTooLarge(Malformed):
    """Raised for sound metadata that exceed what is taken of one file."""


class Allowance:
    """Counts what may still be taken of one file.

    Args:
        log: receives what is left out, when the allowance is closed.
    """

    def __init__(self, log: Log) -> None:
        self._log, self._bytes, self._blocks = log, MOST_BYTES, MOST_BLOCKS
        self._taken: Counter[str] = Counter()
        self._refused: dict[str, list[int]] = {}

    def bounded(self, parts: Iterable[Part]) -> Iterator[Part]:
        """Yields at most `PARTS_MOST` segments, chunks or boxes of a file; notes the rest."""
        for number, part in enumerate(parts):
            if number == PARTS_MOST:
                self._log.left_behind(f"what follows the first {PARTS_MOST:,} parts of the file", "they are too many")
                return
            yield part

    def admits(self, name: str, size_bytes: int, most_bytes: int = MOST_BYTES) -> bool:
        """Returns True if a block of this size may be taken, and counts it; else notes that it is left out.

        Args:
            name: what people call the block.
            size_bytes: its length.
            most_bytes: for all blocks of this name together.
        """
        alone = name in _ALONE
        room = most_bytes - self._taken[name]
        if size_bytes > (room if alone else min(room, self._bytes)) or not (alone or self._blocks):
            self._refused.setdefault(name, []).append(size_bytes)
            return False
        self._taken[name] += size_bytes
        self._bytes -= 0 if alone else size_bytes
        self._blocks -= 0 if alone else 1
        return True

    def close(self) -> None:
        """Logs what was left out."""
        for name, sizes in self._refused.items():
            count = f"{len(sizes):,} × " if len(sizes) > 1 else ""
            what = f"{count}{name} ({sum(sizes):,} bytes)"
            self._log.dropped.append(name)
            self._log.left_behind(what, "it is more metadata than is taken of one file")
        self._refused.clear()
