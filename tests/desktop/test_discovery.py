"""What is looked for in threads: masks are no photos, and nobody hears of it after the window has been closed."""

from __future__ import annotations

from pathlib import Path

import photos
from hands import wait_for
from journey import opened
from runs import write_tree
from shiboken6 import delete

from photocolor.desktop.discovery import Finder
from photocolor.desktop.window import Window


def test_an_answer_that_nobody_waits_for_any_more_is_dropped(app: object, tmp_path: Path) -> None:
    finder = Finder()
    delete(finder)
    finder._probe()
    finder._walk((tmp_path,), tmp_path / "out")
    finder._walk((tmp_path / "nowhere",), tmp_path / "out")


def test_the_window_shows_no_mask_without_its_photo_and_says_so(window: Window, tmp_path: Path) -> None:
    picture = photos.png(photos.gray(40, 60))
    names = ("a.png", "a.png.mask.png", "gone.jpg.mask.png", "lost.png.mended.png")
    folder = write_tree(tmp_path / "scans", dict.fromkeys(names, picture))
    window.open_paths([folder])
    wait_for(lambda: window.film.frames, "the photos")
    assert [frame.path.name for frame in window.film.frames] == ["a.png"]
    assert "gone.jpg.mask.png: it is named like the mask of gone.jpg" in window.panel.told.text()
    assert window.panel.told.text().endswith("(+ 1)")
    (folder / "other").mkdir()
    (folder / "other/b.png").write_bytes(picture)
    window.open_paths([folder / "other"])
    wait_for(lambda: [frame.path.name for frame in window.film.frames] == ["b.png"], "the other folder")
    assert window.panel.told.isHidden()
    window.open_paths([folder / "gone.jpg.mask.png"])
    wait_for(lambda: [frame.path.name for frame in window.film.frames] == ["gone.jpg.mask.png"], "what was named")


def test_a_list_names_photos_in_another_spelling_of_case_and_accents(window: Window, tmp_path: Path) -> None:
    names = ("Cafe\u0301.PNG", "other.png")
    scans = write_tree(tmp_path / "scans", dict.fromkeys(names, photos.png(photos.gray(40, 60))))
    listed = tmp_path / "list.txt"
    listed.write_text(f"{scans}/Caf\u00e9.png\n", "utf-8")
    opened(window, scans)
    window.running.start_list(listed)
    wait_for(lambda: window.panel.told.text().startswith("Finished"), "the end of the run", 60)
    results = [path.name for path in (tmp_path / "scans-color").iterdir() if path.is_file()]
    assert results == [names[0]]


def test_a_photo_whose_sidecars_would_have_too_long_a_name_hides_no_folder(window: Window, tmp_path: Path) -> None:
    names = ["a" * 246 + ".png", "b.png"]
    opened(window, write_tree(tmp_path / "scans", dict.fromkeys(names, photos.png(photos.gray(40, 60)))))
    assert [frame.path.name for frame in window.film.frames] == names
    assert window.photo is not None and window.photo.name == names[0]
