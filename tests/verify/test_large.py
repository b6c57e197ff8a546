"""Large TIFFs are looked at in strips, where they lie: the verdict is the one on pictures that are decoded at once."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import looks
import numpy as np
import photos
import pytest
import tifffile
from runs import job_for

from photocolor.color.icc import srgb_profile
from photocolor.color.profile import BadProfile, to_srgb
from photocolor.image.photo import Pixels
from photocolor.image.visible_mark import corner_mark
from photocolor.outcome import Done, NoProgress
from photocolor.pipeline.photo import colorize_source
from photocolor.settings import AlreadyColor, FileSettings, OutputFormat, VisibleMark
from photocolor.verify.files import Recorded, verify_file
from photocolor.verify.tags import Tags, tags_of
from photocolor.verify.verdict import Verdict

HEIGHT, WIDTH = 83, 190
GRAY_16, SEPIA_16 = photos.gray(HEIGHT, WIDTH, 16), photos.tinted(HEIGHT, WIDTH, 16)
ALPHA_16 = photos.alpha(HEIGHT, WIDTH, 16)
MARKED = FileSettings(mark=VisibleMark.CORNER)
"""At this size its plate lies in two bands."""


def _lab() -> photos.Array:
    """A toned print in CIELAB whose upper half has no color."""
    lightness = photos.gray(HEIGHT, WIDTH)
    tone = np.full_like(lightness, 12)
    tone[: HEIGHT // 2] = 0
    return np.dstack([lightness, tone, tone])


@dataclass(frozen=True)
class Case:
    """A source, and how its result is made."""

    data: bytes
    files: FileSettings = field(default_factory=FileSettings)


CASES: dict[str, Case] = {
    "strips": Case(photos.tiff(GRAY_16, rowsperstrip=11, dpi=(600.0, 600.0))),
    "8 bits": Case(photos.tiff(photos.gray(HEIGHT, WIDTH), byteorder=">", orientation=6)),
    "deflated tiles": Case(photos.tiff(GRAY_16, tile=(32, 48), compression="zlib", predictor=2, orientation=3)),
    "alpha": Case(photos.tiff(GRAY_16, alpha=ALPHA_16, rowsperstrip=17)),
    "Adobe RGB": Case(photos.tiff(SEPIA_16, icc=photos.adobe_rgb(), tile=(48, 64))),
    "Lab": Case(
        photos.tiff(_lab(), photometric="cielab", rowsperstrip=9), FileSettings(already_color=AlreadyColor.FORCE)
    ),
    "pages": Case(photos.tiff_of([GRAY_16, photos.rgb(90, 120), SEPIA_16[:40]], rowsperstrip=23)),
    "mark": Case(photos.tiff(GRAY_16, rowsperstrip=11, orientation=8), MARKED),
    "mark on a tone": Case(photos.tiff(SEPIA_16, icc=srgb_profile(), rowsperstrip=11), MARKED),
    "mark on some pages": Case(photos.tiff_of([GRAY_16, photos.rgb(10, 12)], rowsperstrip=11), MARKED),
    "multiplied alpha": Case(photos.tiff(GRAY_16, alpha=ALPHA_16, extra="assocalpha", rowsperstrip=17)),
    "8 of 16 bits": Case(photos.tiff(GRAY_16, alpha=ALPHA_16, rowsperstrip=17), FileSettings(format=OutputFormat.WEBP)),
    "JPEG": Case(photos.tiff(GRAY_16, rowsperstrip=17), FileSettings(format=OutputFormat.JPEG)),
    "exact luma": Case(photos.jpeg(photos.gray(HEIGHT, WIDTH)), FileSettings(exact_luma=True)),
}


@contextmanager
def in_strips() -> Iterator[None]:
    """Even small TIFFs stay where they are, and are decoded a few rows at a time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("photocolor.image.open.HELD_BYTES", 0)
        patch.setattr("photocolor.verify.evidence.HELD_BYTES", 0)
        patch.setattr("photocolor.image.tiff.bands.BAND_BYTES", 5000)
        yield


@pytest.fixture(autouse=True)
def low_bands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even small photos are compared in several bands."""
    monkeypatch.setattr("photocolor.verify.gray.BAND_PIXELS", 1)


def colored(case: Case, folder: Path) -> tuple[Path, Path]:
    """The source and its result."""
    source, target = folder / "scan", folder / "out" / "scan"
    source.write_bytes(case.data)
    outcome = colorize_source(job_for(source, target), replace(looks.pipeline(), files=case.files), NoProgress())
    assert isinstance(outcome, Done)
    return source, target


def verdict_of(source: Path, result: Path) -> Verdict:
    """The verdict, which both ways must give."""
    whole = verify_file(source, result)
    with in_strips():
        assert _but_the_second_decoder(verify_file(source, result)) == _but_the_second_decoder(whole)
    return whole


def _but_the_second_decoder(verdict: Verdict) -> Verdict:
    """It decodes whole pictures only, and says so."""
    return replace(verdict, checks=tuple(check for check in verdict.checks if check.name != "decoder"))


def broken(verdict: Verdict) -> set[str]:
    """The names of the checks that do not hold."""
    return {check.name for check in verdict.broken}


@pytest.mark.parametrize("name", CASES)
def test_a_good_result_holds(name: str, tmp_path: Path) -> None:
    verdict = verdict_of(*colored(CASES[name], tmp_path))
    assert verdict.broken == ()
    assert {check.name for check in verdict.checks} >= {"size", "alpha", "gray", "provenance"}


def flip(result: Path, place: tuple[int, ...], page: int = 0) -> None:
    """Flips a high bit of one sample, where it lies in the file."""
    samples = tifffile.memmap(result, page=page, mode="r+")
    samples[place] ^= 1 << (8 * samples.itemsize - 2)
    samples.flush()


def last_pixel(result: Path) -> None:
    flip(result, (HEIGHT - 1, WIDTH - 1, 1))


def two_alphas(result: Path) -> None:
    flip(result, (0, 0, 3))
    flip(result, (HEIGHT - 1, WIDTH - 1, 3))


def pixel_of_the_last_page(result: Path) -> None:
    flip(result, (39, 7, 0), page=2)


def pixel_of_the_mark(result: Path) -> None:
    mark = corner_mark(HEIGHT, WIDTH, 8)
    flip(result, (mark.top + 2, mark.left + 2, 2))


def pixel_of_the_page_in_color(result: Path) -> None:
    flip(result, (9, 11, 2), page=1)


def no_mark(result: Path) -> None:
    samples = tifffile.memmap(result, mode="r+")
    samples[:] = GRAY_16[..., None]
    samples.flush()


def lost_row(result: Path) -> None:
    file = io.BytesIO()
    tifffile.imwrite(file, tifffile.imread(result)[:-1], photometric="rgb", metadata=None)
    result.write_bytes(file.getvalue())


def other_format(result: Path) -> None:
    result.write_bytes(photos.png(np.dstack([GRAY_16] * 3)))


def Lab(result: Path) -> None:  # noqa: N802 -- its name
    result.write_bytes(photos.tiff(_lab(), photometric="cielab", rowsperstrip=7))


def last_tile(result: Path) -> None:
    with tifffile.TiffFile(result) as file:
        offset, size = file.pages.first.dataoffsets[-1], file.pages.first.databytecounts[-1]
    data = bytearray(result.read_bytes())
    data[offset : offset + size] = bytes(size)
    result.write_bytes(data)


def lost_row_and_last_tile(result: Path) -> None:
    result.write_bytes(photos.tiff(SEPIA_16[:-1], tile=(32, 48), compression="zlib"))
    last_tile(result)


@pytest.mark.parametrize(
    ("name", "change", "expected"),
    [
        ("strips", last_pixel, "gray: 1 of 15,770 pixels differ"),
        ("strips", lost_row, "size: 190 × 83 became 190 × 82"),
        ("strips", other_format, "metadata"),
        ("strips", Lab, "gray: 15,"),
        ("8 bits", last_pixel, "gray: 1 of 15,770 pixels differ"),
        ("deflated tiles", last_tile, "readable: "),
        ("deflated tiles", lost_row_and_last_tile, "readable: "),
        ("alpha", last_pixel, "gray: 1 of 15,770 pixels differ"),
        ("alpha", two_alphas, "alpha: 2 of 15,770 pixels differ"),
        ("alpha", lost_row, "alpha: of another size"),
        ("pages", pixel_of_the_last_page, "gray: page 3 of 3: 1 of 7,600 pixels differ"),
        ("mark", pixel_of_the_mark, "gray: 1 of 15,770 pixels differ"),
        ("mark", no_mark, "gray: "),
        ("mark on some pages", pixel_of_the_page_in_color, "readable: a mark that can be read needs"),
    ],
)
def test_a_result_that_was_tampered_with_is_found_in_the_same_words(
    name: str, change: Callable[[Path], None], expected: str, tmp_path: Path
) -> None:
    source, result = colored(CASES[name], tmp_path)
    change(result)
    told = "; ".join(f"{check.name}: {check.detail}" for check in verdict_of(source, result).broken)
    assert expected in told, told


@pytest.fixture
def profiles_without_white(monkeypatch: pytest.MonkeyPatch) -> set[bytes]:
    """Profiles put in here show themselves as broken at the first white pixel; no real one was found that does."""
    profiles: set[bytes] = set()

    def converted(pixels: Pixels, icc: bytes) -> Pixels:
        if icc in profiles and int(pixels.max()) == 65535:
            raise BadProfile("it has no white")
        return to_srgb(pixels, icc)

    monkeypatch.setattr("photocolor.image.tiff.strip_reader.to_srgb", converted)
    monkeypatch.setattr("photocolor.image.decode.to_srgb", converted)
    return profiles


GRAY_PROFILE, RGB_PROFILE = photos.gray_gamma(), photos.adobe_rgb()


@pytest.mark.parametrize(
    ("broken", "equal"),
    [({GRAY_PROFILE}, False), ({RGB_PROFILE}, False), ({GRAY_PROFILE, RGB_PROFILE}, True)],
    ids=["of the source", "of the result", "of both"],
)
def test_a_profile_that_breaks_on_the_way_is_ignored_in_its_own_file_only(
    broken: set[bytes], equal: bool, profiles_without_white: set[bytes], tmp_path: Path
) -> None:
    profiles_without_white |= broken
    gray = np.minimum(GRAY_16, 65000)
    gray[-1, -1] = 65535
    source, result = tmp_path / "source.tif", tmp_path / "result.tif"
    source.write_bytes(photos.tiff(gray, icc=GRAY_PROFILE, rowsperstrip=11))
    result.write_bytes(photos.tiff(np.dstack([gray] * 3), icc=RGB_PROFILE, rowsperstrip=7))
    checks = {check.name: check.detail for check in verdict_of(source, result).checks}
    assert (checks["gray"] == "equal in all 15,770 pixels") == equal


@pytest.mark.parametrize("at", [0, 1], ids=["the source", "the result"])
def test_a_large_tiff_that_changes_while_it_is_looked_at_does_not_hold(
    at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = colored(CASES["strips"], tmp_path)

    def meddled(*arguments: object) -> Tags:
        os.utime(files[at], ns=(1, 1))
        return tags_of(*arguments)

    monkeypatch.setattr("photocolor.verify.files.tags_of", meddled)
    with in_strips():
        (check,) = verify_file(*files).checks
    assert (check.name, check.holds) == ("readable", False)
    assert check.detail == f"{files[at]} changed while it was looked at"


def test_a_copy_in_color_that_stays_where_it_is_is_compared_by_its_checksum(tmp_path: Path) -> None:
    source, copy = tmp_path / "scan.tif", tmp_path / "copy.tif"
    data = photos.tiff(photos.rgb(HEIGHT, WIDTH))
    source.write_bytes(data)
    copy.write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    recorded = Recorded(digest, digest, len(data), "ab" * 32)
    with in_strips():
        assert verify_file(source, copy, recorded).holds
        copy.write_bytes(photos.flip(data, len(data) - 1))
        assert broken(verify_file(source, copy, recorded)) == {"copy", "record"}
