"""Promises about the EXIF block of JPEG, PNG and WebP."""

from __future__ import annotations

import io
import struct

import annotated
import numpy as np
import piexif
import pytest
from PIL import Image

from photocolor.containers.formats import by_name
from photocolor.metadata.exif.block import ExifTarget, corrected, minimal
from photocolor.metadata.exif.thumbnail import fitting_jpeg
from photocolor.metadata.model import Log, Picture

PICTURE = Picture(64, 48)
ROOM_IN_JPEG_BYTES = by_name("jpeg").metadata.exif_most_bytes
WISHES = ExifTarget(PICTURE, annotated.small_color, ROOM_IN_JPEG_BYTES)


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_camera_block_is_corrected_without_moving_a_byte(order: str) -> None:
    block, log = annotated.block(order), Log()
    changed = corrected(block, WISHES, log)
    assert len(changed) == len(block)
    different = [at for at, (old, new) in enumerate(zip(block, changed, strict=True)) if old != new]
    thumbnail_at = block.index(b"\xff\xd8\xff")
    assert len([at for at in different if at < thumbnail_at]) <= 2 + 2 + 2  # color space, R98, thumbnail's length
    assert log.changed == ["ColorSpace", "InteropIndex", "thumbnail"]
    assert log.warnings == []


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_gray_layout_in_the_block_gets_a_new_first_directory_behind_the_old_bytes(order: str) -> None:
    gray = annotated.tree(order) | {
        258: annotated.numbers(annotated.SHORT, 8, order=order),
        262: annotated.numbers(annotated.SHORT, 1, order=order),
        277: annotated.numbers(annotated.SHORT, 1, order=order),
        301: annotated.numbers(annotated.SHORT, *range(256), order=order),
    }
    block, log = annotated.block(order, gray), Log()
    changed = corrected(block, WISHES, log)
    assert changed[8:2000].count(b"Canon PowerShot S40") == 1
    with Image.open(io.BytesIO(annotated.jpeg(order, changed))) as image:
        exif = image.getexif()
        assert exif[258] == (8, 8, 8)
        assert (exif[262], exif[277]) == (2, 3)
        assert 301 not in exif
        assert exif[272] == "Canon PowerShot S40"
        assert exif.get_ifd(34665)[40961] == 1
    assert set(log.dropped) == {"TransferFunction"}


def test_a_full_block_is_not_made_longer_than_its_segment() -> None:
    gray = annotated.tree() | {258: annotated.numbers(annotated.SHORT, 8), 65001: annotated.raw(bytes(58_000))}
    block, log = annotated.block(fields=gray), Log()
    block = block.ljust(ROOM_IN_JPEG_BYTES - 10, b"\0")
    assert len(corrected(block, WISHES, log)) == len(block)
    assert any("full" in warning for warning in log.warnings)


def test_a_thumbnail_slot_that_is_too_small_loses_its_directory() -> None:
    block = bytearray(annotated.block())
    start = block.index(b"\xff\xd8\xff")
    length_at = block.index(struct.pack("<HHI", 514, 4, 1)) + 8
    block[length_at : length_at + 4] = struct.pack("<I", 90)
    log = Log()
    changed = corrected(bytes(block), WISHES, log)
    assert log.dropped == ["IFD1 (thumbnail)"]
    assert changed[start:] == bytes(block)[start:]
    assert "1st" not in {key for key, value in piexif.load(b"Exif\0\0" + changed).items() if value and key == "1st"}


def test_an_uncompressed_thumbnail_is_colored_in_place() -> None:
    width, height = 16, 12
    gray = np.repeat(np.arange(width * height, dtype=np.uint8)[:, None], 3, axis=1).tobytes()
    short, long = annotated.SHORT, annotated.LONG
    ifd1 = {
        256: annotated.numbers(short, width), 257: annotated.numbers(short, height),
        258: annotated.numbers(short, 8, 8, 8), 259: annotated.numbers(short, 1), 262: annotated.numbers(short, 2),
        273: annotated.numbers(long, 0), 277: annotated.numbers(short, 3), 279: annotated.numbers(long, len(gray)),
    }  # fmt: skip
    first = annotated.directory({271: annotated.text("Kodak camera")}, 8)
    second_at = 8 + len(first)
    first = annotated.directory({271: annotated.text("Kodak camera")}, 8, following=second_at)
    start = second_at + len(annotated.directory(ifd1, second_at))
    ifd1[273] = annotated.numbers(long, start)
    block = struct.pack("<2sHI", b"II", 42, 8) + first + annotated.directory(ifd1, second_at) + gray
    log = Log()
    changed = corrected(block, WISHES, log)
    assert log.changed == ["thumbnail"]
    assert changed[:start] == block[:start]
    small = np.frombuffer(changed[start:], np.uint8).reshape(height, width, 3).astype(int)
    assert np.abs(small[..., 0] - small[..., 2]).mean() > 10


@pytest.mark.parametrize("room", [1_200, 2_000, 4_000, 20_000])
def test_the_thumbnail_is_as_good_as_its_room_allows(room: int) -> None:
    data = fitting_jpeg(annotated.small_color(), (160, 120), room)
    assert data is not None
    assert len(data) <= room
    with Image.open(io.BytesIO(data)) as image:
        assert image.size[0] / image.size[1] == pytest.approx(4 / 3, abs=0.05)
        assert image.size[0] >= 80


def test_no_room_means_no_thumbnail() -> None:
    assert fitting_jpeg(annotated.small_color(), (160, 120), 100) is None


def test_a_minimal_block_is_read_by_everybody() -> None:
    block = minimal("9.9", PICTURE, (300.0, 300.0))
    read = piexif.load(b"Exif\0\0" + block)
    assert read["0th"][piexif.ImageIFD.Software] == b"photocolor 9.9"
    assert read["0th"][piexif.ImageIFD.XResolution] == (30000, 100)
    assert read["Exif"][piexif.ExifIFD.ColorSpace] == 1
    log = Log()
    assert corrected(block, WISHES, log) == block
    assert (log.changed, log.warnings) == ([], [])


def test_a_wrong_size_is_made_true_and_a_true_one_left() -> None:
    log = Log()
    corrected(annotated.block(fields=annotated.tree(size=(640, 480))), WISHES, log)
    assert {"ExifImageWidth", "ExifImageHeight"} <= set(log.changed)
