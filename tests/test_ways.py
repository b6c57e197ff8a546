"""A photo that is decoded at once, strip by strip, or twice in strips becomes the same file, byte for byte."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import looks
import numpy as np
import photos
import pytest
from runs import job_for

from photocolor.color.icc import srgb_profile
from photocolor.errors import SourceChanged, TooLittleMemory, UnsupportedPhoto
from photocolor.image.decode import probe
from photocolor.outcome import Done, NoProgress, Outcome, ProgressListener, Skipped
from photocolor.pipeline.footprint import footprint
from photocolor.pipeline.photo import Pipeline, colorize_source
from photocolor.settings import AlreadyColor, FileSettings, OutputFormat

HEIGHT, WIDTH = 203, 318
GRAY_16 = photos.gray(HEIGHT, WIDTH, 16)
SEPIA_16 = photos.tinted(HEIGHT, WIDTH, 16)

SCANS: dict[str, bytes] = {
    "strips": photos.tiff(GRAY_16, rowsperstrip=11, dpi=(600.0, 600.0)),
    "one strip": photos.tiff(photos.gray(HEIGHT, WIDTH)),
    "LZW": photos.tiff(GRAY_16, rowsperstrip=20, compression="lzw", predictor=2, orientation=6),
    "tiles": photos.tiff(GRAY_16, tile=(64, 48), compression="zlib", predictor=2, orientation=3),
    "plain tiles": photos.tiff(photos.gray(HEIGHT, WIDTH), tile=(32, 32)),
    "MM": photos.tiff(GRAY_16, byteorder=">", rowsperstrip=40, orientation=8),
    "BigTIFF": photos.tiff(GRAY_16, bigtiff=True, rowsperstrip=40, compression="zstd"),
    "white is zero": photos.tiff(GRAY_16, white_is_zero=True, rowsperstrip=13, compression="packbits"),
    "alpha": photos.tiff(GRAY_16, alpha=photos.alpha(HEIGHT, WIDTH, 16), rowsperstrip=17),
    "sepia": photos.tiff(SEPIA_16, icc=srgb_profile(), rowsperstrip=17, compression="zlib", orientation=5),
    "Adobe RGB": photos.tiff(SEPIA_16, icc=photos.adobe_rgb(), tile=(48, 64)),
    "planes": photos.tiff(SEPIA_16, planar=True, rowsperstrip=17, compression="lzma"),
    "pages": photos.tiff_of([GRAY_16, photos.rgb(90, 120), photos.tinted(HEIGHT, WIDTH)], rowsperstrip=23),
}


@pytest.fixture
def in_strips(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even small photos stay where they are."""
    monkeypatch.setattr("photocolor.image.open.HELD_BYTES", 0)
    monkeypatch.setattr("photocolor.pipeline.source.HELD_BYTES", 0)
    monkeypatch.setattr("photocolor.image.tiff.bands.BAND_BYTES", 5000)


def pipeline(**files: Any) -> Pipeline:
    return replace(looks.pipeline(), files=FileSettings(**files))


def colored(
    data: bytes, folder: Path, artist: Pipeline, watch: ProgressListener | None = None
) -> tuple[Outcome, bytes]:
    """The outcome and the result's bytes; none if nothing was written."""
    source, target = folder / "scan.tif", folder / "out" / "scan.tif"
    source.write_bytes(data)
    outcome = colorize_source(job_for(source, target), artist, watch or NoProgress())
    made = target.read_bytes() if target.exists() else b""
    target.unlink(missing_ok=True)
    return outcome, made


def least_memory(data: bytes, artist: Pipeline) -> Pipeline:
    """The pipeline with just the memory that the smallest way needs."""
    needs = []
    for page in range(probe(data).pages):
        header = probe(data, page)
        sizes = artist.colorizer.sizes(header.height, header.width, artist.color)
        needs.append(footprint(header, len(data), artist.files, int(np.prod(sizes.detail))).least)
    return replace(artist, memory_bytes=max(needs))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Outcome, bytes]]:
    """What all scans become when they are decoded at once."""
    return {name: colored(data, tmp_path_factory.mktemp("whole"), pipeline()) for name, data in SCANS.items()}


@pytest.mark.usefixtures("in_strips")
@pytest.mark.parametrize("twice", [False, True], ids=["kept", "decoded twice"])
@pytest.mark.parametrize("name", SCANS)
def test_every_way_gives_the_same_bytes(
    name: str, twice: bool, whole: dict[str, tuple[Outcome, bytes]], tmp_path: Path
) -> None:
    artist = least_memory(SCANS[name], pipeline()) if twice else pipeline()
    outcome, made = colored(SCANS[name], tmp_path, artist)
    expected, expected_bytes = whole[name]
    assert made == expected_bytes
    assert isinstance(outcome, Done)
    assert isinstance(expected, Done)
    assert replace(outcome, job=expected.job, seconds=expected.seconds) == expected


@pytest.mark.parametrize("wanted", [OutputFormat.PNG, OutputFormat.JPEG, OutputFormat.JXL])
def test_every_way_gives_the_same_bytes_in_other_formats(
    wanted: OutputFormat, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    artist = pipeline(format=wanted)
    _, at_once = colored(SCANS["alpha"], tmp_path, artist)
    request.getfixturevalue("in_strips")
    _, kept = colored(SCANS["alpha"], tmp_path, artist)
    _, twice = colored(SCANS["alpha"], tmp_path, least_memory(SCANS["alpha"], artist))
    assert at_once == kept == twice


@pytest.mark.usefixtures("in_strips")
def test_a_photo_in_color_is_left_alone_or_copied_in_strips_too(tmp_path: Path) -> None:
    data = photos.tiff(photos.rgb(HEIGHT, WIDTH), rowsperstrip=30)
    outcome, made = colored(data, tmp_path, pipeline())
    assert isinstance(outcome, Skipped)
    assert made == b""
    assert colored(data, tmp_path, pipeline(already_color=AlreadyColor.COPY))[1] == data
    with pytest.raises(UnsupportedPhoto, match="must both be JPEG"):
        colored(data, tmp_path, pipeline(already_color=AlreadyColor.FORCE, exact_luma=True))


class Meddler(NoProgress):
    """Writes to the source when the model begins.

    Args:
        source: the file.
        length: what is left of it.
    """

    def __init__(self, source: Path, length: int) -> None:
        self.source, self.length = source, length

    def stage(self, name: str) -> None:
        """Of the photo."""
        if name == "color":
            os.truncate(self.source, self.length)
            os.utime(self.source, ns=(1, 1))


@pytest.mark.usefixtures("in_strips")
@pytest.mark.parametrize("share", [0.5, 1.0], ids=["cut off", "touched"])
def test_a_large_source_that_changes_while_it_is_worked_on_fails_and_leaves_nothing(
    share: float, tmp_path: Path
) -> None:
    data = SCANS["strips"]
    meddler = Meddler(tmp_path / "scan.tif", int(len(data) * share))
    with pytest.raises(SourceChanged, match=r"scan\.tif changed while it was worked on"):
        colored(data, tmp_path, least_memory(data, pipeline()), meddler)
    assert list((tmp_path / "out").iterdir()) == []


def test_what_needs_more_than_there_is_fails_before_it_is_decoded_and_names_the_page(tmp_path: Path) -> None:
    artist = replace(pipeline(), memory_bytes=1_000_000)
    with pytest.raises(TooLittleMemory, match=r"^the photo takes about 0\.\d GB of memory"):
        colored(SCANS["strips"], tmp_path, artist)
    with pytest.raises(TooLittleMemory, match=r"^page 1 of 3: the photo takes about"):
        colored(SCANS["pages"], tmp_path, artist)
