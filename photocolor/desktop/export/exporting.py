"""Carries out what the File menu offers for one photo: export, save beside the original, copy."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QDialog

from photocolor.desktop.export.dialog import ExportDialog
from photocolor.desktop.export.photo_export import PhotoExport, place_beside
from photocolor.desktop.language import tr
from photocolor.desktop.run.progress import STAGES
from photocolor.errors import OutputError
from photocolor.outcome import Done
from photocolor.settings import FileSettings, Mend, OutputFormat
from photocolor.system.temporary.folders import lasting_folder

if TYPE_CHECKING:
    from photocolor.desktop.window import Window


class Exporting(QObject):
    """Writes the open photo, one at a time, while the window goes on."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._export: PhotoExport | None = None
        self._folder: Path | None = None
        self._then: Callable[[Path], None] | None = None

    @property
    def going_on(self) -> bool:
        """Returns True while a photo is written."""
        return self._export is not None and self._export.going_on

    def ask(self) -> None:
        """Asks how and where, then writes the photo."""
        window = self._window
        if not self._may_start() or window.photo is None:
            return
        dialog = ExportDialog(window.photo, self._usual(window.photo), window)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        target = dialog.target
        if not target.exists() or window.confirm(tr("{file} is there already. Replace it?").format(file=target)):
            self._start(target, dialog.files)

    def save_beside(self) -> None:
        """Writes the photo beside the original, in its format, under a free name."""
        photo = self._window.photo
        if self._may_start() and photo is not None:
            self._start(place_beside(photo), replace(self._usual(photo), format=OutputFormat.KEEP))

    def copy(self) -> None:
        """Puts the colored photo onto the clipboard, at full size."""
        photo = self._window.photo
        if self._may_start() and photo is not None and (folder := self._folder_for_copy()) is not None:
            files = replace(self._usual(photo), format=OutputFormat.PNG)
            self._start(folder / "copy.png", files, self._to_clipboard)

    def write_for_drag(self, written: Callable[[Path], None]) -> None:
        """Writes the photo into a folder that lasts as long as the window, so that it can be dragged out."""
        photo = self._window.photo
        if self._may_start() and photo is not None and (folder := self._folder_for_copy()) is not None:
            files = self._usual(photo)
            self._start(folder / place_beside(photo, files.format).name, files, written)

    def end(self) -> None:
        """Gives up what is at work, because the window closes."""
        if self._export is not None:
            self._export.end()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _usual(self, photo: Path) -> FileSettings:
        """Returns how a photo is written: as the options of the run say, and mended where a person marked damage."""
        options = self._window.panel.options
        return options.files_with(Mend.SPOTS) if self._window.masking.has_damage(photo) else options.files

    def _folder_for_copy(self) -> Path | None:
        """Returns a fresh folder for a file that is only passed on, gone with the window; None if there is none."""
        try:
            if self._folder is None:
                self._folder = lasting_folder("photocolor-")
            return lasting_folder("", self._folder)
        except OutputError as error:
            self._refused(error.message, error.hint)
            return None

    def _may_start(self) -> bool:
        window = self._window
        if window.photo is None:
            window.statusBar().showMessage(tr("Open a photo first."), 4000)
        elif self.going_on:
            window.statusBar().showMessage(tr("A photo is being written; wait until it is done."), 4000)
        else:
            return window.may_leave(tr("write the photo"))
        return False

    def _start(self, target: Path, files: FileSettings, then: Callable[[Path], None] | None = None) -> None:
        window = self._window
        if window.photo is None:
            return
        self._then = then
        window.masking.save()
        settings = replace(window.settings(), files=files)
        export = self._export = PhotoExport(settings, window.photo, target, window.masking.wait, self)
        export.staged.connect(self._staged)
        export.written.connect(self._written)
        export.refused.connect(self._refused)
        window.statusBar().showMessage(tr("Writing {file}…").format(file=target.name))
        export.start()

    def _staged(self, stage: str, done: int, total: int) -> None:
        tiles = ", " + tr("tile {number} of {many}").format(number=done, many=total) if total else ""
        self._window.statusBar().showMessage(f"{tr(STAGES.get(stage, stage))}{tiles}…")

    def _written(self, done: Done) -> None:
        if self._then is not None:
            self._then(done.job.target)
        else:
            names = ", ".join([str(done.job.target), *(Path(place).name for place in done.layers)])
            self._window.statusBar().showMessage(tr("Written: {files}").format(files=names))
        if done.warnings:
            self._window.complain(tr("{file} is written.").format(file=done.job.target), "\n".join(done.warnings))

    def _to_clipboard(self, file: Path) -> None:
        QGuiApplication.clipboard().setImage(QImage(str(file)))
        file.unlink()
        self._window.statusBar().showMessage(tr("The colored photo is on the clipboard."), 8000)

    def _refused(self, message: str, hint: str) -> None:
        self._window.statusBar().clearMessage()
        self._window.complain(message, hint)
