"""What somebody hides in a result's file beside its picture is found, in every format and at every place."""

from __future__ import annotations

import struct
from pathlib import Path

import photos
import pytest
import tifffile
from fakes import write_model
from results import result_of

from photocolor.containers.boxes import make_box
from photocolor.containers.recognize import sniff
from photocolor.containers.riff import make_chunk
from photocolor.settings import OutputFormat
from photocolor.verify.container.strays import check_strays
from photocolor.verify.files import verify_file

SOURCE = photos.tiff(photos.gray(), dpi=(300.0, 300.0), icc=photos.gray_gamma())
FORMATS = [wanted for wanted in OutputFormat if wanted is not OutputFormat.KEEP]
HIDDEN = b"nothing to see here " * 8
PICTURE = b"\xff\xd8\xff\xe0" + HIDDEN + b"\xff\xd9"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny real model that colors by lightness."""
    return write_model(tmp_path_factory.mktemp("model") / "tint.onnx")


def broken(source: Path, result: Path, data: bytes) -> set[str]:
    """The checks that a result with other bytes does not hold."""
    result.chmod(0o644)
    result.write_bytes(data)
    return {check.name for check in verify_file(source, result).broken}


@pytest.mark.parametrize("tail", [HIDDEN, b"\0", bytes(100), PICTURE], ids=["text", "a zero", "zeros", "a picture"])
@pytest.mark.parametrize("wanted", FORMATS)
def test_bytes_behind_a_result_are_found(wanted: OutputFormat, tail: bytes, model: Path, tmp_path: Path) -> None:
    source, result = result_of(SOURCE, ".tif", wanted, tmp_path, model)
    data = result.read_bytes()
    assert broken(source, result, data) == set()
    assert broken(source, result, data + tail) & {"strays", "metadata", "readable"}


def test_bytes_that_no_field_of_a_tiff_points_to_are_found(model: Path, tmp_path: Path) -> None:
    source, result = result_of(SOURCE, ".tif", OutputFormat.TIFF, tmp_path, model)
    data = result.read_bytes()
    (first,) = struct.unpack_from("<I", data, 4)
    room = 4096
    with tifffile.TiffFile(result) as file:
        page = file.pages[0]
        moved = bytearray(data[:first] + bytes(room) + data[first:])
        struct.pack_into("<I", moved, 4, first + room)
        for tag in page.tags:  # values that lie behind the hole move with it
            if tag.valueoffset >= first and tag.valuebytecount > 4:
                struct.pack_into("<I", moved, tag.offset + room + 8, tag.valueoffset + room)
    found = broken(source, result, bytes(moved))
    assert found == {"strays"}
    assert "4,096 bytes that no field points to" not in check_strays(data, "tiff").detail


def with_field(data: bytes, tag: int, value: bytes) -> bytes:
    """The TIFF with one more field of bytes in a new first directory."""
    (first,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, first)
    entries = [data[first + 2 + 12 * nth : first + 14 + 12 * nth] for nth in range(count)]
    base = len(data) + len(data) % 2
    entries.append(struct.pack("<HHII", tag, 1, len(value), base + 2 + 12 * (count + 1) + 4))
    entries.sort(key=lambda entry: struct.unpack("<H", entry[:2]))
    body = struct.pack("<H", count + 1) + b"".join(entries) + bytes(4) + value
    return data[:4] + struct.pack("<I", base) + data[8:].ljust(base - 8, b"\0") + body


@pytest.mark.parametrize("tag", [333, 301, 318, 320, 347, 37724, 65000])
def test_a_field_that_no_result_has_is_found_in_a_tiff(tag: int, model: Path, tmp_path: Path) -> None:
    """Readers of metadata pass over fields about pixels: names of inks, tables, layers of Photoshop."""
    source, result = result_of(SOURCE, ".tif", OutputFormat.TIFF, tmp_path, model)
    assert broken(source, result, with_field(result.read_bytes(), tag, HIDDEN)) & {"strays", "metadata"}


@pytest.mark.parametrize("wanted", [OutputFormat.AVIF, OutputFormat.JXL, OutputFormat.JP2])
@pytest.mark.parametrize("kind", [b"free", b"mdat", b"hide"])
def test_a_further_box_is_found(kind: bytes, wanted: OutputFormat, model: Path, tmp_path: Path) -> None:
    source, result = result_of(SOURCE, ".tif", wanted, tmp_path, model)
    assert broken(source, result, result.read_bytes() + make_box(kind, HIDDEN)) & {"strays", "metadata"}


def test_bytes_between_the_segments_of_a_jpeg_are_found(model: Path, tmp_path: Path) -> None:
    source, result = result_of(SOURCE, ".tif", OutputFormat.JPEG, tmp_path, model)
    data = result.read_bytes()
    at = data.index(b"\xff\xdb")
    assert broken(source, result, data[:at] + HIDDEN + data[at:]) == {"strays"}


def test_chunks_that_their_author_ties_to_other_pixels_are_found_in_a_png(model: Path, tmp_path: Path) -> None:
    source, result = result_of(SOURCE, ".tif", OutputFormat.PNG, tmp_path, model)
    data = result.read_bytes()
    at = data.index(b"IDAT") - 4
    assert broken(source, result, data[:at] + photos.chunk(b"hiDE", HIDDEN) + data[at:]) == {"strays"}


def test_bytes_inside_of_what_a_webp_promises_are_found(model: Path, tmp_path: Path) -> None:
    source, result = result_of(SOURCE, ".tif", OutputFormat.WEBP, tmp_path, model)
    data = result.read_bytes()
    longer = data[:4] + struct.pack("<I", len(data) - 8 + 7) + data[8:] + b"hidden."
    assert broken(source, result, longer) & {"strays", "readable"}
    chunked = data + make_chunk(b"HIDE", HIDDEN)
    chunked = data[:4] + struct.pack("<I", len(chunked) - 8) + chunked[8:]
    assert "metadata" in broken(source, result, chunked)


def test_pages_and_masks_are_none(model: Path, tmp_path: Path) -> None:
    data = photos.tiff_of([photos.gray(), photos.gray(seed=1), photos.tinted()], bigtiff=True)
    source, result = result_of(data, ".tif", OutputFormat.TIFF, tmp_path, model)
    assert verify_file(source, result).broken == ()
    assert sniff(result.read_bytes()).name == "tiff"
    assert broken(source, result, result.read_bytes() + HIDDEN) == {"strays"}
