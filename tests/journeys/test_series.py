"""A series with one palette and with color points, from the command line."""

from __future__ import annotations

from pathlib import Path

import photos
from commands import photocolor
from runs import read_tree, write_tree

from photocolor.hints.sidecar import Hints, Polygon, format_hints


def test_reference_and_hints_change_the_results_and_are_kept_in_mind(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {f"{n}.png": photos.png(photos.gray(96, 96, seed=n)) for n in range(2)})
    (tmp_path / "red.png").write_bytes(photos.png(photos.rgb(64, 64)))
    out = tmp_path / "color"
    command = ("restore", scans, "--out", out, "--device", "cpu", "--json")
    assert photocolor(*command).code == 0
    plain = read_tree(out)
    moved = photocolor(*command, "--reference", tmp_path / "red.png")
    assert moved.code == 0 and moved.out.count('"status": "done"') == 2
    assert all(read_tree(out)[name] != plain[name] for name in ("0.png", "1.png"))
    corners = ((0, 0), (1, 0), (1, 1), (0, 1))
    (scans / "1.png.hints.json").write_text(format_hints(Hints(polygons=(Polygon(corners, "#2040c0"),))))
    again = photocolor(*command, "--reference", tmp_path / "red.png")
    assert again.out.count('"status": "done"') == 1 and again.out.count('"status": "skipped"') == 1


def test_a_reference_without_color_is_refused_before_any_work(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {"a.png": photos.png()})
    (tmp_path / "gray.png").write_bytes(photos.png(photos.gray()))
    refused = photocolor("restore", scans, "--out", tmp_path / "color", "--reference", tmp_path / "gray.png")
    assert refused.code == 2 and "has no colors" in refused.err
    missing = photocolor("restore", scans, "--out", tmp_path / "color", "--reference", tmp_path / "none.png")
    assert missing.code == 2 and "none.png" in missing.err
    assert not (tmp_path / "color").exists()
