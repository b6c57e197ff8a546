"""Reads TIFF directories: where each field stands in a classic TIFF or BigTIFF block."""

from __future__ import annotations

import struct
from collections.abc import Container
from dataclasses import dataclass, replace
from mmap import mmap

from photocolor.containers.malformed import Malformed
from photocolor.system.file_bytes import DiskBytes

Bytes = bytes | bytearray | mmap | DiskBytes
"""What directories are read from."""

NUMBER_CODES = {1: "B", 3: "H", 4: "I", 5: "II", 6: "b", 8: "h", 9: "i", 10: "ii", 11: "f", 12: "d", 13: "I"} | {
    16: "Q", 17: "q", 18: "Q",
}  # fmt: skip
"""Letters of `struct` for the numbers of one value, by field type; 5 and 10 are fractions, 13 and 18 directories, 16 to
18 of BigTIFF. Source: TIFF 6.0, the BigTIFF design."""
KIND_BYTES = {kind: struct.calcsize(f"={code}") for kind, code in NUMBER_CODES.items()} | {2: 1, 7: 1, 129: 1}
"""Bytes per value; 2, 7 and 129 are texts and bytes. Source: Exif 3.0 for 129, which is UTF-8."""
WORD_BYTES = {kind: {5: 4, 10: 4}.get(kind, size) for kind, size in KIND_BYTES.items()}
"""Width of the numbers inside one value: a fraction is two of them."""
KIND_SHORT, KIND_LONG, KIND_IFD, KIND_LONG8, KIND_IFD8 = 3, 4, 13, 16, 18
MAX_DEPTH = 4
MAX_ENTRIES = 65_535
"""Most entries of one directory: what a classic TIFF can say; a BigTIFF could say more than memory holds."""


@dataclass(frozen=True, slots=True)
class ByteLayout:
    """Describes how a TIFF block stores numbers.

    Attributes:
        order: "<" or ">".
        big: True for BigTIFF.
    """

    order: str
    big: bool = False

    @property
    def field_bytes(self) -> int:
        """Returns the width of an offset, and of a value that needs none."""
        return 8 if self.big else 4

    @property
    def entry_bytes(self) -> int:
        """Returns the length of one directory entry."""
        return 20 if self.big else 12

    @property
    def count_bytes(self) -> int:
        """Returns the length of the number of entries."""
        return 8 if self.big else 2

    def number(self, data: Bytes, at: int, width: int) -> int:
        """Returns the unsigned number of `width` bytes at offset `at`."""
        return int(struct.unpack(self.order + {1: "B", 2: "H", 4: "I", 8: "Q"}[width], data[at : at + width])[0])

    def pack(self, value: int, width: int) -> bytes:
        """Returns an unsigned number in `width` bytes."""
        return struct.pack(self.order + {1: "B", 2: "H", 4: "I", 8: "Q"}[width], value)


@dataclass(frozen=True, slots=True)
class Slot:
    """Describes where one field stands in a block.

    Attributes:
        tag: what it is about.
        kind: its field type.
        count: how many values it has.
        entry_at: offset of its directory entry.
        at: offset of its value, in the entry itself if it is short.
        bytes: length of the value; negative if the type is unknown or the value lies outside of the block.
    """

    tag: int
    kind: int
    count: int
    entry_at: int
    at: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Directory:
    """Describes one directory as it stands in a block.

    Attributes:
        every: all of its fields, in stored order.
        next_at: offset of the pointer to the next directory; 0 if the block ends before it.
        next: offset of the next directory; 0 if there is none.
        entries: offsets of all its entries, the damaged ones too.
    """

    every: tuple[Slot, ...]
    next_at: int
    next: int
    entries: range

    @property
    def slots(self) -> tuple[Slot, ...]:
        """Returns its sound fields."""
        return tuple(slot for slot in self.every if slot.bytes >= 0)

    @property
    def damaged(self) -> tuple[int, ...]:
        """Returns the tags of its damaged fields."""
        return tuple(slot.tag for slot in self.every if slot.bytes < 0)

    def find(self, tag: int) -> Slot | None:
        """Returns the first field with this tag that has a value."""
        return next((slot for slot in self.every if slot.tag == tag and slot.bytes > 0), None)


@dataclass(frozen=True, slots=True)
class Field:
    """Holds one field, free of any position.

    Attributes:
        value: its bytes in the block's byte order; the entry's value field itself if `fixed`.
        fields: the directory that it points to, or None.
        fixed: True if the value field is to be written as it is, an offset into the target file.
        moved_from: offset of the value in the block that it was lifted from; -1 if it was made.
        slack: what stood behind the value there; some makers' notes point a few bytes beyond their end.
    """

    tag: int
    kind: int
    count: int
    value: bytes
    fields: tuple[Field, ...] | None = None
    fixed: bool = False
    moved_from: int = -1
    slack: bytes = b""


def read_header(data: Bytes) -> tuple[ByteLayout, int]:
    """Returns the layout of a TIFF block and the offset of its first directory.

    Raises:
        Malformed: it is no TIFF block.
    """
    order = {b"II": "<", b"MM": ">"}.get(bytes(data[:2]))
    if order is None or len(data) < 8:
        raise Malformed("no TIFF header")
    magic = ByteLayout(order).number(data, 2, 2)
    if magic == 42:
        return ByteLayout(order), ByteLayout(order).number(data, 4, 4)
    if magic == 43 and len(data) >= 16:
        return ByteLayout(order, big=True), ByteLayout(order).number(data, 8, 8)
    raise Malformed(f"TIFF version {magic}")


def read_directory(data: Bytes, layout: ByteLayout, at: int, most: int = MAX_ENTRIES) -> Directory:
    """Returns the directory at offset `at`.

    Args:
        data: the block.
        layout: how it writes numbers.
        at: where the directory is.
        most: entries that it may have.

    Raises:
        Malformed: it does not lie inside of the block, or has more entries.
    """
    if not 8 <= at <= len(data) - layout.count_bytes:
        raise Malformed(f"directory at {at} outside of {len(data)} bytes")
    count = layout.number(data, at, layout.count_bytes)
    first = at + layout.count_bytes
    end = first + count * layout.entry_bytes
    if end > len(data) or count > min(most, MAX_ENTRIES):
        raise Malformed(f"directory of {count} fields at {at} in {len(data)} bytes")
    entries = range(first, end, layout.entry_bytes)
    code = layout.order + ("HHQ8s" if layout.big else "HHI4s")
    stored = struct.iter_unpack(code, data[first:end])
    every = tuple(_slot(entry, entry_at, layout, len(data)) for entry, entry_at in zip(stored, entries, strict=True))
    whole = end + layout.field_bytes <= len(data)
    following = layout.number(data, end, layout.field_bytes) if whole else 0
    return Directory(every, end if whole else 0, following, entries)


def _slot(entry: tuple[int, int, int, bytes], entry_at: int, layout: ByteLayout, length: int) -> Slot:
    """Returns where the value of an entry stands; a value of unknown type counts as bytes."""
    tag, kind, count, inline = entry
    size = KIND_BYTES.get(kind, 1) * count
    at = entry_at + 4 + layout.field_bytes
    if size > layout.field_bytes:
        at = layout.number(inline, 0, layout.field_bytes)
    return Slot(tag, kind, count, entry_at, at, size if kind in KIND_BYTES and at + size <= length else -1)


def swapped(field: Field, blocks: Container[int] = ()) -> Field:
    """Returns the field, and the directory below it, with numbers in the other byte order.

    Args:
        field: of one byte order.
        blocks: tags of fields that are bytes, whatever type they have.
    """
    if field.fields is not None:
        return replace(field, fields=tuple(swapped(below, blocks) for below in field.fields))
    width = WORD_BYTES[field.kind]
    if width == 1 or field.fixed or field.tag in blocks:
        return field
    words = [field.value[at : at + width][::-1] for at in range(0, len(field.value), width)]
    return replace(field, value=b"".join(words))
