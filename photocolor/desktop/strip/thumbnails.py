"""Reads small pictures in a thread, those that were asked for last first."""

from __future__ import annotations

import threading
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from photocolor.desktop.preview_worker import image_of
from photocolor.errors import PhotocolorError
from photocolor.image.display.compare import gray_picture
from photocolor.preview.screen_photo import read_screen_photo

THUMB_PX = 96
MAX_MEGAPIXELS = 1000.0


class Thumbnails(QObject):
    """Reads each picture once; emits an image, or why there is none."""

    read = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asked: set[tuple[Path, Path]] = set()
        self._wanted: list[tuple[Path, Path]] = []
        self._news = threading.Condition()
        self._ended = False
        threading.Thread(target=self._serve, name="photocolor-thumbs", daemon=True).start()

    def ask(self, photo: Path, file: Path) -> None:
        """Asks for the picture of a photo, as a file has it: the photo itself, or its result."""
        with self._news:
            if (photo, file) not in self._asked:
                self._asked.add((photo, file))
                self._wanted.append((photo, file))
                self._news.notify()

    def forget(self) -> None:
        """Drops all wishes, because other photos are opened."""
        with self._news:
            self._asked.clear()
            self._wanted.clear()

    def end(self) -> None:
        """Ends the thread."""
        with self._news:
            self._ended = True
            self._news.notify_all()

    def _serve(self) -> None:
        while True:
            with self._news:
                while not self._wanted and not self._ended:
                    self._news.wait()
                if self._ended:
                    return
                photo, file = self._wanted.pop()  # what was scrolled to last is seen now
            found = _picture(photo, file)
            if not isValid(self):
                return
            self.read.emit(photo, found)


def _picture(photo: Path, file: Path) -> object:
    """Returns the small picture as it is, in its own tone or color; else why there is none."""
    try:
        small = read_screen_photo(file, MAX_MEGAPIXELS, 2 * THUMB_PX)
    except PhotocolorError as error:
        return _picture(photo, photo) if file != photo else error.message  # a result that is gone is no fault of it
    return image_of(gray_picture(small.gray) if small.own is None else small.own)
