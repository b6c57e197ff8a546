"""What stands behind the end of a picture goes along where the format is the same, and is named elsewhere."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import annotated
import imagecodecs
import photos
import pytest
from PIL import Image

from photocolor.image.decode import decode
from photocolor.metadata.carry import CarryReport, Changes, graft, read_blocks
from photocolor.metadata.formats import jp2, jpeg
from photocolor.metadata.provenance import Provenance
from photocolor.metadata.xmp.edit import Packet
from photocolor.verify.changes import compare_tags
from photocolor.verify.intended import Pair
from photocolor.verify.tags import tags_of

MADE = Provenance("0.1.0", "m", "1", "ab" * 32, {}, "cd" * 32)
IPTC = b"\x1c\x02\x00\x00\x02\x00\x02\x1c\x02\x78\x00\x07Harvest\x1c\x02\x19\x00\x04farm"
VIDEO = struct.pack(">I", 24) + b"ftypmp42\0\0\0\0mp42isom" + bytes(range(256)) * 40 + b"\xff\xd8\xff\xe0 no picture"


def fotostation(content: bytes = IPTC, tag: int = 1) -> bytes:
    return content + struct.pack(">HI", tag, len(content) + 10) + b"\xa1\xb2\xc3\xd4"


def photo_mechanic() -> bytes:
    records = b"\x1c\x02\xd1\x00\x04\0\0\1\0"
    return records + struct.pack(">I", len(records)) + b"cbipcbbl"


def afcp(at: int, order: str = ">") -> bytes:
    """A block with IPTC and a text for the offset `at` of a file."""
    mark = b"AXS!" if order == ">" else b"AXS*"
    text, first = b"From box 12", at + 12 + 24
    head = mark + struct.pack(f"{order}HHI", 0x0104, 2, 0)
    entries = b"IPTC" + struct.pack(f"{order}II", len(IPTC), first)
    entries += b"TEXT" + struct.pack(f"{order}II", len(text), first + len(IPTC))
    return head + entries + IPTC + text + mark + struct.pack(f"{order}II", at, 0)


def samsung(content: bytes = b"Image_UTC_Data1500000000000") -> bytes:
    part = struct.pack("<HHI", 0, 0x0A01, 14) + content
    directory = b"SEFH" + struct.pack("<II", 101, 1) + struct.pack("<HHII", 0, 0x0A01, len(part), len(part))
    return part + directory + struct.pack("<I", len(directory)) + b"SEFT"


def canon() -> bytes:
    content = b"\0" * 20
    head = b"CANON OPTIONAL DATA\0" + struct.pack(">II", 0x00010000, len(content))
    return head + content + (b"CANON OPTIONAL DATA\0" + struct.pack(">I", len(content))).ljust(64, b"\0")


TRAILERS = {
    "FotoStation": (fotostation(), ["FotoStation"]),
    "FotoStation, two blocks": (fotostation() + fotostation(b"\0" * 40, 2), ["FotoStation", "FotoStation"]),
    "Photo Mechanic": (photo_mechanic(), ["Photo Mechanic"]),
    "Samsung": (samsung(), ["Samsung"]),
    "Canon VRD": (canon(), ["Canon VRD"]),
    "a motion photo": (VIDEO, ["video of a motion photo"]),
    "a motion photo of Samsung": (samsung(b"MotionPhoto_Data" + VIDEO), ["Samsung"]),
    "text": (b"Scanned by Reading Room, box 12\r\n", ["text"]),
    "who knows what": (bytes(range(256)), ["bytes of an unknown kind"]),
    "several": (b"Box 12\n" + photo_mechanic() + fotostation(), ["text", "Photo Mechanic", "FotoStation"]),
    "text behind zeros": (bytes(100) + b"Box 12", ["text"]),
}


def grafted(source: bytes, way: str, folder: Path) -> tuple[bytes, CarryReport]:
    before, _, after = way.partition(">")
    result = folder / f"result.{after}"
    result.write_bytes(annotated.colored(after))
    report = graft(source, before, result, Changes(after, MADE))
    return result.read_bytes(), report


def unintended(source: bytes, result: bytes, way: str) -> list[str]:
    before, _, after = way.partition(">")
    pair = Pair(way, 64, 48, tags_of(source, before), tags_of(result, after))
    return [item.tag for item in compare_tags(pair).unintended]


@pytest.mark.parametrize("name", TRAILERS)
def test_it_goes_along_byte_for_byte_and_verify_misses_it(name: str, tmp_path: Path) -> None:
    trailer, kinds = TRAILERS[name]
    source = photos.jpeg() + trailer
    result, report = grafted(source, "jpeg>jpeg", tmp_path)
    assert result.endswith(b"\xff\xd9" + trailer)
    found = read_blocks(source, "jpeg").trailer
    assert found is not None and [item.partition(" (")[0] for item in found.names] == kinds
    assert report.remarks == ()
    assert decode(result, 100).pixels.shape == (48, 64, 3)
    assert unintended(source, result, "jpeg>jpeg") == []
    assert unintended(source, result[: -len(trailer)], "jpeg>jpeg") == [f"trailer/{kind}" for kind in sorted(kinds)]
    middle = len(result) - len(trailer) // 2 - 1
    assert unintended(source, result[:middle] + b"~" + result[middle + 1 :], "jpeg>jpeg") != []


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("behind", [b"", fotostation()])
def test_afcp_finds_its_parts_in_the_result(order: str, behind: bytes, tmp_path: Path) -> None:
    photo = photos.jpeg()
    source, path = photo + afcp(len(photo), order) + behind, tmp_path / "a.jpg"
    path.write_bytes(source)
    result, report = grafted(source, "jpeg>jpeg", tmp_path)
    copy = tmp_path / "copy.jpg"
    copy.write_bytes(result)
    said = annotated.exiftool([path, copy])
    assert said[copy]["AFCP:Text"] == "From box 12" == said[path]["AFCP:Text"]
    assert "ExifTool:Warning" not in said[copy]
    assert report.remarks == () and unintended(source, result, "jpeg>jpeg") == []


def test_exiftool_reads_the_captions_that_went_along(tmp_path: Path) -> None:
    result, _ = grafted(photos.jpeg() + fotostation(), "jpeg>jpeg", tmp_path)
    (tmp_path / "copy.jpg").write_bytes(result)
    (said,) = annotated.exiftool([tmp_path / "copy.jpg"]).values()
    assert said["IPTC2:Caption-Abstract"] == "Harvest" and said["IPTC2:Keywords"] == "farm"


@pytest.mark.parametrize("kind", ["png", "tiff", "webp", "jp2", "jxl", "avif"])
def test_another_format_names_each_block_and_takes_the_text(kind: str, tmp_path: Path) -> None:
    source = photos.jpeg() + b"Box 12\n" + photo_mechanic() + fotostation()
    result, report = grafted(source, f"jpeg>{kind}", tmp_path)
    (told,) = report.remarks
    assert "Photo Mechanic (21 bytes) behind the end, FotoStation (38 bytes) behind the end" in told
    xmp = read_blocks(result, kind).xmp
    assert xmp is not None and Packet(xmp).values("photocolor:SourceText") == ["Box 12"]
    assert unintended(source, result, f"jpeg>{kind}") == []


def test_further_pictures_stay_behind_and_are_told(tmp_path: Path) -> None:
    """A preview or a gain map shows the gray photo; what stands behind it goes along."""
    source = photos.jpeg() + bytes(16) + photos.jpeg() + photos.jpeg() + VIDEO
    result, report = grafted(source, "jpeg>jpeg", tmp_path)
    assert result.endswith(b"\xff\xd9" + VIDEO)
    assert any("2 further pictures behind the end" in sentence for sentence in report.remarks)
    assert unintended(source, result, "jpeg>jpeg") == []


def test_zeros_are_no_trailer(tmp_path: Path) -> None:
    result, report = grafted(photos.jpeg() + bytes(500), "jpeg>jpeg", tmp_path)
    assert result.endswith(b"\xff\xd9") and report.remarks == ()


@pytest.mark.parametrize("kind", ["png", "webp"])
def test_what_stands_behind_other_formats_goes_along_too(kind: str, tmp_path: Path) -> None:
    source = (photos.png() if kind == "png" else photos.webp()) + b"Box 12"
    result, report = grafted(source, f"{kind}>{kind}", tmp_path)
    assert result.endswith(b"Box 12") and report.remarks == ()
    assert decode(result, 100).pixels.shape[:2] == (48, 64)
    assert unintended(source, result, f"{kind}>{kind}") == []


def test_comments_between_scans_are_read(tmp_path: Path) -> None:
    file = io.BytesIO()
    Image.fromarray(photos.gray()).save(file, "JPEG", progressive=True)
    data = file.getvalue()
    second = data.index(b"\xff\xda", data.index(b"\xff\xda") + 2)
    source = data[:second] + b"\xff\xfe\0\x08Box 12" + data[second:]
    assert jpeg.read(source).comments == (b"Box 12",)
    result, _ = grafted(source, "jpeg>jpeg", tmp_path)
    assert jpeg.read(result).comments == (b"Box 12",)


def with_comments(*payloads: bytes) -> bytes:
    """A JPEG 2000 with comments in its main header."""
    data = bytes(imagecodecs.jpeg2k_encode(photos.gray(), level=0, codecformat="jp2"))
    stream = data.index(b"\xff\x4f\xff\x51")
    tile = data.index(b"\xff\x90", stream)
    made = b"".join(struct.pack(">HH", 0xFF64, len(payload) + 2) + payload for payload in payloads)
    whole = data[:tile] + made + data[tile:]
    return whole[: stream - 8] + struct.pack(">I", len(whole) - stream + 8) + whole[stream - 4 :]


def test_comments_of_a_jpeg_2000_go_along(tmp_path: Path) -> None:
    source = with_comments(b"\0\1From box 12", b"\0\0\1\2\3", b"\0\1Kakadu-v7")
    result, report = grafted(source, "jp2>jp2", tmp_path)
    read = jp2.read(result)
    assert read.comments == (b"From box 12",) and read.extras == (("COM", b"\0\0\1\2\3"),)
    assert report.remarks == ()
    assert decode(result, 100).pixels.shape == (48, 64, 3)
    assert unintended(source, result, "jp2>jp2") == []
    assert unintended(source, annotated.colored("jp2"), "jp2>jp2") != []


@pytest.mark.parametrize("kind", ["jpeg", "png", "tiff", "webp", "jxl"])
def test_comments_of_a_jpeg_2000_are_kept_as_text_elsewhere(kind: str, tmp_path: Path) -> None:
    source = with_comments(b"\0\1From box 12", b"\0\0\1\2\3")
    result, report = grafted(source, f"jp2>{kind}", tmp_path)
    assert b"From box 12" in result
    assert any("COM" in sentence for sentence in report.remarks)
    assert unintended(source, result, f"jp2>{kind}") == []


def test_a_codestream_alone_has_comments_too() -> None:
    source = with_comments(b"\0\1From box 12")
    assert jp2.read(source[source.index(b"\xff\x4f\xff\x51") :]).comments == (b"From box 12",)


def test_private_png_chunks_that_may_not_be_copied_are_told(tmp_path: Path) -> None:
    source = photos.png(chunks=[(b"prIV", b"unsafe"), (b"prIv", b"safe")])
    _, report = grafted(source, "png>png", tmp_path)
    assert any("prIV" in sentence for sentence in report.warnings) and "prIv" in report.kept
