"""A sidecar that is merged into a photo's own packet, or left behind by name where both are too much."""

from __future__ import annotations

import gc
import weakref

import pytest

from photocolor.metadata.limits import SOURCE_XMP_MOST_NODES, XMP_MOST_NODES
from photocolor.metadata.model import Log
from photocolor.metadata.xmp.edit import EMPTY, Packet
from photocolor.metadata.xmp.sidecar_packet import merged

HEAD = (
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/">'
)


def packet_of(body: str) -> bytes:
    return EMPTY.replace(b" </rdf:RDF>", f"{HEAD}{body}</rdf:Description></rdf:RDF>".encode())


def keywords(count: int, word: str) -> str:
    return "<dc:subject><rdf:Bag>" + f"<rdf:li>{word}</rdf:li>" * count + "</rdf:Bag></dc:subject>"


@pytest.mark.parametrize(
    ("embedded", "sidecar"),
    [
        (keywords(SOURCE_XMP_MOST_NODES - 20, "a"), keywords(SOURCE_XMP_MOST_NODES - 20, "b")),
        (
            "".join(f"<dc:a{n}>1</dc:a{n}>" for n in range(SOURCE_XMP_MOST_NODES - 20)),
            keywords(SOURCE_XMP_MOST_NODES - 20, "b"),
        ),
    ],
    ids=["items", "properties"],
)
def test_what_is_too_much_together_leaves_the_sidecar_behind_by_name(embedded: str, sidecar: str) -> None:
    own, log = Packet(packet_of(embedded)), Log()
    joined = merged(own, packet_of(sidecar), log)
    assert joined is own
    assert joined.render() == packet_of(embedded), "the photo's own packet stays as it was"
    assert [warning.startswith("metadata_left_behind: XMP sidecar") for warning in log.warnings] == [True]
    assert not log.remarks


def test_a_merged_packet_is_within_what_is_read_again() -> None:
    own, log = Packet(packet_of(keywords(20_000, "a"))), Log()
    joined = merged(own, packet_of("<photoshop:City>Graz</photoshop:City>"), log)
    assert joined.get("photoshop:City") == "Graz"
    assert len(joined.values("dc:subject")) == 20_000
    assert joined.root.nodes < XMP_MOST_NODES
    assert not log.warnings


def test_many_properties_in_both_are_joined_by_name() -> None:
    count = SOURCE_XMP_MOST_NODES // 2 - 20
    own = Packet(packet_of("".join(f"<dc:a{n}>1</dc:a{n}>" for n in range(count))))
    log = Log()
    joined = merged(own, packet_of("".join(f"<dc:a{n}>{n % 2}</dc:a{n}>" for n in range(count))), log)
    assert joined.elements("http://purl.org/dc/elements/1.1/ a1")[0].text == "1"
    assert len(joined.values("photocolor:SourceXMP")) == count // 2
    assert any("says something else" in sentence for sentence in log.remarks)


def test_a_packet_is_free_as_soon_as_nobody_holds_it() -> None:
    gc.disable()
    try:
        packet = Packet(packet_of(keywords(10, "a")))
        seen = weakref.ref(packet.root)
        assert packet.rdf.above is packet.root
        del packet
        assert seen() is None
    finally:
        gc.enable()
