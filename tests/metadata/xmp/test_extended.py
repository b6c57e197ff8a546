"""Promises about XMP packets that are longer than a JPEG segment."""

from __future__ import annotations

import random
import re
from pathlib import Path

import annotated
import pytest

from photocolor.containers.jpeg import parts
from photocolor.metadata.carry import Changes, graft, read_provenance
from photocolor.metadata.formats import jpeg
from photocolor.metadata.limits import SOURCE_XMP_MOST_NODES
from photocolor.metadata.model import Log
from photocolor.metadata.xmp.edit import EMPTY, Packet
from photocolor.metadata.xmp.extended import merge_extensions, split

from ..test_carry import PROVENANCE

SEGMENT_BYTES = 65535


def long_packet(characters: int, as_attribute: bool = False) -> bytes:
    rng = random.Random(characters)
    text = "." + "".join(rng.choices("abcdefghij &<ł", k=characters)) + "."
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    if as_attribute:
        return annotated.XMP.replace(b'photoshop:ColorMode="1"', f'photoshop:ColorMode="1" own:Long="{text}"'.encode())
    return annotated.XMP.replace(b"<own:Box", f"<own:Long>{text}</own:Long><own:Box".encode())


def long_value(packet: bytes) -> str:
    name = "http://archive.example/ns/ Long"
    parsed = Packet(packet)
    found = [item.value for item in parsed.attributes(name)] + [item.text for item in parsed.elements(name)]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("as_attribute", [False, True])
@pytest.mark.parametrize("characters", [70_000, 200_000])
def test_a_long_packet_is_split_and_joined_without_loss(characters: int, as_attribute: bool) -> None:
    packet, log = long_packet(characters, as_attribute), Log()
    main, pieces = split(packet, 65502, log)
    assert len(main) <= 65502
    assert all(len(piece) <= 65458 for piece in pieces)
    assert Packet(main).get("dc:title") == "Most w Łodzi"  # only the largest moved
    assert long_value(merge_extensions(main, reversed(pieces), log)) == long_value(packet)
    assert log.warnings == []


def test_a_divided_packet_fits_with_the_note_of_its_extension_however_the_sizes_fall_out() -> None:
    """Equal properties are moved until the rest fits, so that up to a few bytes of the room are left."""
    body = b"".join(b"<own:P%d>" % number + b"v" * 60 + b"</own:P%d>" % number for number in range(1000))
    packet = annotated.XMP.replace(b"<own:Box", body + b"<own:Box")
    for room in range(65502 - 100, 65502):
        main, pieces = split(packet, room, Log())
        assert len(main) <= room and pieces


@pytest.mark.parametrize("source_format", ["jpeg", "png", "tiff", "webp"])
def test_a_long_packet_reaches_jpeg_and_exiftool_reads_it_whole(tmp_path: Path, source_format: str) -> None:
    packet = long_packet(150_000)
    first = tmp_path / "first"
    first.write_bytes(annotated.colored(source_format))
    plain = annotated.jpeg(xmp=split(packet, 65502, Log())[0])
    extended = plain[:2]
    for piece in split(packet, 65502, Log())[1]:
        part = jpeg.EXTENSION + piece
        extended += b"\xff\xe1" + (len(part) + 2).to_bytes(2, "big") + part
    graft(extended + plain[2:], "jpeg", first, Changes(source_format, PROVENANCE))
    result = tmp_path / "out.jpg"
    result.write_bytes(annotated.colored("jpeg"))
    graft(first.read_bytes(), source_format, result, Changes("jpeg", PROVENANCE))
    said = annotated.exiftool([result])[result]
    assert "ExifTool:Warning" not in said
    shown = re.search(r"Binary data (\d+) bytes", str(said["XMP-own:Long"]))  # how ExifTool shows a long text
    assert shown is not None
    assert int(shown.group(1)) == len(long_value(packet).encode())
    whole = jpeg.read(result.read_bytes()).xmp
    assert whole is not None
    assert long_value(whole) == long_value(packet)
    assert said["XMP-photocolor:ModelName"] == "default"
    assert all(len(part.payload) + 2 <= SEGMENT_BYTES for part in parts(result.read_bytes()))
    assert read_provenance(result.read_bytes(), "jpeg") == PROVENANCE


def test_an_incomplete_extension_is_told_and_the_packet_kept() -> None:
    main, pieces = split(long_packet(200_000), 65502, Log())
    log = Log()
    assert merge_extensions(main, pieces[:-1], log) == main
    assert log.dropped == ["XMP extension"]
    assert log.warnings[0].startswith("metadata_unparsed")


def test_padding_goes_before_anything_is_moved() -> None:
    head, tail = annotated.XMP.rsplit(b"<?xpacket", 1)
    packet = head + b" " * 70_000 + b"<?xpacket" + tail
    main, pieces = split(packet, 65502, Log())
    assert pieces == []
    assert main.startswith(head.rstrip())


def test_an_extension_of_many_small_properties_is_read_again() -> None:
    many = "".join(f"<dc:a{number}>{number}</dc:a{number}>" for number in range(SOURCE_XMP_MOST_NODES - 20))
    packet = EMPTY.replace(
        b" </rdf:RDF>",
        f'<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:b="urn:b" xmlns:c="urn:c">'
        f"{many}</rdf:Description></rdf:RDF>".encode(),
    )
    log = Log()
    main, pieces = split(packet, SEGMENT_BYTES, log)
    assert len(main) <= SEGMENT_BYTES
    joined = Packet(merge_extensions(main, pieces, log))
    (description, *more) = (item for item in joined.descriptions if item.children)
    assert sum(len(item.children) for item in (description, *more)) == SOURCE_XMP_MOST_NODES - 20
    assert not log.warnings and not log.dropped
