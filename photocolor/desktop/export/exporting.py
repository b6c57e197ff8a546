"""Carries out what the File menu offers for one photo: export, save beside the original, copy."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QDialog

from photocolor.desktop.export.dialog import ExportDialog
from photocolor.desktop.export.photo_export import PhotoExport, place_beside
from photocolor.outcome import Done
from photocolor.settings import FileSettings, OutputFormat

if TYPE_CHECKING:
    from photocolor.desktop.window import Window

STAGES = {"decode": "reading", "color": "coloring", "encode": "writing"}


class Exporting(QObject):
    """Writes the open photo, one at a time, while the window goes on."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._export: PhotoExport | None = None
        self._copies: Path | None = None

    @property
    def going_on(self) -> bool:
        """Returns True while a photo is written."""
        return self._export is not None and self._export.going_on

    def ask(self) -> None:
        """Asks how and where, then writes the photo."""
        window = self._window
        if not self._may_start() or window.photo is None:
            return
        dialog = ExportDialog(window.photo, window)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        target = dialog.target
        if not target.exists() or window.confirm(f"{target} is there already. Replace it?"):
            self._start(target, dialog.files)

    def save_beside(self) -> None:
        """Writes the photo beside the original, in its format, under a free name."""
        photo = self._window.photo
        if self._may_start() and photo is not None:
            self._start(place_beside(photo), FileSettings())

    def copy(self) -> None:
        """Puts the colored photo onto the clipboard, at full size."""
        if self._may_start() and self._window.photo is not None:
            self._copies = Path(tempfile.mkdtemp(prefix="photocolor-"))
            self._start(self._copies / "copy.png", FileSettings(format=OutputFormat.PNG))

    def end(self) -> None:
        """Gives up what is at work, because the window closes."""
        if self._export is not None:
            self._export.end()
        self._forget_copy()

    def _may_start(self) -> bool:
        window = self._window
        if window.photo is None:
            window.statusBar().showMessage("Open a photo first.", 4000)
        elif self.going_on:
            window.statusBar().showMessage("A photo is being written; wait until it is done.", 4000)
        else:
            return window.may_leave("write the photo")
        return False

    def _start(self, target: Path, files: FileSettings) -> None:
        window = self._window
        if window.photo is None:
            return
        export = self._export = PhotoExport(replace(window.settings(), files=files), window.photo, target, self)
        export.staged.connect(self._staged)
        export.written.connect(self._written)
        export.refused.connect(self._refused)
        window.statusBar().showMessage(f"Writing {target.name}…")
        export.start()

    def _staged(self, stage: str, done: int, total: int) -> None:
        tiles = f", tile {done} of {total}" if total else ""
        self._window.statusBar().showMessage(f"{STAGES.get(stage, stage)}{tiles}…")

    def _written(self, done: Done) -> None:
        bar = self._window.statusBar()
        if self._copies is not None:
            QGuiApplication.clipboard().setImage(QImage(str(done.job.target)))
            self._forget_copy()
            bar.showMessage("The colored photo is on the clipboard.", 8000)
            return
        beside = "".join(f" and {Path(place).name}" for place in done.layers)
        bar.showMessage(f"Written: {done.job.target}{beside}")
        if done.warnings:
            self._window.complain(f"{done.job.target} is written.", "\n".join(done.warnings))

    def _refused(self, message: str, hint: str) -> None:
        self._forget_copy()
        self._window.statusBar().clearMessage()
        self._window.complain(message, hint)

    def _forget_copy(self) -> None:
        if self._copies is not None:
            shutil.rmtree(self._copies, ignore_errors=True)
            self._copies = None
