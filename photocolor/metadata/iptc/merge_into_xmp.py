"""Merges IPTC into XMP for a container that has no place for IPTC; what the packet says stays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from photocolor.metadata.iptc.datasets import IptcDataset, Property, mapped
from photocolor.metadata.limits import KEPT_MOST_BYTES
from photocolor.metadata.model import Log, listed
from photocolor.metadata.xmp.edit import RDF, Packet
from photocolor.metadata.xmp.escape import escape, printable
from photocolor.metadata.xmp.result_packet import add

SOURCE_IPTC = "photocolor:SourceIPTC"
"""Records that have no property of their own in XMP, or whose property has another value; one line of text each."""


def merge(packet: Packet, records: Sequence[IptcDataset], log: Log) -> None:
    """Adds IPTC to a packet: lists are joined, and a differing single value in the packet is kept.

    Args:
        packet: the result's.
        records: of the source.
        log: receives what differs.
    """
    properties, aside = mapped(records)
    differing = list[IptcDataset]()
    for item, origin in properties:
        differing.extend(_add(packet, item, origin, log))
    if differing:
        what = listed([record.label for record in differing])
        log.remarks.append(
            f"the XMP packet says something else than IPTC {what}; both are kept, IPTC's in {SOURCE_IPTC}"
        )
    _keep_aside(packet, (*differing, *aside), log)


def merge_missing(packet: Packet, records: Sequence[IptcDataset]) -> None:
    """Adds the properties that the packet lacks; the datasets themselves are carried, too."""
    properties, _ = mapped(records)
    add(packet, [item for item, _ in properties if packet.get(item.qualified) is None])


def _add(packet: Packet, item: Property, origin: Sequence[IptcDataset], log: Log) -> Sequence[IptcDataset]:
    """Adds one property; returns the datasets that it could not hold."""
    stored = packet.values(item.qualified)
    if not any(value.strip() for value in stored):
        packet.remove(item.qualified)
        add(packet, [item])
        return ()
    known = set(map(normal, stored))
    missing = [value for value in dict.fromkeys(item.values) if normal(value) not in known]
    if not missing:
        return ()
    if item.shape not in ("bag", "seq"):
        return origin
    log.changed.append(item.qualified)
    _append(packet, item, stored, missing)
    return ()


def normal(text: str) -> str:
    """Returns a text normalized so that two writers' values compare equal: XML unifies line ends, and trims."""
    return printable(text).replace("\r\n", "\n").replace("\r", "\n").strip()


def _append(packet: Packet, item: Property, stored: Sequence[str], missing: Iterable[str]) -> None:
    """Adds values to a list; a property that is no list in the packet becomes one."""
    for element in packet.elements_of(item.qualified):
        for array in element.children:
            if array.name in (f"{RDF} Bag", f"{RDF} Seq") and not array.closed:
                new = (f'<rdf:li xmlns:rdf="{RDF}">{escape(printable(value))}</rdf:li>' for value in missing)
                packet.insert(array.tail, "".join(new).encode())
                return
    packet.remove(item.qualified)
    add(packet, [item._replace(values=(*stored, *missing))])


def _keep_aside(packet: Packet, records: Iterable[IptcDataset], log: Log) -> None:
    lines, left, room = packet.values(SOURCE_IPTC), list[str](), KEPT_MOST_BYTES
    already = set(map(normal, lines))
    for record in records:
        length = len(escape(record.line).encode())
        if normal(record.line) in already:
            continue
        if length > room:
            left.append(record.label)
            continue
        room -= length
        lines.append(record.line)
    if left:
        log.dropped.extend(f"IPTC {label}" for label in left)
        log.left_behind(f"IPTC {listed(left)}", f"more than {KEPT_MOST_BYTES >> 20} MiB would be kept in {SOURCE_IPTC}")
    if lines:
        packet.remove(SOURCE_IPTC)
        add(packet, [Property("photocolor", "SourceIPTC", "bag", tuple(lines))])
