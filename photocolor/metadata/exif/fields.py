"""Copies the fields of a TIFF directory, and of those below it, out of their file."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from typing import Literal

from photocolor.containers.ifd import (
    KIND_IFD,
    KIND_IFD8,
    KIND_LONG,
    KIND_LONG8,
    MAX_DEPTH,
    ByteLayout,
    Directory,
    Field,
    Slot,
    read_directory,
    swapped,
)
from photocolor.containers.malformed import Malformed
from photocolor.metadata.exif.tags import BYTES, MAKER_NOTE, POINTERS, tag_name, unicode_swapped
from photocolor.metadata.limits import MOST_BYTES, MetadataTooLarge
from photocolor.metadata.model import Log, TiffSource, listed

SLACK_BYTES = 64
_UNDEFINED = 7
MOST_FIELDS = 65_535
"""Most fields of one block, in all its directories together: many pointers may lead to one directory."""


class Lifter:
    """Copies fields out of one block; never more bytes in all than the block has, or than `MOST_BYTES`.

    Args:
        data: the block or file.
        layout: how it writes numbers.
        log: receives damaged fields.
    """

    def __init__(self, data: TiffSource, layout: ByteLayout, log: Log) -> None:
        self._data, self._layout, self._log = data, layout, log
        self._room = len(data)  # overlapping values could otherwise multiply a file
        self._allowed = MOST_BYTES
        self._fields = MOST_FIELDS

    def lift(self, directory: Directory, name: str, skip: Container[int] = (), depth: int = 0) -> tuple[Field, ...]:
        """Returns the fields of `directory` without those in `skip`; `name` is for the log."""
        lost = [tag for tag in directory.damaged if tag not in skip]
        large = []
        lifted = []
        for slot in directory.slots:
            if slot.tag in skip:
                continue
            try:
                lifted.append(self._field(slot, depth))
            except MetadataTooLarge:
                large.append(slot.tag)
            except Malformed:
                lost.append(slot.tag)
        self._tell(name, lost, large)
        return tuple(lifted)

    def _field(self, slot: Slot, depth: int) -> Field:
        if slot.bytes > self._room:
            raise Malformed("fields overlap")
        if slot.bytes > self._allowed or self._fields <= 0:
            raise MetadataTooLarge(f"{slot.bytes} bytes")
        self._room -= slot.bytes
        self._allowed -= slot.bytes
        self._fields -= 1
        end = slot.at + slot.bytes
        value = bytes(self._data[slot.at : end])
        if slot.tag in POINTERS or slot.kind in (KIND_IFD, KIND_IFD8):
            return Field(slot.tag, slot.kind, 1, value, fields=self._below(slot, depth))
        slack = bytes(self._data[end : end + SLACK_BYTES]) if slot.tag == MAKER_NOTE else b""
        return Field(slot.tag, slot.kind, slot.count, value, moved_from=slot.at, slack=slack)

    def _below(self, slot: Slot, depth: int) -> tuple[Field, ...]:
        if slot.count != 1 or slot.kind not in (KIND_LONG, KIND_IFD, KIND_LONG8, KIND_IFD8) or depth >= MAX_DEPTH:
            raise Malformed("not a pointer to a directory")
        directory = read_directory(self._data, self._layout, self._layout.number(self._data, slot.at, slot.bytes))
        self._fields -= len(directory.damaged)  # those that are read count, too
        return self.lift(directory, tag_name(slot.tag), depth=depth + 1)

    def _tell(self, name: str, lost: list[int], large: list[int]) -> None:
        for tags, tell in ((lost, self._log.unparsed), (large, self._log.left_behind)):
            names = [f"{name}:{tag_name(tag)}" for tag in tags]
            if names:
                tell(f"{len(names)} fields stay behind", listed(names))
                self._log.dropped.extend(names)


def in_layout(fields: tuple[Field, ...], source: ByteLayout, target: ByteLayout, log: Log) -> tuple[Field, ...]:
    """Returns the fields in another layout's form.

    64-bit values that no classic TIFF can hold are logged and left out.
    """
    fitting = tuple(narrowed for field in fields if (narrowed := _narrow(field, source, target, log)) is not None)
    if source.order == target.order:
        return fitting
    return tuple(_with_texts_swapped(swapped(field, BYTES)) for field in fitting)


def _with_texts_swapped(field: Field) -> Field:
    """Returns the field, and the directory below it, with texts in UNICODE in the other byte order."""
    if field.fields is not None:
        return replace(field, fields=tuple(_with_texts_swapped(below) for below in field.fields))
    value = unicode_swapped(field.tag, field.value)
    return field if value == field.value else replace(field, value=value)


def _narrow(field: Field, source: ByteLayout, target: ByteLayout, log: Log) -> Field | None:
    """Returns the field without 64-bit integers if the target is classic; None if a value does not fit."""
    if field.fields is not None:
        below = (_narrow(item, source, target, log) for item in field.fields)
        fields = tuple(item for item in below if item is not None)
        return Field(field.tag, field.kind, 1, field.value, fields=fields)
    if target.big or field.kind not in (KIND_LONG8, 17):
        return field
    if field.tag in BYTES:
        return replace(field, kind=_UNDEFINED, count=len(field.value))
    kind, signed = (KIND_LONG, False) if field.kind == KIND_LONG8 else (9, True)
    order: Literal["little", "big"] = "little" if source.order == "<" else "big"
    try:
        words = [int.from_bytes(field.value[at : at + 8], order, signed=signed) for at in range(0, len(field.value), 8)]
        value = b"".join(word.to_bytes(4, order, signed=signed) for word in words)
    except OverflowError:
        log.dropped.append(tag_name(field.tag))
        log.warnings.append(f"{tag_name(field.tag)} is too large for this container and stays behind")
        return None
    return Field(field.tag, kind, field.count, value)
