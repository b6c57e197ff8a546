"""TIFF directories put together again, with everything below them, for any offset of a block or file."""

from __future__ import annotations

from collections.abc import Iterable

from photocolor.containers.ifd import KIND_IFD8, KIND_LONG, ByteLayout, Field
from photocolor.containers.malformed import Malformed
from photocolor.metadata.exif import makernote
from photocolor.metadata.exif.tags import MAKER_NOTE


def lay_out(fields: Iterable[Field], base: int, layout: ByteLayout) -> bytes:
    """Returns a directory with its values and everything below it, for writing at offset `base`, which is even.

    Raises:
        Malformed: an offset does not fit in the layout.
    """
    ordered = sorted(fields, key=lambda item: item.tag)
    tail_at = base + layout.count_bytes + len(ordered) * layout.entry_bytes + layout.field_bytes
    head, tail = [layout.pack(len(ordered), layout.count_bytes)], bytearray()
    for field in ordered:
        here = tail_at + len(tail) + (tail_at + len(tail)) % 2
        if here >= 1 << (8 * layout.field_bytes):
            raise Malformed(f"offset {here} is too large for a classic TIFF")
        kind, count, value, below = _entry_value(field, here, layout)
        head.append(layout.pack(field.tag, 2) + layout.pack(kind, 2) + layout.pack(count, layout.field_bytes))
        head.append(value.ljust(layout.field_bytes, b"\0") if len(value) <= layout.field_bytes else b"")
        if len(value) > layout.field_bytes:
            head.append(layout.pack(here, layout.field_bytes))
            below = value + field.slack
        if below:
            tail += b"\0" * (here - tail_at - len(tail)) + below
    return b"".join(head) + b"\0" * layout.field_bytes + bytes(tail)


def _entry_value(field: Field, here: int, layout: ByteLayout) -> tuple[int, int, bytes, bytes]:
    """Returns type, count, value and the data below it, of a field whose next free offset is `here`."""
    if field.tag == MAKER_NOTE and field.moved_from >= 0:
        return field.kind, field.count, makernote.moved(field.value, field.moved_from, here), b""
    if field.fields is None:
        return field.kind, field.count, field.value, b""
    kind = KIND_IFD8 if layout.big else KIND_LONG
    return kind, 1, layout.pack(here, layout.field_bytes), lay_out(field.fields, here, layout)
