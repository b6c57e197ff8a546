"""Drags the open photo out of the window in color, as a file for a folder, a mail or another program."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, Qt, QUrl
from PySide6.QtGui import QDrag, QPixmap

from photocolor.desktop.language import tr
from photocolor.preview.session import PreviewRequest

if TYPE_CHECKING:
    from photocolor.desktop.window import Window

ICON_PX = 96


class DragOut(QObject):
    """Writes the photo when it is first dragged, and hands the file over when it is there."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._written: dict[PreviewRequest, Path] = {}
        window.canvas.drag_asked.connect(self.start)

    def start(self) -> None:
        """Begins to drag, or to write the file that can be dragged the next time."""
        window = self._window
        if window.photo is None:
            return
        data = self.data()
        if data is not None:
            self._drag(data)
            return
        request = window.request(window.photo)
        window.statusBar().showMessage(tr("Writing the photo in color; then drag it again."))
        window.exporting.write_for_drag(lambda path: self._take(request, path))

    def data(self) -> QMimeData | None:
        """Returns the photo's file in color as it is seen now; None if it has to be written first."""
        window = self._window
        path = self._written.get(window.request(window.photo)) if window.photo is not None else None
        if path is None or not os.path.isfile(path):  # noqa: PTH113 -- Path raises where a name is too long
            return None
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path.absolute()))])
        return data

    def _take(self, request: PreviewRequest, path: Path) -> None:
        self._written[request] = path
        self._window.statusBar().showMessage(tr("Now the photo can be dragged out of the window."), 8000)

    def _drag(self, data: QMimeData) -> None:
        drag = QDrag(self._window)
        drag.setMimeData(data)
        after = self._window.canvas.picture
        if after is not None:
            kept, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            drag.setPixmap(QPixmap.fromImage(after.scaled(ICON_PX, ICON_PX, kept, smooth)))
        drag.exec(Qt.DropAction.CopyAction)
