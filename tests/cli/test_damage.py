"""`photocolor damage` surveys, and `restore --damage-masks` tells on the way; neither changes a photo or a result."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import fakes
import finders
import numpy as np
import photos
import pytest
from commands import Answer, Here, started
from PIL import Image
from runs import read_tree, write_tree

from photocolor.batch.records.in_progress import InProgressNote, row_of
from photocolor.batch.records.manifest import manifest_path


def scan(height: int = 64, width: int = 96) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Mid-gray with a white line of 96 pixels and a black square of 4."""
    gray = np.full((height, width), 120, np.uint8)
    gray[10] = 255
    gray[30:32, 40:42] = 0
    return gray


@pytest.fixture
def finder(tmp_path: Path) -> Path:
    return fakes.write_finder(tmp_path / "finder.onnx")


def mask(path: Path, page: int = 0) -> np.ndarray[Any, np.dtype[np.bool_]]:
    with Image.open(path) as image:
        image.seek(page)
        return np.asarray(image)


def outcomes(out: str) -> dict[str, Any]:
    return {Path(line["source"]).name: line for line in map(json.loads, out.splitlines())}


def test_a_survey_writes_masks_and_shares_and_touches_no_scan(photocolor: Here, tmp_path: Path, finder: Path) -> None:
    gray = scan()
    scans = write_tree(
        tmp_path / "scans",
        {
            "a/one.jpg": photos.png(gray),
            "a/one.png": photos.png(np.repeat(gray[..., None], 3, 2)),
            "pages.tif": photos.tiff_of([gray, scan(40, 50), gray.astype(np.uint16) * 257]),
            "broken.png": photos.png(gray)[:60],
            "color.png": photos.png(photos.rgb(200, 200)),
        },
    )
    before = read_tree(scans)
    answer = photocolor("damage", scans, "--out", tmp_path / "masks", "--finder", finder, "--workers", 1, "--json")
    assert answer.code == 3 and read_tree(scans) == before
    told = outcomes(answer.out)
    assert told["one.jpg"]["damage"] == {"all": 0.0162760, "dust": 0.015625, "hair": 0.000651}
    assert told["broken.png"]["status"] == "failed" and told["color.png"]["status"] == "done"
    assert told["pages.tif"]["pages"] == 3
    for name in ("a/one.jpg.mask.png", "a/one.png.mask.png", "pages.tif.mask.tif"):
        assert np.array_equal(mask(tmp_path / "masks" / name), (gray == 255) | (gray == 0)), name
    assert mask(tmp_path / "masks/pages.tif.mask.tif", 1).shape == (40, 50)
    assert np.array_equal(mask(tmp_path / "masks/pages.tif.mask.tif", 2), (gray == 255) | (gray == 0))
    assert not (tmp_path / "masks/broken.png.mask.png").exists()


def test_a_mask_lies_on_the_stored_grid_and_has_the_orientation(photocolor: Here, tmp_path: Path, finder: Path) -> None:
    write_tree(tmp_path / "scans", {"turned.jpg": photos.jpeg(scan(), orientation=6, quality=100)})
    assert photocolor("damage", tmp_path / "scans", "--out", tmp_path / "masks", "--finder", finder).code == 0
    with Image.open(tmp_path / "masks/turned.jpg.mask.png") as image:
        assert image.size == (96, 64) and image.getexif()[274] == 6


def test_the_same_survey_again_redoes_nothing_but_what_changed(photocolor: Here, tmp_path: Path, finder: Path) -> None:
    scans = write_tree(tmp_path / "scans", {"1.png": photos.png(scan()), "2.png": photos.png(scan(70))})
    write_tree(scans, {"1.png.hints.json": b"{}", "1.xmp": b"<x/>"})
    command = ("damage", scans, "--out", tmp_path / "masks", "--finder", finder, "--workers", 1, "--json")
    first = photocolor(*command)
    assert first.code == 0, first.err
    assert {name: line["status"] for name, line in outcomes(photocolor(*command).out).items()} == {
        "1.png": "skipped",
        "2.png": "skipped",
    }
    write_tree(scans, {"2.png": photos.png(scan(71))})
    (tmp_path / "masks/1.png.mask.png").unlink()
    assert {line["status"] for line in outcomes(photocolor(*command).out).values()} == {"done"}
    fakes.write_finder(finder, {"version": "2.0"})
    assert {line["status"] for line in outcomes(photocolor(*command).out).values()} == {"done"}, "another finder"


def test_the_summary_says_how_many_scans_have_marks_in_each_run_of_the_same_survey(
    photocolor: Here, tmp_path: Path, finder: Path
) -> None:
    clean = np.full((64, 96), 120, np.uint8)
    speck = np.full((3300, 3300), 120, np.uint8)  # the share of one pixel rounds to 0
    speck[7, 7] = 255
    files = {"1.png": scan(), "2.png": clean, "3.png": speck}
    scans = write_tree(tmp_path / "scans", {name: photos.png(gray) for name, gray in files.items()})
    command = ("damage", scans, "--out", tmp_path / "masks", "--finder", finder)
    first = photocolor(*command, "--json")
    assert outcomes(first.out)["3.png"]["damage"] == {"all": 1e-7, "dust": 1e-7, "hair": 0.0}
    row = "with marks 2 of 3 that were searched for damage"
    for answer in (first, photocolor(*command), photocolor(*command, "--json")):
        assert answer.code == 0 and row in " ".join(answer.err.split())
    write_tree(scans, {"4.png": photos.png(clean)})
    answer = photocolor(*command)
    assert "with marks 2 of 4 that were searched for damage" in " ".join(answer.err.split())
    assert "with marks" not in photocolor(*command, "--quiet").err


def test_a_mask_that_a_killed_survey_left_without_its_line_is_made_again(
    photocolor: Here, tmp_path: Path, finder: Path
) -> None:
    scans = write_tree(tmp_path / "scans", {"1.png": photos.png(scan())})
    command = ("damage", scans, "--out", tmp_path / "masks", "--finder", finder, "--workers", 1, "--json")
    photocolor(*command)
    manifest_path(tmp_path / "masks").unlink()
    note = row_of(InProgressNote("1.png.mask.png", "0123abcd", None, 1))
    (tmp_path / "masks/.photocolor/in-progress.jsonl").write_text(json.dumps({"v": 1, **note}) + "\n", encoding="utf-8")
    (line,) = outcomes(photocolor(*command).out).values()
    assert line["status"] in ("done", "skipped")


def test_a_strangers_file_under_a_masks_name_is_left_alone(photocolor: Here, tmp_path: Path, finder: Path) -> None:
    scans = write_tree(tmp_path / "scans", {"1.png": photos.png(scan())})
    write_tree(tmp_path / "masks", {"1.png.mask.png": b"mine"})
    command = ("damage", scans, "--out", tmp_path / "masks", "--finder", finder, "--json")
    (line,) = outcomes(photocolor(*command).out).values()
    assert line["reason"] == "exists" and (tmp_path / "masks/1.png.mask.png").read_bytes() == b"mine"
    (line,) = outcomes(photocolor(*command, "--overwrite").out).values()
    assert line["status"] == "done" and mask(tmp_path / "masks/1.png.mask.png").any()


def test_a_folder_of_results_is_no_folder_for_masks(photocolor: Here, tmp_path: Path, finder: Path) -> None:
    scans = write_tree(tmp_path / "scans", {"1.png": photos.png(scan())})
    model = fakes.write_model(tmp_path / "m.onnx")
    assert photocolor("restore", scans, "--out", tmp_path / "out", "--model", model, "--device", "cpu").code == 0
    before = read_tree(tmp_path / "out")
    answer = photocolor("damage", scans, "--out", tmp_path / "out", "--finder", finder)
    assert answer.code == 2 and "holds the results of photocolor restore" in answer.err
    assert read_tree(tmp_path / "out") == before


def test_a_tiff_that_is_read_in_strips_is_surveyed_as_one_that_is_not(
    photocolor: Here, tmp_path: Path, finder: Path
) -> None:
    gray = np.tile(np.arange(0, 256, 2, dtype=np.uint8), (6000, 24)).astype(np.uint16) * 257  # above what is held
    scans = write_tree(tmp_path / "scans", {"large.tif": photos.tiff(gray, rowsperstrip=64)})
    assert photocolor("damage", scans, "--out", tmp_path / "masks", "--finder", finder).code == 0
    found = mask(tmp_path / "masks/large.tif.mask.tif")
    assert np.array_equal(found, (gray >> 8 > 226) | (gray >> 8 < 28))


def test_two_workers_write_what_one_writes(tmp_path: Path, finder: Path) -> None:
    scans = write_tree(tmp_path / "scans", {f"{n}.png": photos.png(scan(60 + n)) for n in range(3)})
    for workers in (1, 2):
        out = tmp_path / f"masks{workers}"
        process = started("damage", scans, "--out", out, "--finder", finder, "--workers", workers, "--quiet")
        with process:
            assert process.wait(120) == 0
    masks = [
        {name: data for name, data in read_tree(tmp_path / f"masks{n}").items() if ".photocolor" not in name}
        for n in (1, 2)
    ]
    assert masks[0] == masks[1] and len(masks[0]) == 3


@pytest.fixture
def bundled(finder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The finder takes the place of the bundled one, with its checksum."""
    return finders.put_into_package(monkeypatch, tmp_path / "models", finder)


def test_restore_writes_the_masks_that_are_asked_for_and_the_same_results(
    photocolor: Here, tmp_path: Path, bundled: Path
) -> None:
    gray = scan()
    scans = write_tree(
        tmp_path / "scans",
        {
            "a/1.png": photos.png(gray),
            "pages.tif": photos.tiff_of([gray, gray]),
            "color.png": photos.png(photos.rgb(200, 200)),
        },
    )
    model = fakes.write_model(tmp_path / "m.onnx")
    command = ("restore", scans, "--model", model, "--device", "cpu", "--workers", 1, "--json")
    plain = photocolor(*command, "--out", tmp_path / "plain")
    told = photocolor(*command, "--out", tmp_path / "out", "--damage-masks", tmp_path / "masks")
    assert told.code == plain.code == 0, told.err
    assert outcomes(plain.out)["1.png"]["damage"] is None
    assert outcomes(told.out)["1.png"]["damage"]["all"] == 0.016276
    assert sorted(read_tree(tmp_path / "masks")) == ["a/1.png.mask.png", "pages.tif.mask.tif"]
    for name in ("a/1.png", "pages.tif"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "plain" / name).read_bytes(), "the same result"
    again = photocolor(*command, "--out", tmp_path / "out", "--damage-masks", tmp_path / "masks")
    assert {line["status"] for line in outcomes(again.out).values()} == {"skipped"}
    other = fakes.write_finder(tmp_path / "other.onnx", {"version": "2"})
    masks = ("--damage-masks", tmp_path / "masks")
    again = photocolor(*command, "--out", tmp_path / "out", *masks, "--finder", other)
    assert {name: line["status"] for name, line in outcomes(again.out).items()} == {
        "1.png": "done",
        "pages.tif": "done",
        "color.png": "skipped",
    }, "masks of another finder are made again"
    assert photocolor(*command, "--out", tmp_path / "out", *masks).code == 0
    (tmp_path / "masks/a/1.png.mask.png").unlink()
    again = outcomes(photocolor(*command, "--out", tmp_path / "out", "--damage-masks", tmp_path / "masks").out)
    assert {name: line["status"] for name, line in again.items()} == {
        "1.png": "done",
        "pages.tif": "skipped",
        "color.png": "skipped",
    }


def test_restore_never_writes_masks_over_files_or_among_the_sources(
    photocolor: Here, tmp_path: Path, bundled: Path
) -> None:
    scans = write_tree(tmp_path / "scans", {"1.png": photos.png(scan())})
    write_tree(tmp_path / "masks", {"1.png.mask.png": b"mine"})
    model = fakes.write_model(tmp_path / "m.onnx")
    command = ("restore", scans, "--model", model, "--device", "cpu", "--workers", 1, "--out", tmp_path / "out")
    answer = photocolor(*command, "--damage-masks", tmp_path / "masks", "--json")
    assert answer.code == 3 and outcomes(answer.out)["1.png"]["reason"] == "target_blocked"
    assert (tmp_path / "masks/1.png.mask.png").read_bytes() == b"mine" and not (tmp_path / "out/1.png").exists()
    for place in (scans, scans / "masks"):
        answer = photocolor(*command, "--damage-masks", place)
        assert answer.code == 2 and "lies in the source" in answer.err
    answer = photocolor("restore", "s3://bucket/scans", "--out", tmp_path / "x", "--damage-masks", tmp_path / "masks")
    assert answer.code == 2 and "on this machine" in answer.err


def test_restore_never_replaces_the_mask_of_another_photo_and_makes_a_wrong_one_anew(
    photocolor: Here, tmp_path: Path, bundled: Path
) -> None:
    other = scan().T.copy()
    first = write_tree(tmp_path / "first", {"1.png": photos.png(scan()), "2.tif": photos.tiff_of([scan(), scan()])})
    second = write_tree(tmp_path / "second", {"1.png": photos.png(other), "2.tif": photos.tiff_of([other, other])})
    masks, model = tmp_path / "masks", fakes.write_model(tmp_path / "m.onnx")
    shared = ("--model", model, "--device", "cpu", "--workers", 1, "--damage-masks", masks, "--json")

    def restore(source: Path, out: str, *options: str) -> Answer:
        return photocolor("restore", source, "--out", tmp_path / out, *shared, *options)

    assert restore(first, "1").code == 0
    kept = read_tree(masks)
    refused = restore(second, "2")
    assert refused.code == 3 and read_tree(masks) == kept
    assert {line["reason"] for line in outcomes(refused.out).values()} == {"target_blocked"}
    assert "is the mask of another photo" in outcomes(refused.out)["1.png"]["message"]
    assert not (tmp_path / "2/1.png").exists() and not (tmp_path / "2/2.tif").exists()
    assert {line["status"] for line in outcomes(restore(first, "1").out).values()} == {"skipped"}
    assert restore(second, "2", "--overwrite").code == 0 and read_tree(masks).keys() == kept.keys()
    assert read_tree(masks) != kept, "as photocolor damage, where it is asked to"
    assert restore(first, "1").code == 3, "no mask of another photo counts as its own"
    for path in [path for path in masks.rglob("*") if path.is_file()]:
        path.unlink()
    assert restore(first, "1").code == 0 and read_tree(masks) == kept
    (first / "1.png").write_bytes(photos.png(other))
    changed = outcomes(restore(first, "1").out)
    assert changed["1.png"]["status"] == "done", "the mask of what the same photo was before is replaced"


def test_the_report_orders_and_filters_by_damage(photocolor: Here, tmp_path: Path, finder: Path) -> None:
    scans = write_tree(
        tmp_path / "scans", {"1.png": photos.png(scan()), "2.png": photos.png(np.full((64, 96), 120, np.uint8))}
    )
    assert photocolor("damage", scans, "--out", tmp_path / "masks", "--finder", finder).code == 0
    answer = photocolor("report", tmp_path / "masks")
    assert answer.code == 0, answer.err
    page = (tmp_path / "masks/photocolor-report.html").read_text(encoding="utf-8")
    assert '"damage":0.016276' in page and '"damage":0.0' in page and 'href="#show=scratched"' in page
    assert io.StringIO(page).read().count('<option value="damage">most damaged first</option>') == 1
