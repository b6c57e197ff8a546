"""One photo out of the window: exported, saved beside the original, copied; and a run over selected photos."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import photos
import pytest
from hands import QtHands, wait_for
from journey import Journey, write_album
from PIL import Image
from psd_tools import PSDImage
from PySide6.QtCore import QItemSelectionModel, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from photocolor.desktop.export.dialog import ExportDialog
from photocolor.desktop.strip.state import State
from photocolor.desktop.window import Window
from photocolor.image.decode import decode
from photocolor.metadata.carry import read_provenance
from photocolor.settings import Layers, Mend, OutputFormat, VisibleMark
from photocolor.verify.files import verify_file


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "scan.png"
    path.write_bytes(photos.png(photos.gray(60, 80, depth=16)))
    return path


def opened(window: Window, path: Path) -> Journey:
    walk = Journey(window, QtHands(window), lambda name: None)
    window.open_paths([path])
    wait_for(walk.colored, "color")
    window.canvas.setFocus()
    return walk


def answered(walk: Journey, keys: str, fill: object) -> None:
    """Presses keys that open the dialog, fills it in, and presses its button with the mouse."""

    def act() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, ExportDialog)
        assert callable(fill)
        try:
            fill(dialog)
            walk.hands.click(dialog.export)
        except AssertionError:
            dialog.reject()  # or it would wait for ever
            raise

    QTimer.singleShot(300, act)
    walk.hands.press(keys)


def test_export_writes_format_layers_and_metadata_where_a_person_said(window: Window, photo: Path) -> None:
    walk = opened(window, photo)
    target = photo.with_name("for-print.tif")

    def fill(dialog: ExportDialog) -> None:
        dialog.format.setCurrentIndex(dialog.format.findData(OutputFormat.TIFF))
        assert dialog.place.text().endswith("scan-color.tif")
        dialog.layers.setCurrentIndex(dialog.layers.findData(Layers.PSD))
        dialog.place.setText(str(target))

    answered(walk, "ctrl+e", fill)
    wait_for(lambda: not window.exporting.going_on and target.exists(), "the exported photo")
    result = decode(target.read_bytes(), 1.0)
    assert result.bit_depth == 16 and verify_file(photo, target).holds
    made = read_provenance(target.read_bytes(), "tiff")
    assert made is not None and made.settings["format"] == "tiff"
    assert [layer.name for layer in PSDImage.open(f"{target}.psd")][-1] == "Color"
    wait_for(lambda: "Written" in window.statusBar().currentMessage(), "the word about it")


def test_quality_can_be_set_only_where_it_counts(window: Window, photo: Path) -> None:
    dialog = ExportDialog(photo, window.panel.options.files, window)
    for wanted, counts in ((OutputFormat.PNG, False), (OutputFormat.JPEG, True)):
        dialog.format.setCurrentIndex(dialog.format.findData(wanted))
        assert dialog.quality.isEnabled() is counts
    assert "no more than 8 bits" in dialog.told.text()


def test_the_photo_is_saved_beside_the_original_under_a_free_name(window: Window, photo: Path) -> None:
    before = photo.read_bytes()
    walk = opened(window, photo)
    for name in ("scan-color.png", "scan-color-2.png"):
        walk.hands.press("ctrl+shift+s")
        wait_for(lambda: not window.exporting.going_on and photo.with_name(name).exists(), name)  # noqa: B023 -- at once
    assert photo.read_bytes() == before
    assert photo.with_name("scan-color.png").read_bytes() == photo.with_name("scan-color-2.png").read_bytes()
    assert sorted(path.name for path in photo.parent.glob("*.png")) == [
        "scan-color-2.png",
        "scan-color.png",
        "scan.png",
    ]


def test_the_colored_photo_is_copied_at_full_size(window: Window, photo: Path) -> None:
    walk = opened(window, photo)
    QGuiApplication.clipboard().clear()
    walk.hands.press("ctrl+c")
    wait_for(lambda: not QGuiApplication.clipboard().image().isNull(), "the picture on the clipboard")
    image = QGuiApplication.clipboard().image()
    assert (image.height(), image.width()) == (60, 80)
    color = image.pixelColor(40, 30)
    assert max(color.red(), color.green(), color.blue()) - min(color.red(), color.green(), color.blue()) > 5


def test_the_photo_itself_is_never_exported_over(window: Window, photo: Path) -> None:
    before = photo.read_bytes()
    walk = opened(window, photo)
    window.confirm = lambda question: True  # type: ignore[method-assign]  # the person insists
    answered(walk, "ctrl+e", lambda dialog: dialog.place.setText(str(photo)))
    wait_for(lambda: window.complaints, "the complaint")
    assert "is the photo itself" in window.complaints[0]
    assert photo.read_bytes() == before


def test_a_place_that_cannot_be_written_is_told_with_its_cause(window: Window, photo: Path) -> None:
    walk = opened(window, photo)
    (photo.parent / "taken").mkdir()
    answered(walk, "ctrl+e", lambda dialog: dialog.place.setText(str(photo.parent / "scan.png" / "x.png")))
    wait_for(lambda: window.complaints, "the complaint")
    assert "x.png cannot be written" in window.complaints[0]


def test_only_the_selected_photos_are_colored(window: Window, tmp_path: Path) -> None:
    album = write_album(tmp_path / "album", 60, 80)
    walk = opened(window, album)
    for row in (1, 4):
        index = window.film.index(row)
        window.strip.selectionModel().select(index, QItemSelectionModel.SelectionFlag.Select)
    walk.hands.press("ctrl+shift+r")
    wait_for(lambda: not window.running.going_on and window.film.frames[4].state is State.DONE, "the run")
    states = [frame.state for frame in window.film.frames]
    assert [row for row, state in enumerate(states) if state is State.DONE] == [0, 1, 4]
    out = Path(window.panel.out.text())
    assert sorted(path.name for path in out.glob("*.jpg")) == ["01.jpg", "02.jpg", "05.jpg"]
    assert State.WAITING not in states


def test_damage_that_was_just_marked_is_mended_in_what_is_exported_and_nothing_else_is(
    window: Window, tmp_path: Path
) -> None:
    photo = tmp_path / "scan.png"
    gray = photos.gray(300, 400)
    gray[148:153, 198:203] = 250  # a speck
    photo.write_bytes(photos.png(gray))
    walk = opened(window, photo)
    walk.hands.press("ctrl+shift+s")
    plain = photo.with_name("scan-color.png")
    wait_for(lambda: not window.exporting.going_on and plain.exists(), "the photo with its speck")
    window.steering.set_brush(0.01, "#000000")
    walk.hands.press("d")
    walk.hands.click(window.canvas, walk.place(0.5, 0.5))
    wait_for(lambda: window.masking.has_damage(photo), "the mark")
    target = photo.with_name("mended.png")

    def fill(dialog: ExportDialog) -> None:
        assert dialog.files.mend is Mend.SPOTS, "a person marked it, so it is to be mended"
        dialog.place.setText(str(target))

    answered(walk, "ctrl+e", fill)
    wait_for(lambda: not window.exporting.going_on and target.exists(), "the exported photo")
    with Image.open(f"{target}.mended.png") as mask:
        painted = np.asarray(mask.convert("L")) > 0
    assert painted[150, 200] and painted.mean() < 0.01
    before, after = (decode(path.read_bytes(), 1.0).pixels for path in (plain, target))
    assert np.array_equal(before[~painted], after[~painted])
    assert before[150, 200].min() > 230 and after[150, 200].max() < 230
    assert verify_file(photo, target).holds


def test_what_the_runs_options_say_holds_for_one_photo_too(window: Window, photo: Path) -> None:
    options = window.panel.options
    options.mark.setCurrentIndex(1)
    options.format.setCurrentIndex(options.format.findData(OutputFormat.WEBP))
    dialog = ExportDialog(photo, options.files, window)
    assert dialog.place.text().endswith("scan-color.webp")
    assert "marked in a corner" in dialog.told.text()
    assert dialog.files.mark is VisibleMark.CORNER and dialog.files.format is OutputFormat.WEBP


@pytest.mark.parametrize(("typed", "wanted", "written"), [
    ("print.jpg", OutputFormat.PNG, "print.png"), ("print.JPEG", OutputFormat.JPEG, "print.JPEG"),
    ("print", OutputFormat.TIFF, "print.tif"), ("anna.1950", OutputFormat.TIFF, "anna.1950.tif"),
    ("print.tif", OutputFormat.KEEP, "print.png"), ("prints", OutputFormat.PNG, "prints/scan-color.png"),
])  # fmt: skip
def test_a_place_without_folder_or_with_another_ending_is_understood(
    window: Window, photo: Path, typed: str, wanted: OutputFormat, written: str
) -> None:
    (photo.parent / "prints").mkdir()
    dialog = ExportDialog(photo, window.panel.options.files, window)
    dialog.format.setCurrentIndex(dialog.format.findData(wanted))
    dialog.place.setText(typed)
    assert dialog.target == photo.parent / written
    dialog.place.setText(" ")
    assert not dialog.export.isEnabled()
