"""IPTC where a container has no place for it: lists are joined, what differs is kept aside, and nothing is lost."""

from __future__ import annotations

import base64
import struct
from pathlib import Path

import annotated
import photos
import pytest

from photocolor.metadata.carry import CarryReport, Changes, graft, read_blocks
from photocolor.metadata.provenance import Provenance
from photocolor.metadata.xmp.edit import Packet
from photocolor.verify.changes import compare_tags
from photocolor.verify.intended import Pair
from photocolor.verify.tags import tags_of

MADE = Provenance("0.1.0", "m", "1", "ab" * 32, {}, "cd" * 32)
WITHOUT_IPTC = ["webp", "jp2", "jxl", "avif"]
XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:Headline="The same">
<dc:subject><rdf:Bag><rdf:li>bridge</rdf:li><rdf:li>only in XMP</rdf:li></rdf:Bag></dc:subject>
<dc:creator><rdf:Seq/></dc:creator>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">A title</rdf:li><rdf:li xml:lang="pl">Tytuł</rdf:li></rdf:Alt>
</dc:title>
<photoshop:City>Wien</photoshop:City><photoshop:DateCreated>1936-03-09</photoshop:DateCreated>
<photoshop:SupplementalCategories>one</photoshop:SupplementalCategories>
</rdf:Description></rdf:RDF></x:xmpmeta>""".encode()


def record(dataset: int, value: bytes | str, number: int = 2) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return struct.pack(">BBBH", 0x1C, number, dataset, len(data)) + data


def jpeg(records: bytes, xmp: bytes = XMP) -> bytes:
    """A gray JPEG with these records, announced as UTF-8, and a packet."""
    head = record(90, b"\x1b%G", 1) + record(0, b"\0\4")
    data = head + records
    resource = b"8BIM\4\4\0\0" + struct.pack(">I", len(data)) + data + b"\0" * (len(data) % 2)
    photo = photos.with_segment(photos.jpeg(), 0xED, b"Photoshop 3.0\0" + resource)
    return photos.with_segment(photo, 0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp) if xmp else photo


def grafted(source: bytes, kind: str, folder: Path) -> tuple[Packet, CarryReport, bytes]:
    """The result's packet, what was told, and the result."""
    result = folder / f"result.{kind}"
    result.write_bytes(annotated.colored(kind))
    report = graft(source, "jpeg", result, Changes(kind, MADE))
    xmp = read_blocks(result.read_bytes(), kind).xmp
    assert xmp is not None
    return Packet(xmp), report, result.read_bytes()


def unintended(source: bytes, result: bytes, kind: str) -> list[str]:
    pair = Pair(f"jpeg>{kind}", 64, 48, tags_of(source, "jpeg"), tags_of(result, kind))
    return [item.tag for item in compare_tags(pair).unintended]


@pytest.mark.parametrize("kind", WITHOUT_IPTC)
def test_lists_are_joined_and_a_differing_value_is_kept_aside_and_told(kind: str, tmp_path: Path) -> None:
    records = [record(25, "bridge"), record(25, "river"), record(80, "A. Reader"), record(80, "B. Reader")]
    records += [record(20, "one"), record(20, "two"), record(90, "Graz"), record(105, "The same")]
    records += [record(5, "Tytuł"), record(55, "19360309"), record(60, "120000+0100")]
    source = jpeg(b"".join(records))
    packet, report, result = grafted(source, kind, tmp_path)
    assert packet.values("dc:subject") == ["bridge", "only in XMP", "river"]
    assert packet.values("dc:creator") == ["A. Reader", "B. Reader"]
    assert packet.values("photoshop:SupplementalCategories") == ["one", "two"]
    assert packet.values("photoshop:City") == ["Wien"]
    assert packet.values("dc:title") == ["A title", "Tytuł"]
    assert packet.values("photocolor:SourceIPTC") == [
        "2:090 City: Graz", "2:055 DateCreated: 19360309", "2:060 TimeCreated: 120000+0100",
    ]  # fmt: skip
    assert any("IPTC 2:090 City, 2:055 DateCreated" in sentence for sentence in report.remarks)
    assert unintended(source, result, kind) == []


@pytest.mark.parametrize("kind", WITHOUT_IPTC)
@pytest.mark.parametrize("xmp", [XMP, b""])
def test_every_dataset_has_a_home(kind: str, xmp: bytes, tmp_path: Path) -> None:
    values = {(2, dataset): f"value {dataset}" for dataset in range(1, 256)}
    values |= {(2, 55): "19360300", (2, 60): "120000", (2, 62): "19990101", (2, 63): "120000+0000"}
    values |= {(number, dataset): f"value {number} {dataset}" for number in (1, 3, 6, 7) for dataset in (5, 20, 200)}
    source = jpeg(b"".join(record(dataset, value, number) for (number, dataset), value in values.items()), xmp)
    packet, _, result = grafted(source, kind, tmp_path)
    stored = result.decode("utf-8", "replace")
    for value in values.values():
        assert value in stored or value in ("19360300", "19990101", "120000+0000")
    assert packet.values("xmp:CreateDate") == ["1999-01-01T12:00:00+00:00"]
    assert "2:060 TimeCreated: 120000" in packet.values("photocolor:SourceIPTC")  # no day that it belongs to
    assert unintended(source, result, kind) == []


@pytest.mark.parametrize("kind", ["webp", "jxl", "avif"])
def test_second_values_and_bytes_that_are_no_text_are_kept_aside(kind: str, tmp_path: Path) -> None:
    source = jpeg(record(90, "Graz") + record(90, "Linz") + record(120, b"a\x0bb") + record(231, b"\xff\xfe\0\1"), b"")
    packet, _, result = grafted(source, kind, tmp_path)
    assert packet.values("photoshop:City") == ["Graz"]
    assert packet.values("dc:description") == ["ab"]
    aside = packet.values("photocolor:SourceIPTC")
    assert "2:090 City: Linz" in aside
    for name, value in (("2:120 Caption-Abstract", b"a\x0bb"), ("2:231 DocumentHistory", b"\xff\xfe\0\1")):
        assert f"{name} (base64): {base64.b64encode(value).decode()}" in aside
    assert unintended(source, result, kind) == []


@pytest.mark.parametrize("kind", ["webp", "jxl", "avif"])
def test_damaged_records_are_kept_byte_for_byte(kind: str, tmp_path: Path) -> None:
    source = jpeg(record(90, "Graz") + b"\x1c\x02\x78\x7f\xffcut")
    packet, report, result = grafted(source, kind, tmp_path)
    stored = base64.b64decode(packet.get("photocolor:UnparsedIPTC") or "")
    assert record(90, "Graz") in stored and stored.endswith(b"cut")
    assert any("photocolor:UnparsedIPTC" in warning for warning in report.warnings)
    assert unintended(source, result, kind) == []


@pytest.mark.parametrize("kind", ["jpeg", "jp2", "webp", "jxl"])
def test_iptc_is_found_beside_photoshop_resources_that_are_damaged(kind: str, tmp_path: Path) -> None:
    records = record(25, "river") + record(118, "Archive")
    broken = annotated.photoshop(with_iptc=False)[:-3000] + b"damage"
    extra = {33723: annotated.raw(records), 34377: annotated.raw(broken, annotated.BYTE)}
    source, result = annotated.tiff(extra=extra), tmp_path / f"result.{kind}"
    result.write_bytes(annotated.colored(kind))
    graft(source, "tiff", result, Changes(kind, MADE))
    data = result.read_bytes()
    assert b"river" in data and b"Archive" in data
    tags = compare_tags(Pair(f"tiff>{kind}", 64, 48, tags_of(source, "tiff"), tags_of(data, kind))).unintended
    assert [item.tag for item in tags if not item.tag.startswith("EXIF/IFD0/Orientation")] == []


def test_two_blocks_of_iptc_are_both_taken(tmp_path: Path) -> None:
    one, two = jpeg(record(25, "one"), b""), jpeg(record(25, "two") + record(118, "Archive"), b"")
    segment = two[two.index(b"\xff\xed") :]
    length = int.from_bytes(segment[2:4], "big") + 2
    source = one[:2] + segment[:length] + one[2:]
    packet, _, result = grafted(source, "webp", tmp_path)
    assert set(packet.values("dc:subject")) == {"one", "two"}
    assert packet.values("photocolor:SourceIPTC") == ["2:118 Contact: Archive"]
    assert unintended(source, result, "webp") == []


def test_what_is_kept_aside_grows_when_a_result_is_converted(tmp_path: Path) -> None:
    before = XMP.replace(
        b"<photoshop:City>",
        b'<p:SourceIPTC xmlns:p="urn:x-photocolor:xmp:1.0:"><rdf:Bag><rdf:li>2:022 FixtureIdentifier: F1</rdf:li>'
        b"</rdf:Bag></p:SourceIPTC><photoshop:City>",
    )
    packet, _, _ = grafted(jpeg(record(118, "Archive"), before), "webp", tmp_path)
    assert packet.values("photocolor:SourceIPTC") == ["2:022 FixtureIdentifier: F1", "2:118 Contact: Archive"]


LIES = {
    "a keyword": (b">river<", b">hills<"),
    "a value aside": (b"City: Graz", b"City: Linz"),
    "a dataset without a property": (b"Contact: Archive", b"Contact: Nobody"),
    "a mapped value": (b"A caption", b"B caption"),
}


@pytest.mark.parametrize("lie", LIES)
def test_verify_looks_at_the_values_and_not_at_the_claim(lie: str, tmp_path: Path) -> None:
    records = record(25, "river") + record(90, "Graz") + record(118, "Archive") + record(120, "A caption")
    source = jpeg(records)
    _, _, result = grafted(source, "webp", tmp_path)
    was, now = LIES[lie]
    stored = result.replace(was, now)
    assert stored != result
    assert unintended(source, result, "webp") == []
    assert unintended(source, stored, "webp") != []


def test_other_photoshop_resources_are_named(tmp_path: Path) -> None:
    source = photos.with_segment(photos.jpeg(), 0xED, b"Photoshop 3.0\0" + b"8BIM\4\x0b\0\0\0\0\0\2ab")
    _, report, _ = grafted(source, "webp", tmp_path)
    assert report.remarks == ("metadata_left_behind: Photoshop resources URL: WebP has no place for it",)


def test_segments_that_only_jpeg_has_are_named(tmp_path: Path) -> None:
    source = photos.with_segment(photos.jpeg(), 0xEC, b"Ducky\0\1\0\4\0\0\0\x3c\0\0")
    _, report, _ = grafted(source, "webp", tmp_path)
    assert report.remarks == ("metadata_left_behind: APP12 (Ducky): WebP has no place for it",)
