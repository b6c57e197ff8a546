"""A result in another byte order than its source's EXIF: numbers are swapped, and blocks of bytes stay as they are."""

from __future__ import annotations

import struct
from pathlib import Path

import photos
import pytest
from commands import Here
from runs import write_tree

from photocolor.containers.ifd import KIND_BYTES

NOTE = b"FUJIFILM" + bytes(range(1, 57))
TITLE = "Gro\u00dfmutter im Garten".encode("utf-16-le").ljust(64, b"\0")
BLOCKS = {37510: b"ASCII\0\0\0".ljust(64, b"a"), 37500: NOTE, 40091: TITLE, 50341: b"PrintIM\0" + bytes(range(56))}
NUMBERS, EXIF_IFD = 0x9999, 34665


@pytest.fixture
def photocolor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    return Here(monkeypatch, capsys)


def exif(order: str, kind: int) -> bytes:
    """A block whose EXIF directory has blocks of bytes of a type that a writer chose, and numbers of it."""
    start, values = 8 + 2 + 12 + 4, BLOCKS | {NUMBERS: numbers(order, kind)}
    head, tail, tail_at = struct.pack(order + "H", len(values)), b"", start + 2 + 12 * len(values) + 4
    for tag, value in sorted(values.items()):
        entry = struct.pack(order + "HHII", tag, kind, len(value) // KIND_BYTES[kind], tail_at + len(tail))
        head, tail = head + entry, tail + value
    first = struct.pack(order + "HHHIII", 1, EXIF_IFD, 4, 1, start, 0)
    mark = {"<": b"II", ">": b"MM"}[order] + struct.pack(order + "HI", 42, 8)
    return mark + first + head + bytes(4) + tail


def numbers(order: str, kind: int) -> bytes:
    letter = {3: "H", 4: "I", 12: "d"}.get(kind, "B")
    return struct.pack(f"{order}{64 // struct.calcsize('=' + letter)}{letter}", *range(64 // struct.calcsize(letter)))


@pytest.mark.parametrize("kind", [1, 3, 4, 7, 12])
@pytest.mark.parametrize("order", ["<", ">"])
def test_blocks_of_bytes_stay_whatever_type_their_writer_chose(
    photocolor: Here, tmp_path: Path, order: str, kind: int
) -> None:
    scans = write_tree(tmp_path / "scans", {"scan.jpg": photos.jpeg(block=exif(order, kind))})
    out = tmp_path / "out"
    assert photocolor("restore", scans, "--out", out, "--format", "tiff", "--quiet").code == 0
    result = (out / "scan.tif").read_bytes()
    assert result[:2] == b"II" and [tag for tag, block in BLOCKS.items() if block not in result] == []
    assert numbers("<", kind) in result
    answer = photocolor("verify", scans, out, "--quiet")
    assert (answer.code, answer.out) == (0, "")


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_letters_of_a_comment_in_unicode_are_numbers_too(
    photocolor: Here, tmp_path: Path, order: str, mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readers as Exiv2 take them in the file's order, and showed Chinese; those with a mark say their own order."""
    source, little = ("utf-16-le" if order == "<" else "utf-16-be"), "utf-16-le"
    comment = f"{mark}H\xe4user am Flu\xdf".ljust(28 - len(mark), ".")
    monkeypatch.setitem(BLOCKS, 37510, b"UNICODE\0" + comment.encode(source))
    scans = write_tree(tmp_path / "scans", {"scan.jpg": photos.jpeg(block=exif(order, 7))})
    out = tmp_path / "out"
    assert photocolor("restore", scans, "--out", out, "--format", "tiff", "--quiet").code == 0
    result = (out / "scan.tif").read_bytes()
    assert result[:2] == b"II" and b"UNICODE\0" + comment.encode(source if mark else little) in result
    answer = photocolor("verify", scans, out, "--quiet")
    assert (answer.code, answer.out) == (0, "")
    other = b"UNICODE\0" + comment.replace("u", "o").encode(source if mark else little)
    (out / "scan.tif").write_bytes(result.replace(b"UNICODE\0" + comment.encode(source if mark else little), other))
    assert "UserComment" in photocolor("verify", scans, out, "--quiet").out
