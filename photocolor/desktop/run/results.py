"""Shows what a run made: the folder with the results, and the report of it in a browser."""

from __future__ import annotations

import os
import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal, SignalInstance
from PySide6.QtGui import QDesktopServices
from shiboken6 import isValid

from photocolor.desktop.language import tr
from photocolor.desktop.thread_end import run_and_report
from photocolor.report.contact_sheet import refuse_other_file
from photocolor.report.history import read_ledger
from photocolor.report.make import make_report
from photocolor.report.turn import report_turn
from photocolor.settings import FileSettings

if TYPE_CHECKING:
    from photocolor.desktop.window import Window

REPORT = "photocolor-report.html"


class Results(QObject):
    """Opens results and reports with the system's own programs; a report is made in a thread."""

    _made = Signal(object)
    _refused = Signal(str, str)

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._thread: threading.Thread | None = None
        self._made.connect(self._open_report)
        self._refused.connect(self._complain)

    @property
    def out(self) -> Path:
        """Returns the output folder as the run's panel names it."""
        return Path(self._window.panel.out.text()).expanduser()

    def show_folder(self) -> None:
        """Opens the output folder."""
        if self._there():
            self._open(self.out)

    def _there(self) -> bool:
        """Returns whether there is an output folder; says so where there is none."""
        there = bool(self._window.panel.out.text()) and os.path.isdir(self.out)  # noqa: PTH112 -- Path raises where a name is too long
        if not there:
            self._window.complain(tr("There are no results yet."), tr("Color the photos first; then they are here."))
        return there

    def open_report(self) -> None:
        """Makes the report of the output folder, and opens it in the browser."""
        if (self._thread is not None and self._thread.is_alive()) or not self._there():
            return
        self._window.statusBar().showMessage(tr("Making the report…"))
        self._thread = threading.Thread(target=self._make, args=(self.out,), name="photocolor-report", daemon=True)
        self._thread.start()

    def _make(self, out: Path) -> None:
        run_and_report(lambda: partial(self._tell, self._made, self._page_of(out)), partial(self._tell, self._refused))

    def _tell(self, signal: SignalInstance, *values: object) -> None:
        """Sends a signal to the window, unless it was closed meanwhile."""
        if isValid(self):
            signal.emit(*values)

    @staticmethod
    def _page_of(out: Path) -> Path:
        """Makes the report of an output folder."""
        page = out / REPORT
        with report_turn(out, page, lambda: None):
            ledger = read_ledger(out)
            refuse_other_file(page)
            most = FileSettings().max_megapixels
            make_report(out, page, ledger, lambda rows: rows, embed=None, workers=None, max_megapixels=most)
        return page

    def _open_report(self, page: Path) -> None:
        self._window.statusBar().clearMessage()
        self._open(page)

    def _complain(self, message: str, hint: str) -> None:
        self._window.statusBar().clearMessage()
        self._window.complain(message, hint)

    def _open(self, path: Path) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.absolute()))):
            self._window.complain(
                tr("The system has no program that opens {path}.").format(path=path), tr("Open it yourself.")
            )
