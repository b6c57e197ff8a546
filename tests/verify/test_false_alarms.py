"""Files that are unusual and sound: what is documented for a tag holds for each of its repetitions, and elsewhere."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from pathlib import Path

import annotated
import imagecodecs
import photos
import pytest
from PIL import Image

from photocolor.metadata.carry import Changes, graft
from photocolor.metadata.provenance import Provenance
from photocolor.verify.changes import compare_tags
from photocolor.verify.intended import Pair
from photocolor.verify.tags import tags_of
from photocolor.verify.verdict import TagReport

MADE = Provenance("0.1.0", "m", "1", "ab" * 32, {}, "cd" * 32)
ENCODED: dict[str, Callable[[], bytes]] = {
    "jp2": lambda: bytes(imagecodecs.jpeg2k_encode(photos.rgb(48, 64), level=0, codecformat="jp2")),
    "webp": lambda: photos.webp(photos.rgb(48, 64)),
    "avif": lambda: bytes(imagecodecs.avif_encode(photos.rgb(48, 64), level=100)),
    "jxl": lambda: bytes(imagecodecs.jpegxl_encode(photos.rgb(48, 64), lossless=True, usecontainer=True)),
}


def compared(source: bytes, kind: str, folder: Path, encoded: bytes | None = None) -> TagReport:
    result = folder / f"result.{kind}"
    result.write_bytes(annotated.colored(kind) if encoded is None else encoded)
    graft(source, kind, result, Changes(kind, MADE, annotated.small_color))
    return compare_tags(Pair(f"{kind}>{kind}", 64, 48, tags_of(source, kind), tags_of(result.read_bytes(), kind)))


def entry(tag: int, kind: int, count: int, value: bytes) -> bytes:
    return struct.pack("<HHI", tag, kind, count) + value.ljust(4, b"\0")


def exif(*directories: bytes) -> bytes:
    """A block of the first directory and that of EXIF, entries as they are given."""
    first, second = directories
    count = len(first) // 12 + 1
    below = 8 + 2 + count * 12 + 4
    head = b"II" + struct.pack("<HI", 42, 8) + struct.pack("<H", count) + first
    pointer = entry(34665, 4, 1, struct.pack("<I", below))
    return head + pointer + bytes(4) + struct.pack("<H", len(second) // 12) + second + bytes(4)


def with_exif(block: bytes) -> bytes:
    return photos.with_segment(photos.jpeg(), 0xE1, b"Exif\0\0" + block)


def test_a_color_space_that_is_said_twice_may_be_corrected_twice(tmp_path: Path) -> None:
    twice = entry(0xA001, 3, 1, b"\xff\xff") * 2
    report = compared(with_exif(exif(entry(274, 3, 1, b"\1"), twice)), "jpeg", tmp_path)
    assert report.unintended == ()
    assert [item.tag for item in report.changed] == ["EXIF/ExifIFD/ColorSpace"] * 2


@pytest.mark.parametrize("number", [0x040C, 0x0409, 0x040F])
def test_gray_previews_and_profiles_may_go_from_every_segment(number: int, tmp_path: Path) -> None:
    source = photos.jpeg()
    for content in (b"first", b"second"):
        segment = b"Photoshop 3.0\0" + annotated.resource(number, content) + annotated.resource(0x040A, b"\1")
        source = photos.with_segment(source, 0xED, segment)
    report = compared(source, "jpeg", tmp_path)
    assert report.unintended == ()
    assert len(report.lost) == 2


def test_of_repeated_tags_one_that_is_lost_is_blamed(tmp_path: Path) -> None:
    tags = tags_of(photos.with_segment(photos.with_segment(photos.jpeg(), 0xFE, b"one"), 0xFE, b"two"), "jpeg")
    fewer = tags_of(photos.with_segment(photos.jpeg(), 0xFE, b"one"), "jpeg")
    report = compare_tags(Pair("jpeg>jpeg", 64, 48, tags, fewer))
    assert [(item.tag, item.was) for item in report.unintended] == [("comment/text", "two")]


def test_a_png_may_get_the_resolution_that_its_exif_says_and_no_other(tmp_path: Path) -> None:
    source = photos.png(chunks=[(b"eXIf", photos.exif(dpi=300))])
    honest = photos.png(photos.rgb(), chunks=[photos.density_chunk(300)])
    assert compared(source, "png", tmp_path, honest).unintended == ()
    other = photos.png(photos.rgb(), chunks=[photos.density_chunk(72)])
    assert [item.tag for item in compared(source, "png", tmp_path, other).unintended] == ["png/pHYs"]


def test_a_field_that_lies_over_a_corrected_one_may_change_with_it(tmp_path: Path) -> None:
    """The pointer to the interoperability directory leads into the middle of other fields (Exiv2's bug 495)."""
    width = entry(0xA002, 3, 1, struct.pack("<H", 3008))
    inside = exif(entry(274, 3, 1, b"\1"), width + entry(0xA005, 4, 1, bytes(4)) + bytes(12))
    at = inside.index(width) - 6  # a directory of one entry, whose value is the beginning of the width's
    block = bytearray(
        inside.replace(entry(0xA005, 4, 1, bytes(4)), entry(0xA005, 4, 1, struct.pack("<I", len(inside))))
    )
    block += struct.pack("<H", 1) + entry(0xFDE8, 7, 64, struct.pack("<I", at)) + bytes(4)
    report = compared(with_exif(bytes(block)), "jpeg", tmp_path)
    assert report.unintended == ()
    assert any("belong to a field" in item.reason for item in report.changed)


def test_only_the_largest_fields_may_be_missing_where_jpeg_has_no_room(tmp_path: Path) -> None:
    extra = {65_000: annotated.raw(bytes(range(250)) * 240), 65_001: annotated.raw(bytes(range(250)) * 200)}
    source, result = annotated.tiff(extra=extra), tmp_path / "result.jpg"
    result.write_bytes(annotated.colored("jpeg"))
    graft(source, "tiff", result, Changes("jpeg", MADE))
    after = tags_of(result.read_bytes(), "jpeg")
    report = compare_tags(Pair("tiff>jpeg", 64, 48, tags_of(source, "tiff"), after))
    assert report.unintended == () and "EXIF/IFD0/0xFDE8" in {item.tag for item in report.lost}
    del after["EXIF/IFD0/Artist"]
    report = compare_tags(Pair("tiff>jpeg", 64, 48, tags_of(source, "tiff"), after))
    assert [item.tag for item in report.unintended] == ["EXIF/IFD0/Artist"]


def test_a_field_that_lies_elsewhere_is_blamed_all_the_same(tmp_path: Path) -> None:
    fields = annotated.tree() | {65_000: annotated.raw(bytes(range(200)))}
    source = with_exif(annotated.block(fields=fields, with_thumbnail=False))
    result = source.replace(bytes(range(200)), bytes(range(1, 201)))
    report = compare_tags(Pair("jpeg>jpeg", 64, 48, tags_of(source, "jpeg"), tags_of(result, "jpeg")))
    assert [item.tag for item in report.unintended] == ["EXIF/IFD0/0xFDE8"]


def test_what_was_built_is_what_readers_take_for_a_photo() -> None:
    with Image.open(io.BytesIO(with_exif(exif(entry(274, 3, 1, b"\6"), entry(0xA001, 3, 1, b"\1"))))) as image:
        assert image.getexif()[274] == 6


@pytest.mark.parametrize("kind", ["jp2", "webp", "avif", "jxl"])
def test_a_new_exif_block_may_take_the_place_of_one_that_nobody_can_parse(kind: str, tmp_path: Path) -> None:
    source, result = with_exif(b"no header" + bytes(40)), tmp_path / f"result.{kind}"
    result.write_bytes(ENCODED[kind]())
    graft(source, "jpeg", result, Changes(kind, MADE))
    report = compare_tags(Pair(f"jpeg>{kind}", 64, 48, tags_of(source, "jpeg"), tags_of(result.read_bytes(), kind)))
    assert report.unintended == ()
    assert "EXIF" in [item.tag for item in report.lost] and report.added
