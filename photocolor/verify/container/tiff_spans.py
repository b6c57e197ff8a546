"""Lists which bytes of a TIFF its directories account for: themselves, their values, strips, tiles and thumbnails."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from photocolor.containers.ifd import ByteLayout, Directory, Slot, read_directory, read_header
from photocolor.metadata.exif.fields import SLACK_BYTES
from photocolor.metadata.exif.tags import MAKER_NOTE
from photocolor.system.file_bytes import Stored

OUTGROWN_BYTES = 1024
"""Most bytes of a directory that was written before the metadata came, and of the padding beside it."""
_BELOW = (330, 34665, 34853, 40965)
"""SubIFDs, EXIF, GPS and interoperability: they point to directories."""
_CODED = ((273, 279), (324, 325), (513, 514))
"""Where strips, tiles and a thumbnail begin, and how long they are."""
_MOST_DIRECTORIES = 1 << 16


def spans_of(data: Stored) -> Iterator[tuple[int, int]]:
    """Yields where the parts of a TIFF begin and end, in no order; they may lie over each other.

    Raises:
        Malformed: a directory is cut off or damaged.
    """
    layout, first = read_header(data)
    yield 0, 16 if layout.big else 8
    seen, waiting = set[int](), [first]
    while waiting and len(seen) < _MOST_DIRECTORIES:
        at = waiting.pop()
        if not at or at in seen:
            continue
        seen.add(at)
        directory = read_directory(data, layout, at)
        yield at, directory.entries.stop + layout.field_bytes
        yield from _values(directory, layout)
        for starts, lengths in _CODED:
            yield from _coded(data, layout, (directory.find(starts), directory.find(lengths)))
        waiting += [directory.next]
        waiting += [place for tag in _BELOW for place in _numbers(data, layout, directory.find(tag))]


def _values(directory: Directory, layout: ByteLayout) -> Iterator[tuple[int, int]]:
    for slot in directory.slots:
        if slot.bytes > layout.field_bytes:
            yield slot.at, slot.at + slot.bytes + (SLACK_BYTES if slot.tag == MAKER_NOTE else 0)


def _coded(data: Stored, layout: ByteLayout, slots: tuple[Slot | None, Slot | None]) -> Iterator[tuple[int, int]]:
    starts, lengths = (_numbers(data, layout, slot) for slot in slots)
    yield from ((at, at + length) for at, length in zip(starts, lengths, strict=False))


def _numbers(data: Stored, layout: ByteLayout, slot: Slot | None) -> tuple[int, ...]:
    """Returns the whole numbers of a field; none where there is no such field."""
    code = {2: "H", 4: "I", 8: "Q"}.get(slot.bytes // slot.count) if slot is not None else None
    if slot is None or code is None:
        return ()
    return struct.unpack(f"{layout.order}{slot.count}{code}", data[slot.at : slot.at + slot.bytes])
