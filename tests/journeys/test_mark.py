"""A run with a visible mark: proved as strictly as one without."""

from __future__ import annotations

import json
from pathlib import Path

import photos
from commands import photocolor
from fakes import write_model
from runs import write_tree

HEIGHT, WIDTH = 90, 130


def scans(folder: Path) -> Path:
    gray, deep = photos.gray(HEIGHT, WIDTH), photos.gray(HEIGHT, WIDTH, 16)
    colors = photos.rgb(HEIGHT, WIDTH)
    files = {f"turned {n}.png": photos.png(gray, chunks=[(b"eXIf", photos.exif(n))]) for n in range(1, 9)}
    files |= {"gray.jpg": photos.jpeg(gray), "sepia.jpg": photos.jpeg(photos.tinted(HEIGHT, WIDTH))}
    files |= {"sepia.png": photos.png(photos.tinted(HEIGHT, WIDTH)), "deep.tif": photos.tiff(deep, orientation=6)}
    files |= {"deep sepia.png": photos.png(photos.tinted(HEIGHT, WIDTH, 16))}
    files |= {
        "book.tif": photos.tiff_of([gray, colors, deep]),
        "lossy.webp": photos.webp(photos.tinted(90, 130), lossless=False),
    }
    return write_tree(folder, files)


def test_marked_results_are_proved_and_made_anew_without_the_mark_and_a_photo_too_small_is_named(
    tmp_path: Path,
) -> None:
    source, out = scans(tmp_path / "scans"), tmp_path / "color"
    model = write_model(tmp_path / "tint.onnx")
    command = ("restore", source, "--out", out, "--model", model, "--device", "cpu", "--workers", 1, "--json")
    assert photocolor(*command, "--mark", "corner").code == 0
    proved = photocolor("verify", source, out, "--json")
    broken = {
        row["source"]: [c for c in row["checks"] if not c["holds"]] for row in map(json.loads, proved.out.splitlines())
    }
    assert {name: checks for name, checks in broken.items() if checks} == {}
    assert proved.code == 0
    plain = photocolor(*command)
    assert plain.code == 0 and plain.out.count('"status": "done"') == len(list(source.iterdir())), "another setting"
    write_tree(source, {"tiny.png": photos.png(photos.gray(20, 30))})
    told = [json.loads(line) for line in photocolor(*command, "--mark", "corner").out.splitlines()]
    failed = {row["relative"]: (row["message"], row["hint"]) for row in told if row["status"] == "failed"}
    assert set(failed) == {"tiny.png"}
    assert "a mark that can be read needs" in failed["tiny.png"][0] and "without --mark" in failed["tiny.png"][1]
    assert not (out / "tiny.png").exists()
