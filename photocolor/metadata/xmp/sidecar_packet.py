"""Writes XMP sidecars: a copy beside the result that says what that is, or merged into the result's packet."""

from __future__ import annotations

from collections.abc import Iterator

from photocolor.containers.malformed import Malformed
from photocolor.metadata.iptc.datasets import Property
from photocolor.metadata.iptc.merge_into_xmp import normal
from photocolor.metadata.limits import (
    KEPT_MOST_BYTES,
    SOURCE_XMP_MOST_NODES,
    XMP_MOST_BYTES,
    XMP_MOST_NODES,
    MetadataTooLarge,
)
from photocolor.metadata.model import Log, Picture, listed
from photocolor.metadata.provenance import Provenance, read, set_property
from photocolor.metadata.xmp.edit import NAMESPACES, RDF, Packet, name_of
from photocolor.metadata.xmp.escape import escape, printable
from photocolor.metadata.xmp.extended import Descriptions
from photocolor.metadata.xmp.result_packet import add, complete, keep_unparsed, opened, source_packet
from photocolor.metadata.xmp.tree import Attribute, Element
from photocolor.system.spelling import composed

_NAME = "XMP sidecar"
SIDECAR_LEFT_BEHIND = f"metadata_left_behind: {_NAME}:"
"""How the warning begins that a sidecar was not merged."""
SIDECAR_OF = "photocolor:SidecarOf"
SOURCE_XMP = "photocolor:SourceXMP"
"""Values of the photo's own packet where its sidecar says something else; one line of text each."""
_FOR_EXTENSION = "photoshop:SidecarForExtension"
_LANG = "http://www.w3.org/XML/1998/namespace lang"
_ASIDE = name_of(SOURCE_XMP)
_LISTS = frozenset({f"{RDF} Bag", f"{RDF} Seq", f"{RDF} Alt"})
_PREFIXES = {uri: prefix for prefix, uri in NAMESPACES.items()}


def stated(data: bytes, result_name: str, picture: Picture, provenance: Provenance, log: Log) -> bytes:
    """Returns a sidecar that names its result, and what colored it.

    Args:
        data: the source's sidecar.
        result_name: file name of the result that it will lie beside.
        picture: the result.
        provenance: what colored it.
        log: receives what could not be carried along.
    """
    packet = opened(data, log)
    set_property(packet, SIDECAR_OF, printable(result_name))
    return complete(packet, picture, provenance, log)


def owner_of(data: bytes) -> str | None:
    """Returns the name of the result that a sidecar of ours belongs to; None for every other file."""
    try:
        packet = Packet(data)
    except Malformed:
        return None
    return packet.get(SIDECAR_OF) if read(packet) is not None else None


def names_result(owner: str | None, result_name: str) -> bool:
    """Returns whether what `owner_of` read is the name of a result, as far as XML can hold it.

    Control characters are left out when it is written, and white space at its ends when it is read. A copy through
    another system may encode accents in another way.
    """
    return owner is not None and _as_held(owner) == _as_held(result_name)


def _as_held(name: str) -> str:
    return "".join(composed(printable(name)).split())


def extension_of(data: bytes) -> str:
    """Returns the only file suffix, without its dot, that a sidecar is meant for; "" if it does not say."""
    try:
        return source_packet(data).get(_FOR_EXTENSION) or ""
    except Malformed:
        return ""


def merged(embedded: Packet, data: bytes, log: Log) -> Packet:
    """Returns a sidecar's properties together with those of the photo's own packet that it lacks.

    The sidecar is the newer statement: where both have a single value, its own stays and the other is kept in
    `SOURCE_XMP`. Lists are joined.
    """
    try:
        sidecar = source_packet(data, min(SOURCE_XMP_MOST_NODES, XMP_MOST_NODES - embedded.root.nodes))
    except MetadataTooLarge:
        return _left_behind(embedded, log)
    except Malformed as error:
        keep_unparsed(embedded, "Sidecar", data, log, error)
        return embedded
    if embedded.is_edited:  # a damaged packet or sidecar that was met before is kept there
        embedded = Packet(embedded.render())
    own, aside, added = _by_name(sidecar), list[tuple[str, str]](), Descriptions(embedded, declares_rdf=True)
    for element, attribute, name in list(_properties(embedded)):
        if name == _ASIDE:
            continue  # its lines go along with those that follow
        if name in own:
            aside.extend(_joined(sidecar, own[name], embedded, element, attribute, name))
            continue
        added.add(element, attribute)
        if len(sidecar.data) + added.bytes > XMP_MOST_BYTES:
            return _left_behind(embedded, log)
    sidecar.insert(sidecar.rdf.tail, added.render())
    sidecar_log = Log()
    _keep_aside(sidecar, embedded.values(SOURCE_XMP), aside, sidecar_log)
    rendered = sidecar.render()
    del sidecar  # its tree is not needed beside the next one
    try:
        joined = Packet(rendered)
    except MetadataTooLarge:
        return _left_behind(embedded, log)
    log.warnings += sidecar_log.warnings
    log.remarks += sidecar_log.remarks
    return joined


def _left_behind(embedded: Packet, log: Log) -> Packet:
    """Returns the photo's own packet unchanged, after logging that the sidecar is not merged."""
    log.left_behind(_NAME, "with the photo's own XMP it is more than is taken of one file")
    return embedded


def _properties(packet: Packet) -> Iterator[tuple[Element, Attribute | None, str]]:
    """Yields every top-level property: element or description, attribute or None, and name."""
    for description in packet.descriptions:
        for child in description.children:
            yield child, None, child.name
        for name, attribute in description.attributes.items():
            if name.partition(" ")[0] != RDF and " " in name:
                yield description, attribute, name


def _by_name(packet: Packet) -> dict[str, list[tuple[Element, Attribute | None]]]:
    """Returns the top-level properties by name, because searching for each would take quadratic time."""
    by_name: dict[str, list[tuple[Element, Attribute | None]]] = {}
    for element, attribute, name in _properties(packet):
        by_name.setdefault(name, []).append((element, attribute))
    return by_name


def _joined(
    sidecar: Packet,
    own: list[tuple[Element, Attribute | None]],
    embedded: Packet,
    element: Element,
    attribute: Attribute | None,
    name: str,
) -> Iterator[tuple[str, str]]:
    """Adds to a list of the sidecar what it lacks; yields name and text of what cannot be added."""
    here = next((item for item, as_attribute in own if as_attribute is None), None)
    ours, theirs = _list_of(here), _list_of(element if attribute is None else None)
    if ours is not None and theirs is not None and ours.name == theirs.name:
        yield from _with_items(sidecar, embedded, ours, theirs, name)
        return
    values = {normal(_raw(sidecar, item) if value is None else value.value) for item, value in own}
    was = attribute.value if attribute is not None else _raw(embedded, element)
    if normal(was) not in values:
        yield _short(name), was


def _with_items(
    sidecar: Packet, embedded: Packet, ours: Element, theirs: Element, name: str
) -> Iterator[tuple[str, str]]:
    known = {(_language(item), normal(item.text)) for item in ours.children}
    languages = {language for language, _ in known if language}
    for item in theirs.children:
        language, text = _language(item), normal(item.text)
        if (language, text) in known:
            continue
        if language and language in languages:
            yield f"{_short(name)} ({language})", item.text
            continue
        attribute = f' xml:lang="{escape(language, chr(34))}"' if language else ""
        content = f'<rdf:li xmlns:rdf="{RDF}"{attribute}>{escape(printable(item.text))}</rdf:li>'
        sidecar.insert(ours.tail, content.encode())


def _list_of(element: Element | None) -> Element | None:
    """Returns the list of plain texts that a property holds; None if it holds no such list."""
    if element is None or len(element.children) != 1 or element.children[0].name not in _LISTS:
        return None
    container = element.children[0]
    plain = all(not item.children and set(item.attributes) <= {_LANG} for item in container.children)
    return container if plain and not container.closed else None


def _language(item: Element) -> str:
    return item.attributes[_LANG].value if _LANG in item.attributes else ""


def _raw(packet: Packet, element: Element) -> str:
    """Returns a property's text, or its XML if it has parts."""
    if not element.children and not element.attributes:
        return element.text
    inside = packet.data[element.head_end : element.tail].decode("utf-8", "replace").strip()
    if inside or set(element.attributes) == {f"{RDF} resource"}:
        return inside or element.attributes[f"{RDF} resource"].value
    return " ".join(f'{_short(name)}="{item.value}"' for name, item in element.attributes.items())


def _short(name: str) -> str:
    uri, _, local = name.rpartition(" ")
    return f"{_PREFIXES.get(uri, uri)}:{local}"


def _keep_aside(packet: Packet, earlier: list[str], aside: list[tuple[str, str]], log: Log) -> None:
    """Adds lines to those that a packet, and the one that is merged into it, keep already, in one property."""
    lines, room, left = list(dict.fromkeys([*packet.values(SOURCE_XMP), *earlier])), KEPT_MOST_BYTES, list[str]()
    for name, text in aside:
        line = f"{name}: {text}"
        room -= len(escape(line).encode("utf-8", "replace"))
        (lines if room >= 0 else left).append(line if room >= 0 else name)
    if left:
        log.left_behind(listed(left), f"more than {KEPT_MOST_BYTES >> 20} MiB would be kept in {SOURCE_XMP}")
    if aside:
        names = listed([name for name, _ in aside])
        log.remarks.append(
            f"the sidecar says something else than the photo's own XMP: {names}; both are kept, in {SOURCE_XMP}"
        )
    if aside or earlier:
        packet.remove(SOURCE_XMP)
        add(packet, [Property("photocolor", "SourceXMP", "bag", tuple(lines))])
