"""EXIF, XMP and IPTC in JPEG 2000, JPEG XL, AVIF and HEIC, judged by ExifTool."""

from __future__ import annotations

import io
import json
import subprocess
from pathlib import Path

import imagecodecs
import numpy as np
import photos
import pytest

from photocolor.containers.boxes import make_box
from photocolor.containers.heif import with_additions
from photocolor.image.codecs.heif import orientation_boxes
from photocolor.image.decode import decode
from photocolor.metadata.carry import Changes, graft, read_blocks, read_provenance
from photocolor.metadata.exif.orientation import with_orientation
from photocolor.metadata.provenance import Provenance

MADE = Provenance(
    version="0.1.0", model="m", model_version="1", model_sha256="ab" * 32, settings={}, source_sha256="cd" * 32
)
TAGS = ["Make", "Artist", "ISO", "GPSLatitude", "Title", "DigitalSourceType"]


def plain(name: str) -> bytes:
    """A result as an encoder leaves it, without metadata."""
    pixels = photos.rgb()
    if name == "jp2":
        return bytes(imagecodecs.jpeg2k_encode(pixels, level=0, codecformat="jp2"))
    if name == "jxl":
        return bytes(imagecodecs.jpegxl_encode(pixels, lossless=True, usecontainer=True))
    if name == "avif":
        return bytes(imagecodecs.avif_encode(pixels, level=100))
    library = pytest.importorskip("pillow_heif")
    file = io.BytesIO()
    library.from_bytes(mode="RGB", size=(pixels.shape[1], pixels.shape[0]), data=pixels.tobytes()).save(
        file, quality=-1
    )
    return file.getvalue()


def tagged(folder: Path) -> bytes:
    """A JPEG with tags of every kind, written by ExifTool."""
    path = folder / "tagged.jpg"
    path.write_bytes(photos.jpeg(orientation=6))
    values = ["-Make=Zeiss", "-Artist=Łódź", "-XMP:Title=Ein Titel", "-IPTC:Caption-Abstract=caption", "-ISO=100"]
    values += ["-GPSLatitude=50", "-GPSLatitudeRef=N"]
    subprocess.run(["exiftool", "-q", "-overwrite_original", *values, path], check=True)
    return path.read_bytes()


def told(path: Path, *asked: str) -> dict[str, object]:
    """What ExifTool reads."""
    command = ["exiftool", "-json", "-n", *asked, str(path)]
    answer: list[dict[str, object]] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return answer[0]


@pytest.mark.parametrize("name", ["jp2", "jxl", "avif", "heic"])
def test_all_tags_of_a_jpeg_arrive_and_the_file_is_valid(name: str, tmp_path: Path) -> None:
    source, result = tagged(tmp_path), tmp_path / f"result.{name}"
    result.write_bytes(plain(name))
    before = decode(result.read_bytes(), 100).pixels
    graft(source, "jpeg", result, Changes(name, MADE))
    found = told(result, *(f"-{tag}" for tag in TAGS), "-Description")
    assert found["Make"] == "Zeiss" and found["Artist"] == "Łódź" and found["Title"] == "Ein Titel"
    assert found["ISO"] == 100 and found["GPSLatitude"] == 50
    assert found["Description"] == "caption"  # IPTC has no home there
    assert str(found["DigitalSourceType"]).endswith("compositeWithTrainedAlgorithmicMedia")
    assert told(result, "-validate", "-warning")["Validate"] == "0 0 0"
    assert np.array_equal(decode(result.read_bytes(), 100).pixels, before)
    assert read_provenance(result.read_bytes(), name) == MADE


@pytest.mark.parametrize("name", ["jp2", "jxl", "avif", "heic"])
def test_blocks_go_from_file_to_file_byte_for_byte(name: str, tmp_path: Path) -> None:
    source, result = tmp_path / f"source.{name}", tmp_path / f"result.{name}"
    source.write_bytes(plain(name))
    graft(tagged(tmp_path), "jpeg", source, Changes(name, MADE))
    result.write_bytes(plain(name))
    graft(source.read_bytes(), name, result, Changes(name, MADE))
    before, after = (read_blocks(path.read_bytes(), name) for path in (source, result))
    assert before.exif == after.exif is not None
    assert decode(result.read_bytes(), 100).pixels.shape == (48, 64, 3)


def test_brotli_packed_boxes_of_jpeg_xl_are_read_and_broken_ones_told() -> None:
    block = photos.exif(6)
    packed = make_box(b"brob", b"Exif" + bytes(imagecodecs.brotli_encode(bytes(4) + block)))
    assert read_blocks(plain("jxl") + packed, "jxl").exif == with_orientation(block, 1)
    broken = read_blocks(plain("jxl") + make_box(b"brob", b"Exif" + b"nonsense") + packed, "jxl")
    assert broken.exif == with_orientation(block, 1)
    assert any("packed 'Exif' stay behind" in warning for warning in broken.warnings)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_orientation_of_the_container_overrules_exif_and_goes_along(orientation: int, tmp_path: Path) -> None:
    data = with_additions(plain("avif"), [], orientation_boxes(orientation))
    assert decode(data, 100).orientation == orientation
    result = tmp_path / "result.jpg"
    result.write_bytes(photos.jpeg(photos.rgb()))
    graft(data, "avif", result, Changes("jpeg", MADE))
    assert decode(result.read_bytes(), 100).orientation == orientation


@pytest.mark.parametrize("order", ["<", ">"])
def test_an_orientation_is_patched_in_or_appended(order: str, tmp_path: Path) -> None:
    assert photos.exif(3, order=order) == with_orientation(photos.exif(8, order=order), 3)
    bare = photos.jpeg(photos.gray(), dpi=(300, 300))
    path = tmp_path / "a.jpg"
    path.write_bytes(bare)
    mark = "-ExifByteOrder=" + {"<": "II", ">": "MM"}[order]
    subprocess.run(["exiftool", "-q", "-overwrite_original", mark, "-Make=Zeiss", "-ISO=100", path], check=True)
    block = read_blocks(path.read_bytes(), "jpeg").exif
    turned = with_orientation(block, 6)
    assert turned is not None
    path.write_bytes(photos.jpeg(block=turned))
    found = told(path, "-Orientation", "-Make", "-ISO")
    assert (found["Orientation"], found["Make"], found["ISO"]) == (6, "Zeiss", 100)
    assert with_orientation(b"no block at all", 6) == b"no block at all"
    assert with_orientation(None, 1) is None


@pytest.mark.parametrize("name", ["jxl", "avif", "heic", "webp"])
def test_a_resolution_that_only_jfif_says_goes_into_exif(name: str, tmp_path: Path) -> None:
    result = tmp_path / f"result.{name}"
    result.write_bytes(photos.webp() if name == "webp" else plain(name))
    graft(photos.jpeg(orientation=1, dpi=(300, 600)), "jpeg", result, Changes(name, MADE))
    found = told(result, "-XResolution", "-YResolution", "-Orientation")
    assert (found["XResolution"], found["YResolution"], found["Orientation"]) == (300, 600, 1)
    assert decode(result.read_bytes(), 100).container.dpi == pytest.approx((300, 600))
