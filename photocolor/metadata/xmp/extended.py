"""Joins and splits XMP packets that are too long for one JPEG segment."""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Iterable

from photocolor.containers.malformed import Malformed
from photocolor.metadata.limits import XMP_MOST_BYTES
from photocolor.metadata.model import Log
from photocolor.metadata.provenance import STATED, set_property
from photocolor.metadata.xmp.edit import EMPTY, NAMESPACES, RDF, Packet
from photocolor.metadata.xmp.tree import Attribute, Element

EXTENSION = b"http://ns.adobe.com/xmp/extension/\0"
GUID_BYTES, HEADER_BYTES = 32, 40
PIECE_BYTES = 65400  # Source: XMP Part 3, 1.1.3.1: at most 65458 with the header
_DESCRIPTION_END = b"</rdf:Description>"
_BREAKS = re.compile(rb"\r\n|[\r\n\t]")
NOTE = "xmpNote:HasExtendedXMP"
_KEPT = frozenset(
    f"{NAMESPACES['photocolor']} {name}"
    for name in ("UnparsedXMP", "UnparsedEXIF", "UnparsedIPTC", "SourceText", "SourceIPTC")
)
"""Properties that hold what was kept of the source; they are moved to the extension last."""
STAY = frozenset({NAMESPACES["photocolor"], NAMESPACES["Iptc4xmpExt"], NAMESPACES["xmpNote"]})
"""Namespaces of properties that say what the picture is: they stay where every reader looks."""


def merge_extensions(packet: bytes, segments: Iterable[bytes], log: Log) -> bytes:
    """Returns the packet with the properties of its extension.

    A damaged extension is left out and logged.
    """
    pieces = list(segments)
    if not pieces:
        return packet
    try:
        main = Packet(packet)
        guid = main.get(NOTE) or ""
        extension = Packet(_joined(pieces, guid.encode("latin-1", "replace")))
    except Malformed as error:
        log.unparsed("extended XMP stays behind", error)
        log.dropped.append("XMP extension")
        return packet
    main.remove(NOTE)
    room = XMP_MOST_BYTES
    for description in extension.descriptions:
        redeclared = _redeclared(description, extension.data)
        room -= len(redeclared)
        if room < 0:
            log.left_behind("extended XMP", "its namespaces, written out, are more than is taken of one file")
            log.dropped.append("XMP extension")
            return packet
        main.insert(main.rdf.tail, redeclared)
    return main.render()


def split(packet: bytes, room: int, log: Log) -> tuple[bytes, list[bytes]]:
    """Returns the packet and the extension's pieces: its largest properties are moved there if it exceeds `room`."""
    packet = _without_padding(packet) if len(packet) > room else packet
    if len(packet) <= room:
        return packet, []
    length = len(_with_note(Packet(packet), "0" * GUID_BYTES))  # before the next tree: two would double the memory
    main = Packet(packet)
    moved = Descriptions(main)
    for size, element, attribute in _in_order(main):
        if length <= room or moved.bytes > XMP_MOST_BYTES:
            break
        moved.add(element, attribute)
        place = element if attribute is None else attribute
        main.cut(place.start, place.end)
        length -= size
    if length > room or moved.bytes > XMP_MOST_BYTES:
        log.left_behind("XMP", "the packet cannot be divided as JPEG asks for")
        log.dropped.append("XMP")
        return _provenance_alone(packet), []
    about = f'<rdf:RDF xmlns:rdf="{RDF}">'.encode()
    extension = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">' + about + moved.render() + b"</rdf:RDF></x:xmpmeta>"
    # The format itself names MD5; nothing is protected by it. Source: XMP Part 3, 1.1.3.1
    guid = hashlib.md5(extension, usedforsecurity=False).hexdigest().upper()
    rendered = _with_note(main, guid)
    head = guid.encode() + struct.pack(">I", len(extension))
    pieces = range(0, len(extension), PIECE_BYTES)
    return rendered, [head + struct.pack(">I", at) + extension[at : at + PIECE_BYTES] for at in pieces]


def _with_note(main: Packet, guid: str) -> bytes:
    """Returns the packet with the note that names its extension."""
    main.add(f"<{NOTE}>{guid}</{NOTE}>")
    return main.render()


def _joined(pieces: list[bytes], guid: bytes) -> bytes:
    parts: dict[int, bytes] = {}
    total = 0
    for piece in pieces:
        if len(piece) >= HEADER_BYTES and piece[:GUID_BYTES] == guid:
            total, at = struct.unpack_from(">II", piece, GUID_BYTES)
            parts[at] = piece[HEADER_BYTES:]
    whole = b"".join(parts[at] for at in sorted(parts))
    if not whole or len(whole) != total:
        raise Malformed(f"{len(whole)} of {total} bytes are there")
    return whole


def _redeclared(description: Element, data: bytes) -> bytes:
    """Returns a description that declares all namespaces it needs."""
    scope = {key: value for key, value in description.scope().items() if key not in description.declarations}
    declared = b"".join(b" " + key + b"=" + value for key, value in scope.items())
    head_end = description.start + 1 + len(description.raw_name)
    return b" " + data[description.start : head_end] + declared + data[head_end : description.end] + b"\n "


def _provenance_alone(packet: bytes) -> bytes:
    """Returns a packet with the provenance, and nothing else."""
    main, alone = Packet(packet), Packet(EMPTY)
    for name in STATED:
        value = main.get(name)
        if value is not None:
            set_property(alone, name, value)
    return alone.render()


def _in_order(main: Packet) -> list[tuple[int, Element, Attribute | None]]:
    """Returns what may be moved to the extension, the largest first, blocks kept of the source last."""
    return sorted(_movable(main), key=lambda item: (item[2] is None and item[1].name in _KEPT, -item[0]))


def _movable(main: Packet) -> list[tuple[int, Element, Attribute | None]]:
    """Returns all properties that may be moved to the extension: (bytes, element or description, attribute or None)."""
    properties: list[tuple[int, Element, Attribute | None]] = []
    for description in main.descriptions:
        properties.extend((item.end - item.start, item, None) for item in description.children if _may_move(item.name))
        for name, attribute in description.attributes.items():
            if name.partition(" ")[0] != RDF and _may_move(name):
                properties.append((attribute.end - attribute.start, description, attribute))
    return properties


def _may_move(name: str) -> bool:
    return " " in name and (name.partition(" ")[0] not in STAY or name in _KEPT)


class Descriptions:
    """Collects properties for another packet under as few descriptions as their namespaces allow.

    A description of its own for each would have many times the elements and namespaces, and not be read again.

    Args:
        packet: whose properties are gathered; it stays as it is.
        declares_rdf: whether the descriptions declare the prefix rdf, which the place they go to may call otherwise.
    """

    def __init__(self, packet: Packet, *, declares_rdf: bool = False) -> None:
        self._packet = packet
        about = packet.about.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
        rdf = f' xmlns:rdf="{RDF}"' if declares_rdf else ""
        self._start = f'<rdf:Description{rdf} rdf:about="{about}"'.encode()
        self._bodies: dict[bytes, list[bytes]] = {}
        self.bytes = 0

    def add(self, element: Element, attribute: Attribute | None) -> None:
        """Adds a property: an element, or the attribute of a description, which is written as an element."""
        if attribute is None:
            body, scope = self._packet.data[element.start : element.end], element.above.scope() if element.above else {}
        else:
            name = self._packet.data[attribute.start : attribute.value_at].split(b"=")[0].strip()
            value = _as_text(self._packet.data[attribute.value_at : attribute.end - 1])
            body, scope = b"<" + name + b">" + value + b"</" + name + b">", element.scope()
        declared = b"".join(b" " + key + b"=" + value for key, value in scope.items() if key != b"xmlns:rdf")
        head = self._start + declared + b">"
        if head not in self._bodies:
            self._bodies[head] = []
            self.bytes += len(head) + len(_DESCRIPTION_END)
        self._bodies[head].append(body)
        self.bytes += len(body)

    def render(self) -> bytes:
        """Returns all descriptions with their properties."""
        return b"".join(head + b"".join(bodies) + _DESCRIPTION_END for head, bodies in self._bodies.items())


def _as_text(value: bytes) -> bytes:
    """Returns an attribute's value as the text of an element that says the same.

    A line break or a tab in an attribute is a space, and only there may a text have "]]>". Source: XML 1.0, 2.4, 3.3.3.
    """
    return _BREAKS.sub(b" ", value).replace(b"]]>", b"]]&gt;")


def _without_padding(packet: bytes) -> bytes:
    """Returns the packet without the blank space that is reserved for editing in place."""
    head, found, tail = packet.rpartition(b"<?xpacket end")
    return head.rstrip() + b"\n" + found + tail.rstrip() if found else packet.rstrip()
