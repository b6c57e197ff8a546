"""Carries infrared pages and masks of a TIFF, which describe another page, unchanged into the result.

Scanners store the infrared channel, which shows dust, as a page that calls itself a transparency mask. Its values are
no light, so it is never colored; programs that remove dust find it again because it stands behind the same page.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from photocolor.containers.ifd import KIND_BYTES, Slot, read_directory
from photocolor.containers.tiff import Block, open_block, read_fields
from photocolor.errors import TruncatedPhoto, UnsupportedPhoto
from photocolor.image.tiff.pages import Page, find_pages
from photocolor.system.file_bytes import DiskBytes, Stored, Writable

_OFFSETS = {273: 279, 324: 325}
"""Where strips and tiles lie, and how long each is."""
_DIRECTORIES = {34665, 34853, 40965}
"""Pointers to directories that hold values only: EXIF, GPS, interoperability."""
_OTHER_POINTERS = {288, 289, 330, 513, 514, 519, 520, 521}
_LONG, _LONG8 = 4, 16
_COPIED_BYTES = 1 << 20
_CLASSIC_END = 1 << 32
_DEEPEST = 4


def count_masks(data: Stored) -> int:
    """Returns how many pages of a TIFF are masks of others."""
    return len(find_pages(data).masks)


def masks_digest(data: Stored) -> tuple[str, ...]:
    """Returns a checksum of each mask of a TIFF, over its fields and coded samples wherever they lie.

    Raises:
        TruncatedPhoto: one is cut off or damaged.
    """
    return tuple(_digest(data, mask) for mask in find_pages(data).masks)


def append_masks(target: Writable, source: Stored) -> int:
    """Copies the masks of a TIFF into its result, each behind the same page as in the source.

    Args:
        target: the result, with all of its pages; changed in place.
        source: the source.

    Returns:
        How many there are.

    Raises:
        TruncatedPhoto: one is cut off or damaged.
        UnsupportedPhoto: one cannot be copied as it is.
    """
    pages = find_pages(source)
    if not pages.masks:
        return 0
    with target.open("r+b") as file:
        written = _Target(file, pages.masks[0].block)
        # From the last one on, so that each goes directly behind its page and before what was put there already.
        for mask in reversed(pages.masks):
            before = sum(page.index < mask.index for page in pages.pages)
            written.insert_behind(max(before, 1) - 1, mask)
    return len(pages.masks)


@dataclass(frozen=True, slots=True)
class _Field:
    """Holds a field to be written: its value, or where that lies."""

    tag: int
    kind: int
    count: int
    value: bytes


class _Target:
    """Represents the TIFF to which directories are added."""

    def __init__(self, file: BinaryIO, source: Block) -> None:
        self._file, self._source = file, source
        block = open_block(DiskBytes(file))
        if block.layout.order != source.layout.order:
            raise UnsupportedPhoto("a mask cannot be carried into a TIFF of the other byte order")
        self._layout = block.layout
        self._order, self._big = block.layout.order, block.layout.big
        self._number = "Q" if block.layout.big else "I"
        self._pages = list(self._chain(block))

    def insert_behind(self, number: int, mask: Page) -> None:
        """Appends a mask, and links it into the chain behind the page with this number."""
        fields = self._copied(mask.fields, 0)
        next_at = self._next_at(self._pages[number])
        self._file.seek(next_at)
        following = self._file.read(struct.calcsize(self._number))
        at = self._write_directory(fields, following)
        self._file.seek(next_at)
        self._file.write(self._packed(at))

    def _chain(self, block: Block) -> Iterator[int]:
        at = block.first
        while at:
            yield at
            _, at = read_fields(block, at)

    def _next_at(self, directory: int) -> int:
        return read_directory(DiskBytes(self._file), self._layout, directory).next_at

    def _copied(self, fields: dict[int, Slot], depth: int) -> list[_Field]:
        """Returns the fields of a directory, after what they point to was appended."""
        unknown = _OTHER_POINTERS & fields.keys()
        if unknown or depth > _DEEPEST:
            raise UnsupportedPhoto(
                f"a mask of the TIFF with field {min(unknown, default=0)} cannot be carried as it is"
            )
        copied = []
        for tag, entry in sorted(fields.items()):
            value = _value(self._source, entry)
            if tag in _OFFSETS:
                copied.append(self._copied_samples(tag, fields))
            elif tag in _DIRECTORIES:
                below, _ = read_fields(self._source, _numbers(self._source, entry)[0])
                at = self._write_directory(self._copied(below, depth + 1), self._packed(0))
                copied.append(_Field(tag, _LONG8 if self._big else _LONG, 1, self._packed(at)))
            else:
                copied.append(_Field(tag, entry.kind, entry.count, value))
        return copied

    def _copied_samples(self, tag: int, fields: dict[int, Slot]) -> _Field:
        places = []
        for offset, size in _segments(self._source, tag, fields):
            places.append(self._end())
            for start in range(offset, offset + size, _COPIED_BYTES):
                self._file.write(self._source.data[start : min(start + _COPIED_BYTES, offset + size)])
        kind = _LONG8 if self._big else _LONG
        return _Field(tag, kind, len(places), b"".join(map(self._packed, places)))

    def _write_directory(self, fields: list[_Field], following: bytes) -> int:
        """Appends a directory; returns its offset."""
        inline = struct.calcsize(self._number)
        values = {}
        for field in fields:
            if len(field.value) > inline:
                values[field.tag] = self._end()
                self._file.write(field.value)
        at = self._end()
        entries = [struct.pack(self._order + ("Q" if self._big else "H"), len(fields))]
        for field in fields:
            value = self._packed(values[field.tag]) if field.tag in values else field.value.ljust(inline, b"\0")
            entries.append(struct.pack(f"{self._order}HH{self._number}", field.tag, field.kind, field.count) + value)
        self._file.write(b"".join([*entries, following]))
        return at

    def _end(self) -> int:
        """Returns the end of the file at an even byte, where later writes go."""
        end = self._file.seek(0, 2)
        if end % 2:
            self._file.write(b"\0")
            end += 1
        return end

    def _packed(self, number: int) -> bytes:
        if not self._big and number >= _CLASSIC_END:
            raise UnsupportedPhoto("with its masks the result has more than 4 GB, which a TIFF cannot have")
        return struct.pack(self._order + self._number, number)


def _value(block: Block, entry: Slot) -> bytes:
    size = KIND_BYTES.get(entry.kind, 1) * entry.count
    value = bytes(block.data[entry.at : entry.at + size])
    if len(value) != size:
        raise TruncatedPhoto("a mask of the TIFF is cut off")
    return value


def _numbers(block: Block, entry: Slot) -> tuple[int, ...]:
    code = {3: "H", _LONG: "I", 13: "I", _LONG8: "Q", 18: "Q"}.get(entry.kind)
    if code is None:
        raise TruncatedPhoto("a mask of the TIFF is damaged")
    return struct.unpack(f"{block.layout.order}{entry.count}{code}", _value(block, entry))


def _segments(block: Block, tag: int, fields: dict[int, Slot]) -> list[tuple[int, int]]:
    """Returns (offset, length) of each strip or tile."""
    sizes = fields.get(_OFFSETS[tag])
    offsets, counts = _numbers(block, fields[tag]), () if sizes is None else _numbers(block, sizes)
    if len(offsets) != len(counts):
        raise TruncatedPhoto("a mask of the TIFF does not say how long its strips are")
    places = list(zip(offsets, counts, strict=True))
    if any(not offset or offset + size > len(block.data) for offset, size in places):
        raise TruncatedPhoto("a strip of a mask of the TIFF is missing")
    return places


def _digest(data: Stored, mask: Page) -> str:
    digest = hashlib.sha256()
    for tag, entry in sorted(mask.fields.items()):
        if tag in _OFFSETS:
            for offset, size in _segments(mask.block, tag, mask.fields):
                for start in range(offset, offset + size, _COPIED_BYTES):
                    digest.update(data[start : min(start + _COPIED_BYTES, offset + size)])
        elif tag not in _DIRECTORIES:
            digest.update(struct.pack("<HHQ", tag, entry.kind, entry.count) + _value(mask.block, entry))
    return digest.hexdigest()
