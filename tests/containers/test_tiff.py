from __future__ import annotations

import struct

import photos
import pytest

from photocolor.containers.tiff import numbers, open_block, read_fields, view_exif


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("prefix", [b"", b"Exif\x00\x00"])
def test_orientation_and_resolution_are_read_in_both_byte_orders(order: str, prefix: bytes) -> None:
    view = view_exif(prefix + photos.exif(8, dpi=240, order=order))
    assert (view.orientation, view.dpi, view.warnings) == (8, (240, 240), ())


def test_no_block_is_no_fault() -> None:
    assert view_exif(None).warnings == view_exif(b"").warnings == ()


@pytest.mark.parametrize("block", [b"XX", b"II*\x00", b"II\x00\x00" + bytes(20), b"II*\x00" + b"\xff" * 20, bytes(100)])
def test_a_broken_block_gives_a_warning_and_never_raises(block: bytes) -> None:
    view = view_exif(block)
    assert view.orientation == 1
    assert "EXIF" in view.warnings[0]


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_an_orientation_that_does_not_exist_is_normal_and_told(value: int) -> None:
    view = view_exif(photos.exif(value))
    assert view.orientation == 1
    assert str(value) in view.warnings[0]


def test_a_fraction_with_denominator_zero_is_no_resolution() -> None:
    block = bytearray(photos.exif(1, dpi=240))
    block[-12:-8] = bytes(4)
    assert view_exif(bytes(block)).dpi is None


def test_bigtiff_directories_have_wide_fields() -> None:
    entry = struct.pack(">HHQ", 0x0112, 3, 1) + struct.pack(">HHI", 7, 0, 0)
    data = b"MM\x00\x2b\x00\x08\x00\x00" + struct.pack(">Q", 16) + struct.pack(">Q", 1) + entry + bytes(8)
    block = open_block(data)
    fields, following = read_fields(block, block.first)
    assert block.layout.big
    assert numbers(block, fields[0x0112]) == (7,)
    assert following == 0


def test_a_field_of_text_has_no_numbers() -> None:
    data = b"II*\x00\x08\x00\x00\x00\x01\x00" + struct.pack("<HHI4s", 0x010E, 2, 4, b"abc\x00") + bytes(4)
    block = open_block(data)
    with pytest.raises(ValueError, match="not numeric"):
        numbers(block, read_fields(block, block.first)[0][0x010E])
