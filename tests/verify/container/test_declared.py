"""What a result's container says of its pixels is the source's, and no byte of it can be changed unseen."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from pathlib import Path

import photos
import pytest
import tifffile
from fakes import write_model
from results import result_of

from photocolor.color.icc import srgb_profile
from photocolor.image.decode import decode
from photocolor.settings import OutputFormat
from photocolor.verify.files import verify_file

FORMATS = [wanted for wanted in OutputFormat if wanted is not OutputFormat.KEEP]
DPIS = (10.4, 72.0, 299.5, 300.0, 333.3, 600.25, 1200.7, 4800.0)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny real model that colors by lightness."""
    return write_model(tmp_path_factory.mktemp("model") / "tint.onnx")


def broken(source: Path, result: Path, data: bytes | None = None) -> dict[str, str]:
    """The checks that a result does not hold, also with other bytes."""
    if data is not None:
        result.chmod(0o644)
        result.write_bytes(data)
    return {check.name: check.detail for check in verify_file(source, result).broken}


@pytest.mark.parametrize("dpi", DPIS)
@pytest.mark.parametrize("wanted", FORMATS)
def test_every_resolution_holds_however_a_format_rounds_it(
    wanted: OutputFormat, dpi: float, model: Path, tmp_path: Path
) -> None:
    for suffix, data in (
        (".tif", photos.tiff(dpi=(dpi, dpi))),
        (".png", photos.png(chunks=[photos.density_chunk(dpi)])),
    ):
        assert broken(*result_of(data, suffix, wanted, tmp_path, model)) == {}


def other_density(data: bytes) -> bytes:
    """The JPEG with 302 in place of 300 pixels per inch."""
    at = data.index(b"JFIF\0") + 8
    assert struct.unpack_from(">HH", data, at) == (300, 300)
    return data[:at] + struct.pack(">HH", 302, 302) + data[at + 4 :]


def other_chunk(data: bytes) -> bytes:
    """The same of a PNG."""
    at = data.index(b"pHYs")
    payload = struct.pack(">IIB", 11890, 11890, 1)
    return data[: at - 4] + photos.chunk(b"pHYs", payload) + data[at + 4 + len(payload) + 4 :]


def other_fraction(data: bytes) -> bytes:
    """The same of all formats that have it as a fraction, of TIFF or EXIF."""
    for denominator in (1, 100, 10_000):
        for order in "<>":
            was, now = (struct.pack(f"{order}II", dpi * denominator, denominator) for dpi in (300, 302))
            data = data.replace(was, now)
    return data


def other_fields(data: bytes) -> bytes:
    """The same of a TIFF."""
    with tifffile.TiffFile(BytesIO(data)) as file:
        tags = [file.pages[0].tags[name] for name in ("XResolution", "YResolution")]
        places = [(tag.valueoffset, file.byteorder) for tag in tags]
    for at, order in places:
        data = data[:at] + struct.pack(f"{order}II", 302, 1) + data[at + 8 :]
    return data


@pytest.mark.parametrize(
    ("wanted", "change"),
    [
        (OutputFormat.JPEG, other_density),
        (OutputFormat.PNG, other_chunk),
        (OutputFormat.TIFF, other_fields),
        (OutputFormat.WEBP, other_fraction),
        (OutputFormat.JXL, other_fraction),
        (OutputFormat.AVIF, other_fraction),
    ],
)
def test_a_resolution_that_is_slightly_another_is_found(
    wanted: OutputFormat, change, model: Path, tmp_path: Path
) -> None:
    source, result = result_of(photos.png(chunks=[photos.density_chunk(300)]), ".png", wanted, tmp_path, model)
    data = result.read_bytes()
    changed = change(data)
    assert changed != data
    assert "became 302" in broken(source, result, changed)["resolution"]


def test_a_resolution_where_the_source_has_none_is_found(model: Path, tmp_path: Path) -> None:
    source, result = result_of(photos.png(), ".png", OutputFormat.JPEG, tmp_path, model)
    data = result.read_bytes()
    at = data.index(b"JFIF\0") + 7
    assert broken(source, result, data) == {}
    assert "300 × 300 dpi now" in broken(source, result, data[:at] + b"\1\1\x2c\1\x2c" + data[at + 5 :])["resolution"]


@pytest.mark.parametrize("exif_dpi", [300, 299, 72])
@pytest.mark.parametrize("wanted", FORMATS)
def test_a_source_that_says_two_resolutions_holds(
    wanted: OutputFormat, exif_dpi: int, model: Path, tmp_path: Path
) -> None:
    data = photos.with_segment(photos.jpeg(dpi=(300, 300)), 0xE1, b"Exif\0\0" + photos.exif(dpi=exif_dpi))
    assert broken(*result_of(data, ".jpg", wanted, tmp_path, model)) == {}


@pytest.mark.parametrize("icc", [photos.gray_gamma(), srgb_profile()], ids=["converted", "kept"])
@pytest.mark.parametrize("wanted", [wanted for wanted in FORMATS if wanted is not OutputFormat.JXL])
def test_one_letter_of_the_text_in_a_profile_is_found(
    wanted: OutputFormat, icc: bytes, model: Path, tmp_path: Path
) -> None:
    samples = photos.gray() if icc is not srgb_profile() else photos.tinted()
    source, result = result_of(photos.tiff(samples, icc=icc), ".tif", wanted, tmp_path, model)
    data = result.read_bytes()
    profile = decode(data, 1).container.icc
    assert profile is not None
    edited = profile.replace(b"IEC61966-2.1", b"IEC61966-2.2").replace(b"use freely", b"ask Peter.")
    assert len(edited) == len(profile)
    assert edited != profile
    if profile in data:
        changed = data.replace(profile, edited)
    else:  # PNG packs it
        at = data.index(b"iCCP")
        (length,) = struct.unpack_from(">I", data, at - 4)
        name = data[at + 4 : at + 4 + length].partition(b"\0")[0]
        chunk = photos.chunk(b"iCCP", name + b"\0\0" + zlib.compress(edited))
        changed = data[: at - 4] + chunk + data[at + 8 + length :]
    assert "its bytes were changed" in broken(source, result, changed)["profile"]
