"""Brings the chosen photo onto the canvas: asks for it, and shows what comes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from photocolor.desktop.language import QT_TR_NOOP, figure, percent, tr
from photocolor.desktop.preview_worker import Painted, Part, Read, Trouble
from photocolor.desktop.strip.state import State
from photocolor.errors import PhotocolorError
from photocolor.preview.session import PreviewRequest
from photocolor.system.device_words import device_words

if TYPE_CHECKING:
    from photocolor.desktop.window import Window

REGION_DELAY_MS = 120
ON_ITS_WAY = QT_TR_NOOP("Coloring…")


class PhotoController(QObject):
    """Shows one photo: first as it is, then in color, then its pixels where it is zoomed."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._seen: PreviewRequest | None = None
        self._region_timer = QTimer(self, singleShot=True, interval=REGION_DELAY_MS)
        worker = window.preview_worker
        worker.read.connect(self._read)
        worker.painted.connect(self._painted)
        worker.part.connect(self._part)
        worker.troubled.connect(self._troubled)
        worker.progressed.connect(self._progressed)
        window.canvas.view_changed.connect(self._region_timer.start)
        self._region_timer.timeout.connect(self.want_region)

    def show_photo(self, photo: Path) -> None:
        """Puts a photo on the canvas."""
        window = self._window
        if photo == window.photo:
            return
        window.photo, self._seen = photo, None
        window.masking.leave()
        window.preview_worker.forget_shown()
        window.statusBar().clearMessage()
        window.canvas.show_message(tr("Reading {file}…").format(file=photo.name))
        try:
            window.steering.take_up(photo)
        except PhotocolorError as error:
            window.canvas.show_message(f"{error.message}\n\n{error.hint}")
            return
        self.want()

    def bring(self, photo: Path) -> None:
        """Selects a photo in the strip, which shows it; ends a search that left it out."""
        if self._window.film.row(photo) < 0:
            self._window.strip_bar.show_all()
        self._window.strip.show_photo(photo)

    def want(self) -> None:
        """Requests the picture that the settings describe."""
        window = self._window
        if window.photo is not None:
            request = window.request(window.photo)
            window.canvas.set_busy("" if request == self._seen else tr(ON_ITS_WAY))
            window.preview_worker.want(request)

    def want_region(self) -> None:
        """Requests the pixels that are seen, if the photo is zoomed."""
        window = self._window
        view = window.canvas.view
        zoomed = view.zoom is not None and window.photo is not None
        window.preview_worker.want_region(view.region() if zoomed else None)

    @property
    def up_to_date(self) -> bool:
        """Returns True if the canvas shows the final result for the current settings."""
        window = self._window
        return (
            window.photo is not None
            and self._seen == window.request(window.photo)
            and window.preview_worker.idle
            and not window.canvas.busy
        )

    def _read(self, read: Read) -> None:
        window = self._window
        if read.path == window.photo:
            window.canvas.show_photo(read.before, read.gray, read.shape)
            size = f"{figure(read.shape[1])} × {figure(read.shape[0])} px"
            window.status.setText("  ·  ".join([read.path.name, size, *read.remarks]))
            window.steering.show()

    def _painted(self, painted: Painted) -> None:
        window = self._window
        if painted.request.path != window.photo:
            return
        window.canvas.show_color(painted.after)
        doubt = "" if painted.doubt is None else ", " + tr("mean doubt {share}").format(share=percent(painted.doubt))
        state = tr("colored on {device}").format(device=tr(device_words(painted.device))) + doubt
        window.statusBar().showMessage(
            state if painted.final else tr("first colors, refining…"), 0 if not painted.final else 4000
        )
        if painted.final:
            self._seen = painted.request
            current = painted.request == window.request(painted.request.path)
            window.canvas.set_busy("" if current else tr(ON_ITS_WAY))
            self.want_region()
        window.steering.take_colors()

    def _part(self, part: Part) -> None:
        if part.request.path == self._window.photo:
            self._window.canvas.show_part(part)

    def _troubled(self, trouble: Trouble) -> None:
        window = self._window
        if trouble.path == window.photo:
            window.canvas.set_busy("")
            window.canvas.show_message(f"{trouble.path.name}: {trouble.message}\n\n{trouble.hint}")
        if trouble.reason not in ("model_not_found", "model_invalid", "device_unavailable"):
            window.film.set_state(trouble.path, State.FAILED, trouble.message)

    def _progressed(self, stage: str, done: int, total: int) -> None:
        if total:
            self._window.statusBar().showMessage(
                tr("coloring, tile {number} of {many}").format(number=done, many=total), 2000
            )
