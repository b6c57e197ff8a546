"""The run's options, what shows its results, and that nothing chosen is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import photos
import pytest
from commands import words_of
from hands import wait_for
from journey import opened
from PySide6.QtCore import QObject, QSettings, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from photocolor.desktop.memory.recent import fill_menu, recent_folders
from photocolor.desktop.window import Window
from photocolor.settings import AlreadyColor, OutputFormat, VisibleMark

ROOT = Path(__file__).resolve().parents[2]


def album(folder: Path, count: int = 2) -> Path:
    """Gray photos."""
    folder.mkdir()
    for number in range(count):
        (folder / f"{number}.jpg").write_bytes(photos.jpeg(photos.gray(120, 160, seed=number)))
    return folder


def reference(path: Path) -> Path:
    """A photo in color."""
    pixels = np.zeros((120, 160, 3), np.uint8)
    pixels[:60], pixels[60:] = (200, 120, 60), (60, 90, 160)
    path.write_bytes(photos.png(pixels))
    return path


def choose(window: Window, name: str, value: object) -> None:
    """A person chooses an entry of an option."""
    combo = getattr(window.panel.options, name)
    combo.setCurrentIndex(combo.findData(value))
    combo.activated.emit(combo.currentIndex())


class Opened(QObject):
    """Stands in for the programs that the system opens files with, and notes what they would show."""

    def __init__(self) -> None:
        super().__init__()
        self.paths: list[Path] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        """A file is opened."""
        self.paths.append(Path(url.toLocalFile()))


@pytest.fixture
def programs() -> Opened:
    noted = Opened()
    QDesktopServices.setUrlHandler("file", noted, "take")
    yield noted
    QDesktopServices.unsetUrlHandler("file")


def test_the_options_are_those_of_the_command_and_of_the_run(window: Window, tmp_path: Path) -> None:
    folder = album(tmp_path / "album", 1)
    colored = reference(tmp_path / "palette.png")
    (folder / "in-color.png").write_bytes(colored.read_bytes())
    walk = opened(window, folder)
    before = window.canvas.color_at(0.9, 0.2)
    choose(window, "format", OutputFormat.WEBP)
    window.panel.options.quality.setValue(80)
    choose(window, "already_color", AlreadyColor.COPY)
    choose(window, "mark", VisibleMark.CORNER)
    window.panel.options._choose_reference(colored)
    wait_for(walk.colored, "the reference's palette")
    assert window.canvas.color_at(0.9, 0.2) != before
    words = words_of(window.panel.command.text())
    options = dict(zip(words[5::2], words[6::2], strict=True))
    assert options.pop("--model").endswith("tint.onnx") and options.pop("--device") == "cpu"
    assert options == {
        "--format": "webp", "--quality": "80", "--already-color": "copy", "--mark": "corner",
        "--reference": str(colored),
    }  # fmt: skip
    window.running.start()
    wait_for(lambda: window.panel.told.text().startswith("Finished"), "the run", 120)
    out = tmp_path / "album-color"
    in_window = {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}
    assert sorted(in_window) == ["0.webp", "in-color.webp"]
    words[4] = str(tmp_path / "by-command")
    subprocess.run([sys.executable, "-m", *words], check=True, cwd=ROOT, capture_output=True)
    by_command = {path.name: path.read_bytes() for path in Path(words[4]).iterdir() if path.is_file()}
    assert by_command == in_window, "the same settings give the same files"
    undone = []
    while window.history.canUndo():
        undone.append(window.history.undoText())
        window.history.undo()
    assert undone == ["change reference", "change mark", "change photos in color", "change quality", "change format"]
    assert window.panel.options.reference_photo is None and window.panel.options.files.quality == 95
    assert "--mark" not in window.panel.command.text()


def test_a_reference_that_cannot_be_used_says_why(window: Window, tmp_path: Path) -> None:
    walk = opened(window, album(tmp_path / "album", 1))
    window.panel.options._choose_reference(tmp_path / "nowhere.jpg")
    assert "cannot be read" in window.complaints[0]
    gray = tmp_path / "album" / "0.jpg"
    window.panel.options._choose_reference(gray)
    wait_for(lambda: "has no colors" in window.canvas.message, "the reason")
    window.panel.options._choose_reference(None)
    wait_for(walk.colored, "the photo again")


def test_results_and_report_are_opened(window: Window, tmp_path: Path, programs: Opened) -> None:
    folder = album(tmp_path / "album")
    opened(window, folder)
    window.panel.show_folder.click()
    assert "no results yet" in window.complaints[0]
    window.panel.report.click()
    wait_for(lambda: len(window.complaints) == 2, "that there is no run")
    window.running.start()
    wait_for(lambda: window.panel.told.text().startswith("Finished"), "the run", 120)
    window.panel.show_folder.click()
    window.panel.report.click()
    wait_for(lambda: len(programs.paths) == 2, "the report")
    out = tmp_path / "album-color"
    assert programs.paths == [out, out / "photocolor-report.html"]
    assert "0.jpg" in programs.paths[1].read_text(encoding="utf-8")


def test_recent_folders_are_offered_the_latest_first(window: Window, tmp_path: Path) -> None:
    first, second = album(tmp_path / "one", 1), album(tmp_path / "two & three", 1)
    for folder in (first, second, first):
        opened(window, folder)
    assert recent_folders(window.settings_file) == [first, second]
    menu = window.menuBar().addMenu("recent")
    chosen: list[Path] = []
    fill_menu(menu, window.settings_file, chosen.append)
    menu.actions()[1].trigger()
    assert chosen == [second]
    menu.actions()[-1].trigger()
    assert recent_folders(window.settings_file) == []


SCRIPT = """
import sys, time
from pathlib import Path
from PySide6.QtCore import QSettings
from PySide6.QtTest import QTest
from photocolor.desktop.app import make_app
from photocolor.desktop.window import Window
app = make_app(["photocolor"])
window = Window(QSettings(sys.argv[1], QSettings.Format.IniFormat))
window.show()
window.open_paths([Path(sys.argv[2])])
window.controls.strength.set_value(1.3)
window.panel.options.quality.setValue(77)
window.resize(700, 640)
QTest.qWait(2000)
print("now", flush=True)
QTest.qWait(60000)
"""


def test_settings_survive_kill_9(app: object, tmp_path: Path) -> None:
    stored = tmp_path / "desktop.ini"
    folder = album(tmp_path / "album", 1)
    script = tmp_path / "window.py"
    script.write_text(SCRIPT)
    with subprocess.Popen([sys.executable, script, stored, folder], stdout=subprocess.PIPE, text=True, cwd=ROOT,
                          env=os.environ | {"PYTHONPATH": str(ROOT)}) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "now\n"
        os.kill(process.pid, signal.SIGKILL)
    settings = QSettings(str(stored), QSettings.Format.IniFormat)
    window = Window(settings)
    assert window.controls.color.strength == 1.3
    assert window.panel.options.files.quality == 77
    assert (window.width(), window.height()) == (700, 640)
    assert recent_folders(settings) == [folder]
    window.close()


def test_what_is_chosen_is_stored_soon(window: Window, settings: QSettings) -> None:
    file = Path(settings.fileName())
    window.controls.strength.set_value(0.8)
    wait_for(lambda: file.exists() and "strength=0.8" in file.read_text(), "the stored value", 10)
