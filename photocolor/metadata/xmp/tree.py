"""Parses an XMP packet into elements that know their byte positions."""

from __future__ import annotations

import re
import weakref
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from photocolor.containers.malformed import Malformed
from photocolor.metadata.limits import XMP_MOST_BYTES, XMP_MOST_NODES, MetadataTooLarge

if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType

MAX_DEPTH = 200
_BUFFER_BYTES = 1 << 16

_START_TAG = re.compile(rb"""<([^\s/>]+)((?:\s+[^\s=]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(/?)>""")
_ATTRIBUTE = re.compile(rb"""\s+([^\s=]+)\s*=\s*("[^"]*"|'[^']*')""")


@dataclass(frozen=True, slots=True)
class Attribute:
    """Describes one attribute of a start tag: its position, and that of its value without the quotes."""

    value: str
    start: int
    end: int
    value_at: int


@dataclass(slots=True, weakref_slot=True, eq=False)
class Element:
    """Describes one element: the positions of its tags, and its content.

    Attributes:
        name: "uri local".
        start: offset of its start tag.
        head_end: offset after its start tag.
        tail: offset of its end tag; `head_end` if it has none.
        end: offset after its end tag.
        raw_name: name as written, with its prefix.
        declarations: the namespace declarations in its start tag, as written.
        parent: the element around it, held weakly: a packet's memory is free as soon as nobody holds its root.
    """

    name: str
    start: int
    head_end: int
    raw_name: bytes
    closed: bool
    attributes: dict[str, Attribute]
    declarations: dict[bytes, bytes]
    parent: weakref.ref[Element] | None
    tail: int = 0
    end: int = 0
    children: list[Element] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Returns its own text, or that of its first item if it is an array."""
        if not self.children:
            return "".join(self.texts).strip()
        return self.children[0].text

    def walk(self) -> Iterator[Element]:
        """Yields itself and all elements below it, in document order."""
        pending = [self]
        while pending:
            element = pending.pop()
            yield element
            pending.extend(reversed(element.children))

    @property
    def above(self) -> Element | None:
        """Returns the parent element; None for the root."""
        return self.parent() if self.parent is not None else None

    @property
    def nodes(self) -> int:
        """Returns the number of elements, attributes and namespaces in it, itself included."""
        return sum(1 + len(item.attributes) + len(item.declarations) for item in self.walk())

    def scope(self) -> dict[bytes, bytes]:
        """Returns all namespace declarations that are valid inside of it."""
        above = self.above.scope() if self.above is not None else {}
        return above | self.declarations


def as_utf8(data: bytes) -> bytes:
    """Returns a packet in UTF-8, which all containers ask for; old tools wrote UTF-16 and UTF-32."""
    marks = {b"\xff\xfe\0\0": "utf-32", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
    marks |= {b"<\0?\0": "utf-16-le", b"\0<\0?": "utf-16-be"}
    codec = next((name for mark, name in marks.items() if data.startswith(mark)), "")
    if not codec:
        return data
    try:
        return data.decode(codec).encode()
    except UnicodeError as error:
        raise Malformed(f"XMP packet in broken {codec}") from error


class _Builder:
    """Turns the parser's calls into elements with byte positions."""

    def __init__(self, data: bytes, parser: XMLParserType, most_nodes: int) -> None:
        self.root: Element | None = None
        self._data, self._parser = data, parser
        self._open: list[Element] = []
        self._nodes_left = most_nodes

    def start(self, name: str, attributes: list[str]) -> None:
        if len(attributes) // 2 > self._nodes_left:
            raise MetadataTooLarge("XMP packet with too many elements and attributes")
        at = self._parser.CurrentByteIndex
        tag = _START_TAG.match(self._data, at)
        if len(self._open) >= MAX_DEPTH:
            raise Malformed(f"XMP packet with elements nested more than {MAX_DEPTH} deep")
        if tag is None:
            raise Malformed(f"XMP start tag at {at}")
        raw = [(item.group(1), item) for item in _ATTRIBUTE.finditer(self._data, tag.start(2), tag.end(2))]
        self._nodes_left -= 1 + len(raw)
        if self._nodes_left < 0:
            raise MetadataTooLarge("XMP packet with too many elements and attributes")
        declared = {key: item.group(2) for key, item in raw if key == b"xmlns" or key.startswith(b"xmlns:")}
        stored = [item for key, item in raw if key not in declared]
        pairs = zip(attributes[::2], attributes[1::2], stored, strict=True)
        by_key = {key: Attribute(value, item.start(), item.end(), item.start(2) + 1) for key, value, item in pairs}
        above = self._open[-1] if self._open else None
        parent = weakref.ref(above) if above is not None else None
        element = Element(name, at, tag.end(), tag.group(1), bool(tag.group(3)), by_key, declared, parent)
        if above is not None:
            above.children.append(element)
        self.root = self.root or element
        self._open.append(element)

    def end(self, _name: str) -> None:
        element = self._open.pop()
        element.tail = element.end = element.head_end
        if not element.closed:
            element.tail = self._parser.CurrentByteIndex
            element.end = self._data.index(b">", element.tail) + 1

    def text(self, text: str) -> None:
        self._open[-1].texts.append(text)


def parse(data: bytes, most_nodes: int = XMP_MOST_NODES) -> Element:
    """Returns the root of a packet in UTF-8.

    Args:
        data: the packet.
        most_nodes: elements, attributes and namespaces that are taken into memory.

    Raises:
        TooLarge: it has more of them, or more bytes than are read at all.
        Malformed: it is no well-formed XML, has a document type, or is nested too deeply.
    """
    if len(data) > XMP_MOST_BYTES:
        raise MetadataTooLarge(f"XMP packet of {len(data):,} bytes")
    if data.count(b"=") > 2 * XMP_MOST_NODES:  # the parser takes all attributes of an element before it gives any
        raise MetadataTooLarge("XMP packet with too many attributes")
    from xml.parsers import expat

    def refuse(*_: object) -> None:
        raise Malformed("XMP packet with a document type")  # its entities could read files or grow without end

    parser = expat.ParserCreate("utf-8", " ")
    parser.ordered_attributes = True
    parser.buffer_text, parser.buffer_size = True, _BUFFER_BYTES  # a text of many references is one text
    builder = _Builder(data, parser, most_nodes)
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise Malformed(f"XMP packet: {error}") from error
    finally:  # the parser holds the builder and the builder the parser: without this the tree waits for the collector
        parser.StartElementHandler = parser.EndElementHandler = parser.CharacterDataHandler = None
        parser.StartDoctypeDeclHandler = None
    if builder.root is None:
        raise Malformed("empty XMP packet")
    return builder.root
