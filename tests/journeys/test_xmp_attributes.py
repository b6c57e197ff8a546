"""A property that moves from an XML attribute into an element says the same there, with breaks and "]]>" in it."""

from __future__ import annotations

from pathlib import Path

import photos
import pytest
from commands import Here
from runs import write_tree

from photocolor.metadata.carry import read_blocks
from photocolor.metadata.xmp.edit import Packet

HEAD = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"'
)
TAIL = "</rdf:Description></rdf:RDF></x:xmpmeta>"
SAID = {
    "break": ("one\ntwo", "one two"),
    "windows": ("one\r\ntwo", "one two"),
    "tab": ("one\ttwo", "one two"),
    "reference": ("one&#10;two", "one\ntwo"),
    "end": ("a[b[0]]>c &amp; d", "a[b[0]]>c & d"),
}


@pytest.fixture
def photocolor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    return Here(monkeypatch, capsys)


def with_headline(headline: str) -> bytes:
    """A PNG that has its headline in an attribute."""
    packet = f'{HEAD} photoshop:Headline="{headline}">{TAIL}'.encode()
    return photos.png(chunks=[(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet)])


def headline_of(path: Path, kind: str) -> str | None:
    return Packet(read_blocks(path.read_bytes(), kind).xmp or b"").get("photoshop:Headline")


def test_an_attribute_that_a_sidecar_lacks_says_the_same_when_both_are_merged(photocolor: Here, tmp_path: Path) -> None:
    files = {f"{name}.png": with_headline(raw) for name, (raw, _) in SAID.items()}
    files |= {f"{name}.xmp": f"{HEAD}><dc:source>album</dc:source>{TAIL}".encode() for name in SAID}
    scans, out = write_tree(tmp_path / "scans", files), tmp_path / "out"
    assert photocolor("restore", scans, "--out", out, "--sidecars", "merge", "--quiet").code == 0
    answer = photocolor("verify", scans, out, "--quiet")
    assert (answer.code, answer.out) == (0, "")
    assert {name: headline_of(out / f"{name}.png", "png") for name in SAID} == {
        k: said for k, (_, said) in SAID.items()
    }


def test_an_attribute_that_is_too_long_for_one_segment_of_a_jpeg_says_the_same(
    photocolor: Here, tmp_path: Path
) -> None:
    long = "word " * 15_000
    files = {f"{name}.png": with_headline(long + raw) for name, (raw, _) in SAID.items()}
    scans, out = write_tree(tmp_path / "scans", files), tmp_path / "out"
    assert photocolor("restore", scans, "--out", out, "--format", "jpeg", "--quiet").code == 0
    answer = photocolor("verify", scans, out, "--quiet")
    assert (answer.code, answer.out) == (0, "")
    assert all(headline_of(out / f"{name}.jpg", "jpeg") == long + said for name, (_, said) in SAID.items())
