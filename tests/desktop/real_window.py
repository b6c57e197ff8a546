"""The journey in a real window of the X server that DISPLAY names, with its mouse and keyboard; one picture per step.

    python tests/desktop/real_window.py FOLDER [--samples]

The pictures go into FOLDER. With --samples the album is made of the sample scans and the bundled model colors it, as in
the pictures of docs/desktop.md; without, of synthetic photos and a model that answers at once.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "desktop")]

from fakes import write_model  # noqa: E402 -- the path comes first
from hands import XHands, wait_for  # noqa: E402 -- the path comes first
from journey import BROKEN, Journey, write_album  # noqa: E402 -- the path comes first
from PySide6.QtCore import QSettings  # noqa: E402 -- the path comes first
from PySide6.QtTest import QTest  # noqa: E402 -- the path comes first
from PySide6.QtWidgets import QApplication  # noqa: E402 -- the path comes first

from photocolor.desktop.app import make_app  # noqa: E402 -- the path comes first
from photocolor.desktop.theme import Look  # noqa: E402 -- the path comes first
from photocolor.desktop.window import Window  # noqa: E402 -- the path comes first

SAMPLES = ("portrait.jpg", "street/cameraman.jpg", "album/cat.webp", "album/coffee-sepia.png", "film/rocket-16bit.tif")
SIZE = (1240, 800)


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


def main(folder: Path, *, samples: bool) -> None:
    """Walks, and keeps what is seen."""
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    work = folder / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    os.chdir(work)  # the pictures shall show names, not where they were made
    album = sample_album(Path("album")) if samples else write_album(Path("album"), 1400, 2000)
    settings = QSettings(str(work / "desktop.ini"), QSettings.Format.IniFormat)
    settings.setValue("device", "cpu")
    settings.setValue("look", "light")
    if not samples:
        settings.setValue("model", str(write_model(work / "tint.onnx")))
    app = make_app(["photocolor"])
    window = Window(settings)
    window.resize(*SIZE)
    window.move(0, 0)
    window.show()
    window.canvas.setFocus()
    wait_for(window.isVisible, "the window")
    subprocess.run(["xdotool", "windowfocus", "--sync", str(int(window.winId()))], check=True)
    number = 0

    def look(name: str) -> None:
        nonlocal number
        number += 1
        QTest.qWait(300)
        screen = QApplication.primaryScreen()
        assert screen.grabWindow(0, 0, 0, *SIZE).save(str(folder / f"{number}-{name}.png"))

    walk = Journey(window, XHands(window), look)
    walk.open(album)
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
    look("dark")
    window.close()
    app.processEvents()
    print(f"{number} steps done in a real window")  # noqa: T201 -- the test reads it


if __name__ == "__main__":
    main(Path(sys.argv[1]), samples="--samples" in sys.argv)
