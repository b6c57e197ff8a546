"""What a file says of itself is shown, and never obeyed: by a terminal, by JSON, or by a page."""

from __future__ import annotations

import json
import struct
import zlib
from pathlib import Path

import annotated
import photos
import pytest
from commands import Answer
from commands import photocolor as command
from runs import write_tree

EVIL = "\u202egpj\u009b31m</script><img src=x onerror=alert(1)>\u2028[red]& \\"
ESCAPED = b"\x1b]0;owned\x07\x1b[2J\r\n"

XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:p="http://ns.adobe.com/photoshop/1.0/"><p:City>%s</p:City><dc:source>%s</dc:source>'
    "<p:SidecarForExtension>%s</p:SidecarForExtension></rdf:Description></rdf:RDF></x:xmpmeta>"
)


def xmp() -> bytes:
    text = EVIL.replace("&", "&amp;").replace("<", "&lt;")
    return (XMP % (text, text, text)).encode()


def iptc(value: bytes) -> bytes:
    record = struct.pack(">BBBH", 0x1C, 2, 90, len(value)) + value
    return b"Photoshop 3.0\0" + annotated.resource(0x0404, record)


def jpeg() -> bytes:
    fields = annotated.tree() | {270: annotated.raw(ESCAPED, 2), 315: annotated.raw(EVIL.encode(), 2)}
    data = photos.with_segment(photos.jpeg(), 0xE1, b"Exif\0\0" + annotated.block(fields=fields))
    data = photos.with_segment(data, 0xED, iptc(ESCAPED))
    data = photos.with_segment(data, 0xEC, ESCAPED + b"\0\1\2")
    return photos.with_segment(data, 0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp())


def png() -> bytes:
    profile = ESCAPED.strip() + b"\0\0" + zlib.compress(b"no profile")
    long = b"k" + ESCAPED + b"\0\0" + zlib.compress(bytes(20 << 20))
    return photos.png(chunks=[(b"iCCP", profile), (b"zTXt", long), (b"tEXt", ESCAPED + b"\0" + ESCAPED)])


def answers(scans: Path, out: Path, result_format: str) -> list[Answer]:
    """Everything that is told of two photos, by every command."""
    restore = ("restore", scans, "--out", out, "--workers", 1, "--device", "cpu", "--format", result_format)
    told = [command(*restore), command(*restore, "--dry-run"), command("verify", scans, out)]
    for result in out.glob("[ab].*"):  # so that tags differ, and are shown
        result.write_bytes(result.read_bytes().replace(b"Canon", b"C\x1bno"))
    return [*told, command("verify", scans, out), command("preview", scans / "b.png", "--to", out / "p.png")]


@pytest.mark.parametrize("result_format", ["keep", "webp", "jpeg"])
def test_nothing_that_a_terminal_obeys_is_printed(result_format: str, tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "in", {"a.jpg": jpeg(), "b.png": png(), "a.xmp": xmp()})
    for answer in answers(scans, tmp_path / "out", result_format):
        for text in (answer.out, answer.err):
            assert [line for line in text.splitlines() if not line.replace("\t", " ").isprintable()] == []
            assert "\x1b" not in text and "\u009b" not in text and "\u202e" not in text


def test_json_is_ascii_and_the_page_has_no_markup_of_theirs(tmp_path: Path) -> None:
    scans, out = write_tree(tmp_path / "in", {"a.jpg": jpeg(), "b.png": png(), "a.xmp": xmp()}), tmp_path / "out"
    restored = command("restore", scans, "--out", out, "--workers", 1, "--device", "cpu", "--format", "webp", "--json")
    verified = command("verify", scans, out, "--json")
    for answer in (restored, verified):
        assert answer.out.isascii()
        assert all(json.loads(line) for line in answer.out.splitlines())
    manifest = (out / ".photocolor/manifest.jsonl").read_bytes()
    assert manifest.isascii() and b"\x1b" not in manifest
    assert command("report", out).code == 0
    page = (out / "photocolor-report.html").read_text(encoding="utf-8")
    assert "<img src=x" not in page and "\x1b" not in page and "\u202e" not in page


def test_a_name_of_a_million_letters_is_shortened(tmp_path: Path) -> None:
    chunk = b"k" * 1_000_000 + b"\0\0" + zlib.compress(bytes(5 << 20))
    scans = write_tree(tmp_path / "in", {"b.png": photos.png(chunks=[(b"zTXt", chunk)])})
    answer = command("restore", scans, "--out", tmp_path / "out", "--workers", 1, "--device", "cpu", "--format", "jpeg")
    assert "metadata_left_behind" in answer.err and len(answer.err) < 10_000
