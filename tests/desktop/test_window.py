"""Promises of the window that the journey does not meet."""

from __future__ import annotations

import time
from pathlib import Path

import photos
import pytest
from commands import words_of
from hands import QtHands, wait_for
from journey import opened, write_album
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSettings, Qt, QTimer, QUrl
from PySide6.QtGui import QAccessible, QDropEvent, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QMessageBox, QSlider, QWidget

from photocolor.desktop.strip.state import State
from photocolor.desktop.theme import Look, apply
from photocolor.desktop.window import Window
from photocolor.hints.sidecar import Hints, Point, sidecar_of
from photocolor.pipeline.source import read_hints, write_hints
from photocolor.preview.region import Region

Button = QMessageBox.StandardButton
CONTRAST = 4.5
"""Of text against its ground. Source: WCAG 2.2, 1.4.3."""


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "scan.jpg"
    path.write_bytes(photos.jpeg(photos.gray(300, 400)))
    return path


def test_dropped_files_are_opened(window: Window, photo: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(photo))])
    actions, buttons, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(9, 9), actions, data, buttons, keys))
    wait_for(lambda: bool(window.canvas.color_at(0.5, 0.5)), "the dropped photo")
    assert window.photo == photo


def test_the_keyboard_alone_steers_a_point(window: Window, photo: Path) -> None:
    walk = opened(window, photo)
    for keys in ("p", "Right", "Right", "Return"):
        walk.hands.press(keys)
    assert walk.points[0].x == pytest.approx(0.51)
    wait_for(lambda: window.swatches.buttons, "suggestions")
    before, earlier = walk.points[0], list(window.swatches.buttons)
    walk.hands.press("shift+Left")
    assert walk.points[0].x == pytest.approx(before.x - 0.05)
    wait_for(
        lambda: window.swatches.buttons and window.swatches.buttons[0] not in earlier, "suggestions for the other place"
    )
    window.swatches.buttons[2].setFocus()
    walk.hands.press("space")
    assert walk.points[0].color != before.color
    window.canvas.setFocus()
    walk.hands.press("Delete")
    assert walk.points == ()
    for _ in range(3):
        walk.hands.press("ctrl+z")
    assert walk.points == (before,)


def test_f6_walks_through_the_parts_of_the_window(window: Window, photo: Path) -> None:
    walk = opened(window, photo)
    parts = []
    for _ in range(4):
        walk.hands.press("F6")
        parts.append(QApplication.focusWidget())
    assert parts == [window.strip, window.controls.strength.slider, window.panel.run, window.canvas]


def test_holding_space_shows_the_gray_photo(window: Window, photo: Path) -> None:
    walk = opened(window, photo)
    window.canvas.set_split(0.0)

    def colors() -> int:
        color = window.canvas.grab().toImage().pixelColor(walk.place(0.9, 0.2))
        return max(color.red(), color.green(), color.blue()) - min(color.red(), color.green(), color.blue())

    assert colors() > 5
    QTest.keyPress(window.canvas, Qt.Key.Key_Space)
    assert colors() == 0
    QTest.keyRelease(window.canvas, Qt.Key.Key_Space)
    assert colors() > 5


def test_a_point_is_dragged_and_its_drag_is_undone_at_once(window: Window, photo: Path) -> None:
    write_hints(photo, Hints((Point(0.2, 0.2, "#a04030"), Point(0.7, 0.7, "#3040a0"))))
    walk = opened(window, photo)
    walk.hands.drag(window.canvas, walk.place(0.7, 0.7), walk.place(0.6, 0.4))
    assert (walk.points[1].x, walk.points[1].y) == pytest.approx((0.6, 0.4), abs=0.01)
    assert walk.points[0] == Point(0.2, 0.2, "#a04030")
    walk.hands.press("ctrl+z")
    assert walk.points[1] == Point(0.7, 0.7, "#3040a0")
    assert not window.isWindowModified()


def test_a_point_is_kept_from_going_far_and_the_sidecar_remembers_it(window: Window, photo: Path) -> None:
    flat = photos.gray(300, 400)
    flat[:] = 120
    photo.write_bytes(photos.jpeg(flat))
    write_hints(photo, Hints((Point(0.2, 0.2, "#a04030"), Point(0.8, 0.8, "#3040a0", 0.123))))
    walk = opened(window, photo)
    window.steering.select(0)
    far = window.canvas.color_at(0.6, 0.3)
    reach = window.swatches.reach
    reach.setFocus()
    walk.hands.press("End")
    wait_for(walk.colored, "the smaller reach")
    assert walk.points[0] == Point(0.2, 0.2, "#a04030", 0.0)
    assert window.canvas.color_at(0.6, 0.3) != far
    window.steering.select(1)
    assert reach.currentData() == 0.123
    assert window.steering.save()
    assert read_hints(photo)[0] == Hints(walk.points)
    walk.hands.press("ctrl+z")
    assert walk.points[0].radius is None


def test_a_changed_strength_is_painted_without_asking_the_model(window: Window, photo: Path) -> None:
    walk = opened(window, photo)
    before = window.canvas.color_at(0.9, 0.2)
    window.controls.strength.set_value(0.0)
    wait_for(walk.colored, "the other strength")
    gray = window.canvas.color_at(0.9, 0.2)
    assert gray != before
    assert gray[1:3] == gray[3:5] == gray[5:7]


def test_the_command_is_that_of_the_settings(window: Window, photo: Path) -> None:
    opened(window, photo)
    window.controls.strength.set_value(0.75)
    window.panel.out.setText("my results")
    words = words_of(window.panel.command.text())
    assert words[:5] == ["photocolor", "restore", str(photo), "--out", "my results"]
    assert words[-2:] == ["--strength", "0.75"]
    window.panel.copy.click()
    assert QApplication.clipboard().text() == window.panel.command.text()


@pytest.mark.parametrize(("answer", "stays", "saves"), [
    (Button.Cancel, True, False), (Button.Discard, False, False), (Button.Save, False, True),
])  # fmt: skip
def test_unsaved_points_are_asked_about(window: Window, photo: Path, answer: Button, stays: bool, saves: bool) -> None:
    walk = opened(window, photo)
    for keys in ("p", "Return"):
        walk.hands.press(keys)
    window.answer = answer
    window.close()
    assert len(window.asked) == 1
    assert "scan.jpg" in window.asked[0]
    assert window.isVisible() is stays
    assert sidecar_of(photo).exists() is saves
    window.answer = Button.Discard


def test_settings_and_size_are_remembered(app: QApplication, settings: QSettings) -> None:
    first = Window(settings)
    first.resize(780, 740)
    first.show()
    first.controls.strength.set_value(1.35)
    first.controls.detail.setCurrentIndex(2)
    first.actions_.wear(Look.DARK)
    first.close()
    second = Window(settings)
    assert second.size() == first.size()
    assert second.controls.color == first.controls.color
    assert second.controls.color.strength == 1.35
    assert second.controls.model_name == first.controls.model_name
    assert str(second.remembered("look", "")) == "dark"
    second.close()
    apply(app, Look.LIGHT)


@pytest.mark.parametrize("value", ["", "x", "-1", "9" * 20, "9" * 5000, "nan", "1e999", "{x} %1 {", ["a", "b"]])
def test_settings_that_an_editor_or_a_crash_damaged_are_the_usual_ones(
    window: Window, settings: QSettings, value: str | list[str]
) -> None:
    window.keeper.store_now()
    for key in (*settings.allKeys(), "recent_folders", "folder", "language", "plain_gray"):
        settings.setValue(key, value)
    second = Window(settings)
    second.show()
    assert 0 <= second.controls.color.strength <= 2
    second.close()


def test_the_room_of_an_earlier_window_s_run_is_the_photo_s(app: QApplication, settings: QSettings) -> None:
    settings.setValue("options_shown", False)
    first = Window(settings)
    first.show()
    app.processEvents()
    usual = first.run_dock.height()
    first.panel.begin(3)
    wait_for(lambda: first.run_dock.height() > usual + 50, "room for the run")
    first.close()
    second = Window(settings)
    second.show()
    wait_for(lambda: second.run_dock.height() <= usual + 10, "the photo's room")
    second.close()


def test_a_run_without_a_photo_says_what_is_missing(window: Window) -> None:
    window.panel.run.click()
    assert window.statusBar().currentMessage() == "Open a photo first."


@pytest.mark.parametrize("tinted", [False, True])
def test_a_photo_in_color_or_tinted_by_hand_is_told(window: Window, tmp_path: Path, tinted: bool) -> None:
    picture = photos.hand_tinted(300, 400) if tinted else photos.rgb(300, 400)
    path = tmp_path / "color.png"
    path.write_bytes(photos.png(picture))
    opened(window, path)
    wait_for(lambda: "has color already" in window.status.text(), "the word about its color")


def test_a_photo_that_cannot_be_read_says_why_and_the_others_go_on(window: Window, tmp_path: Path) -> None:
    bad, good = tmp_path / "a.jpg", tmp_path / "b.jpg"
    bad.write_bytes(photos.cut(photos.jpeg()))
    good.write_bytes(photos.jpeg())
    window.open_paths([bad, good])
    wait_for(lambda: window.film.frames and window.film.frames[0].state is State.FAILED, "the reason")
    assert "end-of-image" in window.film.frames[0].note
    window.canvas.setFocus()
    QtHands(window).press("Next")
    wait_for(lambda: bool(window.canvas.color_at(0.5, 0.5)), "the other photo")


def test_a_broken_sidecar_is_named_and_not_overwritten(window: Window, photo: Path) -> None:
    sidecar_of(photo).write_text("{")
    window.open_paths([photo])
    wait_for(lambda: "hints.json" in window.canvas.message, "the reason")
    window.steering.add(0.5, 0.5)
    window.steering.save()
    assert sidecar_of(photo).read_text() == "{"


def test_closing_in_the_middle_of_a_run_leaves_what_ctrl_c_leaves(window: Window, tmp_path: Path) -> None:
    album = write_album(tmp_path / "album", 1400, 2000)
    opened(window, album)
    window.running.start()
    wait_for(lambda: window.panel.total.value() >= 1, "a photo", 120)
    started = time.monotonic()
    window.close()
    assert time.monotonic() - started < 10
    assert not window.running.going_on
    out = tmp_path / "album-color"
    done = {path.name: path.read_bytes() for path in out.glob("*.jpg")}
    assert 1 <= len(done) < 11
    assert not list(out.rglob("*.tmp"))
    other = type(window)(window._settings)
    opened(other, album)
    other.running.start()
    wait_for(lambda: other.panel.told.text().startswith("Finished"), "the rest", 240)
    results = {path.name: path.read_bytes() for path in out.glob("*.jpg")}
    assert len(results) == 11
    assert {name: results[name] for name in done} == done
    other.close()


def test_a_run_that_cannot_begin_is_refused_with_its_reason(window: Window, tmp_path: Path) -> None:
    album = write_album(tmp_path / "album", 60, 80)
    opened(window, album)
    window.panel.out.setText(str(album))
    window.running.start()
    wait_for(lambda: window.complaints, "the reason")
    assert "output folder" in window.complaints[0]
    assert window.panel.run.isEnabled()


def test_the_question_about_points_says_what_its_buttons_do(window: Window) -> None:
    texts: list[str] = []

    def answer() -> None:
        shown = QApplication.activeModalWidget()
        assert isinstance(shown, QMessageBox)
        texts.extend(button.text().replace("&", "") for button in shown.buttons())
        shown.button(Button.Discard).click()

    QTimer.singleShot(300, answer)
    assert Window.ask(window, "Save them before you write the photo?") == Button.Discard
    assert sorted(texts) == ["Cancel", "Go on without them", "Save"], "nothing is discarded by an export"


def test_a_file_of_several_pages_says_that_the_first_is_seen(window: Window, tmp_path: Path) -> None:
    path = tmp_path / "album.tif"
    path.write_bytes(photos.tiff_of([photos.gray(60, 80, seed=number) for number in range(3)]))
    opened(window, path)
    assert "The first of 3 pages; a run and Export color them all." in window.status.text()


def test_a_chosen_gpu_is_not_forgotten_before_it_is_found_out_whether_it_works(
    app: QApplication, settings: QSettings
) -> None:
    settings.setValue("device", "cuda")
    made = Window(settings)
    changes: list[bool] = []
    made.controls.changed.connect(lambda: changes.append(True))
    made.controls.save(settings)
    assert settings.value("device") == "cuda", "a start on a machine without it changes nothing"
    made.controls.set_devices(("cuda",))
    assert (made.controls.device_name, made.controls.device.currentText(), changes) == ("cuda", "an NVIDIA GPU", [True])
    made.controls._put(made.controls.device, "cpu")
    made.controls.save(settings)
    assert settings.value("device") == "cpu"
    made.close()
    made.deleteLater()


def test_every_control_has_a_name_for_screen_readers(window: Window, photo: Path) -> None:
    walk = opened(window, photo)
    for keys in ("p", "Return"):
        walk.hands.press(keys)
    wait_for(lambda: window.swatches.buttons, "suggestions")
    nameless = []
    for kind in (QAbstractButton, QComboBox, QLineEdit, QSlider):
        for widget in window.findChildren(kind):
            inner = isinstance(widget.parentWidget(), QComboBox) or "qt_" in widget.objectName()
            if widget.focusPolicy() == Qt.FocusPolicy.NoFocus or inner or not widget.isVisible():
                continue
            if not name_of(widget):
                nameless.append(f"{type(widget).__name__} {widget.objectName()}")
    assert nameless == []
    assert "1 color point, point 1 selected" in window.canvas.accessibleDescription()
    index = window.film.index(0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole).startswith("scan.jpg, ")


def name_of(widget: QWidget) -> str:
    """What a screen reader says."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name) if interface else widget.accessibleName()


@pytest.mark.parametrize("look", [Look.LIGHT, Look.DARK])
def test_text_can_be_read_in_light_and_dark(app: QApplication, look: Look) -> None:
    apply(app, look)
    palette, roles = app.palette(), QPalette.ColorRole
    pairs = [
        (roles.WindowText, roles.Window),
        (roles.Text, roles.Base),
        (roles.ButtonText, roles.Button),
        (roles.ToolTipText, roles.ToolTipBase),
        (roles.PlaceholderText, roles.Base),
        (roles.Link, roles.Window),
    ]
    for text, ground in pairs:
        assert contrast(palette.color(text), palette.color(ground)) >= CONTRAST, (text, ground)
    apply(app, Look.LIGHT)


def contrast(one: object, other: object) -> float:
    """The ratio of two colors' luminances, as WCAG has it."""

    def luminance(color: object) -> float:
        parts = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in color.getRgbF()[:3]]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_region_that_is_seen_is_never_outside_of_the_photo(window: Window, photo: Path) -> None:
    opened(window, photo)
    view = window.canvas.view
    for scale in (0.5, 1.0, 3.0, 8.0, 100.0):
        view.zoom_to(scale)
        for way in (QPointF(1e5, 1e5), QPointF(-1e5, 7), QPointF(3, -1e5)):
            view.pan(way)
            region = view.region()
            assert Region(0, 0, 1, 1) != region
            assert region.top >= 0
            assert region.left >= 0
            assert region.top + region.height <= 300
            assert region.left + region.width <= 400


def test_the_wheel_zooms_about_the_mouse(window: Window, photo: Path) -> None:
    walk = opened(window, photo)
    at = QPointF(walk.place(0.25, 0.75))
    before = window.canvas.view.place(at)
    window.canvas.zoom_by(2.0, at)
    after = window.canvas.view.place(at)
    assert (after - before).manhattanLength() < 0.3  # kept inside, so that no margin is seen
    window.canvas.zoom_by(1 / 64)
    assert window.canvas.view.zoom is None
    assert QPoint(0, 0) != walk.place(0.0, 0.0)


@pytest.mark.parametrize("broken", ["photo", "sidecar"])
def test_a_photo_is_shown_again_after_one_that_cannot_be(window: Window, tmp_path: Path, broken: str) -> None:
    good, bad = tmp_path / "a.jpg", tmp_path / "b.jpg"
    for path in (good, bad):
        path.write_bytes(photos.jpeg(photos.gray(120, 160)))
    if broken == "photo":
        bad.write_text("no photo")
    else:
        bad.with_name("b.jpg.hints.json").write_text("{")
    walk = opened(window, good, bad)
    for _ in range(2):
        window.showing.bring(bad)
        wait_for(lambda: "b.jpg" in window.canvas.message and "Reading" not in window.canvas.message, "the complaint")
        window.showing.bring(good)
        wait_for(lambda: walk.colored() and not window.canvas.message, "the good photo again")
        assert window.canvas.color_at(0.5, 0.5)
