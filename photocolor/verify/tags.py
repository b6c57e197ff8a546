"""Reads every tag of a file by place and name, with its value in one form whatever byte order or container held it."""

from __future__ import annotations

import hashlib
import re
import struct
from collections import Counter

from photocolor.containers.ifd import ByteLayout, Field, read_directory, read_header
from photocolor.containers.malformed import Malformed
from photocolor.metadata.carry import read_blocks
from photocolor.metadata.exif import makernote
from photocolor.metadata.exif.fields import Lifter
from photocolor.metadata.exif.tags import (
    BYTES,
    EXIF_IFD,
    GPS_IFD,
    INTEROP_IFD,
    MAKER_NOTE,
    THUMBNAIL_AT,
    THUMBNAIL_BYTES,
    tag_name,
    unicode_swapped,
)
from photocolor.metadata.formats.table import METADATA
from photocolor.metadata.formats.trailer import placed, readable
from photocolor.metadata.iptc import datasets, photoshop
from photocolor.metadata.limits import MetadataTooLarge
from photocolor.metadata.model import Blocks, Log, TiffSource
from photocolor.metadata.resolution import stated_dpi
from photocolor.metadata.xmp.edit import NAMESPACES, RDF, Packet
from photocolor.metadata.xmp.result_packet import says_nothing, source_packet
from photocolor.metadata.xmp.tree import Element


class Tags(dict[str, object]):
    """Maps place and name to values; a repeated name gets a number, as "XMP/dc:title#2".

    Attributes:
        places: of EXIF fields: offset in their block, and bytes there.
        dpi: the pixels per inch that the container says beside EXIF.
    """

    def __init__(self) -> None:
        super().__init__()
        self._seen = Counter[str]()
        self.places: dict[str, tuple[int, bytes]] = {}
        self.dpi: tuple[float, float] | None = None

    def put(self, name: str, value: object, place: tuple[int, bytes] | None = None) -> None:
        """Adds a tag, even if there is one of this name; `place` is where its bytes stand, and which they are."""
        self._seen[name] += 1
        name = name if self._seen[name] == 1 else f"{name}#{self._seen[name]}"
        self[name] = value
        if place is not None:
            self.places[name] = place


def base_name(tag: str) -> str:
    """Returns the name without the number that a repeated one has."""
    return _REPEATED.sub("", tag)


_REPEATED = re.compile(r"#\d+\Z")

# Letters of `struct` for the numeric field types; rationals are two numbers each. Source: TIFF 6.0, BigTIFF.
_LETTERS = {3: "H", 4: "I", 5: "I", 6: "b", 8: "h", 9: "i", 10: "i", 11: "f", 12: "d", 13: "I"} | {
    16: "Q", 17: "q", 18: "Q",
}  # fmt: skip
TOO_LARGE = "XMP/too large to be read"
NEXT = "EXIF/IFD0/next"
"""The place of the pointer to the thumbnail; no tag."""
_IFD0, _THUMBNAIL = "EXIF/IFD0", "EXIF/IFD1"
_DIRECTORIES = {EXIF_IFD: "EXIF/ExifIFD", GPS_IFD: "EXIF/GPS", INTEROP_IFD: "EXIF/Interop"}
_PREFIXES = {uri: prefix for prefix, uri in NAMESPACES.items()}
_PLACES_IN_FILE = frozenset({513, 514, 273, 279, 324, 325})


def tags_of(data: TiffSource, file_format: str, at: int = 0) -> Tags:
    """Returns all tags of a file.

    Args:
        data: the file, whole.
        file_format: a name of `containers.formats`.
        at: offset of the directory of a TIFF's picture; 0 for its first.

    Returns:
        Value by place and name, as {"EXIF/IFD0/Artist": b"..."}; a block that cannot be parsed is one tag.
    """
    tags = Tags()
    if file_format not in METADATA:
        return tags
    try:
        blocks = read_blocks(data, file_format, at)
    except Malformed as error:
        tags.put("unreadable", str(error))
        return tags
    tags.dpi = stated_dpi(blocks)
    _add_exif(tags, blocks)
    add_xmp(tags, blocks.xmp)
    _add_photoshop(tags, blocks)
    for comment in blocks.comments:
        tags.put("comment/text", comment)
    if blocks.trailer is not None:
        for name, block in zip(blocks.trailer.names, placed(blocks.trailer, 0), strict=True):
            tags.put(f"trailer/{name.partition(' (')[0]}", _short_of(bytes(block)))
    for kind, payload in blocks.extras:
        tags.put(f"{file_format}/{kind}", payload)
    if blocks.density is not None:
        tags["JFIF/density"] = struct.unpack(">BHH", blocks.density)
    if blocks.resolution is not None:
        tags["png/pHYs"] = struct.unpack(">IIB", blocks.resolution)
    return tags


def _add_exif(tags: Tags, blocks: Blocks) -> None:
    if blocks.fields is not None and blocks.layout is not None:
        _add_fields(tags, _IFD0, blocks.fields, blocks.layout)
    if blocks.exif is None:
        return
    try:
        layout, first = read_header(blocks.exif)
        ifd0 = read_directory(blocks.exif, layout, first)
    except Malformed:
        tags["EXIF"] = blocks.exif
        return
    log = Log()
    _add_fields(tags, _IFD0, Lifter(blocks.exif, layout, log).lift(ifd0, "IFD0"), layout)
    for name in log.dropped:
        tags[f"EXIF/damaged/{name}"] = True
    tags.places[NEXT] = ifd0.next_at, bytes(blocks.exif[ifd0.next_at : ifd0.next_at + layout.field_bytes])
    if ifd0.next:
        _add_thumbnail(tags, blocks.exif, layout, ifd0.next)


def _add_thumbnail(tags: Tags, block: bytes, layout: ByteLayout, start: int) -> None:
    try:
        ifd1 = read_directory(block, layout, start)
    except Malformed:
        tags[_THUMBNAIL] = "damaged"
        return
    _add_fields(tags, _THUMBNAIL, Lifter(block, layout, Log()).lift(ifd1, "IFD1", skip=_PLACES_IN_FILE), layout)
    at, length = ifd1.find(THUMBNAIL_AT), ifd1.find(THUMBNAIL_BYTES)
    if at is not None and length is not None and at.bytes == length.bytes == at.count * layout.field_bytes:
        first, size = (layout.number(block, slot.at, slot.bytes) for slot in (at, length))
        image = block[first : first + size]
        tags.put(f"{_THUMBNAIL}/ThumbnailImage", image.rstrip(b"\0"), (first, image))


def _add_fields(tags: Tags, place: str, fields: tuple[Field, ...], layout: ByteLayout, above: int = 0) -> None:
    for field in fields:
        name = tag_name(field.tag, above)
        if field.fields is not None:
            _add_fields(tags, _DIRECTORIES.get(field.tag, f"{place}/{name}"), field.fields, layout, field.tag)
        else:
            tags.put(f"{place}/{name}", plain(field, layout), (field.moved_from, field.value))


def plain(field: Field, layout: ByteLayout) -> object:
    """Returns the value of a field, free of byte order and of its place in the file: a tuple of numbers, or bytes."""
    if field.tag == MAKER_NOTE and field.moved_from >= 0:
        return makernote.moved(field.value, field.moved_from, 0)
    text = unicode_swapped(field.tag, field.value)
    if text != field.value:
        return min(text, field.value)  # in either order, since earlier versions did not swap such texts
    letter = _LETTERS.get(field.kind)
    if letter is None or field.tag in BYTES:
        return field.value.rstrip(b"\0") if field.kind in (2, 129) else field.value
    count = len(field.value) // struct.calcsize(letter)
    numbers = struct.unpack(f"{layout.order}{count}{letter}", field.value)
    return tuple("NaN" if number != number else number for number in numbers)


def add_xmp(tags: Tags, xmp: bytes | None) -> None:
    """Adds the properties of a packet; a packet that cannot be parsed is one tag."""
    if not xmp or not xmp.strip(b"\0 \t\r\n"):
        return
    try:
        packet = _packet(xmp, tags)
    except MetadataTooLarge:
        return
    except Malformed:
        if not says_nothing(xmp):
            tags["XMP"] = xmp
        return
    for description in packet.descriptions:
        for name, attribute in description.attributes.items():
            if name != f"{RDF} about":
                tags.put(f"XMP/{_short(name)}", attribute.value.strip())  # as the text of an element is
        for child in description.children:
            tags.put(f"XMP/{_short(child.name)}", _value(child))


def _short_of(block: bytes) -> object:
    """Returns a text unchanged, anything else by length and digest: a video need not be kept in memory."""
    text = readable(block)
    return text if text is not None else f"{len(block):,} bytes, SHA-256 {hashlib.sha256(block).hexdigest()}"


def _packet(xmp: bytes, tags: Tags) -> Packet:
    """Returns the packet; one that exceeds what is taken of a source is a single tag."""
    try:
        return source_packet(xmp)
    except MetadataTooLarge as error:
        tags[TOO_LARGE] = str(error)
        return Packet(xmp)


def _short(name: str) -> str:
    uri, _, local = name.rpartition(" ")
    return f"{_PREFIXES.get(uri, uri)}:{local}"


def _value(element: Element) -> object:
    """Returns a property's value: a text, or its parts as nested tuples, equal for equal meaning."""
    attributes = sorted((_short(name), item.value) for name, item in element.attributes.items())
    if not element.children and not attributes:
        return element.text
    if not element.children:
        return (*attributes, element.text)
    return (*attributes, *((_short(child.name), _value(child)) for child in element.children))


def _add_photoshop(tags: Tags, blocks: Blocks) -> None:
    inner = photoshop.all_iptc(blocks.photoshop)
    for records in (*inner, *([blocks.iptc] if blocks.iptc is not None and blocks.iptc not in inner else [])):
        _add_iptc(tags, records)
    resources, damaged = photoshop.readable(blocks.photoshop or b"")
    for resource in resources:
        if resource.number != photoshop.IPTC:
            tags.put(f"Photoshop/0x{resource.number:04X}", resource.data)
    if damaged:
        tags["Photoshop"] = damaged


def _add_iptc(tags: Tags, data: bytes) -> None:
    try:
        records = list(datasets.records(data))
    except Malformed:
        tags.put("IPTC", data)
        return
    for record, dataset, value in records:
        tags.put(f"IPTC/{record}:{dataset:03d}", value)
