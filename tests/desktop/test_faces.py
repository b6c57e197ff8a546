"""The switch for small faces: what the window exports and runs is what `restore --faces on` makes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import faces
import photos
import pytest
from commands import photocolor as command
from commands import words_of
from hands import wait_for
from journey import opened
from PySide6.QtCore import QSettings
from runs import write_tree

from photocolor.desktop.window import Window
from photocolor.metadata.carry import read_provenance
from photocolor.settings import Faces

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def settings(settings: QSettings) -> QSettings:
    """The shipped model, which gives faces a color of skin; the fake's tint is none."""
    settings.setValue("model", "default")
    return settings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A group whose faces are small."""
    return write_tree(tmp_path / "scans", {"group.png": photos.png(faces.group())})


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def colors(window: Window) -> list[object]:
    """What is seen in the middle of each face."""
    y, x, _ = faces.FACE
    return [window.canvas.color_at((column + x) / 4, (row + y) / 3) for row in range(3) for column in range(4)]


def test_preview_and_export_look_closer_at_small_faces_as_restore_does(
    window: Window, folder: Path, tmp_path: Path
) -> None:
    walk = opened(window, folder)
    before = colors(window)
    assert "--faces" not in window.panel.command.text()
    walk.hands.click(window.controls.faces)
    wait_for(walk.colored, "the group with its faces seen closer")
    assert colors(window) != before, "the shown photo follows the switch"
    words = words_of(window.panel.command.text())
    assert words[words.index("--faces") + 1] == "on"

    walk.hands.press("ctrl+shift+s")
    exported = folder / "group-color.png"
    wait_for(lambda: not window.exporting.going_on and exported.exists(), "the exported photo", 120)
    answer = command("restore", folder / "group.png", "--out", tmp_path / "one", "--device", "cpu", "--faces", "on",
                     "--already-color", "force")  # fmt: skip
    assert answer.code == 0, answer.err
    assert exported.read_bytes() == (tmp_path / "one/group.png").read_bytes()
    made = read_provenance(exported.read_bytes(), "png")
    assert made is not None and made.alterations.faces > 0 and made.settings["faces"] == "on"


def test_a_run_looks_closer_at_small_faces_as_restore_does(window: Window, folder: Path, tmp_path: Path) -> None:
    walk = opened(window, folder)
    walk.hands.click(window.controls.faces)
    words = words_of(window.panel.command.text())
    window.running.start()
    wait_for(lambda: window.panel.told.text().startswith("Finished"), "the run", 240)
    words[4] = str(tmp_path / "by-command")
    subprocess.run([sys.executable, "-m", *words], check=True, cwd=ROOT, capture_output=True)
    by_command = files_of(Path(words[4]))
    assert files_of(tmp_path / "scans-color") == by_command
    made = read_provenance(by_command["group.png"], "png")
    assert made is not None and made.alterations.faces > 0


def test_the_switch_is_off_at_first_undone_in_its_turn_and_remembered(window: Window, settings: QSettings) -> None:
    switch = window.controls.faces
    assert not switch.isChecked() and window.controls.color.faces is Faces.OFF
    switch.click()
    assert window.controls.color.faces is Faces.ON and window.history.undoText() == "change faces"
    window.history.undo()
    assert not switch.isChecked()
    window.history.redo()
    window.close()
    again = Window(settings)
    assert again.controls.faces.isChecked() and again.controls.color.faces is Faces.ON
    again.close()
    for stored, kept in (("maybe", False), ("on", True), ("off", False)):
        settings.setValue("faces", stored)
        other = Window(settings)
        assert other.controls.faces.isChecked() is kept
        other.close()


def test_the_switch_says_what_it_does_and_that_it_can_be_wrong(window: Window) -> None:
    switch = window.controls.faces
    assert switch.accessibleName() == "Look closer at small faces"
    assert switch.accessibleDescription() == switch.toolTip() and "It can be wrong" in switch.toolTip()
