"""Infrared pages, masks and channels without a meaning: carried as they are, told, and never colored."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import photos
import pytest
import tifffile
from fakes import write_model

from photocolor.errors import TruncatedPhoto, UnsupportedPhoto
from photocolor.image.codecs import tiff
from photocolor.image.tiff.masks import masks_digest
from photocolor.outcome import Done, Fingerprint, Job, NoProgress
from photocolor.pipeline.photo import Pipeline, colorize_source, open_pipeline
from photocolor.settings import AlreadyColor, FileSettings, OutputFormat, Settings
from photocolor.verify.files import verify_file

MASK = 4
TOLD = "infrared pages or masks go along as they are"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny real model."""
    return write_model(tmp_path_factory.mktemp("model") / "tint.onnx")


def pipeline(model: Path, **files: object) -> Pipeline:
    settings = FileSettings(already_color=AlreadyColor.FORCE, **files)  # type: ignore[arg-type]
    return open_pipeline(Settings(sources=(), out=Path(), model=str(model), device="cpu", files=settings))


def scan(pages: list[tuple[photos.Array, int]], **container: object) -> bytes:
    """A TIFF of pages, each with its NewSubfileType, compressed in different ways."""
    file = io.BytesIO()
    with tifffile.TiffWriter(file, **container) as writer:
        for number, (pixels, _) in enumerate(pages):
            how = {"compression": ("zlib", "lzw", None)[number % 3], "predictor": number % 3 < 2}
            writer.write(pixels, subfiletype=2, metadata=None, software=f"scanner {number}", rowsperstrip=16, **how)
    data = bytearray(file.getvalue())
    with tifffile.TiffFile(io.BytesIO(data)) as written:  # which refuses to write a mask
        places = [page.tags[254].valueoffset for page in written.pages]
        order = {"<": "little", ">": "big"}[written.byteorder]
    for at, (_, kind) in zip(places, pages, strict=True):
        data[at : at + 4] = kind.to_bytes(4, order)
    return bytes(data)


def colored(data: bytes, name: str, folder: Path, made_by: Pipeline) -> tuple[Path, Path, Done]:
    source, target = folder / name, folder / "out" / name
    source.write_bytes(data)
    stat = source.stat()
    job = Job(source, target, name, Fingerprint(stat.st_size, stat.st_mtime_ns), "0123abcd")
    done = colorize_source(job, made_by, NoProgress())
    assert isinstance(done, Done)
    return source, target, done


GRAY, INFRARED = photos.gray(48, 64, 16), photos.gray(48, 64, 16, seed=5)
LAYOUTS = {
    "one page": [(GRAY, 0), (INFRARED, MASK)],
    "two pages": [(GRAY, 0), (INFRARED, MASK), (photos.gray(30, 40), 2), (photos.gray(30, 40, seed=2), MASK)],
    "two masks of one": [(GRAY, 0), (INFRARED, MASK), (photos.gray(48, 64, seed=3), MASK)],
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("container", [{}, {"byteorder": ">"}, {"bigtiff": True}])
def test_infrared_pages_stay_as_they_are_behind_their_page(
    layout: str, container: dict[str, object], model: Path, tmp_path: Path
) -> None:
    pages = LAYOUTS[layout]
    masks = [number for number, (_, kind) in enumerate(pages) if kind == MASK]
    source, target, done = colored(scan(pages, **container), "scan.tif", tmp_path, pipeline(model))
    assert done.pages == len(pages) - len(masks)
    assert f"{len(masks)} {TOLD}, and are not colored" in done.warnings
    with tifffile.TiffFile(source) as before, tifffile.TiffFile(target) as after:
        assert len(after.pages) == len(pages)
        assert [page.subfiletype & MASK for page in after.pages] == [kind & MASK for _, kind in pages]
        for number in masks:
            was, now = before.pages[number], after.pages[number]
            assert np.array_equal(now.asarray(), pages[number][0])
            assert {tag.code for tag in was.tags} == {tag.code for tag in now.tags}
            assert now.software == f"scanner {number}"
            assert now.compression == was.compression
        colors = [page for number, page in enumerate(after.pages) if number not in masks]
        assert all(page.shape[-1] == 3 for page in colors)
    assert masks_digest(source.read_bytes()) == masks_digest(target.read_bytes())
    verdict = verify_file(source, target)
    assert verdict.holds, verdict.broken
    assert any(check.name == "masks" and check.holds for check in verdict.checks)


def test_a_mask_that_was_changed_or_lost_is_seen_by_verify(model: Path, tmp_path: Path) -> None:
    source, target, _ = colored(scan(LAYOUTS["one page"]), "scan.tif", tmp_path, pipeline(model))
    whole = target.read_bytes()
    with tifffile.TiffFile(target) as file:
        at, next_at = file.pages[1].dataoffsets[0] + 20, file.pages[0].offset
    target.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    assert [check.name for check in verify_file(source, target).broken] == ["masks"]
    count = int.from_bytes(whole[next_at : next_at + 2], "little")
    end = next_at + 2 + 12 * count
    target.write_bytes(whole[:end] + bytes(4) + whole[end + 4 :])  # its bytes stay, and nothing points to them
    assert [check.name for check in verify_file(source, target).broken] == ["masks", "strays"]


def test_other_formats_have_no_place_for_a_mask_and_that_is_told(model: Path, tmp_path: Path) -> None:
    made_by = pipeline(model, format=OutputFormat.PNG)
    source, target, done = colored(scan(LAYOUTS["one page"]), "scan.tif", tmp_path, made_by)
    assert any("1 infrared pages or masks were left out" in warning for warning in done.warnings)
    assert verify_file(source, target).holds


def test_a_file_that_begins_with_a_mask_is_refused_and_a_cut_one_leaves_nothing(model: Path, tmp_path: Path) -> None:
    with pytest.raises(UnsupportedPhoto, match="mask of another"):
        tiff.probe(scan([(INFRARED, MASK), (GRAY, 0)]))
    data = scan(LAYOUTS["one page"])
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        tag = file.pages[1].tags[273]
    gone = data[: tag.valueoffset] + (len(data) + 9).to_bytes(4, "little") + data[tag.valueoffset + 4 :]
    with pytest.raises(TruncatedPhoto, match="mask"):
        colored(gone, "cut.tif", tmp_path, pipeline(model))
    assert not list((tmp_path / "out").glob("*.tif"))


@pytest.mark.parametrize("color", [False, True])
def test_a_channel_of_no_stated_meaning_keeps_none(color: bool, model: Path, tmp_path: Path) -> None:
    """VueScan writes infrared as a fourth sample without saying so; alpha it is not."""
    pixels = photos.tinted(32, 48, 16) if color else photos.gray(32, 48, 16)
    data = bytearray(photos.tiff(pixels, alpha=photos.alpha(32, 48, 16), extra="unspecified"))
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        at = file.pages[0].tags[338].offset
    data[at : at + 2] = (65000).to_bytes(2, "little")  # a private tag: now nothing is said
    source, target, _ = colored(bytes(data), "vuescan.tif", tmp_path, pipeline(model))
    with tifffile.TiffFile(target) as file:
        assert [int(value) for value in file.pages[0].extrasamples] == [0]
        assert np.array_equal(file.pages[0].asarray()[..., 3], photos.alpha(32, 48, 16))
    assert verify_file(source, target).holds
