"""A photo at screen size, and its color there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import fakes
import numpy as np
import photos
import pytest
from looks import pipeline

from photocolor.color.lab import gray_of
from photocolor.color.tone import Tone
from photocolor.engine.negatives.classifier import NegativeClassifier
from photocolor.errors import NotAnImage, SourceVanished
from photocolor.hints.sidecar import Hints, Point
from photocolor.metadata.provenance import DIGITAL_SOURCE_TYPE, TYPE, read
from photocolor.metadata.xmp.edit import Packet
from photocolor.models.negatives import find_classifier
from photocolor.outcome import NoProgress
from photocolor.pipeline.coloring import colorize_gray
from photocolor.preview.screen_photo import ask, note_of, paint_screen_photo, read_screen_photo
from photocolor.preview.variants import cells, colorings, comparison
from photocolor.settings import DETAIL_MIN_PX, ColorSettings


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "scan.jpg"
    path.write_bytes(photos.jpeg(photos.gray(600, 900), orientation=6))
    return path


def test_a_file_of_several_pages_says_that_this_is_the_first(tmp_path: Path) -> None:
    path = tmp_path / "album.tif"
    path.write_bytes(photos.tiff_of([photos.gray(60, 80, seed=number) for number in range(3)]))
    screen_photo = read_screen_photo(path, 100, 300)
    assert screen_photo.remarks == ("The file has 3 pages; this is the first, and restore colors them all.",)


def test_the_draft_is_upright_and_small_and_knows_the_photos_size(photo: Path) -> None:
    screen_photo = read_screen_photo(photo, 100, 300)
    assert screen_photo.gray.shape == (300, 200)
    assert screen_photo.shape == (900, 600)
    assert screen_photo.megapixels == pytest.approx(0.54)
    assert screen_photo.tone is Tone.GRAY


def test_a_negative_is_told_if_somebody_looks(tmp_path: Path) -> None:
    classifier = NegativeClassifier(find_classifier(fakes.write_classifier(tmp_path / "dark.onnx")), 1)
    dark = tmp_path / "dark.png"
    dark.write_bytes(photos.png(((photos.gray(300, 400) / 255) ** 4 * 255).astype(np.uint8)))
    assert read_screen_photo(dark, 100, 300, classifier).negative
    assert not read_screen_photo(dark, 100, 300).negative


def test_sixteen_bits_and_color_are_taken_for_what_they_are(tmp_path: Path) -> None:
    deep, colored = tmp_path / "deep.tif", tmp_path / "colored.png"
    deep.write_bytes(photos.tiff(photos.gray(depth=16)))
    colored.write_bytes(photos.png(photos.rgb()))
    gray = read_screen_photo(deep, 100).gray
    assert gray.dtype == np.uint8
    assert (gray == photos.gray(depth=16) >> 8).all()
    assert read_screen_photo(colored, 100).tone is Tone.COLOR


def test_the_color_is_that_of_a_run_on_the_same_pixels(photo: Path) -> None:
    screen_photo = read_screen_photo(photo, 100)
    for settings in ({}, {"detail": 300}, {"strength": 0.5, "fade_doubt": 0.5}):
        opened = pipeline(**settings)
        shown = paint_screen_photo(screen_photo, ask(screen_photo, opened, NoProgress()), opened.color, NoProgress())
        whole, _ = colorize_gray(screen_photo.gray, 1, opened, NoProgress())
        assert (shown == whole).all()
        assert (gray_of(shown) == screen_photo.gray).all()


def test_a_quick_answer_asks_the_model_once(photo: Path) -> None:
    session = fakes.TintSession()
    screen_photo = read_screen_photo(photo, 100)
    detailed = replace(pipeline(session), color=ColorSettings(detail="full"))
    assert ask(screen_photo, detailed, NoProgress(), quick=True).tiles == 0
    assert len(session.shapes) == 1
    assert ask(screen_photo, detailed, NoProgress()).tiles > 0


def test_a_point_colors_its_place(photo: Path) -> None:
    screen_photo = read_screen_photo(photo, 100)
    opened = pipeline()
    hints = Hints((Point(0.25, 0.75, "#c04040"),))
    plain, told = (ask(screen_photo, opened, NoProgress(), said, quick=True).ab for said in (None, hints))
    height, width = plain.shape[:2]
    row, column = int(0.75 * height), int(0.25 * width)
    assert np.abs(told - plain)[row, column].max() > 20
    assert np.abs(told - plain)[height // 4].max() == 0


def test_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(SourceVanished):
        read_screen_photo(tmp_path / "no.jpg", 100)
    text = tmp_path / "text.jpg"
    text.write_text("hello")
    with pytest.raises(NotAnImage):
        read_screen_photo(text, 100)


def test_every_model_is_asked_once_and_every_strength_only_painted(photo: Path) -> None:
    screen_photo = read_screen_photo(photo, 100)
    sessions = [fakes.TintSession(), fakes.TintSession()]
    opened = [lambda s=s: pipeline(s, detail=DETAIL_MIN_PX) for s in sessions]
    made = list(colorings(screen_photo, opened, [0.5, 1.0, 1.5], None, NoProgress()))
    assert [len(session.shapes) for session in sessions] == [1, 1]
    assert [cell.caption for cell in cells(made)] == ["strength 0.5", "strength 1", "strength 1.5"] * 2
    spread = [float(np.ptp(item.picture.astype(int), axis=2).mean()) for item in made[:3]]
    assert spread == sorted(spread)
    assert spread[0] < spread[2]


def test_one_coloring_is_shown_beside_the_photo_or_split(photo: Path) -> None:
    screen_photo = read_screen_photo(photo, 100, 300)
    made = list(colorings(screen_photo, [pipeline], [1.0], None, NoProgress()))
    height, width = screen_photo.gray.shape
    assert comparison(screen_photo, made, divided=True).shape == (height, width, 3)
    assert comparison(screen_photo, made, divided=False).shape[1] > 2 * width


def test_the_picture_says_which_model_colored_it(photo: Path) -> None:
    screen_photo = read_screen_photo(photo, 100)
    packet = Packet(note_of(screen_photo, pipeline(), ColorSettings(strength=0.7)))
    said = read(packet)
    assert packet.get(TYPE) == DIGITAL_SOURCE_TYPE
    assert said is not None
    assert (said.model, said.source_sha256, said.settings["strength"]) == ("tint", screen_photo.sha256, 0.7)
