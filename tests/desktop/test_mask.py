"""The mask of damage: painted, shown, undone, saved beside the photo, and replayed by a run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import photos
import pytest
from hands import wait_for
from journey import Journey, opened
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from photocolor.desktop.damage.mask_picture import SHOWN_PX, MaskPicture, picture_of
from photocolor.desktop.photo.tools import Tool
from photocolor.desktop.window import Window
from photocolor.image.regions.hand_mask import CLEAN, DAMAGED, UNSAID, hand_mask_png
from photocolor.pipeline.mending.hand import hand_mask_path


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "scan.jpg"
    path.write_bytes(photos.jpeg(photos.gray(300, 400), orientation=6))
    return path


def stroke(walk: Journey, start: QPoint, end: QPoint, button: Qt.MouseButton) -> None:
    """A drag over the photo."""
    canvas = walk.canvas
    QTest.mousePress(canvas, button, pos=start)
    QTest.mouseMove(canvas, (start + end) / 2)
    QTest.mouseMove(canvas, end)
    QTest.mouseRelease(canvas, button, pos=end)


def test_damage_is_painted_shown_undone_and_saved_beside_the_photo(window: Window, photo: Path) -> None:
    walk = opened(window, photo)
    window.steering.set_brush(0.02, "#000000")
    walk.hands.press("d")
    assert window.actions_.mask.isChecked()
    stroke(walk, walk.place(0.3, 0.5), walk.place(0.7, 0.5), Qt.MouseButton.LeftButton)
    stroke(walk, walk.place(0.5, 0.4), walk.place(0.5, 0.6), Qt.MouseButton.RightButton)
    wait_for(lambda: window.masking.has_damage(photo), "both strokes on the mask")
    levels = window.masking.levels
    assert levels is not None and levels.shape == (400, 300)
    assert (levels[200, 100], levels[200, 150], levels[10, 10]) == (DAMAGED, CLEAN, UNSAID)
    wait_for(hand_mask_path(photo).exists, "the mask beside the photo")
    with Image.open(hand_mask_path(photo)) as saved:
        assert np.array_equal(np.asarray(saved), levels)
    walk.hands.press("ctrl+z")
    assert levels[200, 150] == DAMAGED
    walk.hands.press("ctrl+z")
    assert (levels == UNSAID).all()
    wait_for(lambda: not hand_mask_path(photo).exists(), "the empty mask is removed")
    walk.hands.press("ctrl+shift+z")
    window.masking.save()
    wait_for(hand_mask_path(photo).exists, "the mask again")
    walk.hands.press("m")
    assert not window.actions_.mask.isChecked()


def test_a_mask_that_is_there_is_taken_up(window: Window, photo: Path) -> None:
    levels = np.full((300, 400), UNSAID, np.uint8)
    levels[10:20, 30:60] = DAMAGED
    hand_mask_path(photo).write_bytes(hand_mask_png(levels, 6))
    opened(window, photo)
    wait_for(lambda: window.masking.levels is not None, "the mask")
    taken = window.masking.levels
    assert taken is not None and np.array_equal(taken, np.rot90(levels, -1))


def test_the_run_replays_it_and_the_command_says_so(window: Window, photo: Path) -> None:
    opened(window, photo)
    mend = window.panel.options.mend
    mend.setCurrentIndex(1)
    mend.activated.emit(1)
    assert "--mend spots" in window.panel.command.text()
    assert window.settings().files.mend.value == "spots"


def test_the_overlay_shows_small_marks_of_a_large_photo() -> None:
    levels = np.full((3 * SHOWN_PX, 2 * SHOWN_PX), UNSAID, np.uint8)
    levels[600:604, 900:904] = DAMAGED
    levels[1500:1530, 300:330] = CLEAN
    image = picture_of(levels).image()
    scale = image.height() / levels.shape[0]
    damage = image.pixelColor(round(902 * scale), round(602 * scale))
    assert damage.alpha() > 0 and damage.red() > damage.blue()
    clean = image.pixelColor(round(315 * scale), round(1515 * scale))
    assert clean.alpha() > 0 and clean.blue() > clean.red()
    assert image.pixelColor(5, 5).alpha() == 0


@pytest.mark.parametrize("shape", [(5, 7), (150, 90), (SHOWN_PX, 3), (2 * SHOWN_PX + 17, SHOWN_PX - 3)])
def test_the_picture_that_follows_strokes_is_that_of_the_whole_mask(shape: tuple[int, int]) -> None:
    random = np.random.default_rng(1)
    levels = np.full(shape, UNSAID, np.uint8)
    picture = MaskPicture(shape)
    for _ in range(30):
        top, left = (int(random.integers(side)) for side in shape)
        height, width = (int(random.integers(1, side // 2 + 2)) for side in shape)
        part = levels[top : top + height, left : left + width]
        part[:] = random.choice((CLEAN, UNSAID, DAMAGED))
        picture.follow(levels, (top, left), part.shape)
    assert picture.image() == picture_of(levels).image()
    assert picture.damaged == (levels == DAMAGED).any()


def marked(window: Window, walk: Journey, photo: Path) -> None:
    """One stroke of the damage brush, as narrow as a hair."""
    window.steering.set_brush(0.005, "#000000")
    window.actions_._tool_actions[Tool.DAMAGE].trigger()
    stroke(walk, walk.place(0.3, 0.5), walk.place(0.7, 0.5), Qt.MouseButton.LeftButton)
    wait_for(lambda: window.masking.has_damage(photo), "the mark")


def test_what_is_undone_of_another_photos_mask_is_undone_and_seen(window: Window, photo: Path) -> None:
    other = photo.with_name("second.jpg")
    other.write_bytes(photos.jpeg(photos.gray(200, 300, seed=2)))
    walk = opened(window, photo, other)
    marked(window, walk, photo)
    walk.hands.press("Next")
    wait_for(lambda: window.photo == other and walk.colored(), "the other photo")
    wait_for(hand_mask_path(photo).exists, "what was painted is kept when another photo is shown")
    window.strip_bar.search.setText("second")
    wait_for(lambda: len(window.film.shown) == 1, "what was searched for")
    walk.hands.press("ctrl+z")
    wait_for(lambda: window.photo == photo and not window.masking.has_damage(photo), "what is undone")
    wait_for(lambda: not hand_mask_path(photo).exists(), "the mask that says nothing is removed")
    walk.hands.press("ctrl+shift+z")
    assert window.masking.has_damage(photo)


def test_damage_that_was_just_painted_is_mended_by_a_run_at_once(window: Window, photo: Path) -> None:
    walk = opened(window, photo)
    mend = window.panel.options.mend
    mend.setCurrentIndex(1)
    mend.activated.emit(1)
    marked(window, walk, photo)
    assert not hand_mask_path(photo).exists(), "it would be saved a moment later"
    window.running.start()
    wait_for(lambda: window.panel.told.text().startswith("Finished"), "the run")
    assert hand_mask_path(photo).exists()
    assert (Path(window.panel.out.text()) / "scan.jpg.mended.png").exists()


def test_a_mask_that_cannot_be_used_is_not_painted_over(window: Window, photo: Path) -> None:
    wrong = hand_mask_png(np.full((30, 40), DAMAGED, np.uint8), 1)
    hand_mask_path(photo).write_bytes(wrong)
    walk = opened(window, photo)
    wait_for(lambda: window.complaints, "the complaint")
    assert "40 × 30 px" in window.complaints[0]
    window.steering.use_tool(Tool.DAMAGE)
    stroke(walk, walk.place(0.3, 0.5), walk.place(0.7, 0.5), Qt.MouseButton.LeftButton)
    assert "cannot be used" in window.statusBar().currentMessage()
    assert hand_mask_path(photo).read_bytes() == wrong


@pytest.mark.parametrize(("dpi", "width", "radius_px"), [(None, 400, 3), (600, 400, 7), (300, 3000, 3)])
def test_the_damage_brush_marks_what_is_mended_and_a_wider_one_is_warned_of(
    window: Window, tmp_path: Path, dpi: int | None, width: int, radius_px: int
) -> None:
    path = tmp_path / "scan.png"
    Image.fromarray(photos.gray(width // 4, width)).save(path, **({"dpi": (dpi, dpi)} if dpi else {}))
    walk = opened(window, path)
    wait_for(lambda: window.masking.levels is not None, "the mask")
    area = window.canvas.brush_radius
    walk.hands.press("d")
    assert round(window.canvas.brush_radius * width) == radius_px
    window.statusBar().clearMessage()
    walk.hands.click(window.canvas, walk.place(0.3, 0.5))
    assert window.statusBar().currentMessage() == ""
    window.steering.set_brush(0.04, "#000000")
    walk.hands.click(window.canvas, walk.place(0.6, 0.5))
    assert "is left as it is" in window.statusBar().currentMessage()
    walk.hands.press("a")
    assert window.canvas.brush_radius == area, "each brush has its own size"
