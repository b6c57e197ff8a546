"""The pictures of the docs are made by scripts, are small, and are shown."""

from __future__ import annotations

import os
import re
import runpy
from pathlib import Path

import pytest
from browser import find_browser
from commands import ROOT
from PIL import Image

SCRIPT = runpy.run_path(str(ROOT / "scripts" / "make_pictures.py"))
IMAGES: Path = SCRIPT["IMAGES"]
WINDOW = {name for _, pictures in SCRIPT["WALKS"].values() for name in pictures}
SIZES = SCRIPT["PAGES"] | dict.fromkeys(WINDOW, SCRIPT["WINDOW_PX"])
BY_ANOTHER_SCRIPT = {"mending"}
"""scripts/make_mending_picture.py makes it."""
LARGEST_BYTES = 150_000


def test_a_script_makes_every_picture_and_every_picture_is_shown() -> None:
    made = set(SIZES) | BY_ANOTHER_SCRIPT
    assert {path.stem for path in IMAGES.glob("*.jpg")} == made
    pages = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md"))
    assert set(re.findall(r"\(images/([\w-]+)\.jpg\)", pages)) == made


@pytest.mark.parametrize("name", sorted(SIZES))
def test_a_picture_has_the_size_that_the_script_gives_it_and_is_small(name: str) -> None:
    path = IMAGES / f"{name}.jpg"
    with Image.open(path) as image:
        assert image.size == SIZES[name]
    assert path.stat().st_size <= LARGEST_BYTES


@pytest.mark.slow
@pytest.mark.needs_group("desktop")
@pytest.mark.parametrize("part", ["pages", "retoucher"])
def test_the_script_makes_its_pictures(tmp_path: Path, part: str) -> None:
    missing = ["Chromium"] * (find_browser() is None) if part == "pages" else SCRIPT["missing_programs"]()
    if missing and os.environ.get("CI") != "true":
        pytest.skip(f"this machine has no {', '.join(missing)}")
    images = tmp_path / "images"
    images.mkdir()
    SCRIPT["main"](tmp_path / "made", [part], images)
    wanted = SCRIPT["PAGES"] if part == "pages" else SCRIPT["WALKS"][part][1]
    assert {path.stem for path in images.iterdir()} == set(wanted)
    for path in images.iterdir():
        with Image.open(path) as image:
            assert image.size == SIZES[path.stem]


def test_pictures_that_there_are_not_are_refused_before_any_is_made(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no pictures are called weather"):
        SCRIPT["main"](tmp_path / "made", ["pages", "weather"])
    assert not (tmp_path / "made").exists()
