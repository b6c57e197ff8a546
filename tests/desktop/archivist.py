"""The journey of an archivist: a folder with failures is run, its report marked in a browser, the marked run again."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import photos
from browser import Browser
from hands import wait_for
from journey import Journey
from PySide6.QtCore import QObject, QTimer, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from photocolor.desktop.strip.state import State

PHOTOS = 200
MARKS = "photocolor-report.marks.json"


def write_box(folder: Path) -> Path:
    """Two hundred small scans: three are cut off, one is no picture, one is in color already."""
    folder.mkdir()
    for number in range(PHOTOS):
        data = photos.jpeg(photos.gray(150, 200, seed=number))
        if number in (20, 90, 150):
            data = photos.cut(data)
        elif number == 60:
            data = b"no picture at all"
        elif number == 120:
            patches = np.random.default_rng(3).integers(0, 256, (6, 8, 3), np.uint8)
            data = photos.jpeg(patches.repeat(25, axis=0).repeat(25, axis=1))
        (folder / f"scan-{number:03d}.jpg").write_bytes(data)
    return folder


class Programs(QObject):
    """Stands in for the system, which would open a file in the browser."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[Path] = []
        QDesktopServices.setUrlHandler("file", self, "take")

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        """A file is to be opened."""
        self.opened.append(Path(url.toLocalFile()))


class Archivist(Journey):
    """The steps; the browser's pictures go beside the window's."""

    def run_all(self) -> None:
        """The whole folder; what failed and what was skipped is named with its reason."""
        panel = self.window.panel
        self.hands.click(panel.run)
        wait_for(lambda: panel.told.text().startswith("Finished"), "the end of the run", 240)
        assert panel.told.text().endswith("1 skipped, 4 failed."), panel.told.text()
        assert panel.failures.rowCount() == 5
        states = [frame.state for frame in self.window.film.frames]
        assert (states.count(State.DONE), states.count(State.FAILED), states.count(State.SKIPPED)) == (195, 4, 1)
        self.look("run")

    def open_report(self) -> Path:
        """The report, as the system would open it."""
        programs = Programs()
        self.hands.click(self.window.panel.report)
        wait_for(lambda: programs.opened, "the report", 120)
        QDesktopServices.unsetUrlHandler("file")
        return programs.opened[0]

    def mark(self, page: Browser, report: Path, look: Callable[[str], None]) -> tuple[str, str]:
        """Two photos are marked with the mouse, and the marks saved beside the report; returns their names."""
        page._ask("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(report.parent))
        page.open(report.as_uri())
        until(lambda: page.value("document.querySelectorAll('#sheet .marks').length > 3"))
        page.value("delete window.showSaveFilePicker")  # a browser without a window has no dialog, and downloads
        look("report")
        names = []
        for number, word in ((0, "wrong"), (1, "again")):
            card = f"document.querySelectorAll('#sheet .marks')[{number}].closest('li')"
            names.append(str(page.value(f"{card}.querySelector('h2').textContent")))
            click(page, f"{card}.querySelector('[data-mark={word}]')")
        until(lambda: page.value("save.textContent") == "Save 2 marks")
        look("marks")
        click(page, "save")
        until((report.parent / MARKS).exists)
        return names[0], names[1]

    def run_marked(self, focus: Callable[[QWidget], None]) -> None:
        """The marked photos once more, with less color; all others stay as they are."""
        strength = self.window.controls.strength
        self.hands.click(strength.slider)
        for _ in range(4):
            self.hands.press("Left")
        assert strength.value != 1.0

        def answer() -> None:
            dialog = QApplication.activeModalWidget()
            if isinstance(dialog, QFileDialog):
                focus(dialog)
                self.look("choose-marks")
                self.hands.write(MARKS)
                self.hands.press("Return")
            else:
                QTimer.singleShot(50, answer)

        self.window.panel.tell("")
        QTimer.singleShot(300, answer)
        self.hands.press("ctrl+shift+l")
        focus(self.window)
        wait_for(lambda: self.window.panel.told.text().startswith("Finished"), "the run of the marked", 120)
        assert self.window.panel.told.text().startswith("Finished: 2 photos colored")
        self.look("marked-again")


def click(page: Browser, element: str) -> None:
    """A real click in the middle of an element."""
    page.value(f"{element}.scrollIntoView({{block: 'center'}})")
    time.sleep(0.3)
    place = page.value(f"(b => [b.left + b.width / 2, b.top + b.height / 2])({element}.getBoundingClientRect())")
    for kind in ("mousePressed", "mouseReleased"):
        page.mouse(kind, *place)


def until(condition: Callable[[], object]) -> None:
    """Waits for something that the browser does."""
    wait_for(condition, "what the browser does", 30)
