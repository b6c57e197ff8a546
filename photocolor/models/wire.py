"""Finds the fields of a protobuf message without decoding them."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from typing import NamedTuple

VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5
_FIXED_BYTES = {FIXED64: 8, FIXED32: 4}
_VARINT_MAX_BYTES = 10
_KEY_MAX = 2**32 - 1
"""Of larger keys protobuf in C++, with which ONNX Runtime reads, drops the upper bits: it sees another field."""


class MalformedModel(ValueError):
    """Raised if the bytes are not a protobuf message."""


class Span(NamedTuple):
    """Marks a stretch of the file.

    Attributes:
        start: offset of its first byte.
        end: offset behind its last byte.
    """

    start: int
    end: int


class WireField(NamedTuple):
    """Holds one field of a message.

    Attributes:
        number: the field's number in the schema.
        value: the integer of a varint field; otherwise 0.
        span: where the field's content lies; for a length-delimited field, its payload.
        wire: VARINT, FIXED64, LENGTH or FIXED32.
    """

    number: int
    value: int
    span: Span
    wire: int


Buffer = bytes | mmap.mmap


def fields(data: Buffer, span: Span) -> Iterator[WireField]:
    """Yields the fields of the message at `span`, in file order; payloads are skipped by their length, never read.

    Raises:
        Malformed: a field does not fit into its message, or has a wire type that protobuf does not know.

    Source: protobuf.dev/programming-guides/encoding.
    """
    at = span.start
    while at < span.end:
        key = data[at]
        if key < 0x80:  # nearly always
            at += 1
        else:
            key, at = _varint(data, Span(at, span.end))
        wire, value, start = key & 7, 0, at
        if wire == VARINT:
            value, at = _varint(data, Span(at, span.end))
        elif wire == LENGTH:
            if at < span.end and (length := data[at]) < 0x80:  # likewise
                start = at + 1
            else:
                length, start = _varint(data, Span(at, span.end))
            at = start + length
        elif wire in _FIXED_BYTES:
            at += _FIXED_BYTES[wire]
        else:
            raise MalformedModel(f"unknown wire type {wire} at byte {start}")
        if key >> 3 == 0 or key > _KEY_MAX or at > span.end:
            raise MalformedModel(f"a field at byte {start} does not fit into its message")
        yield WireField(key >> 3, value, Span(start, at), wire)


def text(data: Buffer, span: Span) -> str:
    """Returns the string at `span`.

    Raises:
        Malformed: the bytes are not UTF-8.
    """
    try:
        return bytes(data[span.start : span.end]).decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedModel(f"a text at byte {span.start} is not UTF-8") from error


def _varint(data: Buffer, span: Span) -> tuple[int, int]:
    """Returns the integer at the start of `span`, and the offset behind it."""
    value = 0
    for index, at in enumerate(range(span.start, min(span.end, span.start + _VARINT_MAX_BYTES))):
        byte = data[at]
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value, at + 1
    raise MalformedModel(f"a number at byte {span.start} does not end")
