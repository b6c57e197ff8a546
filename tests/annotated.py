"""Builds files that carry every kind of metadata, byte by byte, and asks ExifTool what a file says."""

from __future__ import annotations

import io
import json
import os
import shutil
import struct
import subprocess
import zlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import imagecodecs
import numpy as np
import photos
import pytest
from PIL import Image

Value = tuple[int, int, "bytes | Callable[[int], bytes]"]
Tree = Mapping[int, "Value | Tree"]

FORMATS = {".jpg": "jpeg", ".jpeg": "jpeg", ".tif": "tiff", ".tiff": "tiff", ".png": "png", ".webp": "webp"}
ASCII, SHORT, LONG, RATIONAL, UNDEFINED, BYTE, LONG8 = 2, 3, 4, 5, 7, 1, 16
GRAY_THUMBNAIL_PX = (80, 60)

# -- the judge --------------------------------------------------------------------------------------------------------


def exiftool(files: Iterable[Path]) -> dict[Path, dict[str, object]]:
    """What ExifTool finds in each file, by "Group:Tag"; its absence skips, but never in CI."""
    if shutil.which("exiftool") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI needs exiftool (libimage-exiftool-perl)")
        pytest.skip("exiftool is not installed")
    command = ["exiftool", "-j", "-G1", "-a", "-u", "-n", *map(str, files)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)  # 1 for a file it cannot read
    return {Path(record["SourceFile"]): record for record in json.loads(answer.stdout)}


# -- blocks -----------------------------------------------------------------------------------------------------------


def text(value: str) -> Value:
    """An ASCII field; UTF-8 where ASCII does not do, as everybody writes it."""
    data = value.encode() + b"\0"
    return ASCII, len(data), data


def numbers(kind: int, *values: int, order: str = "<") -> Value:
    """A field of integers, or of rationals given as numerator and denominator."""
    letter = {SHORT: "H", LONG: "I", RATIONAL: "I", LONG8: "Q"}[kind]
    count = len(values) // 2 if kind == RATIONAL else len(values)
    return kind, count, struct.pack(f"{order}{len(values)}{letter}", *values)


def raw(value: bytes, kind: int = UNDEFINED) -> Value:
    """A field of bytes."""
    return kind, len(value), value


def canon_note(order: str) -> Callable[[int], bytes]:
    """A maker's note as Canon writes them: a directory without a header, whose offsets count from the block's start."""

    def build(at: int) -> bytes:
        entries = (
            (0x0006, b"IMG:PowerShot S40 JPEG\0"),
            (0x0007, b"Firmware Version 1.10\0"),
            (0x0009, b"A. Reader\0"),
        )
        tail_at, head, tail = at + 2 + 12 * len(entries) + 4, struct.pack(order + "H", len(entries)), b""
        for tag, value in entries:
            head += struct.pack(order + "HHII", tag, ASCII, len(value), tail_at + len(tail))
            tail += value
        return head + bytes(4) + tail

    return build


def tree(order: str = "<", size: tuple[int, int] = (64, 48)) -> dict[int, Value | Tree]:
    """The fields of a camera's file: description, maker's note, GPS, interoperability, private ones."""
    note = canon_note(order)
    exif: dict[int, Value | Tree] = {
        33434: numbers(RATIONAL, 1, 125, order=order),
        36864: raw(b"0220"),
        36867: text("1936:03:09 12:00:00"),
        37500: (UNDEFINED, len(note(0)), note),
        37510: raw(b"UNICODE\0" + "Łódź".encode("utf-16-le" if order == "<" else "utf-16-be")),
        40961: numbers(SHORT, 65535, order=order),
        40962: numbers(SHORT, size[0], order=order),
        40963: numbers(LONG, size[1], order=order),
        40965: {1: text("R03"), 2: raw(b"0100")},
    }
    gps: dict[int, Value | Tree] = {
        0: raw(b"\2\3\0\0", BYTE),
        1: text("N"),
        2: numbers(RATIONAL, 51, 1, 46, 1, 1234, 100, order=order),
        3: text("E"),
        4: numbers(RATIONAL, 19, 1, 27, 1, 4321, 100, order=order),
    }
    return {
        270: text("The bridge at Łódź"),
        271: text("Canon"),
        272: text("Canon PowerShot S40"),
        274: numbers(SHORT, 6, order=order),
        282: numbers(RATIONAL, 300, 1, order=order),
        283: numbers(RATIONAL, 300, 1, order=order),
        296: numbers(SHORT, 2, order=order),
        305: text("ScanSoft 1.0"),
        306: text("2004:05:06 07:08:09"),
        315: text("A. Photographer"),
        33432: text("© City archive"),
        34665: exif,
        34853: gps,
        40091: raw("Brücke\0".encode("utf-16-le"), BYTE),
        65000: raw(bytes(range(200))),
    }


def directory(fields: Tree, base: int, order: str = "<", big: bool = False, following: int = 0) -> bytes:
    """A TIFF directory with its values, for offset `base`."""
    wide, width = ("Q", 8) if big else ("I", 4)
    head = struct.pack(order + ("Q" if big else "H"), len(fields))
    tail_at, tail = base + len(head) + len(fields) * (20 if big else 12) + width, b""
    for tag, field in sorted(fields.items()):
        tail += b"\0" * (len(tail) % 2)
        at = tail_at + len(tail)
        if isinstance(field, Mapping):
            kind, count, value, inner = LONG8 if big else LONG, 1, struct.pack(order + wide, at), True
            tail += directory(field, at, order, big)
        else:
            kind, count, made = field
            value, inner = made(at) if callable(made) else made, False
        head += struct.pack(order + "HH" + wide, tag, kind, count)
        if inner or len(value) <= width:
            head += value.ljust(width, b"\0")
        else:
            head += struct.pack(order + wide, at)
            tail += value
    return head + struct.pack(order + wide, following) + tail


def thumbnail() -> bytes:
    """A gray thumbnail, as a camera writes it."""
    width, height = GRAY_THUMBNAIL_PX
    file = io.BytesIO()
    Image.fromarray(np.asarray(photos.gray(height, width))).convert("RGB").save(file, "JPEG", quality=90)
    return file.getvalue().ljust(4000, b"\0")


def block(order: str = "<", fields: Tree | None = None, with_thumbnail: bool = True) -> bytes:
    """An EXIF block of `fields`, with a thumbnail in its second directory."""
    fields = tree(order) if fields is None else fields
    head = {"<": b"II", ">": b"MM"}[order] + struct.pack(order + "HI", 42, 8)
    first = directory(fields, 8, order)
    if not with_thumbnail:
        return head + first
    second_at = 8 + len(first) + len(first) % 2
    first = directory(fields, 8, order, following=second_at).ljust(second_at - 8, b"\0")
    small = thumbnail()
    ifd1 = {259: numbers(SHORT, 6, order=order), 513: numbers(LONG, 0, order=order)}
    ifd1 |= {514: numbers(LONG, len(small), order=order)}
    start = second_at + len(directory(ifd1, second_at, order))
    ifd1[513] = numbers(LONG, start, order=order)
    return head + first + directory(ifd1, second_at, order) + small


XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Archive 1.0">
  <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
    <!-- kept -->
    <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
        xmlns:xap="http://ns.adobe.com/xap/1.0/" xmlns:own="http://archive.example/ns/"
        xmlns:ext="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:mm="http://ns.adobe.com/xap/1.0/mm/"
        xmlns:ev="http://ns.adobe.com/xap/1.0/sType/ResourceEvent#" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
        xap:CreatorTool="ScanSoft &amp; Sons" own:Shelf='A "12"' photoshop:ColorMode="1">
      <dc:title><rdf:Alt><rdf:li xml:lang="x-default">Most w Łodzi</rdf:li></rdf:Alt></dc:title>
      <dc:subject><rdf:Bag><rdf:li>bridge</rdf:li><rdf:li>river</rdf:li></rdf:Bag></dc:subject>
      <ext:DigitalSourceType>http://cv.iptc.org/newscodes/digitalsourcetype/negativeFilm</ext:DigitalSourceType>
      <own:Box rdf:parseType="Resource"><own:Row>4</own:Row></own:Box>
      <mm:History><rdf:Seq><rdf:li ev:action="created" ev:softwareAgent="ScanSoft"/></rdf:Seq></mm:History>
    </rdf:Description>
  </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>""".encode()

IPTC_VALUES = {5: "Most", 25: "bridge", 80: "A. Photographer", 90: "Łódź", 105: "A headline", 120: "The bridge"}


def iptc() -> bytes:
    """IIM records in UTF-8, with a repeated keyword and one that has no home in XMP."""
    record = b"\x1c\x01\x5a\x00\x03\x1b%G" + b"\x1c\x02\x00\x00\x02\x00\x04"
    pairs = [*IPTC_VALUES.items(), (25, "river"), (55, "19360309"), (60, "120000+0100"), (65, "ScanSoft")]
    for dataset, value in sorted(pairs, key=lambda pair: pair[0]):
        data = value.encode()
        record += struct.pack(">BBBH", 0x1C, 2, dataset, len(data)) + data
    return record


def resource(number: int, data: bytes) -> bytes:
    """One Photoshop image resource."""
    return b"8BIM" + struct.pack(">HxxI", number, len(data)) + data + b"\0" * (len(data) % 2)


def photoshop(with_iptc: bool = True) -> bytes:
    """Image resources: resolution, IPTC, a URL, a copyright flag, and a gray thumbnail."""
    small = thumbnail()
    head = struct.pack(">IIIIIIHH", 1, *GRAY_THUMBNAIL_PX, 240, 240 * 60, len(small), 24, 1)
    parts = [resource(0x03ED, struct.pack(">IHHIHH", 300 << 16, 1, 1, 300 << 16, 1, 1))]
    parts += [resource(0x0404, iptc())] if with_iptc else []
    parts += [resource(0x040A, b"\1"), resource(0x040B, b"http://archive.example/"), resource(0x040C, head + small)]
    return b"".join(parts)


# -- whole files ------------------------------------------------------------------------------------------------------


def jpeg(order: str = "<", exif: bytes | None = None, xmp: bytes = XMP) -> bytes:
    """A gray JPEG with EXIF, maker's note, GPS, XMP, IPTC, profile and comment."""
    data = photos.jpeg(dpi=(300, 300), icc=photos.gray_gamma())
    for marker, payload in (
        (0xFE, "Skan, Łódź".encode()),
        (0xEC, b"Ducky\0\1\0\4\0\0\0\x3c\0\0"),
        (0xED, b"Photoshop 3.0\0" + photoshop()),
        (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp),
        (0xE1, b"Exif\0\0" + (block(order) if exif is None else exif)),
    ):
        data = photos.with_segment(data, marker, payload)
    return data


def tiff(order: str = "<", big: bool = False, extra: Tree | None = None) -> bytes:
    """A gray TIFF with the same, in its own directory."""
    data = photos.tiff(byteorder=order, bigtiff=big, compression="lzw", icc=photos.gray_gamma())
    wide, width, at, step = ("Q", 8, 8, 20) if big else ("I", 4, 4, 12)
    first = struct.unpack_from(order + wide, data, at)[0]
    count = struct.unpack_from(order + ("Q" if big else "H"), data, first)[0]
    own: dict[int, Value | Tree] = {}
    for entry in range(first + (8 if big else 2), first + (8 if big else 2) + count * step, step):
        tag, kind, values = struct.unpack_from(order + "HH" + wide, data, entry)
        size = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 16: 8}[kind] * values
        start = entry + 4 + width if size <= width else struct.unpack_from(order + wide, data, entry + 4 + width)[0]
        own[tag] = kind, values, data[start : start + size]
    blocks = {700: raw(XMP, BYTE), 33723: raw(iptc()), 34377: raw(photoshop(with_iptc=False), BYTE)}
    base = len(data) + len(data) % 2
    appended = directory({**own, **tree(order), **blocks, **(extra or {})}, base, order, big)
    return data[:at] + struct.pack(order + wide, base) + data[at + width :].ljust(base - at - width, b"\0") + appended


def png(order: str = "<") -> bytes:
    """A gray PNG with EXIF, XMP, texts, time, resolution and IPTC in ImageMagick's way."""
    records = photoshop().hex().encode()
    profile = b"\niptc\n%8d\n%s\n" % (len(records) // 2, records)
    chunks = [
        photos.density_chunk(300),
        (b"eXIf", block(order)),
        (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP),
        (b"tEXt", b"Title\0The bridge"),
        (b"tEXt", b"Comment\0From box 12"),
        (b"zTXt", b"Raw profile type iptc\0\0" + zlib.compress(profile)),
        (b"iTXt", b"Place\0\0\0pl\0Miejsce\0" + "Łódź".encode()),
        (b"tIME", struct.pack(">HBBBBB", 2004, 5, 6, 7, 8, 9)),
    ]
    return photos.png(chunks=chunks)


def webp(order: str = "<") -> bytes:
    """A gray WebP with EXIF and XMP."""
    file = io.BytesIO()
    Image.fromarray(np.asarray(photos.gray())).convert("RGB").save(file, "WEBP", exif=block(order), xmp=XMP)
    return file.getvalue()


SOURCES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "jpeg-II": (".jpg", lambda: jpeg("<")),
    "jpeg-MM": (".jpg", lambda: jpeg(">")),
    "tiff-II": (".tif", lambda: tiff("<")),
    "tiff-MM": (".tif", lambda: tiff(">")),
    "bigtiff-II": (".tif", lambda: tiff("<", big=True)),
    "bigtiff-MM": (".tif", lambda: tiff(">", big=True)),
    "png": (".png", lambda: png("<")),
    "webp": (".webp", lambda: webp("<")),
}


def colored(kind: str, size: tuple[int, int] = (64, 48), *, order: str = "<", big: bool = False) -> bytes:
    """An encoded result without metadata: (width, height) pixels of color, as `image.encode` leaves it."""
    pixels = photos.rgb(size[1], size[0]) if min(size) > 1 else np.full((size[1], size[0], 3), 90, np.uint8)
    if kind == "jpeg":
        return photos.jpeg(pixels)
    if kind == "tiff":
        return photos.tiff(pixels, byteorder=order, bigtiff=big, compression="lzw", predictor=2)
    if kind == "jp2":
        return bytes(imagecodecs.jpeg2k_encode(pixels, level=0, codecformat="jp2"))
    if kind == "jxl":
        return bytes(imagecodecs.jpegxl_encode(pixels, lossless=True, usecontainer=True))
    if kind == "avif":
        return bytes(imagecodecs.avif_encode(pixels, level=100))
    return photos.png(pixels) if kind == "png" else photos.webp(pixels)


def small_color() -> np.ndarray:
    """What the pipeline gives for a thumbnail."""
    return np.asarray(photos.rgb(120, 160))
