"""Every tag of a file by place and name, with its value in one shape whatever byte order or container held it."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from photocolor.metadata import iptc, makernote, photoshop
from photocolor.metadata.blocks import Blocks, Log, TiffSource
from photocolor.metadata.carry import READERS, read_blocks
from photocolor.metadata.fields import Lifter
from photocolor.metadata.ifd import Field, Layout, Malformed, read_directory, read_header
from photocolor.metadata.tags import EXIF_IFD, GPS_IFD, INTEROP_IFD, MAKER_NOTE, THUMBNAIL_AT, THUMBNAIL_BYTES, tag_name
from photocolor.metadata.xmp import NAMESPACES, RDF, Packet
from photocolor.metadata.xmp_tree import Element

Tags = dict[str, object]

# Letters of `struct` for the numeric field types; rationals are two numbers each. Source: TIFF 6.0, BigTIFF.
_LETTERS = {3: "H", 4: "I", 5: "I", 6: "b", 8: "h", 9: "i", 10: "i", 11: "f", 12: "d", 13: "I"} | {
    16: "Q", 17: "q", 18: "Q",
}  # fmt: skip
_IFD0, _THUMBNAIL = "EXIF/IFD0", "EXIF/IFD1"
_DIRECTORIES = {EXIF_IFD: "EXIF/ExifIFD", GPS_IFD: "EXIF/GPS", INTEROP_IFD: "EXIF/Interop"}
_PREFIXES = {uri: prefix for prefix, uri in NAMESPACES.items()}
_PLACES_IN_FILE = frozenset({513, 514, 273, 279, 324, 325})


def tags_of(data: TiffSource, file_format: str) -> Tags:
    """All tags of a file.

    Args:
        data: the file, whole.
        file_format: "jpeg", "png", "tiff" or "webp".

    Returns:
        Value by place and name, as {"EXIF/IFD0/Artist": b"..."}; a block that cannot be parsed is one tag.
    """
    if file_format not in READERS:
        return {}
    try:
        blocks = read_blocks(data, file_format)
    except Malformed as error:
        return {"unreadable": str(error)}
    found: Tags = {}
    _add_exif(found, blocks)
    _add_xmp(found, blocks.xmp)
    _add_photoshop(found, blocks)
    for number, comment in enumerate(blocks.comments):
        found[f"comment/{number}"] = comment
    for kind, payload in blocks.extras:
        _put(found, f"{file_format}/{kind}", payload)
    if blocks.density is not None:
        found["JFIF/density"] = struct.unpack(">BHH", blocks.density)
    if blocks.resolution is not None:
        found["png/pHYs"] = struct.unpack(">IIB", blocks.resolution)
    return found


def _put(found: Tags, name: str, value: object) -> None:
    """Adds a tag; a name that stands there already gets a number."""
    place, number = name, 2
    while place in found:
        place, number = f"{name}#{number}", number + 1
    found[place] = value


def _add_exif(found: Tags, blocks: Blocks) -> None:
    if blocks.fields is not None and blocks.layout is not None:
        _add_fields(found, _IFD0, blocks.fields, blocks.layout)
    if blocks.exif is None:
        return
    try:
        layout, first = read_header(blocks.exif)
        ifd0 = read_directory(blocks.exif, layout, first)
    except Malformed:
        found["EXIF"] = blocks.exif
        return
    log = Log()
    _add_fields(found, _IFD0, Lifter(blocks.exif, layout, log).lift(ifd0, "IFD0"), layout)
    for name in log.dropped:
        found[f"EXIF/damaged/{name}"] = True
    if ifd0.next:
        _add_thumbnail(found, blocks.exif, layout, ifd0.next)


def _add_thumbnail(found: Tags, block: bytes, layout: Layout, start: int) -> None:
    try:
        ifd1 = read_directory(block, layout, start)
    except Malformed:
        found[_THUMBNAIL] = "damaged"
        return
    _add_fields(found, _THUMBNAIL, Lifter(block, layout, Log()).lift(ifd1, "IFD1", skip=_PLACES_IN_FILE), layout)
    at, length = ifd1.find(THUMBNAIL_AT), ifd1.find(THUMBNAIL_BYTES)
    if at is not None and length is not None and at.bytes == length.bytes == at.count * layout.field_bytes:
        first, size = (layout.number(block, slot.at, slot.bytes) for slot in (at, length))
        found[f"{_THUMBNAIL}/ThumbnailImage"] = block[first : first + size].rstrip(b"\0")


def _add_fields(found: Tags, place: str, fields: tuple[Field, ...], layout: Layout, above: int = 0) -> None:
    for field in fields:
        name = tag_name(field.tag, above)
        if field.fields is not None:
            _add_fields(found, _DIRECTORIES.get(field.tag, f"{place}/{name}"), field.fields, layout, field.tag)
        else:
            _put(found, f"{place}/{name}", plain(field, layout))


def plain(field: Field, layout: Layout) -> object:
    """The value of a field, free of byte order and of its place in the file: a tuple of numbers, or bytes."""
    if field.tag == MAKER_NOTE and field.moved_from >= 0:
        return makernote.moved(field.value, field.moved_from, 0)
    letter = _LETTERS.get(field.kind)
    if letter is None:
        return field.value.rstrip(b"\0") if field.kind in (2, 129) else field.value
    count = len(field.value) // struct.calcsize(letter)
    return struct.unpack(f"{layout.order}{count}{letter}", field.value)


def _add_xmp(found: Tags, xmp: bytes | None) -> None:
    if not xmp or not xmp.strip(b"\0 \t\r\n"):
        return
    try:
        packet = Packet(xmp)
    except Malformed:
        found["XMP"] = xmp
        return
    for description in packet.descriptions:
        for name, attribute in description.attributes.items():
            if name != f"{RDF} about":
                _put(found, f"XMP/{_short(name)}", attribute.value)
        for child in description.children:
            _put(found, f"XMP/{_short(child.name)}", _value(child))


def _short(name: str) -> str:
    uri, _, local = name.rpartition(" ")
    return f"{_PREFIXES.get(uri, uri)}:{local}"


def _value(element: Element) -> object:
    """A property's value: a text, or its parts as nested tuples, equal for equal meaning."""
    attributes = sorted((_short(name), item.value) for name, item in element.attributes.items())
    if not element.children and not attributes:
        return element.text
    if not element.children:
        return (*attributes, element.text)
    return (*attributes, *((_short(child.name), _value(child)) for child in element.children))


def _add_photoshop(found: Tags, blocks: Blocks) -> None:
    inner = photoshop.find_iptc(blocks.photoshop)
    for records in {item for item in (inner, blocks.iptc) if item is not None}:
        for name, value in _records(records):
            _put(found, name, value)
    try:
        for resource in photoshop.resources(blocks.photoshop or b""):
            if resource.number != photoshop.IPTC:
                _put(found, f"Photoshop/0x{resource.number:04X}", resource.data)
    except Malformed:
        found["Photoshop"] = blocks.photoshop


def _records(data: bytes) -> Iterator[tuple[str, object]]:
    try:
        for record, dataset, value in iptc.records(data):
            yield f"IPTC/{record}:{dataset:03d}", value
    except Malformed as error:
        yield "IPTC/damaged", str(error)
