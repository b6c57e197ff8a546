"""Makes the result's XMP packet: the source's, corrected, with what has no other place, and with the provenance."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable

from photocolor.containers.malformed import Malformed
from photocolor.metadata import provenance as origin
from photocolor.metadata.iptc.datasets import Property
from photocolor.metadata.limits import KEPT_MOST_BYTES, SOURCE_XMP_MOST_BYTES, SOURCE_XMP_MOST_NODES, MetadataTooLarge
from photocolor.metadata.model import Log, Picture, listed
from photocolor.metadata.provenance import Provenance
from photocolor.metadata.xmp.edit import EMPTY, NAMESPACES, Packet
from photocolor.metadata.xmp.escape import escape, is_printable, printable

UNPARSED = "photocolor:Unparsed"
SOURCE_TEXT = "photocolor:SourceText"
SRGB_NAME = "sRGB IEC61966-2.1"
# A preview of the gray photo, and a pointer to a signature over it.
OUTDATED = {"xmp:Thumbnails": "XMP thumbnails", "dcterms:provenance": "XMP pointer to a C2PA manifest"}
_ONLY_RDF = re.compile(rb"<(\w+:)?RDF\b[^<>]*/>")


def says_nothing(data: bytes) -> bool:
    """Returns whether a packet without any description has an empty element in the place of all."""
    return _ONLY_RDF.search(data) is not None


def source_packet(data: bytes, most_nodes: int = SOURCE_XMP_MOST_NODES) -> Packet:
    """Returns the XMP packet of a source from which the result's can be made.

    Args:
        data: the packet as stored.
        most_nodes: elements, attributes and namespaces that are taken into memory.

    Raises:
        MetadataTooLarge: it has more bytes, or more elements and attributes, than are taken of one file.
        Malformed: it is damaged.
    """
    if len(data) > SOURCE_XMP_MOST_BYTES:
        raise MetadataTooLarge(f"XMP packet of {len(data):,} bytes")
    return Packet(data, most_nodes)


def opened(data: bytes | None, log: Log) -> Packet:
    """Returns the packet to write into; a damaged one is stored in base64 in a new one.

    A container has one home for XMP, and the result must say what it is: so the damaged bytes move, and are not lost.
    """
    if not data or not data.strip(b"\0 \t\r\n"):
        return Packet(EMPTY)
    try:
        return source_packet(data)
    except MetadataTooLarge as error:
        log.dropped.append("XMP")
        log.left_behind("XMP", error)
        return Packet(EMPTY)
    except Malformed as error:
        fresh = Packet(EMPTY)
        if not says_nothing(data):
            keep_unparsed(fresh, "XMP", data, log, error)
        return fresh


def keep_unparsed(packet: Packet, what: str, data: bytes, log: Log, cause: object) -> None:
    """Stores the bytes of a damaged block in base64, and logs that."""
    if len(data) > KEPT_MOST_BYTES:
        log.dropped.append(what)
        log.unparsed(f"{what} stays behind, since it has {len(data):,} bytes", cause)
        return
    log.unparsed(f"{what}, kept as {UNPARSED}{what}", cause)
    name = f"{UNPARSED}{what}"
    packet.remove(name)
    packet.add(f"<{name}>{base64.b64encode(data).decode()}</{name}>")


def complete(packet: Packet, picture: Picture, provenance: Provenance, log: Log) -> bytes:
    """Returns the packet with what is out of date removed, what would lie corrected, and the provenance added."""
    log.dropped.extend(label for name, label in OUTDATED.items() if packet.remove(name))
    for name, value in _truth(packet, picture):
        packet.replace(name, value)
        log.changed.append(name)
    bits = [f"{picture.bits}"] * 3
    stored = packet.elements(f"{NAMESPACES['tiff']} BitsPerSample")
    if stored and [item.text for child in stored[0].children for item in child.children] != bits:
        packet.remove("tiff:BitsPerSample")
        add(packet, [Property("tiff", "BitsPerSample", "seq", tuple(bits))])
        log.changed.append("tiff:BitsPerSample")
    origin.state(packet, provenance)
    return packet.render()


def add(packet: Packet, properties: Iterable[Property]) -> None:
    """Adds properties as RDF."""
    for prefix, name, shape, values in properties:
        texts = [escape(printable(value)) for value in values]
        if shape == "text":
            body = texts[0]
        elif shape == "alt":
            body = f'<rdf:Alt><rdf:li xml:lang="x-default">{texts[0]}</rdf:li></rdf:Alt>'
        else:
            kind = shape.capitalize()
            body = f"<rdf:{kind}>" + "".join(f"<rdf:li>{text}</rdf:li>" for text in texts) + f"</rdf:{kind}>"
        packet.add(f"<{prefix}:{name}>{body}</{prefix}:{name}>")


def add_texts(packet: Packet, texts: Iterable[tuple[str, str]], log: Log) -> None:
    """Keeps comments and keyword texts that the container has no place for."""
    lines, left, room = packet.values(SOURCE_TEXT), list[str](), KEPT_MOST_BYTES
    before = len(lines)
    for keyword, text in texts:
        line = _text_line(keyword, text)
        length = len(escape(line).encode("utf-8", "replace"))
        if length > room:
            left.append(keyword or "comment")
            continue
        room -= length
        lines.append(line)
    if left:
        log.dropped.extend(left)
        log.left_behind(listed(left), f"all texts together have more than {KEPT_MOST_BYTES >> 20} MiB")
    if len(lines) > before:
        packet.remove(SOURCE_TEXT)
        add(packet, [Property("photocolor", "SourceText", "bag", tuple(lines))])


def in_base64(text: str) -> str:
    """Returns a text that XML cannot hold as it is kept."""
    return base64.b64encode(text.encode("utf-8", "surrogatepass")).decode()


def _text_line(keyword: str, text: str) -> str:
    """Returns one text as a line; what XML cannot hold in base64."""
    if not is_printable(text):
        keyword = f"{keyword or 'comment'} (base64)"
        text = in_base64(text)
    return f"{keyword}: {text}" if keyword else text


def _truth(packet: Packet, picture: Picture) -> list[tuple[str, str]]:
    """Returns the correct values of properties that would be wrong for the result."""
    expected = {
        "photoshop:ColorMode": "3",  # RGB
        "exif:ColorSpace": "1",
        "exif:PixelXDimension": f"{picture.width}",
        "exif:PixelYDimension": f"{picture.height}",
        "tiff:ImageWidth": f"{picture.width}",
        "tiff:ImageLength": f"{picture.height}",
        "tiff:SamplesPerPixel": "3",
    }
    if packet.get("tiff:PhotometricInterpretation") not in (None, "2", "6"):
        expected["tiff:PhotometricInterpretation"] = "2"
    if "sRGB" not in (packet.get("photoshop:ICCProfile") or ""):
        expected["photoshop:ICCProfile"] = SRGB_NAME
    return [(name, value) for name, value in expected.items() if packet.get(name) not in (None, value)]
