"""Every page of a book says what it said, and what made it."""

from __future__ import annotations

import hashlib
import struct
from io import BytesIO
from pathlib import Path

import photos
import pytest
import tifffile
from commands import Here
from runs import write_tree

from photocolor.verify.files import verify_file

XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:source>Box 7</dc:source></rdf:Description>
</rdf:RDF></x:xmpmeta>"""
BOOK = photos.tiff_of(
    [photos.gray(), photos.gray(seed=1), photos.rgb(64, 64)], description=["first", "second", "third"]
)

SHA256 = hashlib.sha256(BOOK).hexdigest().encode()


@pytest.fixture
def photocolor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    """The command line, run in this process."""
    return Here(monkeypatch, capsys)


@pytest.fixture
def book(photocolor: Here, tmp_path: Path) -> tuple[Path, Path]:
    """A book of three pages and its result."""
    scans = write_tree(tmp_path / "scans", {"book.tif": BOOK})
    assert photocolor("restore", scans, "--out", tmp_path / "out", "--quiet").code == 0
    return scans / "book.tif", tmp_path / "out" / "book.tif"


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        (b"second\0", b"SECOND\0", {("metadata", "page 2 of 3: EXIF/IFD0/ImageDescription changed")}),
        (b"third\0", b"THIRD\0", {("metadata", "page 3 of 3: EXIF/IFD0/ImageDescription changed")}),
        (b">" + SHA256[:8], b">00000000", {("provenance", "page 3 of 3 says something else than the first")}),
    ],
)
def test_what_was_changed_on_a_further_page_is_found(
    was: bytes, now: bytes, said: set[tuple[str, str]], book: tuple[Path, Path]
) -> None:
    source, result = book
    assert verify_file(source, result).broken == ()
    data = result.read_bytes()
    at = data.rindex(was)
    result.write_bytes(data[:at] + now + data[at + len(was) :])
    assert {(check.name, check.detail) for check in verify_file(source, result).broken} >= said


def test_a_sidecar_that_is_merged_into_the_first_page_is_none_of_the_others(photocolor: Here, tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {"book.tif": BOOK, "book.xmp": XMP.encode()})
    out = tmp_path / "out"
    assert photocolor("restore", scans, "--out", out, "--sidecars", "merge", "--quiet").code == 0
    assert photocolor("verify", scans, out).code == 0


def test_pages_whose_metadata_stay_behind_for_their_size_hold(photocolor: Here, tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {"book.tif": sharing_one_note(10)})
    out = tmp_path / "out"
    answer = photocolor("restore", scans, "--out", out)
    assert answer.code == 0
    assert "metadata of pages" in answer.err
    assert photocolor("verify", scans, out).code == 0


def sharing_one_note(pages: int) -> bytes:
    """A TIFF whose pages all point to one large comment, which its result would hold as often."""
    notes = [b"note" * 50_000, *[b"a note"] * (pages - 1)]
    data = bytearray(
        photos.tiff_of([photos.gray()] * pages, extratags=[[(37510, 7, len(note), note, True)] for note in notes])
    )
    with tifffile.TiffFile(BytesIO(bytes(data))) as file:
        tags = [page.tags[37510] for page in file.pages]
    for tag in tags[1:]:
        struct.pack_into("<II", data, tag.offset + 4, tags[0].count, tags[0].valueoffset)
    return bytes(data)
