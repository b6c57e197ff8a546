"""A second decoder looks at every source that has one, and `verify` says what both see, and what was remarked."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import photos
import pytest
from fakes import write_model
from format_rows import TABLE

from photocolor.color.icc import srgb_profile
from photocolor.containers.recognize import sniff
from photocolor.image.decode import decode, probe
from photocolor.outcome import Done, Fingerprint, Job, NoProgress
from photocolor.pipeline.photo import colorize_source, open_pipeline
from photocolor.settings import FileSettings, Settings
from photocolor.verify.decoders import ONE_ONLY, check_source
from photocolor.verify.files import verify_file

LIMIT_MP = 100.0
ALONE = {"webp", "jxl", "heic"}
"""Formats that every library here decodes by the same one."""


@pytest.mark.parametrize("row", TABLE)
@pytest.mark.parametrize("orientation", [1, 6])
def test_two_decoders_agree_on_every_row_of_the_table(row: str, orientation: int) -> None:
    data = TABLE[row][1](orientation)
    for page in range(probe(data).pages):
        photo = decode(data, LIMIT_MP, page)
        (check,) = (check for check in check_source(photo, data, page) if check.name == "decoder")
        assert check.holds, check.detail
        if sniff(data).name in ALONE:
            assert check.detail == ONE_ONLY
        if sniff(data).name == "png":
            assert "the same pixels" in check.detail


@pytest.mark.parametrize("orientation", range(1, 9))
def test_libtiff_agrees_about_jpeg_in_a_tiff_however_it_is_turned(orientation: int) -> None:
    """Versions of imagecodecs differ in whether libtiff mirrors it."""
    data = TABLE["TIFF YCbCr JPEG"][1](orientation)
    (check,) = (check for check in check_source(decode(data, LIMIT_MP), data, 0) if check.name == "decoder")
    assert check.holds and "libtiff" in check.detail, check.detail


@pytest.mark.parametrize("depth", [1, 2, 4, 8, 16])
@pytest.mark.parametrize("darkest", [True, False])
def test_two_decoders_agree_about_a_gray_that_is_transparent_at_every_depth(depth: int, darkest: bool) -> None:
    """Pillow compares the key of 2 and 4 bits with grays of 8."""
    samples = photos.gray(40, 56) >> (8 - depth) if depth <= 8 else photos.gray(40, 56, 16)
    key = int(samples.min() if darkest else samples.max())
    data = photos.png(samples, depth=depth, transparent=struct.pack(">H", key))
    photo = decode(data, LIMIT_MP)
    (check,) = (check for check in check_source(photo, data, 0) if check.name == "decoder")
    assert check.holds and "the same pixels" in check.detail, check.detail
    opaque = replace(photo, alpha=np.full(photo.pixels.shape[:2], np.iinfo(photo.pixels.dtype).max, photo.pixels.dtype))
    (check,) = (check for check in check_source(opaque, data, 0) if check.name == "decoder")
    assert check.holds == (depth == 16)  # OpenCV says nothing about a color key


FOOLED = {
    "png": photos.png(),
    "deep png": photos.png(photos.rgb(depth=16)),
    "png with alpha": photos.png(alpha=photos.alpha()),
    "jpeg": photos.jpeg(),
    "tiff": photos.tiff(compression="lzw", predictor=2),
    "fax": TABLE["TIFF G4"][1](1),
    "avif": TABLE["AVIF lossless 8"][1](1),
    "jp2": TABLE["JPEG 2000 RGB"][1](1),
}


@pytest.mark.parametrize("name", FOOLED)
def test_a_first_decoder_that_was_fooled_is_found_out(name: str) -> None:
    """As if damage had been filled up with gray, in the lower half."""
    data = FOOLED[name]
    photo = decode(data, LIMIT_MP)
    filled = photo.pixels.copy()
    filled[len(filled) // 2 :] = np.iinfo(filled.dtype).max // 2
    (check,) = (check for check in check_source(replace(photo, pixels=filled), data) if check.name == "decoder")
    assert not check.holds
    assert "may be damaged" in check.detail


def test_remarks_on_the_source_are_repeated_by_verify(tmp_path: Path) -> None:
    broken = bytearray(srgb_profile())
    for at in range(132, 132 + 12 * 9, 12):
        if broken[at + 1 : at + 4] == b"XYZ":
            start = int.from_bytes(broken[at + 4 : at + 8], "big") + 8
            broken[start : start + 12] = bytes(12)
    source, target = tmp_path / "scan.png", tmp_path / "out" / "scan.png"
    source.write_bytes(photos.png(photos.tinted(), chunks=[photos.icc_chunk(bytes(broken))]))
    model = write_model(tmp_path / "tint.onnx")
    pipeline = open_pipeline(Settings(sources=(), out=Path(), model=str(model), device="cpu", files=FileSettings()))
    stat = source.stat()
    job = Job(source, target, "scan.png", Fingerprint(stat.st_size, stat.st_mtime_ns), "0123abcd")
    done = colorize_source(job, pipeline, NoProgress())
    assert isinstance(done, Done)
    verdict = verify_file(source, target)
    assert verdict.holds, verdict.broken
    (remarks,) = (check for check in verdict.checks if check.name == "remarks")
    assert "the color profile is ignored" in remarks.detail
    assert remarks.detail in done.warnings
    (decoder,) = (check for check in verdict.checks if check.name == "decoder")
    assert decoder.detail == "Pillow sees the same pixels in the source"
