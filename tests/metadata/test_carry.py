"""Promises about a source's metadata in its result, judged by ExifTool."""

from __future__ import annotations

import dataclasses
import io
import struct
import time
from pathlib import Path

import annotated
import imagecodecs
import numpy as np
import photos
import pytest
import tifffile
from PIL import Image

from photocolor.metadata.carry import CarryReport, Changes, graft, read_provenance
from photocolor.metadata.formats.tiff_pages import graft_pages
from photocolor.metadata.provenance import DIGITAL_SOURCE_TYPE, Provenance

from .judged import differences, facts

RESULTS = {"jpeg": ".jpg", "png": ".png", "tiff": ".tif", "webp": ".webp"}
PROVENANCE = Provenance(
    version="0.1.0",
    model="default",
    model_version="1.0",
    model_sha256="ab" * 32,
    settings={"detail": "auto", "format": "keep", "tile_px": 512},
    source_sha256="cd" * 32,
)


def grafted(source: bytes, source_format: str, result: Path, result_format: str, **encoding: object) -> CarryReport:
    size = stored_size(source)
    result.write_bytes(annotated.colored(result_format, size, **encoding))
    before = pixels(result)
    report = graft(source, source_format, result, Changes(result_format, PROVENANCE, annotated.small_color))
    assert np.array_equal(pixels(result), before)
    return report


def pixels(path: Path) -> np.ndarray:
    data = path.read_bytes()
    if data[:2] in (b"II", b"MM"):
        return tifffile.imread(io.BytesIO(data))
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image)


def stored_size(source: bytes) -> tuple[int, int]:
    if source[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        with tifffile.TiffFile(io.BytesIO(source)) as file:
            return file.pages[0].imagewidth, file.pages[0].imagelength
    with Image.open(io.BytesIO(source)) as image:
        return image.size


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], tuple[dict, dict, CarryReport]]:
    """ExifTool's facts about every built source and its result in every format."""
    folder = tmp_path_factory.mktemp("built")
    pairs = {}
    for name, (suffix, build) in annotated.SOURCES.items():
        data, kind = build(), annotated.FORMATS[suffix]
        source = folder / f"{name}{suffix}"
        source.write_bytes(data)
        for result_format, result_suffix in RESULTS.items():
            result = folder / f"{name}-as-{result_format}{result_suffix}"
            order = ">" if "MM" in name else "<"
            encoding = {"order": order, "big": "big" in name} if result_format == "tiff" and kind == "tiff" else {}
            pairs[name, result_format] = source, result, grafted(data, kind, result, result_format, **encoding)
    said = annotated.exiftool({path for pair in pairs.values() for path in pair[:2]})
    return {key: (said[source], said[result], report) for key, (source, result, report) in pairs.items()}


@pytest.mark.parametrize("result_format", RESULTS)
@pytest.mark.parametrize("name", annotated.SOURCES)
def test_every_tag_arrives_except_for_the_documented_differences(results, name, result_format) -> None:
    before, after, report = results[name, result_format]
    if result_format != "tiff":  # ExifTool 12.57 names the fields below a BigTIFF's first directory by number
        before, _, _ = results[name.removeprefix("big"), result_format]
    way = f"{annotated.FORMATS[annotated.SOURCES[name][0]]}>{result_format}"
    assert differences(before, after, way) == {}
    assert "ExifTool:Warning" not in after
    assert report.warnings == ()
    assert after["Canon:OwnerName"] == "A. Reader"


@pytest.mark.parametrize("result_format", RESULTS)
@pytest.mark.parametrize("name", annotated.SOURCES)
def test_every_result_says_that_a_model_colored_it(results, name, result_format) -> None:
    _, after, _ = results[name, result_format]
    assert after["XMP-iptcExt:DigitalSourceType"] == DIGITAL_SOURCE_TYPE
    assert after["XMP-iptcExt:AISystemUsed"] == "photocolor, model default"
    assert after["XMP-iptcExt:AISystemVersionUsed"] == "photocolor 0.1.0, model 1.0"
    assert after["XMP-photocolor:SourceSHA256"] == "cd" * 32
    assert after["XMP-photocolor:FormerDigitalSourceType"].endswith("negativeFilm")
    assert after["XMP-xmpMM:HistoryAction"] == ["created", "edited"]
    assert after["XMP-xmp:CreatorTool"] == "ScanSoft & Sons"
    assert "XMP-xmpMM:HistoryWhen" not in after


@pytest.mark.parametrize("result_format", RESULTS)
@pytest.mark.parametrize("name", annotated.SOURCES)
def test_nothing_says_that_the_result_is_gray_or_of_another_color_space(results, name, result_format) -> None:
    said = facts(results[name, result_format][1])
    assert said["ExifIFD:ColorSpace"] == 1
    assert said["InteropIFD:InteropIndex"] == "R98"
    assert said["XMP-photoshop:ColorMode"] == 3
    assert not any("PhotoshopThumbnail" in tag for tag in said)
    assert said["IFD0:Orientation"] == 6


@pytest.mark.parametrize("result_format", ["png", "webp"])
@pytest.mark.parametrize("name", ["jpeg-II", "tiff-MM"])
def test_iptc_is_read_from_xmp_where_the_container_has_no_home_for_it(results, name, result_format) -> None:
    _, after, _ = results[name, result_format]
    assert after["XMP-photoshop:Headline"] == "A headline"
    assert after["XMP-photoshop:City"] == "Łódź"
    assert after["XMP-photoshop:DateCreated"] == "1936:03:09 12:00:00+01:00"
    assert after["XMP-dc:Title"] == "Most w Łodzi"  # the packet's own, not the shorter one of IPTC
    kept = ["2:005 ObjectName: Most", "2:065 OriginatingProgram: ScanSoft"]
    assert after.get("XMP-photocolor:SourceIPTC") == (kept if result_format == "webp" else None)


def test_a_comment_reaches_every_container(results) -> None:
    assert results["jpeg-II", "jpeg"][1]["File:Comment"] == "Skan, Łódź"
    assert results["jpeg-II", "png"][1]["PNG:Comment"] == "Skan, Łódź"
    assert results["jpeg-II", "tiff"][1]["XMP-photocolor:SourceText"] == "Skan, Łódź"
    assert results["png", "jpeg"][1]["File:Comment"] == "From box 12"
    assert results["png", "webp"][1]["XMP-photocolor:SourceText"] == [
        "Title: The bridge", "Comment: From box 12", "Place: Łódź",
    ]  # fmt: skip


def test_what_cannot_go_is_named(results) -> None:
    assert "IFD1 (thumbnail)" in results["jpeg-II", "tiff"][2].dropped
    assert "APP12" in results["jpeg-II", "webp"][2].dropped
    assert {"Photoshop thumbnail", "Photoshop"} <= set(results["jpeg-II", "webp"][2].dropped)
    assert set(results["jpeg-II", "jpeg"][2].dropped) == {"Photoshop thumbnail"}
    assert {"EXIF", "XMP", "IPTC", "Photoshop", "comment"} <= set(results["jpeg-II", "jpeg"][2].kept)


def test_the_resolution_arrives_in_every_container(results) -> None:
    for result_format in RESULTS:
        assert results["jpeg-MM", result_format][1]["IFD0:XResolution"] == 300
        assert results["tiff-II", result_format][1]["IFD0:XResolution"] == 300
    assert results["jpeg-II", "jpeg"][1]["JFIF:XResolution"] == 300
    assert results["png", "png"][1]["PNG-pHYs:PixelsPerUnitX"] == 11811


def test_a_tiff_of_the_other_byte_order_and_size_gets_the_same_fields(tmp_path: Path) -> None:
    source, result = tmp_path / "in.tif", tmp_path / "out.tif"
    for order, big in ((">", False), (">", True), ("<", True)):
        report = grafted(annotated.tiff("<", big=not big), "tiff", result, "tiff", order=order, big=big)
        source.write_bytes(annotated.tiff("<", big=big))  # the twin that ExifTool describes in the same words
        said = annotated.exiftool([source, result])
        assert differences(said[source], said[result], "tiff>tiff") == {}
        assert report.warnings == ()


def test_the_thumbnail_is_colored(tmp_path: Path) -> None:
    result = tmp_path / "out.jpg"
    report = grafted(annotated.jpeg(), "jpeg", result, "jpeg")
    with Image.open(io.BytesIO(result.read_bytes())) as image:
        block = image.info["exif"].removeprefix(b"Exif\0\0")
    start = block.index(b"\xff\xd8\xff")
    with Image.open(io.BytesIO(block[start:])) as image:
        small = np.asarray(image).astype(int)
    assert np.abs(small[..., 0] - small[..., 2]).mean() > 10
    assert "thumbnail" in report.changed
    assert len(block) == len(annotated.block())  # nothing moved


def test_without_a_colored_thumbnail_the_gray_one_goes(tmp_path: Path) -> None:
    result = tmp_path / "out.jpg"
    result.write_bytes(annotated.colored("jpeg"))
    report = graft(annotated.jpeg(), "jpeg", result, Changes("jpeg", PROVENANCE))
    assert "IFD1 (thumbnail)" in report.dropped
    assert not any(tag.startswith("IFD1:") for tag in annotated.exiftool([result])[result])


@pytest.mark.parametrize("result_format", RESULTS)
def test_the_provenance_reads_back_as_written(tmp_path: Path, result_format: str) -> None:
    result = tmp_path / "out"
    for _, (suffix, build) in annotated.SOURCES.items():
        grafted(build(), annotated.FORMATS[suffix], result, result_format)
        assert read_provenance(result.read_bytes(), result_format) == PROVENANCE
    assert read_provenance(annotated.colored(result_format), result_format) is None


@pytest.mark.parametrize("result_format", RESULTS)
def test_the_same_input_gives_the_same_bytes(tmp_path: Path, result_format: str) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    grafted(annotated.jpeg(), "jpeg", first, result_format)
    grafted(annotated.jpeg(), "jpeg", second, result_format)
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("result_format", RESULTS)
def test_coloring_a_result_again_replaces_the_provenance_and_keeps_the_history(tmp_path, result_format) -> None:
    result = tmp_path / f"out{RESULTS[result_format]}"
    grafted(annotated.jpeg(), "jpeg", result, result_format)
    later = dataclasses.replace(PROVENANCE, version="0.2.0", source_sha256="ef" * 32)
    graft(result.read_bytes(), result_format, result, Changes(result_format, later))
    assert read_provenance(result.read_bytes(), result_format) == later
    said = annotated.exiftool([result])[result]
    assert said["XMP-xmpMM:HistorySoftwareAgent"] == ["ScanSoft", "photocolor 0.1.0", "photocolor 0.2.0"]
    assert said["XMP-photocolor:ToolVersion"] == "0.2.0"
    assert said["XMP-photocolor:FormerDigitalSourceType"].endswith("negativeFilm")


@pytest.mark.parametrize("result_format", ["jpeg", "webp"])
def test_a_source_without_exif_gets_a_minimal_block(tmp_path: Path, result_format: str) -> None:
    result = tmp_path / f"out{RESULTS[result_format]}"
    grafted(photos.jpeg(dpi=(600, 600)), "jpeg", result, result_format)
    said = annotated.exiftool([result])[result]
    assert said["IFD0:Software"] == "photocolor 0.1.0"
    assert said["ExifIFD:ColorSpace"] == 1
    assert said["IFD0:XResolution"] == 600
    assert "ExifTool:Warning" not in said


def test_the_software_tag_of_an_existing_block_is_not_touched(results) -> None:
    assert results["jpeg-II", "jpeg"][1]["IFD0:Software"] == "ScanSoft 1.0"


def test_the_profile_that_the_encoder_wrote_stays(tmp_path: Path) -> None:
    icc = imagecodecs.cms_profile("srgb")
    for result_format, encoded in {
        "jpeg": photos.jpeg(photos.rgb(), icc=icc),
        "png": photos.png(photos.rgb(), chunks=[photos.icc_chunk(icc)]),
        "tiff": photos.tiff(photos.rgb(), icc=icc),
        "webp": photos.webp(icc=icc),
    }.items():
        result = tmp_path / "out"
        result.write_bytes(encoded)
        graft(annotated.jpeg(), "jpeg", result, Changes(result_format, PROVENANCE))
        with Image.open(result) as image:
            assert image.info["icc_profile"] == icc


def test_a_camera_with_an_exif_block_near_the_limit_still_fits_in_its_segment(tmp_path: Path) -> None:
    fields = annotated.tree() | {65001: annotated.raw(bytes(59_000))}
    source = annotated.jpeg(exif=annotated.block(fields=fields))
    result = tmp_path / "out.jpg"
    grafted(source, "jpeg", result, "jpeg")
    (tmp_path / "in.jpg").write_bytes(source)
    said = annotated.exiftool([tmp_path / "in.jpg", result])
    assert differences(said[tmp_path / "in.jpg"], said[result], "jpeg>jpeg") == {}


def test_a_field_too_large_for_a_segment_is_named_and_the_others_go(tmp_path: Path) -> None:
    source = annotated.tiff(extra={65001: annotated.raw(bytes(70_000))})
    report = grafted(source, "tiff", tmp_path / "out.jpg", "jpeg")
    assert "0xFDE9" in report.dropped
    said = annotated.exiftool([tmp_path / "out.jpg"])[tmp_path / "out.jpg"]
    assert said["IFD0:Model"] == "Canon PowerShot S40"
    assert said["Canon:OwnerName"] == "A. Reader"


def test_photoshop_layers_of_the_gray_photo_do_not_hide_the_color(tmp_path: Path) -> None:
    report = grafted(annotated.tiff(extra={37724: annotated.raw(b"layers")}), "tiff", tmp_path / "out.tif", "tiff")
    assert "Photoshop layers (ImageSourceData)" in report.dropped
    assert b"layers" not in (tmp_path / "out.tif").read_bytes()


def test_a_tiff_graft_only_appends(tmp_path: Path) -> None:
    for big in (False, True):
        result = tmp_path / "out.tif"
        encoded = annotated.colored("tiff", big=big)
        result.write_bytes(encoded)
        graft(annotated.tiff(), "tiff", result, Changes("tiff", PROVENANCE))
        header = 16 if big else 8
        assert result.read_bytes()[header : len(encoded)] == encoded[header:]


def test_a_tiff_with_overlapping_fields_cannot_make_a_result_that_grows_without_end(tmp_path: Path) -> None:
    entries = 3000
    head = struct.pack("<2sHIH", b"II", 42, 8, entries)
    body = b"".join(struct.pack("<HHII", 40000 + n, 7, 30_000, 8) for n in range(entries)) + bytes(4)
    source = (head + body).ljust(60_000, b"\0")
    result = tmp_path / "out.tif"
    result.write_bytes(annotated.colored("tiff"))
    report = graft(source, "tiff", result, Changes("tiff", PROVENANCE))
    assert result.stat().st_size < 3 * len(source)
    assert report.warnings[0].startswith("metadata_unparsed")


REAL = ("oddities", "historic")
LARGEST_PX = 300
UNDECODABLE = {"pillow__crash-2020-10-test.tif"}  # noise from a fuzzer; ExifTool stops reading it where it likes


def real_files(shared: Path) -> list[tuple[Path, bytes, str]]:
    """Real files that at least one library opens, with their format."""
    found = []
    for path in sorted(path for folder in REAL for path in (shared / folder).iterdir()):
        data = path.read_bytes()
        kind = None if path.name in UNDECODABLE else annotated.FORMATS.get(path.suffix.replace(".mpo", ".jpg"))
        try:
            size = stored_size(data) if kind else (0, 0)
        except (OSError, ValueError, tifffile.TiffFileError):
            continue
        if kind and max(size) <= 16_000 and min(size) > 0:
            found.append((path, data, kind))
    return found


@pytest.mark.parametrize("wanted", ["keep", *RESULTS])
@pytest.mark.filterwarnings("ignore")  # Pillow's about files that are odd on purpose
def test_real_files_keep_every_tag_but_the_documented_ones(shared: Path, tmp_path: Path, wanted: str) -> None:
    pairs, seconds = {}, []
    files = real_files(shared)
    assert len(files) > 90
    for path, data, kind in files:
        result_format = kind if wanted == "keep" else wanted
        result = tmp_path / f"{path.name}{RESULTS[result_format]}"
        encoding = {"order": ">"} if result_format == "tiff" and data[:2] == b"MM" else {}
        width, height = stored_size(data)
        size = min(width, LARGEST_PX), min(height, LARGEST_PX)  # encoding is not what is tested here
        result.write_bytes(annotated.colored(result_format, size, **encoding))
        start = time.perf_counter()
        graft(data, kind, result, Changes(result_format, PROVENANCE, annotated.small_color))
        seconds.append(time.perf_counter() - start)
        pairs[path] = result, f"{kind}>{result_format}"
        assert read_provenance(result.read_bytes(), result_format) == PROVENANCE
    said = annotated.exiftool([*pairs, *(result for result, _ in pairs.values())])
    wrong = {}
    for path, (result, way) in pairs.items():
        found = differences(said[path], said[result], way)
        if found:
            wrong[path.name] = found
    assert wrong == {}
    assert sorted(seconds)[len(seconds) // 2] < 0.05


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_tag_that_stands_twice_in_a_tiff_is_kept_twice_on_every_page(tmp_path: Path, order: str) -> None:
    """Programs that write by tifffile put a second description, of the array's shape, behind a person's own."""
    source, result = tmp_path / "source.tif", tmp_path / "result.tif"
    with tifffile.TiffWriter(source, byteorder=order) as writer:
        for plate in ("Plate 4, harbor", "Plate 5"):
            writer.write(photos.gray(20, 30), description=plate, extratags=[(315, 2, 5, "N.N.", True)] * 2)
    result.write_bytes(photos.tiff_of([photos.rgb(20, 30)] * 2))
    graft_pages(source.read_bytes(), result, Changes("tiff", PROVENANCE))

    def texts(path: Path) -> list[list[str]]:
        with tifffile.TiffFile(path) as file:
            return [[tag.value for tag in page.tags if tag.code in (270, 315)] for page in file.pages]

    assert texts(source)[0] == ["Plate 4, harbor", '{"shape": [20, 30]}', "N.N.", "N.N."]
    assert texts(result) == texts(source)


def test_a_tiff_with_more_fields_than_a_result_has_place_for_keeps_each_tag_once(tmp_path: Path) -> None:
    fields = photos.tiff(photos.gray(4, 4))
    count_at = struct.unpack("<I", fields[4:8])[0]
    count = struct.unpack("<H", fields[count_at : count_at + 2])[0]
    entries = fields[count_at + 2 : count_at + 2 + 12 * count]
    artist = struct.pack("<HHI4s", 315, 2, 4, b"N.N\0")
    many = struct.pack("<H", 65_535) + entries + artist * (65_535 - count) + bytes(4)
    source = fields[:4] + struct.pack("<I", len(fields)) + fields[8:] + many
    result = tmp_path / "result.tif"
    result.write_bytes(photos.tiff_of([photos.rgb(4, 4)]))
    graft_pages(source, result, Changes("tiff", PROVENANCE))
    with tifffile.TiffFile(result) as file:
        assert [tag.value for tag in file.pages[0].tags if tag.code == 315] == ["N.N"]


def test_pages_that_share_metadata_cannot_make_a_result_that_grows_without_end(tmp_path: Path) -> None:
    """Every page of 300 points to one packet of 1 MB: written for each, it would be 300 MB."""
    packet = annotated.XMP.replace(b"<!-- kept -->", b"<!-- " + b"x" * 1_000_000 + b" -->")
    pages = 300
    size = {256: annotated.numbers(3, 1), 257: annotated.numbers(3, 1), 258: annotated.numbers(3, 8)}
    size |= {259: annotated.numbers(3, 1), 262: annotated.numbers(3, 1), 277: annotated.numbers(3, 1)}
    size |= {273: annotated.numbers(4, 8), 279: annotated.numbers(4, 1), 278: annotated.numbers(3, 1)}
    data = bytearray(b"II*\0\0\0\0\0") + packet
    link = 4
    for _ in range(pages):
        data += b"\0" * (len(data) % 2)
        data[link : link + 4] = struct.pack("<I", len(data))
        made = annotated.directory({**size, 700: (1, 4, b"\0" * 4)}, len(data))
        at = made.index(struct.pack("<HHI", 700, 1, 4))
        made = made[:at] + struct.pack("<HHII", 700, 1, len(packet), 8) + made[at + 12 :]
        link = len(data) + len(made) - 4
        data += made
    result = tmp_path / "out.tif"
    result.write_bytes(photos.tiff_of([photos.rgb(2, 2)] * pages))
    report = graft_pages(bytes(data), result, Changes("tiff", PROVENANCE))
    assert result.stat().st_size < 4 * len(data) + pages * 40_000
    assert any("metadata of pages" in sentence for sentence in report.sentences)
