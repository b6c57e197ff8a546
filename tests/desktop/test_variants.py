"""Other answers: looked at, chosen by a click, undone in one step, saved and replayed."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from commands import ROOT
from hands import QtHands, wait_for
from journey import Journey
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from photocolor.desktop.variants.panel import LOOKING
from photocolor.desktop.window import Window
from photocolor.outcome import NoProgress
from photocolor.pipeline.source import read_hints
from photocolor.preview.session import PreviewRequest, PreviewSession

ANSWERS = 4
DIFFERS_CODES = 2.0
"""Mean distance of 8-bit codes that the eye sees."""


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo of which the model is not sure."""
    return Path(shutil.copy(ROOT / "samples" / "portrait.jpg", tmp_path / "scan.jpg"))


def opened(window: Window, photo: Path, model: str) -> Journey:
    walk = Journey(window, QtHands(window), lambda name: None)
    window.controls._choose(window.controls.model, model)
    window.open_paths([photo])
    wait_for(walk.colored, "color")
    window.canvas.setFocus()
    return walk


def click(window: Window, number: int) -> None:
    QTest.mouseClick(window.variants.panel._buttons[number], Qt.MouseButton.LeftButton)


def seen(window: Window) -> np.ndarray:
    colors = [window.canvas.color_at(x / 10, y / 10) or "#000000" for x in range(1, 10) for y in range(1, 10)]
    return np.array([[int(color[at : at + 2], 16) for at in (1, 3, 5)] for color in colors], float)


def in_sight(part: QWidget) -> bool:
    return part.visibleRegion().boundingRect().size() == part.size()


def test_an_answer_is_chosen_by_a_click_undone_in_one_step_and_saved(window: Window, photo: Path) -> None:
    walk = opened(window, photo, "default")
    own = seen(window)
    assert window.variants.panel.isHidden()
    walk.hands.press("v")
    wait_for(lambda: len(window.variants.panel.names) == ANSWERS, "the answers")
    assert window.variants.panel.names[0] == "the model's own"
    click(window, 2)
    wait_for(walk.colored, "the third answer")
    assert len(window.variants.panel.names) == ANSWERS  # they stay: these are still the photo's answers
    chosen = seen(window)
    assert np.abs(chosen - own).mean() > DIFFERS_CODES
    steps = window.history.count()
    walk.hands.press("ctrl+z")
    wait_for(walk.colored, "the model's own")
    assert np.array_equal(seen(window), own) and window.history.count() == steps == 1
    assert window.variants.panel._buttons[0].isChecked()
    walk.hands.press("ctrl+shift+z")
    wait_for(walk.colored, "the third answer again")
    assert np.array_equal(seen(window), chosen)
    walk.hands.press("ctrl+s")
    hints, _ = read_hints(photo)
    assert hints is not None and hints.variant is not None
    assert not window.isWindowModified()
    assert window.variants.panel._buttons[2].isChecked()


def test_a_photo_has_a_preset_of_its_own_and_the_run_another(window: Window, photo: Path, settings: QSettings) -> None:
    walk = opened(window, photo, window.controls.model_name)
    plain = seen(window)
    walk.hands.press("v")
    panel = window.variants.panel
    wait_for(lambda: "does not say which other colors" in panel.message.text(), "why there are none")
    assert window.canvas.color_at(0.5, 0.5) is not None  # the photo stays in color
    panel.preset.setCurrentIndex(panel.preset.findText("vivid"))
    panel.preset.activated.emit(panel.preset.currentIndex())
    wait_for(walk.colored, "a vivid photo")
    vivid = seen(window)
    assert np.abs(vivid - plain).mean() > 1
    walk.hands.press("ctrl+s")
    hints, _ = read_hints(photo)
    assert hints is not None and hints.preset == "vivid"
    combo = window.controls.preset
    combo.setCurrentIndex(combo.findText("calm"))
    combo.activated.emit(combo.currentIndex())
    wait_for(walk.colored, "the same photo")
    assert np.array_equal(seen(window), vivid) and "--preset calm" in window.panel.command.text()
    walk.hands.press("ctrl+z")
    assert "--preset" not in window.panel.command.text()
    window.controls.save(settings)
    assert settings.value("preset") == "natural"


def test_the_session_gives_small_pictures_that_differ(photo: Path) -> None:
    request = PreviewRequest(photo, device="cpu")
    found = list(PreviewSession().variants(request, NoProgress()))
    assert len(found) == ANSWERS and max(found[0][1].shape[:2]) == 320
    for index, (_, one) in enumerate(found):
        for _, other in found[:index]:
            assert np.abs(one.astype(float) - other).mean() > 1


def test_the_row_follows_to_the_next_photo(window: Window, photo: Path) -> None:
    other = Path(shutil.copy(photo, photo.with_name("second.jpg")))
    walk = opened(window, photo, window.controls.model_name)
    window.open_paths([photo, other])
    wait_for(lambda: window.photo == photo and walk.colored() and len(window.film.shown) == 2, "two photos")
    walk.hands.press("v")
    panel = window.variants.panel
    for name in ("second.jpg", "scan.jpg"):
        wait_for(lambda: "does not say which other colors" in panel.message.text(), "why there are none")
        window.showing.bring(photo.with_name(name))
        assert panel.message.text() == LOOKING
    wait_for(lambda: "does not say which other colors" in panel.message.text(), "the same for the next photo")


@pytest.mark.parametrize("size", [(1272, 760), (1016, 660)])  # screens of 1280 x 800 and 1024 x 700, without borders
def test_the_photo_keeps_its_room_and_every_answer_is_in_sight(
    window: Window, photo: Path, size: tuple[int, int]
) -> None:
    window.resize(*size)
    walk = opened(window, photo, "default")
    before = window.canvas.size()
    panel = window.variants.panel
    window.side_dock.hide()
    walk.hands.press("v")
    wait_for(lambda: len(panel.names) == ANSWERS, "the answers")
    QTest.qWait(50)
    assert window.canvas.size() == before
    assert all(in_sight(part) for part in (*panel._buttons, panel.preset))
    walk.hands.press("p")
    walk.hands.click(window.canvas, walk.place(0.3, 0.3))
    wait_for(lambda: len(window.swatches.buttons) > ANSWERS, "suggested colors")
    QTest.qWait(50)
    assert all(in_sight(button) for button in window.swatches.buttons)
    walk.hands.press("v")
    walk.hands.press("v")
    QTest.qWait(50)
    assert all(in_sight(part) for part in (*panel._buttons, panel.preset))
    walk.hands.press("v")
    assert panel.isHidden() and window.side_dock.isVisible()
