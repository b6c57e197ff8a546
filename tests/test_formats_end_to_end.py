"""Every row of the format table × depth × orientation through the real pipeline, and all real odd files.

The judge is `photocolor verify`, whose gray is computed by other code than the one that colors.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import photos
import pytest
from commands import photocolor
from fakes import write_model
from format_rows import TABLE, jpeg12, scene
from runs import write_tree

from photocolor.errors import PhotoError
from photocolor.image.decode import decode, probe
from photocolor.outcome import Done, Fingerprint, Job, NoProgress, Skipped
from photocolor.pipeline.photo import Pipeline, colorize_source, open_pipeline
from photocolor.settings import AlreadyColor, FileSettings, Settings
from photocolor.verify.files import verify_file


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    """A tiny real model, opened once."""
    model = write_model(tmp_path_factory.mktemp("model") / "tint.onnx")
    return open_pipeline(Settings(sources=(), out=Path(), model=str(model), device="cpu", files=FileSettings()))


def restored(data: bytes, name: str, folder: Path, pipeline: Pipeline) -> Done | Skipped:
    """The outcome of a file with these bytes; what was done lies under `out`."""
    source = folder / name
    source.write_bytes(data)
    stat = source.stat()
    job = Job(source, folder / "out" / name, name, Fingerprint(stat.st_size, stat.st_mtime_ns), "0123abcd")
    outcome = colorize_source(job, pipeline, NoProgress())
    assert source.read_bytes() == data
    assert isinstance(outcome, Done | Skipped)
    return outcome


ORIENTATIONS = range(1, 9)


def test_every_row_in_all_orientations_is_restored_and_verified_by_the_commands(tmp_path: Path) -> None:
    scans, out = tmp_path / "scans", tmp_path / "color"
    built = {
        f"{row}/{orientation}{suffix}": build(orientation)
        for row, (suffix, build, _) in TABLE.items()
        for orientation in ORIENTATIONS
    }
    for name, data in built.items():
        assert decode(data, 1).orientation == int(Path(name).stem), name
    write_tree(scans, built)
    model = write_model(tmp_path / "tint.onnx")
    told = photocolor("restore", scans, "--out", out, "--model", model, "--device", "cpu", "--workers", 2, "--json")
    rows = [json.loads(line) for line in told.out.splitlines()]
    assert {row["relative"]: row["message"] for row in rows if row["status"] != "done"} == {}
    assert (told.code, len(rows)) == (0, len(built))
    proved = photocolor("verify", scans, out, "--json")
    verdicts = [json.loads(line) for line in proved.out.splitlines()]
    broken = {verdict["source"]: [c for c in verdict["checks"] if not c["holds"]] for verdict in verdicts}
    assert {source: checks for source, checks in broken.items() if checks} == {}
    assert (proved.code, len(verdicts)) == (0, len(built))
    for name, data in built.items():
        result = (out / name).read_bytes()
        picture = decode(result, 1)
        assert (name, picture.bit_depth, picture.pixels.ndim) == (name, TABLE[name.split("/")[0]][2], 3)
        assert probe(result).pages == probe(data).pages


def test_pages_keep_their_own_metadata_and_every_one_says_what_made_it(pipeline: Pipeline, tmp_path: Path) -> None:
    names = ["first", "second", "third"]
    data = photos.tiff_of([scene(), scene(16), scene()], description=names, compression=[None, "lzw", "zlib"])
    assert isinstance(restored(data, "book.tif", tmp_path, pipeline), Done)
    asked = ["-a", "-G1", "-s", "-ImageDescription", "-Compression", "-SourceSHA256", "-BitsPerSample"]
    told = subprocess.run(
        ["exiftool", *asked, tmp_path / "out" / "book.tif"], capture_output=True, text=True, check=True
    )
    for number, name in enumerate(names):
        assert f"[IFD{number}]          ImageDescription                : {name}" in told.stdout
    assert told.stdout.count("SourceSHA256") == 3
    kinds = ["Uncompressed", "LZW", "Adobe Deflate"]
    assert [line.split(": ")[1] for line in told.stdout.splitlines() if "Compression" in line] == kinds
    assert "16 16 16" in told.stdout


def test_a_color_page_among_gray_ones_keeps_its_pixels_and_a_book_of_color_is_left_alone(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    colors = photos.rgb(96, 96)
    data = photos.tiff_of([scene(), colors])
    outcome = restored(data, "mixed.tif", tmp_path, pipeline)
    assert isinstance(outcome, Done)
    assert outcome.warnings == ("page 2 has color already and keeps it",)
    assert np.array_equal(decode((tmp_path / "out" / "mixed.tif").read_bytes(), 100, 1).pixels, colors)
    assert isinstance(restored(photos.tiff_of([colors, colors]), "color.tif", tmp_path, pipeline), Skipped)
    assert pipeline.files.already_color is AlreadyColor.SKIP


def test_one_bad_page_fails_the_file_names_the_page_and_leaves_nothing(pipeline: Pipeline, tmp_path: Path) -> None:
    inks = np.zeros((30, 30, 4), np.uint8)
    data = photos.tiff_of([scene(), inks, scene()], photometric=["minisblack", "separated", "minisblack"])
    with pytest.raises(PhotoError, match=r"page 2 of 3: CMYK without a color profile"):
        restored(data, "book.tif", tmp_path, pipeline)
    assert not list((tmp_path / "out").glob("*"))


def test_pages_do_not_fit_into_a_format_of_one_picture(pipeline: Pipeline, tmp_path: Path) -> None:
    from dataclasses import replace

    from photocolor.settings import OutputFormat

    one = replace(pipeline, files=FileSettings(format=OutputFormat.JPEG))
    with pytest.raises(PhotoError, match="holds one picture, and the file has 2 pages"):
        restored(photos.tiff_of([scene(), scene()]), "book.tif", tmp_path, one)


def test_a_jpeg_of_12_bits_is_kept_whole_in_tiff_and_refused_where_8_would_be_left(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    from dataclasses import replace

    from photocolor.settings import OutputFormat

    with pytest.raises(PhotoError, match="12 bits, and JPEG results hold 8") as caught:
        restored(jpeg12(6), "deep.jpg", tmp_path, pipeline)
    assert "--format tiff" in caught.value.hint
    deep = replace(pipeline, files=FileSettings(format=OutputFormat.TIFF))
    for orientation in ORIENTATIONS:
        assert isinstance(restored(jpeg12(orientation), f"{orientation}.jpg", tmp_path, deep), Done)
        assert decode((tmp_path / "out" / f"{orientation}.jpg").read_bytes(), 100).bit_depth == 16
        assert verify_file(tmp_path / f"{orientation}.jpg", tmp_path / "out" / f"{orientation}.jpg").holds


# -- real odd files ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Expected:
    """What becomes of a file: "done", "already_color", or the reason of its failure, and a word of the message."""

    outcome: str
    said: str = ""


# Written down from the descriptions in index.md before the first run of the whole pipeline over them. Two kinds of
# knowledge came from earlier: which files decode at all, and with which reason they fail, had been seen in the tests of
# `image.decode`. New here is what becomes of each of them, and where the first guess was wrong, the comment says so.
DONE, COLOR = Expected("done"), Expected("already_color")
ODDITIES: dict[str, Expected] = {
    "exifsamples__Arbitro.tiff": COLOR,
    "exifsamples__Cr_mieux11.tiff": DONE,  # guessed to have color from its RGBA; it is handwriting in black
    "exifsamples__DSCN0012.jpg": COLOR,
    "exifsamples__Jobagent.tiff": COLOR,
    "exifsamples__canon-ixus.jpg": COLOR,
    "exifsamples__fujifilm-finepix40i.jpg": COLOR,
    "exifsamples__image00971.jpg": COLOR,
    "exifsamples__image01137.jpg": COLOR,
    "exifsamples__image01713.jpg": DONE,  # guessed as color from its RGB; it is nearly black
    "exifsamples__kodak-dc210.jpg": COLOR,
    "exifsamples__nikon-e950.jpg": COLOR,
    "exifsamples__olympus-c960.jpg": COLOR,
    "libvips__1bit.tif": DONE,
    "libvips__4bit.tif": DONE,
    "libvips__big-height.webp": Expected("unsupported", "animated"),
    "libvips__cd2.1.jpg": DONE,
    "libvips__indexed.png": COLOR,
    "libvips__ojpeg-strip.tif": COLOR,
    "libvips__sample.jpg": COLOR,
    "libvips__truncated.gif": Expected("unsupported", "GIF"),
    "ljt__monkey12.jpg": COLOR,  # 12 bits, which no JPEG result holds; a gray one fails
    "ljt__testimgint.jpg": COLOR,
    "mdx__Casio_EX-S1.jpg": COLOR,
    "mdx__FujiFilm_SP-2500.jpg": COLOR,
    "mdx__HTC_Desire.jpg": COLOR,
    "mdx__Issue_339.jpg": COLOR,
    "pillow__10ct_32bit_128.tiff": Expected("unsupported", "photometric"),
    "pillow__12in16bit.tif": DONE,
    "pillow__16bit.MM.cropped.tif": DONE,
    "pillow__16bit.cropped.tif": DONE,
    "pillow__1_trns.png": DONE,
    "pillow__app13-multiple.jpg": COLOR,
    "pillow__broken.png": Expected("truncated"),
    "pillow__broken_exif_dpi.jpg": DONE,  # one green all over, which counts as a tint
    "pillow__crash-2020-10-test.tif": Expected("truncated"),
    "pillow__delay.png": Expected("unsupported", "animated"),
    "pillow__exif-dpi-zerodivision.jpg": DONE,  # guessed as color from its RGB; it is a gray ramp
    "pillow__exif_typeerror.jpg": COLOR,
    "pillow__g4_orientation_3.tif": DONE,
    "pillow__hopper.Lab.tif": COLOR,
    "pillow__hopper.iccprofile.tif": COLOR,
    "pillow__hopper.psd": Expected("unsupported", "Photoshop"),
    "pillow__hopper_16bit.pgm": Expected("unsupported", "PNM"),
    "pillow__hopper_bad_exif.jpg": Expected("truncated", "no block of it needs"),  # guessed DONE; stripes
    "pillow__hopper_gray.jpg": DONE,
    "pillow__hopper_lzma.tif": COLOR,
    "pillow__hopper_orientation_2.jpg": COLOR,
    "pillow__hopper_orientation_3.webp": COLOR,
    "pillow__hopper_orientation_5.jpg": COLOR,
    "pillow__hopper_orientation_6.webp": COLOR,
    "pillow__hopper_orientation_8.jpg": COLOR,
    "pillow__hopper_webp.tif": COLOR,
    "pillow__invalid-exif.jpg": DONE,  # the same ramp
    "pillow__jpeg_ff00_header.jpg": COLOR,
    "pillow__lab.tif": DONE,
    "pillow__multipage-lastframe.tif": DONE,  # one blue all over, which counts as a tint
    "pillow__multipage.tiff": DONE,  # three pages of one color each
    "pillow__multiple_exif.jpg": DONE,
    "pillow__p_trns_single.png": COLOR,  # guessed from its name to be gray; it is a rainbow
    "pillow__pil_sample_cmyk.jpg": Expected("unsupported", "inks"),
    "pillow__sugarshack.mpo": Expected("unsupported", "stereo"),
    "pillow__tiff_16bit_RGB.tiff": COLOR,
    "pillow__tiff_strip_cmyk_16l_jpeg.tif": Expected("unsupported", "inks"),
    "pillow__tiff_strip_planar_16bit_RGB.tiff": COLOR,
    "pillow__tiff_tiled_planar_16bit_RGB.tiff": COLOR,
    "pillow__total-pages-zero.tif": DONE,
    "pillow__truncated_app14.jpg": DONE,  # one red on black, which counts as a tint
    "pillow__truncated_image.png": Expected("truncated"),
    "pillow__uint16_1_4660.tif": DONE,
    "pillow__uncompressed_la.png": DONE,
    "pillow__xmp_tags_orientation.avif": COLOR,
    "realesrgan__00017_gray.png": DONE,
    "twelvemonkeys__adobe-unknown-rgb-ids.jpg": COLOR,
    "twelvemonkeys__broken-sos-before-sof.jpg": Expected("truncated"),
    "twelvemonkeys__cmm-exception-corbis-rgb.jpg": COLOR,
    "twelvemonkeys__cmyk-sample.jpg": Expected("unsupported", "inks"),
    "twelvemonkeys__dnl-marker.jpg": DONE,  # one blue on white, which counts as a tint
    "twelvemonkeys__fivepages-scan-causingerrors.tif": DONE,
    "twelvemonkeys__floatingpoint-64bit.tif": Expected("unsupported", "nan"),
    "twelvemonkeys__flower-minisblack-16.tif": DONE,
    "twelvemonkeys__flower-palette-08.tif": COLOR,
    "twelvemonkeys__flower-rgb-contig-16.tif": COLOR,
    "twelvemonkeys__flower-separated-contig-08.tif": Expected("unsupported", "inks"),
    "twelvemonkeys__grayscale-old-style-jpeg.tiff": DONE,
    "twelvemonkeys__gray-sample.jpg": DONE,
    "twelvemonkeys__jfif-cmyk-invalid-icc-profile-srgb.jpg": Expected("unsupported", "profile"),
    "twelvemonkeys__photo-iccp-adobergb.webp": COLOR,
    "twelvemonkeys__scan-mono-iccgray.tif": DONE,
    "twelvemonkeys__warning-embedded-color-profile-invalid-ignored-cmyk.jpg": COLOR,
}


def test_the_table_of_odd_files_is_complete(shared: Path) -> None:
    assert {path.name for path in (shared / "oddities").iterdir()} - {"index.md"} == set(ODDITIES)


@pytest.mark.parametrize("name", ODDITIES)
def test_real_odd_files_end_as_expected(name: str, pipeline: Pipeline, tmp_path: Path, shared: Path) -> None:
    expected = ODDITIES[name]
    try:
        outcome = restored((shared / "oddities" / name).read_bytes(), name, tmp_path, pipeline)
    except PhotoError as error:
        assert error.reason == expected.outcome
        assert expected.said in error.message
        assert not (tmp_path / "out" / name).exists()
        return
    assert (outcome.reason if isinstance(outcome, Skipped) else "done") == expected.outcome
    if isinstance(outcome, Done):
        verdict = verify_file(tmp_path / name, tmp_path / "out" / name)
        assert verdict.holds, [(check.name, check.detail) for check in verdict.broken]
