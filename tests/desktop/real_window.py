"""The journey in a real window of the X server that DISPLAY names, with its mouse and keyboard; one picture per step.

    python tests/desktop/real_window.py FOLDER [everybody|photographer|archivist|retoucher] [--samples] [--german]

The pictures go into FOLDER. With --samples, and for photographer and retoucher, the album is made of the sample scans
and the bundled model colors it, as in the pictures of docs/desktop.md; else of synthetic photos, and a model answers at
once. `scripts/make_pictures.py` makes those pictures by these walks.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "desktop")]

from archivist import Archivist, write_box  # noqa: E402 -- the path comes first
from browser import Browser, find_browser  # noqa: E402 -- the path comes first
from exported import check_open_raster, check_psd, check_tiff  # noqa: E402 -- the path comes first
from fakes import write_model  # noqa: E402 -- the path comes first
from hands import XHands, wait_for  # noqa: E402 -- the path comes first
from journey import BROKEN, Journey, write_album  # noqa: E402 -- the path comes first
from photographer import Desk, Photographer  # noqa: E402 -- the path comes first
from PySide6.QtCore import QSettings  # noqa: E402 -- the path comes first
from PySide6.QtTest import QTest  # noqa: E402 -- the path comes first
from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402 -- the path comes first

from photocolor.desktop.app import make_app  # noqa: E402 -- the path comes first
from photocolor.desktop.theme import Look  # noqa: E402 -- the path comes first
from photocolor.desktop.window import Window  # noqa: E402 -- the path comes first
from photocolor.settings import Layers, OutputFormat  # noqa: E402 -- the path comes first

SAMPLES = ("portrait.jpg", "street/cameraman.jpg", "album/cat.webp", "album/coffee-sepia.png", "film/rocket-16bit.tif")
SIZE = (1240, 800)
SPECKS = ((495 / 564, 275 / 564), (405 / 564, 159 / 564))
"""Two white and black specks of the first sample."""
UNMARKED = ((0.433, 0.637), (0.216, 0.361))
"""Two specks of the second sample that the package's finder does not mark, and others it does."""

RUN_PHOTOS = 40
"""So many that a run is still at work when a hand has reached the button that cancels it; twelve are done in 2 s."""


def sample_album(folder: Path) -> Path:
    """Twelve photos out of the samples, one of them cut off."""
    folder.mkdir()
    for number in range(1, 13):
        source = ROOT / "samples" / SAMPLES[(number - 1) % len(SAMPLES)]
        data = source.read_bytes()
        name = f"{number:02d}-{source.name}"
        if BROKEN.startswith(name[:2]):
            name, data = BROKEN, (ROOT / "samples" / "portrait.jpg").read_bytes()[:20_000]
        (folder / name).write_bytes(data)
    return folder


class Stage:
    """A window on the screen, and the pictures of it.

    Args:
        folder: gets the pictures.
        samples: whether the album is made of the sample scans.
        language: of the window.
    """

    def __init__(self, folder: Path, *, samples: bool, language: str = "en") -> None:
        self.folder = folder.absolute()
        self.folder.mkdir(parents=True, exist_ok=True)
        work = self.folder / "work"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        os.chdir(work)  # the pictures shall show names, not where they were made
        self.album = sample_album(Path("album")) if samples else write_album(Path("album"), 1400, 2000, RUN_PHOTOS)
        settings = QSettings(str(work / "desktop.ini"), QSettings.Format.IniFormat)
        settings.setValue("device", "cpu")
        settings.setValue("look", "light")
        if not samples:
            settings.setValue("model", str(write_model(work / "tint.onnx")))
        self.app = make_app(["photocolor"], language)
        self.window = Window(settings)
        self.window.resize(*SIZE)
        self.window.move(0, 0)
        self.window.show()
        self.window.canvas.setFocus()
        wait_for(self.window.isVisible, "the window")
        focus(self.window)
        self.number = 0

    def look(self, name: str) -> None:
        """Takes a picture of the screen."""
        self.number += 1
        QTest.qWait(300)
        screen = QApplication.primaryScreen()
        assert screen.grabWindow(0, 0, 0, *SIZE).save(str(self.folder / f"{self.number}-{name}.png"))

    def keep(self, name: str, picture: bytes) -> None:
        """Keeps a picture that another program took."""
        self.number += 1
        (self.folder / f"{self.number}-{name}.png").write_bytes(picture)

    def end(self) -> None:
        """Closes the window."""
        self.window.close()
        self.app.processEvents()
        print(f"{self.number} steps done in a real window")  # noqa: T201 -- the test reads it


def focus(widget: QWidget) -> None:
    """Gives the keyboard to a window: there is no window manager that would."""
    subprocess.run(["xdotool", "windowfocus", "--sync", str(int(widget.winId()))], check=True)


def everybody(stage: Stage) -> None:
    """Walks as everybody does."""
    window = stage.window
    walk = Journey(window, XHands(window), stage.look)
    walk.open(stage.album)
    walk.drag_the_split()
    walk.zoom()
    walk.put_points()
    walk.undo_one()
    walk.save()
    walk.run_and_cancel()
    walk.resume()
    window.actions_.wear(Look.DARK)
    window.strip.choose(0)
    wait_for(walk.colored, "the first photo again")
    stage.look("dark")


def photographer(stage: Stage) -> None:
    """Walks as a photographer with one box of scans does."""
    walk = Photographer(stage.window, XHands(stage.window), stage.look, focus)
    walk.open(stage.album)
    photo = stage.window.photo
    assert photo is not None
    walk.find("03")
    walk.choose_answer(2)
    walk.point(0.3, 0.3)
    walk.area((0.54, 0.56), (0.62, 0.68))
    walk.pick_from_another_photo(1, 0.8, 0.2)
    walk.mend(*SPECKS)
    walk.undo_all_and_redo()
    printed, kept = Path("exported/print.jpg").absolute(), Path("exported/print.tif").absolute()
    walk.export(OutputFormat.KEEP, Layers.ORA, printed)
    walk.export(OutputFormat.TIFF, Layers.PSD, kept)
    desk = Desk()
    desk.setGeometry(1100, 806, 150, 50)
    desk.show()
    walk.drag_out(desk)
    desk.close()
    check_tiff(photo.absolute(), kept, Path("checked").absolute())
    check_psd(kept)
    check_open_raster(photo.absolute(), printed)


def retoucher(stage: Stage) -> None:
    """Walks as a person does who mends a scan that the finder has looked through."""
    walk = Photographer(stage.window, XHands(stage.window), stage.look, focus)
    walk.open(stage.album)
    walk.look_at_marks(1)
    walk.mend(*UNMARKED)


def archivist(stage: Stage) -> None:
    """Walks as an archivist with a box of two hundred scans does."""
    box, out = write_box(Path("box").absolute()), Path("box-color").absolute()
    walk = Archivist(stage.window, XHands(stage.window), stage.look)
    walk.open(box)
    walk.run_all()
    report = walk.open_report()
    before = {path.name: path.read_bytes() for path in out.glob("*.jpg")}
    program = find_browser()
    assert program is not None
    with Browser(program, Path("profile").absolute(), (1100, 800)) as page:
        marked = walk.mark(page, report, lambda name: stage.keep(name, page.screenshot()))
        walk.run_marked(focus)
        again = {path.name: path.read_bytes() for path in out.glob("*.jpg")}
        assert {name for name in again if again[name] != before[name]} == set(marked)
        newer = walk.open_report()
        page.open("about:blank#")
        page.open(newer.as_uri())
        stage.keep("report-again", page.screenshot())


WALKS = {"everybody": everybody, "photographer": photographer, "archivist": archivist, "retoucher": retoucher}


if __name__ == "__main__":
    options = [word for word in sys.argv[2:] if not word.startswith("--")]
    name = options[0] if options else "everybody"
    theater = Stage(
        Path(sys.argv[1]),
        samples="--samples" in sys.argv or name in ("photographer", "retoucher"),
        language="de" if "--german" in sys.argv else "en",
    )
    WALKS[name](theater)
    theater.end()
