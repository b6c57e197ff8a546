"""The whole journey, offscreen; and once in a real window."""

from __future__ import annotations

from pathlib import Path

from hands import QtHands, picture
from journey import BROKEN, Journey, write_album

from photocolor.desktop.window import Window


def test_a_person_opens_compares_steers_saves_and_runs_a_folder(window: Window, tmp_path: Path) -> None:
    album = write_album(tmp_path / "album")
    before = {path.name: path.read_bytes() for path in album.glob("*.jpg")}
    window.resize(1280, 900)
    walk = Journey(window, QtHands(window), lambda name: picture(window, tmp_path / f"{name}.png"))
    walk.open(album)
    walk.drag_the_split()
    walk.zoom()
    walk.put_points()
    walk.undo_one()
    walk.save()
    walk.run_and_cancel()
    out = tmp_path / "album-color"
    done = {path.name: path.read_bytes() for path in out.glob("*.jpg")}
    assert len(done) < 11, "the run was over before it could be canceled"
    walk.resume()
    results = {path.name: path.read_bytes() for path in out.glob("*.jpg")}
    assert set(results) == set(before) - {BROKEN}
    assert {name: results[name] for name in done} == done, "finished results were made again"
    assert not list(out.rglob("*.tmp"))
    assert {path.name: path.read_bytes() for path in album.glob("*.jpg")} == before
