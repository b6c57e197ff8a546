from __future__ import annotations

import subprocess
import sys

import photos
import pytest

from photocolor.containers.formats import FORMATS, by_name, result_suffix
from photocolor.containers.recognize import PHOTO_SUFFIXES, REFUSED, sniff
from photocolor.errors import NotAnImage, UnsupportedPhoto
from photocolor.settings import OutputFormat


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (photos.jpeg(), "jpeg"),
        (photos.png(), "png"),
        (photos.tiff(byteorder="<"), "tiff"),
        (photos.tiff(byteorder=">"), "tiff"),
        (photos.tiff(byteorder="<", bigtiff=True), "tiff"),
        (photos.tiff(byteorder=">", bigtiff=True), "tiff"),
        (photos.webp(), "webp"),
        (photos.webp(lossless=False), "webp"),
        (b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(20), "jp2"),
        (b"\xff\x4f\xff\x51" + bytes(20), "jp2"),
        (b"\xff\x0a" + bytes(20), "jxl"),
        (b"\x00\x00\x00\x0cJXL \r\n\x87\n" + bytes(20), "jxl"),
        (b"\x00\x00\x00\x20ftypavif" + bytes(20), "avif"),
        (b"\x00\x00\x00\x20ftypmif1\x00\x00\x00\x00mif1miafavif" + bytes(20), "avif"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(20), "heic"),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic" + bytes(20), "heic"),
    ],
)
def test_every_format_is_known_by_its_first_bytes(data: bytes, name: str) -> None:
    assert sniff(data).name == name


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"GIF89a" + bytes(20), "GIF"),
        (b"BM" + bytes(12) + b"\x28\x00\x00\x00" + bytes(40), "BMP"),
        (b"8BPS\x00\x01" + bytes(20), "Photoshop"),
        (b"II*\x00\x10\x00\x00\x00CR\x02\x00" + bytes(20), "camera raw"),
        (b"P5\n64 64\n65535\n" + bytes(20), "PNM"),
    ],
)
def test_pictures_of_other_kinds_are_refused_by_their_name(data: bytes, said: str) -> None:
    with pytest.raises(UnsupportedPhoto, match=said):
        sniff(data)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (bytes(100), "zeros"),
        (b"hello", "text"),
        ("Łódź, 1931 – zdjęcia\n".encode() * 40, "text"),
        (photos.zip_archive(), "ZIP"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\r\n<HTML><body>", "web page"),
        (b"\x00\x00\x00\x18ftypisom" + bytes(20), "video"),
        (b"\x01\x02\x03\x04\x05\x06\x07\x08\x09", "01 02 03 04 05 06 07 08"),
    ],
)
def test_what_is_no_picture_is_named_for_what_it_is(data: bytes, said: str) -> None:
    with pytest.raises(NotAnImage, match=said):
        sniff(data)


def test_a_video_is_not_called_a_refused_picture_nor_the_other_way_around() -> None:
    assert sniff(b"\x00\x00\x00\x18ftypheix" + bytes(20)).name == "heic"
    assert "video" in str(_error(b"\x00\x00\x00\x18ftypqt  " + bytes(20)))


def _error(data: bytes) -> Exception:
    with pytest.raises((NotAnImage, UnsupportedPhoto)) as caught:
        sniff(data)
    return caught.value


def test_suffixes_are_lower_case_and_belong_to_one_format_each() -> None:
    suffixes = [suffix for row in (*FORMATS, *REFUSED) for suffix in row.suffixes]
    suffixes += [suffix for row in FORMATS for suffix in row.raw_suffixes]
    assert len(suffixes) == len(set(suffixes))
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in suffixes)
    assert set(suffixes) == PHOTO_SUFFIXES


def test_a_folder_walk_also_picks_up_what_will_be_refused_so_that_nothing_is_left_out_silently() -> None:
    assert {".jpg", ".tiff", ".gif", ".heic", ".jp2", ".psd"} <= PHOTO_SUFFIXES
    assert not {".txt", ".md", ".xmp", ".json", ".mp4"} & PHOTO_SUFFIXES


@pytest.mark.parametrize(
    ("source", "wanted", "result"),
    [
        (".JPG", OutputFormat.KEEP, ".JPG"),
        (".tif", OutputFormat.KEEP, ".tif"),
        (".gif", OutputFormat.KEEP, ".gif"),
        (".j2k", OutputFormat.KEEP, ".jp2"),
        (".j2c", OutputFormat.JP2, ".jp2"),
        (".jxl", OutputFormat.JXL, ".jxl"),
        (".jpeg", OutputFormat.JPEG, ".jpeg"),
        (".JPE", OutputFormat.JPEG, ".JPE"),
        (".TIFF", OutputFormat.TIFF, ".TIFF"),
        (".jpg", OutputFormat.PNG, ".png"),
        (".png", OutputFormat.TIFF, ".tif"),
        (".tif", OutputFormat.JPEG, ".jpg"),
        ("", OutputFormat.WEBP, ".webp"),
    ],
)
def test_a_result_keeps_its_suffix_where_that_still_tells_the_truth(
    source: str, wanted: OutputFormat, result: str
) -> None:
    assert result_suffix(source, wanted) == result


def test_every_output_format_has_a_row_in_the_table() -> None:
    # HEIC needs a library that not everybody has; it is written for HEIC sources only.
    assert {row.name for row in FORMATS} == {str(item) for item in OutputFormat} - {"keep"} | {"heic"}
    assert by_name("tiff").bit_depths == (8, 16)


def test_the_table_loads_no_library() -> None:
    program = (
        "import sys, photocolor.containers.formats; print(*{'numpy', 'cv2', 'PIL', 'imagecodecs'} & set(sys.modules))"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == ""
