"""Edits an XMP packet at byte positions found by a real XML parser, so that all the rest stays as written."""

from __future__ import annotations

import re

from photocolor.containers.malformed import Malformed
from photocolor.metadata.limits import XMP_MOST_NODES
from photocolor.metadata.xmp.escape import escape
from photocolor.metadata.xmp.tree import Attribute, Element, as_utf8, parse

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
NAMESPACES = {
    "rdf": RDF,
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "xmpNote": "http://ns.adobe.com/xmp/note/",
    "stEvt": "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "tiff": "http://ns.adobe.com/tiff/1.0/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "photocolor": "urn:x-photocolor:xmp:1.0:",
}
EMPTY = (
    b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
    b' <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
    b" </rdf:RDF>\n"
    b"</x:xmpmeta>\n"
    b'<?xpacket end="w"?>'
)


_ARRAYS = frozenset({f"{RDF} {kind}" for kind in ("Bag", "Seq", "Alt")})


def name_of(qualified: str) -> str:
    """Returns the parser's name, "uri local", of a property such as "dc:title"."""
    prefix, _, local = qualified.partition(":")
    return f"{NAMESPACES[prefix]} {local}"


class Packet:
    """Holds a parsed packet and collects edits.

    Args:
        data: the packet as stored.
        most_nodes: elements, attributes and namespaces that are taken into memory.

    Raises:
        TooLarge: it has more of them, or more bytes than are read at all.
        Malformed: it is no well-formed XML, has a document type, or no RDF.
    """

    def __init__(self, data: bytes, most_nodes: int = XMP_MOST_NODES) -> None:
        self.data = as_utf8(data).rstrip(b"\0")
        self.root = parse(self.data, most_nodes)
        rdf = next((item for item in self.root.walk() if item.name == f"{RDF} RDF" and not item.closed), None)
        if rdf is None:
            raise Malformed("no RDF in the XMP packet")
        self.rdf = rdf
        self._edits: list[tuple[int, int, bytes]] = []
        self._additions: list[bytes] = []

    @property
    def descriptions(self) -> list[Element]:
        """Returns the elements whose children and attributes are the properties."""
        return [item for item in self.rdf.children if item.name == f"{RDF} Description"]

    @property
    def is_edited(self) -> bool:
        """Returns whether there are edits or additions that the parsed tree does not show."""
        return bool(self._edits or self._additions)

    @property
    def about(self) -> str:
        """Returns the resource that all descriptions are about; they must agree. Source: XMP Part 1, 7.4."""
        values = (item.attributes.get(f"{RDF} about") for item in self.descriptions)
        return next((value.value for value in values if value is not None), "")

    def elements(self, name: str) -> list[Element]:
        """Returns the top-level properties written as elements."""
        return [child for item in self.descriptions for child in item.children if child.name == name]

    def attributes(self, name: str) -> list[Attribute]:
        """Returns the top-level properties written as attributes."""
        return [item.attributes[name] for item in self.descriptions if name in item.attributes]

    def get(self, qualified: str) -> str | None:
        """Returns the value of a property, the first one of an array, or None."""
        name = name_of(qualified)
        for attribute in self.attributes(name):
            return attribute.value
        for element in self.elements(name):
            resource = element.attributes.get(f"{RDF} resource")
            return resource.value if resource is not None else element.text
        return None

    def elements_of(self, qualified: str) -> list[Element]:
        """Returns the top-level elements of a property such as "dc:subject"."""
        return self.elements(name_of(qualified))

    def values(self, qualified: str) -> list[str]:
        """Returns all values of a property: one, those of its array or its languages, or none."""
        texts = [attribute.value for attribute in self.attributes(name_of(qualified))]
        for element in self.elements_of(qualified):
            resource = element.attributes.get(f"{RDF} resource")
            items = [item for array in element.children if array.name in _ARRAYS for item in array.children]
            is_empty = any(array.name in _ARRAYS for array in element.children)
            texts.extend([resource.value] if resource is not None else [])
            texts.extend(item.text for item in items)
            texts.extend([element.text] if resource is None and not is_empty else [])
        return texts

    def replace(self, qualified: str, value: str) -> None:
        """Gives an existing simple property another value."""
        name, text = name_of(qualified), escape(value, "\"'").encode()
        for attribute in self.attributes(name):
            self._edits.append((attribute.value_at, attribute.value_at + _raw_length(attribute), text))
        for element in self.elements(name):
            head = (
                b"<"
                + element.raw_name
                + b"".join(b" " + key + b"=" + quoted for key, quoted in element.declarations.items())
            )
            self._edits.append((element.start, element.end, head + b">" + text + b"</" + element.raw_name + b">"))

    def remove(self, qualified: str) -> bool:
        """Removes a property; returns False if there is none."""
        name = name_of(qualified)
        spans = [(item.start, item.end) for item in self.attributes(name)]
        spans += [(item.start, item.end) for item in self.elements(name)]
        self._edits.extend((start, end, b"") for start, end in spans)
        return bool(spans)

    def cut(self, start: int, end: int) -> None:
        """Deletes these bytes."""
        self._edits.append((start, end, b""))

    def insert(self, at: int, xml: bytes) -> None:
        """Puts XML at an offset of the packet as it was read."""
        self._edits.append((at, at, xml))

    def add(self, xml: str) -> None:
        """Adds properties, in the prefixes of `NAMESPACES`, to a description of our own."""
        self._additions.append(xml.encode())

    def render(self) -> bytes:
        """Returns the packet with all edits."""
        if self._additions:
            self.insert(self.rdf.tail, self._description())
        ordered = sorted(self._edits, key=lambda edit: edit[:2], reverse=True)
        ordered.reverse()  # of two insertions at one place the later one stands first
        parts, done = [], 0
        for start, end, xml in ordered:
            parts += [self.data[done:start], xml]
            done = max(done, end)
        return b"".join([*parts, self.data[done:]])

    def _description(self) -> bytes:
        body = b"".join(b"   " + xml + b"\n" for xml in self._additions)
        rdf = self.rdf.raw_name.partition(b":")[0]
        # the packet may call this namespace otherwise; declaring our name again is harmless
        used = [] if rdf == b"rdf" else ["rdf"]
        used += [prefix for prefix in NAMESPACES if prefix != "rdf" and re.search(rf"</?{prefix}:".encode(), body)]
        declared = "".join(f'\n    xmlns:{prefix}="{NAMESPACES[prefix]}"' for prefix in used)
        about = escape(self.about, '"')
        head = f'<rdf:Description rdf:about="{about}"{declared}>'
        return b" " + head.encode() + b"\n" + body + b"  </rdf:Description>\n "


def _raw_length(attribute: Attribute) -> int:
    return attribute.end - 1 - attribute.value_at
