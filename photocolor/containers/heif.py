"""Reads the items and properties of AVIF and HEIC files, and adds further ones.

Source: ISO/IEC 23008-12:2022 (HEIF), ISO/IEC 14496-12:2022, 8.11.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from photocolor.containers.boxes import Box, boxes, make_box

XMP_TYPE = b"application/rdf+xml"
_IN_FILE = 0  # construction method: offsets count from the file's start
_MAX_ITEMS = 4096
_MAX_PIECES = 1 << 16  # of all items together: a piece may be written in no byte


@dataclass(frozen=True, slots=True)
class Item:
    """Describes one item of a file, which is a picture or metadata.

    Attributes:
        number: its identity.
        kind: four letters: "av01", "hvc1", "grid", "Exif", "mime".
        content: MIME type of a "mime" item.
    """

    number: int
    kind: bytes
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class Place:
    """Describes where an item's bytes lie: how offsets count, and the (offset, length) of each piece."""

    method: int
    pieces: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class Meta:
    """Holds the content of the meta box.

    Attributes:
        box: the box itself.
        parts: the boxes in it.
        primary: number of the picture that is meant to be shown.
        items: all items by number.
        places: where their bytes lie.
        references: (kind, from, to...) between items.
        properties: the boxes of all properties, in order; items name them by number from 1.
        associations: which properties an item has, with the flag that they are essential.
    """

    box: Box
    parts: dict[bytes, Box]
    primary: int = 0
    items: dict[int, Item] = field(default_factory=dict)
    places: dict[int, Place] = field(default_factory=dict)
    references: list[tuple[bytes, int, tuple[int, ...]]] = field(default_factory=list)
    properties: list[Box] = field(default_factory=list)
    associations: dict[int, list[tuple[int, bool]]] = field(default_factory=dict)

    def of(self, number: int) -> list[Box]:
        """Returns the properties of an item."""
        places = [at - 1 for at, _ in self.associations.get(number, []) if 0 < at <= len(self.properties)]
        return [self.properties[at] for at in places]


def read_meta(data: bytes) -> Meta:
    """Returns the items of a file.

    Raises:
        ValueError: the meta box is missing, cut off or damaged.
    """
    box = next((box for box in boxes(data, 0, None) if box.kind == b"meta"), None)
    if box is None:
        raise ValueError("it has no meta box")
    try:
        meta = Meta(box, {part.kind: part for part in boxes(data, box.start + 4, box.end)})
        if not {b"pitm", b"iinf", b"iloc", b"iprp"} <= set(meta.parts):
            raise ValueError("its meta box is not complete")
        at = meta.parts[b"pitm"].start
        meta.primary = _number(data, at + 4, 2 if data[at] == 0 else 4)
        _read_items(data, meta)
        _read_places(data, meta)
        _read_references(data, meta)
        _read_properties(data, meta)
    except (struct.error, IndexError) as error:
        raise ValueError("its meta box is cut off") from error
    return meta


def item_bytes(data: bytes, meta: Meta, number: int) -> bytes | None:
    """Returns an item's bytes; None where they lie outside of the file or are stored in another way."""
    place = meta.places.get(number)
    if place is None or place.method != _IN_FILE or any(at + length > len(data) for at, length in place.pieces):
        return None
    return b"".join(bytes(data[at : at + length]) for at, length in place.pieces)


# Quarter turns counter-clockwise (irot), then a mirror (imir; axis 0 exchanges top and bottom, 1 left and right), and
# the EXIF orientation that says the same. Source: ISO/IEC 23008-12:2022, 6.5.10 and 6.5.12.
_ORIENTATIONS = {
    (0, None): 1, (0, 1): 2, (2, None): 3, (0, 0): 4, (1, 0): 5, (3, None): 6, (3, 0): 7, (1, None): 8,
    (2, 0): 2, (2, 1): 4, (3, 1): 5, (1, 1): 7,
}  # fmt: skip


def orientation_of(data: bytes, meta: Meta) -> int:
    """Returns the EXIF orientation, 1 to 8, that says the same as the primary picture's properties."""
    turns, axis = 0, None
    for box in meta.of(meta.primary):
        if box.kind == b"irot":
            turns = data[box.start] & 3
        if box.kind == b"imir":
            axis = data[box.start] & 1
    return _ORIENTATIONS[turns, axis]


def size_of(data: bytes, meta: Meta) -> tuple[int, int]:
    """Returns (height, width) of the primary picture before it is turned.

    Raises:
        ValueError: it has none.
    """
    size = None
    try:
        for box in meta.of(meta.primary):
            if box.kind == b"ispe" and size is None:
                size = struct.unpack_from(">II", data, box.start + 4)
            if box.kind == b"clap":  # codecs that know only even sides cut the rest off afterwards
                across, one, down, same = struct.unpack_from(">4I", data, box.start)
                size = across // max(one, 1), down // max(same, 1)
    except struct.error as error:
        raise ValueError("its size is cut off") from error
    if size is None:
        raise ValueError("its picture has no size")
    return size[1], size[0]


def _number(data: bytes, at: int, width: int) -> int:
    if at + width > len(data):
        raise IndexError(at)
    return int.from_bytes(data[at : at + width], "big")


def _read_items(data: bytes, meta: Meta) -> None:
    start = meta.parts[b"iinf"].start
    first = start + 4 + (2 if data[start] == 0 else 4)
    for entry in boxes(data, first, meta.parts[b"iinf"].end):
        if entry.kind != b"infe" or data[entry.start] < 2 or len(meta.items) > _MAX_ITEMS:
            continue
        width = 2 if data[entry.start] == 2 else 4
        number, at = _number(data, entry.start + 4, width), entry.start + 4 + width + 2
        kind, rest = bytes(data[at : at + 4]), bytes(data[at + 4 : entry.end]).split(b"\0")
        meta.items[number] = Item(number, kind, rest[1] if kind == b"mime" and len(rest) > 1 else b"")


def _read_places(data: bytes, meta: Meta) -> None:
    at = meta.parts[b"iloc"].start
    version, sizes = data[at], _number(data, at + 4, 2)
    offset_size, length_size, base_size, index_size = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    index_size = index_size if version else 0
    wide, left = 2 if version < 2 else 4, _MAX_PIECES
    count, at = _number(data, at + 6, wide), at + 6 + wide
    for _ in range(min(count, _MAX_ITEMS)):
        number, at, method = _number(data, at, wide), at + wide, 0
        if version:
            method, at = _number(data, at, 2) & 15, at + 2
        base, pieces = _number(data, at + 2, base_size), _number(data, at + 2 + base_size, 2)
        at += 4 + base_size
        if (left := left - pieces) < 0:
            raise ValueError("its items have too many pieces")
        places = []
        for _ in range(pieces):
            at += index_size
            places.append((base + _number(data, at, offset_size), _number(data, at + offset_size, length_size)))
            at += offset_size + length_size
        meta.places[number] = Place(method, tuple(places))


def _read_references(data: bytes, meta: Meta) -> None:
    if b"iref" not in meta.parts:
        return
    part = meta.parts[b"iref"]
    width = 2 if data[part.start] == 0 else 4
    for box in boxes(data, part.start + 4, part.end):
        source, count = _number(data, box.start, width), _number(data, box.start + width, 2)
        to = tuple(_number(data, box.start + width + 2 + nth * width, width) for nth in range(count))
        meta.references.append((box.kind, source, to))


def _read_properties(data: bytes, meta: Meta) -> None:
    part = meta.parts[b"iprp"]
    inner = list(boxes(data, part.start, part.end))
    container = next((box for box in inner if box.kind == b"ipco"), None)
    if container is None:
        raise ValueError("it has no properties")
    meta.properties = list(boxes(data, container.start, container.end))
    for box in inner:
        if box.kind != b"ipma":
            continue
        version, long_index = data[box.start], data[box.start + 3] & 1
        wide, at = 2 if version == 0 else 4, box.start + 8
        for _ in range(min(_number(data, box.start + 4, 4), _MAX_ITEMS)):
            number, count, at = _number(data, at, wide), data[at + wide], at + wide + 1
            size = 2 if long_index else 1
            top = 0x8000 if long_index else 0x80
            values = [_number(data, at + nth * size, size) for nth in range(count)]
            meta.associations[number] = [(value & (top - 1), bool(value & top)) for value in values]
            at += count * size


def with_additions(data: bytes, items: list[tuple[Item, bytes]], properties: list[tuple[bytes, bool]]) -> bytes:
    """Returns the file with further items that describe its primary picture, and further properties of it.

    Args:
        data: a file as libavif or libheif write it.
        items: each with its bytes; their numbers are chosen anew.
        properties: whole boxes, each with the flag that a reader must understand it.

    Raises:
        ValueError: the file is damaged.
    """
    meta = read_meta(data)
    number = max(meta.items, default=0)
    added = [(Item(number + nth + 1, item.kind, item.content), content) for nth, (item, content) in enumerate(items)]
    sized = _meta_box(data, meta, (added, properties), (0, 0))
    shift = len(sized) - (meta.box.end - meta.box.head)
    payload_at = len(data) + shift + 8
    whole = _meta_box(data, meta, (added, properties), (shift, payload_at))
    payload = make_box(b"mdat", b"".join(content for _, content in added)) if added else b""
    return data[: meta.box.head] + whole + data[meta.box.end :] + payload


Additions = tuple[list[tuple[Item, bytes]], list[tuple[bytes, bool]]]


def _meta_box(data: bytes, meta: Meta, additions: Additions, moves: tuple[int, int]) -> bytes:
    items, properties = additions
    made = {
        b"iinf": lambda: _items_box(data, meta, [item for item, _ in items]),
        b"iloc": lambda: _places_box(meta, items, *moves),
        b"iref": lambda: _references_box(meta, [item for item, _ in items]),
        b"iprp": lambda: _properties_box(data, meta, properties),
    }
    parts = [made[kind]() if kind in made else bytes(data[part.head : part.end]) for kind, part in meta.parts.items()]
    if b"iref" not in meta.parts and items:
        parts.append(made[b"iref"]())
    return make_box(b"meta", bytes(data[meta.box.start : meta.box.start + 4]) + b"".join(parts))


def _items_box(data: bytes, meta: Meta, added: list[Item]) -> bytes:
    start, end = meta.parts[b"iinf"].start, meta.parts[b"iinf"].end
    first = start + 4 + (2 if data[start] == 0 else 4)
    entries = [bytes(data[first:end])]
    for item in added:
        tail = item.content + b"\0" if item.kind == b"mime" else b""
        entries.append(make_box(b"infe", struct.pack(">IHH4s", 2 << 24, item.number, 0, item.kind) + b"\0" + tail))
    count = len(list(boxes(data, first, end))) + len(added)
    return make_box(b"iinf", struct.pack(">IH", 0, count) + b"".join(entries))


def _places_box(meta: Meta, added: list[tuple[Item, bytes]], shift: int, payload_at: int) -> bytes:
    places = dict(meta.places)
    for item, content in added:
        places[item.number] = Place(_IN_FILE, ((payload_at - shift, len(content)),))
        payload_at += len(content)
    rows = []
    for number, place in sorted(places.items()):
        rows.append(struct.pack(">HHHH", number, place.method, 0, len(place.pieces)))
        for at, length in place.pieces:
            moved = at + shift if place.method == _IN_FILE and at >= meta.box.end else at
            rows.append(struct.pack(">QQ", moved, length))
    return make_box(b"iloc", struct.pack(">IHH", 1 << 24, 0x8800, len(places)) + b"".join(rows))


def _references_box(meta: Meta, added: list[Item]) -> bytes:
    rows = [*meta.references, *((b"cdsc", item.number, (meta.primary,)) for item in added)]
    references = [make_box(kind, struct.pack(f">HH{len(to)}H", source, len(to), *to)) for kind, source, to in rows]
    return make_box(b"iref", bytes(4) + b"".join(references))


def _properties_box(data: bytes, meta: Meta, added: list[tuple[bytes, bool]]) -> bytes:
    stored = b"".join(bytes(data[box.head : box.end]) for box in meta.properties)
    container = make_box(b"ipco", stored + b"".join(box for box, _ in added))
    associations = {number: list(pairs) for number, pairs in meta.associations.items()}
    first = len(meta.properties) + 1
    associations.setdefault(meta.primary, []).extend(
        (first + nth, essential) for nth, (_, essential) in enumerate(added)
    )
    rows = [
        struct.pack(">HB", number, len(pairs))
        + b"".join(struct.pack(">H", at | essential << 15) for at, essential in pairs)
        for number, pairs in sorted(associations.items())
    ]
    return make_box(b"iprp", container + make_box(b"ipma", struct.pack(">II", 1, len(rows)) + b"".join(rows)))
