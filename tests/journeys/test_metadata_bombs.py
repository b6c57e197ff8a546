"""Small files whose metadata unfold keep to --max-memory and a few seconds of processor, and say what they left."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import annotated
import imagecodecs
import photos
import pytest
from commands import ROOT

from photocolor.containers.boxes import make_box

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the system tells no process's peak memory")

LIMIT_BYTES = 600_000_000
LIMIT_S = 10.0
MIB = 1 << 20

_HEAD = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="" xmlns:a="b" xmlns:xmp="http://ns.adobe.com/xap/1.0/">'
)
_TAIL = b"</rdf:Description></rdf:RDF></x:xmpmeta>"


def xmp(content: bytes) -> bytes:
    return _HEAD + content + _TAIL


def packed_xmp(content: bytes) -> bytes:
    """A PNG whose XMP packet is deflated."""
    chunk = b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(xmp(content), 9)
    return photos.png(chunks=[(b"iTXt", chunk)])


def texts(count: int, size_bytes: int, keyword: bytes = b"k") -> bytes:
    """A PNG of many deflated texts."""
    packed = zlib.compress(b"a" * size_bytes, 9)
    return photos.png(chunks=[(b"zTXt", keyword + b"%d\0\0" % number + packed) for number in range(count)])


def attributes() -> bytes:
    head = _HEAD[:-1] + b"".join(b' a:a%x=""' % number for number in range(1_000_000)) + b">"
    chunk = b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(head + _TAIL, 9)
    return photos.png(chunks=[(b"iTXt", chunk)])


def profile() -> bytes:
    packer = zlib.compressobj(9)
    return photos.png(
        chunks=[(b"iCCP", b"x\0\0" + b"".join(packer.compress(bytes(MIB)) for _ in range(500)) + packer.flush())]
    )


def pointers() -> bytes:
    """EXIF in which 65,535 fields point to one directory of 65,535 fields."""
    entry = struct.Struct("<HHII")
    below = struct.pack("<H", 65_535) + entry.pack(65_000, 1, 0, 0) * 65_535 + bytes(4)
    at = 8 + 2 + 65_535 * entry.size + 4
    first = struct.pack("<H", 65_535) + entry.pack(60_000, 13, 1, at) * 65_535 + bytes(4)
    return photos.png(chunks=[(b"eXIf", b"II" + struct.pack("<HI", 42, 8) + first + below)])


def fields() -> bytes:
    """EXIF as a BigTIFF with more fields than one directory may have."""
    head = b"II" + struct.pack("<HHHQQ", 43, 8, 0, 16, 700_000)
    return photos.png(chunks=[(b"eXIf", head + struct.pack("<HHQQ", 65_000, 1, 0, 0) * 700_000 + bytes(8))])


def extended() -> bytes:
    """A JPEG whose extended XMP has half a million elements."""
    packet, guid = xmp(b"<a:b/>" * 500_000), b"A" * 32
    note = b'<n:HasExtendedXMP xmlns:n="http://ns.adobe.com/xmp/note/">' + guid + b"</n:HasExtendedXMP>"
    data = photos.jpeg()
    for at in reversed(range(0, len(packet), 65_000)):
        piece = guid + struct.pack(">II", len(packet), at) + packet[at : at + 65_000]
        data = photos.with_segment(data, 0xE1, b"http://ns.adobe.com/xmp/extension/\0" + piece)
    return photos.with_segment(data, 0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp(note))


def comments() -> bytes:
    data = photos.jpeg()
    return data[:2] + b"\xff\xfe\0\3x" * 300_000 + data[2:]


def boxes() -> bytes:
    """A JPEG XL of many packed boxes, each of which unfolds to 64 MiB."""
    packed = bytes(imagecodecs.brotli_encode(bytes(64 * MIB)))
    still = bytes(imagecodecs.jpegxl_encode(photos.gray(), usecontainer=True))
    return still + b"".join(make_box(b"brob", b"a%03d" % number + packed) for number in range(500))


def stored_xmp() -> bytes:
    return annotated.tiff(extra={700: annotated.raw(xmp(b"<a:b/>" * 3_000_000), 1)})


BOMBS: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "XMP of 2 million elements": ("a.png", lambda: packed_xmp(b"<a:b/>" * 2_000_000), "metadata_left_behind"),
    "XMP of 200 MiB": ("a.png", lambda: packed_xmp(b"<a:b/>" * (200 * MIB // 6)), "metadata_left_behind"),
    "XMP of one element with a million attributes": ("a.png", attributes, "metadata_left_behind"),
    "XMP with the same property 90,000 times": ("a.png", lambda: packed_xmp(b"<xmp:Thumbnails/>" * 90_000), ""),
    "XMP in a TIFF": ("a.tif", stored_xmp, "metadata_left_behind"),
    "extended XMP": ("a.jpg", extended, "metadata_unparsed"),
    "40 texts of 64 MiB": ("a.png", lambda: texts(40, 64 * MIB), "metadata_left_behind"),
    "500 texts of 1 MiB": ("a.png", lambda: texts(500, MIB), "metadata_left_behind"),
    "profiles as texts": ("a.png", lambda: texts(40, 64 * MIB, b"Raw profile type "), "metadata_left_behind"),
    "ICC of 500 MiB": ("a.png", profile, "profile is ignored"),
    "EXIF of 40 MiB": ("a.png", lambda: photos.png(chunks=[(b"eXIf", annotated.block() + bytes(40 * MIB))]), "EXIF"),
    "EXIF of pointers": ("a.png", pointers, ""),
    "EXIF of fields": ("a.png", fields, "EXIF"),
    "comments": ("a.jpg", comments, "segments"),
    "packed boxes": ("a.jxl", boxes, "metadata_unparsed"),
}

_WATCHER = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:])
_, status, usage = os.wait4(process.pid, 0)
print(usage.ru_maxrss, usage.ru_utime + usage.ru_stime)
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""A process counts the memory of the one that started it as its own: so that one has to be small."""


@pytest.mark.parametrize("result_format", ["keep", "tiff"])
@pytest.mark.parametrize("name", BOMBS)
def test_metadata_that_unfold_take_neither_memory_nor_time(name: str, result_format: str, tmp_path: Path) -> None:
    file, build, told = BOMBS[name]
    (tmp_path / file).write_bytes(build())
    command = ("restore", tmp_path / file, "--out", tmp_path / "out", "--format", result_format, "--device", "cpu")
    code, said, peak_bytes, cpu_s = _watched(*command, "--workers", 1, "--max-memory", "600M")
    assert peak_bytes < LIMIT_BYTES
    assert cpu_s < LIMIT_S
    assert code == (3 if name == "comments" else 0), said
    assert told in said


def _watched(*arguments: object) -> tuple[int, str, int, float]:
    """Exit code, standard error, peak memory in bytes and processor time in seconds of a command."""
    command = [sys.executable, "-c", _WATCHER, sys.executable, "-m", "photocolor", *map(str, arguments)]
    variables = os.environ | {"PYTHONPATH": str(ROOT)}
    answer = subprocess.run(command, capture_output=True, text=True, env=variables, check=False)
    peak, cpu = answer.stdout.split()[-2:]
    return answer.returncode, answer.stderr, int(peak) * (1 if sys.platform == "darwin" else 1024), float(cpu)
