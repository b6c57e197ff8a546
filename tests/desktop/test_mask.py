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

from photocolor.desktop.damage.mask_editor import SHOWN_PX, overlay
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
    assert hand_mask_path(photo).exists()
    walk.hands.press("m")
    assert not window.actions_.mask.isChecked()


def test_a_mask_that_is_there_is_taken_up(window: Window, photo: Path) -> None:
    levels = np.full((300, 400), UNSAID, np.uint8)
    levels[10:20, 30:60] = DAMAGED
    hand_mask_path(photo).write_bytes(hand_mask_png(levels, 6))
    opened(window, photo)
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
    image = overlay(levels)
    scale = image.height() / levels.shape[0]
    damage = image.pixelColor(round(902 * scale), round(602 * scale))
    assert damage.alpha() > 0 and damage.red() > damage.blue()
    clean = image.pixelColor(round(315 * scale), round(1515 * scale))
    assert clean.alpha() > 0 and clean.blue() > clean.red()
    assert image.pixelColor(5, 5).alpha() == 0
