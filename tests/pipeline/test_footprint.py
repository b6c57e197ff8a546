"""What photos take in memory is known from their headers, and what does not fit is refused by name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import photos
import pytest
from runs import job_for

from photocolor.batch.plan.memory_need import largest_photo_bytes, memory_per_worker
from photocolor.batch.pools.pool import PHOTO_BYTES
from photocolor.cli.options.run import parse_memory
from photocolor.errors import TooLittleMemory, UsageError
from photocolor.image.decode import probe
from photocolor.image.photo import Header
from photocolor.pipeline.footprint import UNKNOWN_BYTES, allowed_bytes, footprint, refuse_beyond
from photocolor.settings import FileSettings, OutputFormat, Settings
from photocolor.system.machine import memory

KEEP = FileSettings()
DETAIL_PX = 512 * 512


def a_scan(name: str, height: int = 10_000, bits: int = 16, band_bytes: int = 0) -> Header:
    return Header(name, height, 10_000, bits, band_bytes=band_bytes)


def test_a_tiff_in_strips_takes_less_than_any_picture_that_is_decoded_whole() -> None:
    streamed = footprint(a_scan("tiff", band_bytes=1 << 20), 200_000_000, KEEP, DETAIL_PX)
    for name in ("jpeg", "png", "webp", "jp2", "jxl", "avif", "heic", "tiff"):
        assert footprint(a_scan(name, bits=8), 1000, KEEP, DETAIL_PX).least > streamed.least


def test_keeping_the_gray_costs_what_the_gray_has() -> None:
    need = footprint(a_scan("tiff", band_bytes=1 << 20), 200_000_000, KEEP, DETAIL_PX)
    assert need.quick - need.least == 10_000 * 10_000 * 2


def test_one_strip_that_is_the_whole_picture_counts_whole() -> None:
    strip = 10_000 * 10_000 * 2
    assert footprint(a_scan("tiff", band_bytes=3 * strip), 10_000_000, KEEP, DETAIL_PX).least > 2 * strip


def test_twice_the_pixels_take_more() -> None:
    for name in ("jpeg", "png", "jp2"):
        one, two = (footprint(a_scan(name, height, 8), 1000, KEEP, DETAIL_PX) for height in (10_000, 20_000))
        assert two.least > 1.5 * one.least


def test_a_tiff_that_becomes_a_png_is_held_whole_while_it_is_written() -> None:
    as_png = footprint(a_scan("tiff", band_bytes=1 << 20), 1000, FileSettings(format=OutputFormat.PNG), DETAIL_PX)
    assert as_png.least > footprint(a_scan("tiff", band_bytes=1 << 20), 1000, KEEP, DETAIL_PX).least + 10_000**2 * 6


def test_a_jpeg_is_held_whole_only_where_its_luma_is_copied() -> None:
    scan = Header("jpeg", 10_000, 10_000, 8, channels=1)
    coded, copied = (footprint(scan, 1000, FileSettings(exact_luma=exact), DETAIL_PX).least for exact in (False, True))
    assert coded < 0.7e9
    assert copied > coded + 10_000**2 * 3


@pytest.mark.parametrize("name", ["png", "tiff", "webp"])
def test_only_a_jpeg_pays_for_exact_luma(name: str) -> None:
    asked, not_asked = (footprint(a_scan(name), 1000, FileSettings(exact_luma=e), DETAIL_PX) for e in (True, False))
    assert asked == not_asked


def test_what_does_not_fit_is_refused_with_both_figures() -> None:
    need = footprint(a_scan("png"), 1000, KEEP, DETAIL_PX)
    refuse_beyond(need, need.least)
    with pytest.raises(TooLittleMemory, match=r"takes about 2\.\d GB of memory, and 0\.8 GB may be used"):
        refuse_beyond(need, 800_000_000)


@pytest.mark.parametrize(
    ("data", "band_bytes"),
    [
        (photos.tiff(photos.gray(80, 100, 16), rowsperstrip=10, compression="zlib"), 3 * 10 * 100 * 2),
        (photos.tiff(photos.gray(80, 100, 16), compression="zlib", rowsperstrip=80), 3 * 80 * 100 * 2),
        (photos.tiff(photos.gray(80, 100, 16)), 3 * 100 * 2),
        (photos.tiff(photos.rgb(80, 100), tile=(32, 16)), 32 * 100 * (3 * 3 + 6)),
        (photos.png(photos.gray(80, 100)), 0),
    ],
    ids=["strips", "one compressed strip", "one plain strip", "tiles", "PNG"],
)
def test_the_header_tells_what_has_to_be_decoded_together(data: bytes, band_bytes: int) -> None:
    assert probe(data).band_bytes == band_bytes


def test_the_default_is_half_of_what_is_free() -> None:
    assert allowed_bytes(10**9) == 10**9
    machine, allowed = memory(), allowed_bytes(None)
    free = machine.available_bytes
    if free is None:
        assert allowed == (machine.total_bytes // 4 if machine.total_bytes else UNKNOWN_BYTES)
    else:
        assert 0.4 * free < allowed < 0.6 * free


def test_the_hungriest_photo_of_a_run_is_found_by_its_header(tmp_path: Path) -> None:
    small, large = tmp_path / "small.jpg", tmp_path / "large.png"
    small.write_bytes(photos.jpeg())
    large.write_bytes(photos.bomb_png(9000, 9000)[:2000])  # its pixels are never looked at
    jobs = [job_for(path, tmp_path / "out" / path.name) for path in (small, large)]
    settings = Settings(sources=(), out=tmp_path / "out")
    assert largest_photo_bytes(jobs[:1], settings) < PHOTO_BYTES
    assert largest_photo_bytes(jobs, settings) > 81_000_000 * 8
    assert largest_photo_bytes([], settings) == PHOTO_BYTES


def test_workers_share_the_memory_unless_only_their_number_was_asked_for(tmp_path: Path) -> None:
    free = Settings(sources=(), out=tmp_path)
    assert memory_per_worker(free, 4 * 10**9, 2) == 2 * 10**9
    assert memory_per_worker(replace(free, workers=7), 10**9, 7) == 10**9
    assert memory_per_worker(replace(free, workers=2, max_memory=10**9), 10**9, 2) == 5 * 10**8
    with pytest.raises(UsageError, match="900M for 2 workers are 450M each"):
        memory_per_worker(replace(free, workers=2, max_memory=9 * 10**8), 9 * 10**8, 2)


@pytest.mark.parametrize(("text", "size"), [("800M", 800_000_000), ("1.5G", 1_500_000_000), ("2g", 2_000_000_000)])
def test_sizes_are_read_with_their_unit(text: str, size: int) -> None:
    assert parse_memory(text) == size


@pytest.mark.parametrize("text", ["", "G", "800", "2GB", "-1G", "1e3M", "1..5G", "٢G", "499M", "0G"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="max-memory"):
        parse_memory(text)
