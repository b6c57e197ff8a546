"""Tag by tag, with ExifTool as the judge: nothing is blamed that it finds equal, and everything is that it changed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import annotated
import pytest

from photocolor.metadata.carry import Changes, graft
from photocolor.metadata.provenance import Provenance
from photocolor.verify.changes import Pair, compare_tags
from photocolor.verify.tags import tags_of
from photocolor.verify.verdict import TagReport

SUFFIXES = {"jpeg": ".jpg", "png": ".png", "tiff": ".tif", "webp": ".webp"}
PROVENANCE = Provenance("0.1.0", "default", "1.0", "ab" * 32, {"detail": "auto"}, "cd" * 32)
SAME = {"jpeg-II": "jpeg", "tiff-II": "tiff", "png": "png", "webp": "webp"}


def result_of(name: str, kind: str, folder: Path) -> tuple[bytes, Path]:
    """A source with every kind of metadata, and its result as the pipeline's graft leaves it."""
    suffix, build = annotated.SOURCES[name]
    data, result = build(), folder / f"result{SUFFIXES[kind]}"
    order = {"order": ">" if "MM" in name else "<", "big": "big" in name}
    encoding = order if "tiff" in name and kind == "tiff" else {}
    result.write_bytes(annotated.colored(kind, **encoding))
    graft(data, annotated.FORMATS[suffix], result, Changes(kind, PROVENANCE, annotated.small_color))
    return data, result


def compared(name: str, data: bytes, result: Path, kind: str) -> TagReport:
    before = annotated.FORMATS[annotated.SOURCES[name][0]]
    pair = Pair(f"{before}>{kind}", 64, 48, tags_of(data, before), tags_of(result.read_bytes(), kind))
    return compare_tags(pair)


@pytest.mark.parametrize("kind", SUFFIXES)
@pytest.mark.parametrize("name", annotated.SOURCES)
def test_an_honest_result_has_no_difference_that_the_list_does_not_explain(
    name: str, kind: str, tmp_path: Path
) -> None:
    data, result = result_of(name, kind, tmp_path)
    report = compared(name, data, result, kind)
    assert report.unintended == ()
    assert report.kept >= 30


EDITS = {
    "-IFD0:Artist=Somebody else": "Artist",
    "-IFD0:ImageDescription=": "ImageDescription",
    "-IFD0:Orientation#=1": "Orientation",
    "-ExifIFD:DateTimeOriginal=1999:01:01 00:00:00": "DateTimeOriginal",
    "-GPS:GPSLatitude=1": "GPSLatitude",
    "-GPS:all=": "GPSLongitude",
    "-XMP-dc:Title=Another": "dc:title",
    "-XMP-xmp:CreatorTool=": "xmp:CreatorTool",
    "-XMP-xmpMM:History=": "xmpMM:History",
    "-XMP-iptcExt:DigitalSourceType=digitalCapture": "Iptc4xmpExt:DigitalSourceType",
    "-ExifIFD:ColorSpace#=2": "ColorSpace",
    "-XMP-dc:Rights=Mine": "dc:rights",
}
IPTC_EDITS = {"-IPTC:City=Elsewhere": "IPTC/2:090", "-IPTC:Keywords=": "IPTC/2:025"}


def edited(result: Path, edit: str) -> None:
    """The result after somebody changed it with ExifTool."""
    if shutil.which("exiftool") is None:
        annotated.exiftool([result])  # skips, but fails in CI
    subprocess.run(["exiftool", "-q", "-m", "-overwrite_original", edit, str(result)], check=True)


ELSEWHERE = ("-IFD0:Artist=Somebody else", "-GPS:all=", "-XMP-dc:Title=Another", "-XMP-dc:Rights=Mine")
CASES = [("jpeg-II", edit) for edit in EDITS | IPTC_EDITS] + [
    (name, edit) for name in ("tiff-II", "png", "webp") for edit in ELSEWHERE
]


@pytest.mark.parametrize(("name", "edit"), CASES)
def test_whatever_exiftool_changes_is_named(name: str, edit: str, tmp_path: Path) -> None:
    data, result = result_of(name, SAME[name], tmp_path)
    edited(result, edit)
    names = [item.tag for item in compared(name, data, result, SAME[name]).unintended]
    assert any(tag.endswith((EDITS | IPTC_EDITS)[edit]) for tag in names), names


def test_the_values_before_and_after_are_told(tmp_path: Path) -> None:
    data, result = result_of("jpeg-II", "jpeg", tmp_path)
    edited(result, "-IFD0:Artist=Somebody else")
    change = next(item for item in compared("jpeg-II", data, result, "jpeg").unintended if item.tag.endswith("Artist"))
    assert (change.tag, change.was, change.now) == ("EXIF/IFD0/Artist", "A. Photographer", "Somebody else")


@pytest.mark.parametrize("name", annotated.SOURCES)
def test_as_many_tags_are_read_as_exiftool_finds(name: str, tmp_path: Path) -> None:
    suffix, build = annotated.SOURCES[name]
    path = tmp_path / f"a{suffix}"
    path.write_bytes(build())
    (facts,) = annotated.exiftool([path]).values()
    groups = ("IFD0:", "ExifIFD:", "GPS:", "IPTC:")
    theirs = {key.split(":")[1] for key in facts if key.startswith(groups)}
    ours = {tag.rsplit("/", 1)[1].split("#")[0] for tag in tags_of(path.read_bytes(), annotated.FORMATS[suffix])}
    numbered = sum(tag[0].isdigit() for tag in ours)
    unnamed = {"Orientation", "Artist", "ImageDescription", "DateTimeOriginal", "GPSLatitude", "UserComment"} & theirs
    assert unnamed <= ours
    assert numbered >= sum(key.startswith("IPTC:") for key in facts) - 1
