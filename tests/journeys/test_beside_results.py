"""What lies beside a result is of this result: layers, masks and XMP files of an earlier one do not stay."""

from __future__ import annotations

import json
import os
from pathlib import Path

import fakes
import photos
import pytest
from commands import Answer, Here
from PIL import Image
from runs import read_tree

SIZE = (90, 120)
XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="{}"/></rdf:RDF></x:xmpmeta>"""
BESIDE = ("--mend", "spots", "--layers", "png")
COPY = ("--already-color", "copy")


@pytest.fixture
def photocolor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    return Here(monkeypatch, capsys)


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A gray photo with a mask by hand and an XMP file."""
    fakes.write_model(tmp_path / "tint.onnx")
    scan = tmp_path / "scans" / "photo.png"
    scan.parent.mkdir()
    scan.write_bytes(photos.png(photos.gray(*SIZE)))
    mask = Image.new("L", SIZE[::-1])
    mask.paste(255, (40, 40, 44, 44))
    mask.save(f"{scan}.mask.png")
    xmp_of(scan).write_text(XMP.format("album 1"))
    return scan


def xmp_of(scan: Path) -> Path:
    return scan.with_name(scan.name + ".xmp")


def restore(photocolor: Here, scan: Path, *options: object, out: str = "color") -> dict[str, object]:
    """The one line of a run, which warns of nothing but what the caller expects."""
    home = scan.parents[1]
    command = ("restore", scan.parent, "--out", home / out, "--model", home / "tint.onnx", "--device", "cpu")
    answer: Answer = photocolor(*command, "--workers", 1, "--json", *options)
    assert answer.code == 0, answer.err
    (line,) = map(json.loads, answer.out.splitlines())
    return dict(line)


def results(scan: Path, out: str = "color") -> dict[str, bytes]:
    tree = read_tree(scan.parents[1] / out)
    return {name: content for name, content in tree.items() if ".photocolor/" not in name}


def same_as_a_first_run(photocolor: Here, scan: Path, *options: object) -> None:
    """The folder holds what a run into an empty one gives, and nothing is done again."""
    restore(photocolor, scan, *options, out="empty")
    assert results(scan) == results(scan, "empty")
    assert restore(photocolor, scan, *options)["status"] == "skipped"


def test_a_photo_that_became_one_in_color_and_is_copied_has_no_layers_and_no_mask(photocolor: Here, scan: Path) -> None:
    scan.with_name("photo.png.hints.json").write_text(
        '{"version": 1, "points": [{"x": 0.5, "y": 0.5, "color": "#a03030"}]}'
    )
    restore(photocolor, scan, *BESIDE)
    assert len(results(scan)) == 4
    scan.write_bytes(photos.png(photos.rgb(*SIZE)))
    restore(photocolor, scan, *BESIDE, *COPY)
    assert set(results(scan)) == {"photo.png", "photo.png.xmp"}
    same_as_a_first_run(photocolor, scan, *BESIDE, *COPY)


def test_a_photo_that_fails_because_of_what_lies_beside_it_changes_nothing_there(
    photocolor: Here, scan: Path, tmp_path: Path
) -> None:
    restore(photocolor, scan, "--layers", "png")
    (tmp_path / "color" / "photo.png.mended.png").write_bytes(photos.png(photos.gray()))
    before = results(scan)
    command = ("restore", scan.parent, "--out", tmp_path / "color", "--model", tmp_path / "tint.onnx")
    answer = photocolor(*command, *BESIDE, "--device", "cpu", "--workers", 1, "--strength", "0.5")
    assert answer.code == 3 and "is no mask of photocolor" in answer.err
    assert results(scan) == before


def test_the_xmp_file_of_a_copied_photo_is_known_again(photocolor: Here, scan: Path) -> None:
    """It is copied byte for byte and names no result, so only the manifest tells that it is photocolor's own."""
    gray = scan.read_bytes()
    scan.write_bytes(photos.png(photos.rgb(*SIZE)))
    restore(photocolor, scan, *COPY)
    xmp_of(scan).write_text(XMP.format("album 2"))
    line = restore(photocolor, scan, *COPY)
    assert line["sidecars"] == ["photo.png.xmp"], line
    assert results(scan)["photo.png.xmp"] == xmp_of(scan).read_bytes()
    scan.write_bytes(gray)
    assert restore(photocolor, scan, *COPY)["sidecars"] == ["photo.png.xmp"]
    same_as_a_first_run(photocolor, scan, *COPY)


@pytest.mark.skipif(os.name != "posix", reason="Windows allows no such names")
@pytest.mark.parametrize("name", ["\r.png", "\x1b[31mred.png", " .png", "two\nlines.png", "a\rb.png"])
def test_the_copy_beside_a_photo_whose_name_xml_cannot_hold_is_known(
    photocolor: Here, scan: Path, tmp_path: Path, name: str
) -> None:
    scan = scan.rename(scan.with_name(name))
    xmp_of(scan).write_text(XMP.format("album 1"))
    restore(photocolor, scan)
    xmp_of(scan).write_text(XMP.format("album 2"))
    assert restore(photocolor, scan)["warnings"] == []
    assert "album 2" in (tmp_path / "color" / f"{name}.xmp").read_text()
    checked = photocolor("verify", scan.parent, tmp_path / "color")
    assert checked.code == 0, checked.out
    restore(photocolor, scan, "--sidecars", "merge")
    assert not (tmp_path / "color" / f"{name}.xmp").exists()


@pytest.mark.parametrize("kind", ["colored", "copied"])
def test_an_xmp_file_that_is_gone_beside_the_photo_goes_beside_the_result(
    photocolor: Here, scan: Path, kind: str
) -> None:
    if kind == "copied":
        scan.write_bytes(photos.png(photos.rgb(*SIZE)))
    restore(photocolor, scan, *COPY)
    xmp_of(scan).unlink()
    restore(photocolor, scan, *COPY)
    assert set(results(scan)) == {"photo.png"}
    same_as_a_first_run(photocolor, scan, *COPY)


def test_an_xmp_file_that_is_merged_leaves_no_copy_of_an_earlier_run(photocolor: Here, scan: Path) -> None:
    restore(photocolor, scan)
    restore(photocolor, scan, "--sidecars", "merge")
    same_as_a_first_run(photocolor, scan, "--sidecars", "merge")


def test_a_copy_under_another_name_replaces_the_earlier_one(photocolor: Here, scan: Path) -> None:
    """photo.xmp is the photo's own until another photo of the same name comes, which it may belong to as well."""
    short = scan.with_suffix(".xmp")
    xmp_of(scan).rename(short)
    restore(photocolor, scan)
    assert set(results(scan)) == {"photo.png", "photo.xmp"}
    scan.with_suffix(".jpg").write_bytes(photos.jpeg(photos.gray(*SIZE)))
    home = scan.parents[1]
    for out in ("color", "empty"):
        command = ("restore", scan.parent, "--out", home / out, "--model", home / "tint.onnx", "--device", "cpu")
        assert photocolor(*command, "--workers", 1, "--strength", 0.5).code == 0
    assert results(scan) == results(scan, "empty")


def test_masks_of_damage_below_the_results_are_no_results_without_a_source(photocolor: Here, scan: Path) -> None:
    home = scan.parents[1]
    fakes.write_finder(home / "finder.onnx")
    masks = home / "color" / "masks"
    restore(photocolor, scan, "--damage-masks", masks, "--finder", home / "finder.onnx")
    assert (masks / "photo.png.mask.png").is_file()
    answer = photocolor("verify", scan.parent, home / "color")
    assert answer.code == 0, answer.out


@pytest.mark.parametrize("kind", ["colored", "copied"])
def test_an_xmp_file_that_somebody_wrote_there_stays(photocolor: Here, scan: Path, kind: str) -> None:
    if kind == "copied":
        scan.write_bytes(photos.png(photos.rgb(*SIZE)))
    restore(photocolor, scan, *COPY)
    copy = scan.parents[1] / "color" / "photo.png.xmp"
    copy.write_text(XMP.format("a stranger's"))
    xmp_of(scan).write_text(XMP.format("album 3"))
    assert "photocolor did not write it" in str(restore(photocolor, scan, *COPY)["warnings"])
    xmp_of(scan).unlink()
    restore(photocolor, scan, *COPY)
    assert copy.read_text() == XMP.format("a stranger's")


def test_copies_of_xmp_files_go_if_they_are_not_wanted_any_more(photocolor: Here, scan: Path) -> None:
    """They would stay as they are, whatever becomes of the files beside the photo."""
    restore(photocolor, scan)
    assert "photo.png.xmp" in results(scan)
    assert restore(photocolor, scan, "--sidecars", "ignore")["status"] == "done"
    assert "photo.png.xmp" not in results(scan)
    assert restore(photocolor, scan, "--sidecars", "ignore")["reason"] == "done"
    assert restore(photocolor, scan)["status"] == "done" and "photo.png.xmp" in results(scan)


def test_finished_results_keep_the_times_of_their_sources_as_soon_as_that_is_asked_for(
    photocolor: Here, scan: Path
) -> None:
    """Nothing is colored again for it, and all that lies beside the result has the time, too."""
    xmp = xmp_of(scan)
    os.utime(scan, ns=(0, 981_173_106 * 10**9))
    os.utime(xmp, ns=(0, 1_012_709_106 * 10**9))
    restore(photocolor, scan, *BESIDE)
    before = results(scan)
    assert restore(photocolor, scan, *BESIDE, "--keep-times")["reason"] == "done"
    assert results(scan) == before and len(before) == 4
    times = {name: (scan.parents[1] / "color" / name).stat().st_mtime_ns for name in before}
    assert times == dict.fromkeys(before, scan.stat().st_mtime_ns) | {"photo.png.xmp": xmp.stat().st_mtime_ns}
    restore(photocolor, scan, *BESIDE, "--keep-times", out="other")
    assert times == {name: (scan.parents[1] / "other" / name).stat().st_mtime_ns for name in before}
