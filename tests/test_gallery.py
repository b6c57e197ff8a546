"""The gallery shows what the bundled model does, small enough for a page, each picture with its credit."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest
from commands import ROOT
from PIL import Image

from photocolor.metadata.carry import read_provenance
from photocolor.models.registry import find_model

SCRIPT = runpy.run_path(str(ROOT / "scripts" / "make_gallery.py"))
GALLERY: Path = SCRIPT["GALLERY"]
NAMES = sorted(work.name for work in SCRIPT["WORKS"])
PAGE = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
LARGEST_BYTES = 1_500_000
AGAIN = "python scripts/make_gallery.py makes the gallery again"


def test_the_gallery_is_small() -> None:
    files = [path for path in GALLERY.rglob("*") if path.is_file()]
    assert sorted(path.name for path in files) == sorted(NAMES * 2)
    assert sum(path.stat().st_size for path in files) <= LARGEST_BYTES


@pytest.mark.parametrize("name", NAMES)
def test_both_pictures_of_a_work_have_one_size_and_its_credit(name: str) -> None:
    with Image.open(GALLERY / "before" / name) as before, Image.open(GALLERY / "after" / name) as after:
        assert before.size == after.size and max(before.size) <= SCRIPT["LONGEST_SIDE_PX"]
        for image in (before, after):
            assert image.getexif()[SCRIPT["COPYRIGHT"]] == "Public domain"


@pytest.mark.parametrize("name", NAMES)
def test_each_picture_was_colored_by_the_model_that_ships(name: str) -> None:
    made = read_provenance((GALLERY / "after" / name).read_bytes(), "jpeg")
    assert made is not None and made.model_sha256 == find_model("default").sha256, AGAIN


def test_the_page_shows_every_work_with_its_rights_and_names_the_model() -> None:
    for name in NAMES:
        row = PAGE.split(f"(images/gallery/after/{name})")[1].splitlines()[1]
        assert f"(images/gallery/before/{name})" in PAGE and "Public domain" in row, name
    assert re.findall(r"`(default \d+)`", PAGE) == [f"default {find_model('default').card.version}"], AGAIN
