"""Promises about edits of an XMP packet: what is not edited stays as it was written."""

from __future__ import annotations

import annotated
import pytest

from photocolor.containers.malformed import Malformed
from photocolor.metadata.model import Log, Picture
from photocolor.metadata.provenance import DIGITAL_SOURCE_TYPE, Provenance, read, set_property, state
from photocolor.metadata.xmp.edit import EMPTY, Packet
from photocolor.metadata.xmp.result_packet import complete, opened

PROVENANCE = Provenance("1.2.3", '<odd> & "name"', "2", "00" * 32, {"strength": 1.5, "name": "Ł<&>"}, "11" * 32)


def test_only_the_edited_bytes_change() -> None:
    packet = Packet(annotated.XMP)
    packet.replace("photoshop:ColorMode", "3")
    packet.remove("dc:title")
    changed = packet.render()
    title_at, title_end = annotated.XMP.index(b"<dc:title>"), annotated.XMP.index(b"</dc:title>") + 11
    kept = annotated.XMP[:title_at] + annotated.XMP[title_end:]
    assert changed == kept.replace(b'photoshop:ColorMode="1"', b'photoshop:ColorMode="3"')


def test_prefixes_comments_and_quotes_of_the_source_survive_the_provenance() -> None:
    packet = Packet(annotated.XMP)
    state(packet, PROVENANCE)
    changed = packet.render()
    for written in (
        b'xap:CreatorTool="ScanSoft &amp; Sons"',
        b"own:Shelf='A \"12\"'",
        b"<!-- kept -->",
        b"<own:Row>4</own:Row>",
    ):
        assert written in changed
    assert read(Packet(changed)) == PROVENANCE


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_packets_in_other_encodings_become_utf_8(codec: str) -> None:
    packet = Packet(annotated.XMP.decode().lstrip("\ufeff").replace("\ufeff", "").encode(codec))
    assert packet.get("dc:title") == "Most w Łodzi"
    assert b"Most w \xc5\x81odzi" in packet.render()


def test_properties_are_read_as_attributes_elements_and_resources() -> None:
    packet = Packet(annotated.XMP)
    assert packet.get("photoshop:ColorMode") == "1"
    assert packet.get("Iptc4xmpExt:DigitalSourceType").endswith("negativeFilm")
    assert packet.get("dc:subject") == "bridge"
    assert packet.get("tiff:Make") is None
    linked = annotated.XMP.replace(
        b"<ext:DigitalSourceType>http://cv.iptc.org/newscodes/digitalsourcetype/negativeFilm</ext:DigitalSourceType>",
        b'<ext:DigitalSourceType rdf:resource="http://cv.iptc.org/newscodes/digitalsourcetype/print"/>',
    )
    packet = Packet(linked)
    assert packet.get("Iptc4xmpExt:DigitalSourceType").endswith("print")
    state(packet, PROVENANCE)
    assert Packet(packet.render()).get("Iptc4xmpExt:DigitalSourceType") == DIGITAL_SOURCE_TYPE
    assert Packet(packet.render()).get("photocolor:FormerDigitalSourceType").endswith("print")


def test_a_packet_whose_rdf_has_another_prefix_is_extended_in_valid_xml() -> None:
    renamed = annotated.XMP.replace(b"rdf:", b"r:").replace(b"xmlns:rdf", b"xmlns:r")
    packet = Packet(renamed)
    state(packet, PROVENANCE)
    assert read(Packet(packet.render())) == PROVENANCE
    default = EMPTY.replace(b"rdf:RDF xmlns:rdf", b"RDF xmlns").replace(b"/rdf:RDF", b"/RDF")
    packet = Packet(default)
    state(packet, PROVENANCE)
    assert read(Packet(packet.render())) == PROVENANCE


def test_all_descriptions_are_about_the_same_resource() -> None:
    about = annotated.XMP.replace(b'rdf:about=""', b'rdf:about="uuid:a&amp;b"')
    packet = Packet(about)
    state(packet, PROVENANCE)
    assert packet.render().count(b'rdf:about="uuid:a&amp;b"') == 2


def test_a_history_that_is_no_sequence_is_replaced_not_doubled() -> None:
    packet = Packet(
        annotated.XMP.replace(b"<rdf:Seq><rdf:li ev", b"<rdf:Seq/><!--").replace(b'"/></rdf:Seq></mm', b'"--></mm')
    )
    state(packet, PROVENANCE)
    assert packet.render().count(b"History>") == 2


def test_previews_and_pointers_to_signatures_of_the_gray_photo_go() -> None:
    stale = annotated.XMP.replace(
        b"<dc:title>",
        b"<xap:Thumbnails><rdf:Alt><rdf:li>/9j/</rdf:li></rdf:Alt></xap:Thumbnails>"
        b'<t:provenance xmlns:t="http://purl.org/dc/terms/">https://archive.example/c2pa</t:provenance><dc:title>',
    )
    log = Log()
    changed = complete(opened(stale, log), Picture(64, 48), PROVENANCE, log)
    assert b"Thumbnails" not in changed
    assert b"c2pa" not in changed
    assert set(log.dropped) == {"XMP thumbnails", "XMP pointer to a C2PA manifest"}


def test_xmp_that_says_gray_is_made_true() -> None:
    gray = annotated.XMP.replace(
        b'photoshop:ColorMode="1"',
        b'photoshop:ColorMode="1" photoshop:ICCProfile="Dot Gain 20%" xmlns:tiff="http://ns.adobe.com/tiff/1.0/"'
        b' tiff:PhotometricInterpretation="1" tiff:SamplesPerPixel="1" tiff:ImageWidth="64"',
    ).replace(
        b"<dc:title>", b"<tiff:BitsPerSample><rdf:Seq><rdf:li>8</rdf:li></rdf:Seq></tiff:BitsPerSample><dc:title>"
    )
    log = Log()
    changed = Packet(complete(opened(gray, log), Picture(64, 48, 16), PROVENANCE, log))
    assert changed.get("photoshop:ICCProfile") == "sRGB IEC61966-2.1"
    assert changed.get("tiff:PhotometricInterpretation") == "2"
    assert changed.get("tiff:SamplesPerPixel") == "3"
    assert changed.data.count(b"<rdf:li>16</rdf:li>") == 3
    assert "tiff:ImageWidth" not in log.changed


NO_PROPERTIES = (
    b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>"
    b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/></x:xmpmeta>"
)


@pytest.mark.parametrize("blank", [None, b"", b"\0\0", b"  \n", NO_PROPERTIES])
def test_an_empty_packet_is_no_damage(blank: bytes | None) -> None:
    log = Log()
    state(packet := opened(blank, log), PROVENANCE)
    assert read(Packet(packet.render())) == PROVENANCE
    assert log.warnings == []


def test_a_packet_with_trailing_zeros_is_read() -> None:
    assert Packet(annotated.XMP + bytes(100)).get("dc:title") == "Most w Łodzi"


def test_a_spoiled_provenance_is_none() -> None:
    packet = Packet(EMPTY)
    state(packet, PROVENANCE)
    whole = packet.render()
    assert read(Packet(whole.replace(b"photocolor:SourceSHA256", b"photocolor:Other"))) is None
    assert read(Packet(whole.replace(b"{", b"["))) is None
    assert read(Packet(EMPTY)) is None


def test_setting_a_property_twice_leaves_one() -> None:
    packet = Packet(annotated.XMP)
    set_property(packet, "photoshop:ColorMode", "3")
    assert packet.render().count(b"ColorMode") == 1


def test_text_without_xml_is_refused() -> None:
    with pytest.raises(Malformed):
        Packet(b"sample xmp string")
