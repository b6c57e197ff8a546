"""One result against its source: an honest one holds, and every kind of damage is named by the check it breaks."""

from __future__ import annotations

import io
import zlib
from dataclasses import replace
from pathlib import Path

import imagecodecs
import numpy as np
import photos
import pytest
import tifffile
from fakes import write_model
from PIL import Image

from photocolor.color.lab import gray_of
from photocolor.image.decode import decode
from photocolor.outcome import Done, Fingerprint, Job, NoProgress
from photocolor.pipeline.photo import Pipeline, colorize_source, open_pipeline
from photocolor.settings import AlreadyColor, FileSettings, OutputFormat, Settings
from photocolor.verify.files import Recorded, verify_file
from photocolor.verify.verdict import Verdict


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    """A tiny real model that colors by lightness."""
    model = write_model(tmp_path_factory.mktemp("model") / "tint.onnx")
    return studio_with(FileSettings(), model)


def studio_with(files: FileSettings, model: Path) -> Pipeline:
    return open_pipeline(Settings(sources=(), out=Path(), model=str(model), device="cpu", files=files))


def colored(data: bytes, name: str, folder: Path, pipeline: Pipeline) -> tuple[Path, Path, Recorded]:
    """A source, its result, and what a manifest would say."""
    source, target = folder / name, folder / "out" / name
    source.write_bytes(data)
    stat = source.stat()
    job = Job(source, target, name, Fingerprint(stat.st_size, stat.st_mtime_ns), "0123abcd")
    done = colorize_source(job, pipeline, NoProgress())
    assert isinstance(done, Done)
    return source, target, Recorded(done.source_sha256, done.result_sha256, done.result_bytes, pipeline.model.sha256)


HONEST = {
    "gray.jpg": photos.jpeg(orientation=6, dpi=(300, 300)),
    "gray.png": photos.png(alpha=photos.alpha()),
    "deep.png": photos.png(photos.gray(depth=16)),
    "sepia.png": photos.png(photos.tinted()),
    "gray.tif": photos.tiff(photos.gray(144, 192), orientation=8, dpi=(600, 600), icc=photos.gray_gamma()),
    "deep.tif": photos.tiff(photos.gray(depth=16), alpha=photos.alpha(depth=16), byteorder=">"),
    "gray.webp": photos.webp(np.dstack([photos.gray()] * 3)),
    "lossy.webp": photos.webp(np.dstack([photos.gray()] * 3), lossless=False),
}


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_result_holds_in_every_check(name: str, pipeline: Pipeline, tmp_path: Path) -> None:
    source, result, recorded = colored(HONEST[name], name, tmp_path, pipeline)
    verdict = verify_file(source, result, recorded)
    assert verdict.broken == ()
    assert {check.name for check in verdict.checks} >= {"size", "gray", "metadata", "provenance", "record", "alpha"}


@pytest.mark.parametrize("wanted", [OutputFormat.JPEG, OutputFormat.WEBP, OutputFormat.PNG])
@pytest.mark.parametrize("name", ["deep.png", "deep.tif", "gray.jpg", "gray.tif"])
def test_a_result_in_another_format_holds_with_what_that_format_cannot_hold_told(
    name: str, wanted: OutputFormat, pipeline: Pipeline, tmp_path: Path
) -> None:
    other = studio_with(FileSettings(format=wanted), pipeline.model.path)
    source, result, recorded = colored(HONEST[name], name, tmp_path, other)
    assert verify_file(source, result, recorded).broken == ()


def test_exact_luma_is_proved_by_a_gray_decode(pipeline: Pipeline, tmp_path: Path) -> None:
    exact = studio_with(FileSettings(exact_luma=True), pipeline.model.path)
    source, result, _ = colored(HONEST["gray.jpg"], "gray.jpg", tmp_path, exact)
    (gray,) = (check for check in verify_file(source, result).checks if check.name == "gray")
    assert gray.holds and "luma" in gray.detail


def changed_pixel(result: Path) -> None:
    """One code in one channel of one pixel, everything else as it was."""
    data = result.read_bytes()
    chunks, at, raw = [], 8, b""
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        chunks.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + size]))
        at += 12 + size
    raw = zlib.decompress(b"".join(payload for kind, payload in chunks if kind == b"IDAT"))
    rows = bytearray(raw)
    rows[-2] = (rows[-2] + 9) % 256
    others = [(kind, payload) for kind, payload in chunks if kind not in (b"IDAT", b"IEND")]
    parts = [*others, (b"IDAT", zlib.compress(bytes(rows))), (b"IEND", b"")]
    result.write_bytes(data[:8] + b"".join(photos.chunk(kind, payload) for kind, payload in parts))


def without_metadata(result: Path) -> None:
    with Image.open(result) as image:
        image.load()
        clean = Image.fromarray(np.asarray(image))
    clean.save(result)


def turned(result: Path) -> None:
    with Image.open(result) as image:
        rotated = image.transpose(Image.Transpose.ROTATE_90)
    rotated.save(result)


def cut(result: Path) -> None:
    result.write_bytes(photos.cut(result.read_bytes()))


@pytest.mark.parametrize(
    ("damage", "broken"),
    [
        (changed_pixel, {"gray"}),
        (without_metadata, {"metadata", "provenance", "resolution"}),
        (turned, {"size", "metadata", "provenance", "resolution"}),
        (cut, {"readable"}),
        (Path.unlink, {"readable"}),
    ],
)
def test_every_damage_breaks_its_own_checks(damage, broken: set[str], pipeline: Pipeline, tmp_path: Path) -> None:
    data = photos.png(chunks=[photos.density_chunk(300), (b"tEXt", b"Title\0The bridge")])
    source, result, recorded = colored(data, "a.png", tmp_path, pipeline)
    damage(result)
    verdict = verify_file(source, result)
    assert {check.name for check in verdict.broken} == broken and not verdict.holds
    if result.exists() and "readable" not in broken:
        assert "record" in {check.name for check in verify_file(source, result, recorded).broken}


def in_gray(data: bytes) -> bytes:
    """The PNG with the same grays, texts and provenance, and no color."""
    gray = gray_of(decode(data, 1).pixels)
    rows = b"".join(b"\0" + row.tobytes() for row in np.dstack([gray] * 3))
    return data[: data.index(b"IDAT") - 4] + photos.chunk(b"IDAT", zlib.compress(rows)) + photos.chunk(b"IEND", b"")


def test_a_gray_copy_in_place_of_a_result_is_told_and_a_result_that_was_meant_so_is_not(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    source, result, _ = colored(photos.png(), "a.png", tmp_path, pipeline)
    assert "color" not in {check.name for check in verify_file(source, result).checks}
    result.chmod(0o644)
    result.write_bytes(in_gray(result.read_bytes()))
    verdict = verify_file(source, result)
    (color,) = (check for check in verdict.checks if check.name == "color")
    assert verdict.holds and "no pixel of the result has any" in color.detail
    without = replace(pipeline, color=replace(pipeline.color, strength=0.0))
    verdict = verify_file(*colored(photos.png(), "b.png", tmp_path, without))
    assert verdict.holds and "color" not in {check.name for check in verdict.checks}


def test_nothing_is_told_of_line_art_that_has_no_room_for_color(pipeline: Pipeline, tmp_path: Path) -> None:
    lines = np.where(photos.gray() > 128, np.uint8(255), np.uint8(0))
    verdict = verify_file(*colored(photos.png(lines), "a.png", tmp_path, pipeline))
    assert verdict.holds and "color" not in {check.name for check in verdict.checks}


def test_a_page_without_color_is_told_only_if_no_page_has_any(pipeline: Pipeline, tmp_path: Path) -> None:
    """One page among others may be a negative that was left as it is."""
    pages = photos.tiff_of([photos.gray(), photos.gray(seed=1)])
    source, result, _ = colored(pages, "a.tif", tmp_path, pipeline)
    result.chmod(0o644)
    told = []
    for number in range(2):
        with tifffile.TiffFile(result) as file:
            offset, samples = file.pages[number].dataoffsets[0], file.pages[number].asarray()
        gray = np.dstack([gray_of(samples)] * 3)
        data = result.read_bytes()
        result.write_bytes(data[:offset] + gray.tobytes() + data[offset + gray.nbytes :])
        verdict = verify_file(source, result)
        assert verdict.holds
        told.append([check.name for check in verdict.checks].count("color"))
    assert told == [0, 1]


@pytest.mark.parametrize("page", [0, 1])
@pytest.mark.parametrize(
    ("said", "changed"),
    [
        (b"compositeWithTrainedAlgorithmicMedia", b"negativeFilm".ljust(36)),
        (b":DigitalSourceType", b":DigitalSourceTypo"),
    ],
)
def test_a_result_that_does_not_say_what_it_is_does_not_hold(
    said: bytes, changed: bytes, page: int, pipeline: Pipeline, tmp_path: Path
) -> None:
    source, result, _ = colored(photos.tiff_of([photos.gray(), photos.gray(80, 96)]), "a.tif", tmp_path, pipeline)
    assert verify_file(source, result).holds
    parts = result.read_bytes().split(b"</x:xmpmeta>")
    assert len(parts) == 3
    parts[page] = parts[page].replace(said, changed)
    result.write_bytes(b"</x:xmpmeta>".join(parts))
    assert "provenance" in {check.name for check in verify_file(source, result).broken}


def test_a_result_of_another_source_is_found_by_the_provenance_alone(pipeline: Pipeline, tmp_path: Path) -> None:
    source, result, recorded = colored(photos.png(), "a.png", tmp_path, pipeline)
    with_note = photos.png(chunks=[(b"tIME", bytes((7, 212, 1, 1, 0, 0, 0)))])
    source.write_bytes(with_note)
    verdict = verify_file(source, result, recorded)
    assert {check.name for check in verdict.broken} == {"metadata", "provenance", "record"}


def test_alpha_of_16_bits_holds_within_half_a_step_of_the_bits_that_avif_stores(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    avif = studio_with(FileSettings(format=OutputFormat.AVIF), Path(pipeline.model.path))
    data = photos.tiff(photos.gray(depth=16), alpha=photos.alpha(depth=16))
    source, result, recorded = colored(data, "a.tif", tmp_path, avif)
    verdict = verify_file(source, result, recorded)
    assert verdict.holds, verdict.broken
    other = photos.alpha(depth=16)
    other[5, 5] ^= 0x80  # eight steps of 12 bits
    source.write_bytes(photos.tiff(photos.gray(depth=16), alpha=other))
    assert "alpha: 1 of" in str([f"{check.name}: {check.detail}" for check in verify_file(source, result).broken])


@pytest.mark.parametrize("wanted", [OutputFormat.WEBP, OutputFormat.AVIF])
def test_an_opaque_alpha_that_the_encoder_leaves_out_holds_and_no_other(
    wanted: OutputFormat, pipeline: Pipeline, tmp_path: Path
) -> None:
    into = studio_with(FileSettings(format=wanted), Path(pipeline.model.path))
    opaque = np.full_like(photos.alpha(), 255)
    source, result, recorded = colored(photos.tiff(alpha=opaque, extra="assocalpha"), "a.tif", tmp_path, into)
    verdict = verify_file(source, result, recorded)
    assert verdict.holds, verdict.broken
    opaque[5, 5] = 254
    source.write_bytes(photos.tiff(alpha=opaque, extra="assocalpha"))
    assert ("alpha", "lost") in [(check.name, check.detail) for check in verify_file(source, result).broken]


def test_twelve_bits_become_eight_in_a_jpeg_only_if_jpeg_was_asked_for(pipeline: Pipeline, tmp_path: Path) -> None:
    into = studio_with(FileSettings(format=OutputFormat.JPEG), Path(pipeline.model.path))
    data = bytes(imagecodecs.jpeg_encode(photos.gray(depth=16) >> 4, level=95, bitspersample=12))
    source, result, recorded = colored(data, "a.jpg", tmp_path, into)
    assert verify_file(source, result, recorded).holds
    kept = (
        result.read_bytes()
        .replace(b'"format":"jpeg"', b'"format":"keep"')
        .replace(b"&quot;format&quot;:&quot;jpeg&quot;", b"&quot;format&quot;:&quot;keep&quot;")
    )
    assert kept != result.read_bytes()
    result.chmod(0o644)
    result.write_bytes(kept)
    assert [check.name for check in verify_file(source, result).broken] == ["depth"]


def test_a_changed_alpha_channel_and_a_changed_orientation_are_found(pipeline: Pipeline, tmp_path: Path) -> None:
    source, result, _ = colored(photos.tiff(alpha=photos.alpha(), orientation=6), "a.tif", tmp_path, pipeline)
    pixels = tifffile.imread(result)
    pixels[5, 5, 3] ^= 1
    file = io.BytesIO()
    tifffile.imwrite(file, pixels, photometric="rgb", extrasamples=["unassalpha"], metadata=None)
    result.write_bytes(file.getvalue())
    assert {"alpha", "orientation"} <= {check.name for check in verify_file(source, result).broken}


def test_every_page_is_looked_at_and_a_broken_one_is_named(pipeline: Pipeline, tmp_path: Path) -> None:
    source, result, recorded = colored(photos.tiff(pages=3), "a.tif", tmp_path, pipeline)
    assert verify_file(source, result, recorded).broken == ()
    pages = tifffile.imread(result)
    pages[1, 5, 5] = 255 - pages[1, 5, 5]
    with tifffile.TiffWriter(result) as writer:
        for page in pages:
            writer.write(page, photometric="rgb", metadata=None, contiguous=False)
    broken = {check.name: check.detail for check in verify_file(source, result).broken}
    assert broken["gray"].startswith("page 2 of 3: 1 of 3,072 pixels differ")
    source.write_bytes(photos.tiff(pages=2))
    assert verify_file(source, result).broken[0].detail == "2 pages became 3"


def test_damaged_xmp_holds_because_its_bytes_are_kept(pipeline: Pipeline, tmp_path: Path) -> None:
    data = photos.with_segment(photos.jpeg(), 0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta broken")
    source, result, _ = colored(data, "a.jpg", tmp_path, pipeline)
    verdict = verify_file(source, result)
    assert verdict.broken == () and [item.tag for item in verdict.tags.lost] == ["XMP"]


def test_a_copied_color_photo_holds_only_if_the_manifest_says_that_it_was_copied(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    copying = studio_with(FileSettings(already_color=AlreadyColor.COPY), pipeline.model.path)
    source, result, recorded = colored(photos.png(photos.rgb()), "a.png", tmp_path, copying)
    assert verify_file(source, result, recorded).holds
    assert not verify_file(source, result).holds


def test_a_gray_source_in_place_of_its_result_is_no_copy_whatever_the_manifest_says(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    for name, data in (
        ("a.png", photos.png()),
        ("b.tif", photos.tiff_of([photos.gray(), np.dstack([photos.gray()] * 3)])),
    ):
        source, result, recorded = colored(data, name, tmp_path, pipeline)
        result.chmod(0o644)
        result.write_bytes(data)
        claimed = replace(recorded, result_sha256=recorded.source_sha256, result_bytes=len(data))
        verdict = verify_file(source, result, claimed)
        assert [check.name for check in verdict.broken] == ["copy"]
        assert "which has no color" in verdict.broken[0].detail


def test_a_broken_verdict_says_what_was_measured(pipeline: Pipeline, tmp_path: Path) -> None:
    source, result, _ = colored(photos.png(), "a.png", tmp_path, pipeline)
    changed_pixel(result)
    verdict: Verdict = verify_file(source, result)
    (gray,) = verdict.broken
    assert gray.detail.startswith("1 of 3,072 pixels differ, by up to ")
