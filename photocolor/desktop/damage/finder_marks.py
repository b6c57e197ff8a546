"""Looks for damage in the photo that is shown, in a thread of its own, with the finder of the package."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from photocolor.desktop.damage.mask_picture import Cells, cells_of
from photocolor.engine.damage.finder import Finder
from photocolor.errors import Canceled, EnvironmentFault, PhotocolorError
from photocolor.image.open import Reading, open_photo
from photocolor.image.orient import upright
from photocolor.image.tiff.strip_reader import StripReader
from photocolor.models.finder import find_finder
from photocolor.pipeline.footprint import allowed_bytes
from photocolor.pipeline.masks import MaskMaker, gray_rows
from photocolor.settings import FileSettings
from photocolor.system.machine import usable_cpus
from photocolor.system.safe_files import read_regular


@dataclass(frozen=True)
class FoundMarks:
    """Holds what the finder marks in a photo.

    Attributes:
        photo: which.
        shape: (height, width) of the upright photo.
        cells: which pixels of the mask's picture have a mark.
        share: of all pixels of the photo, in [0, 1].
    """

    photo: Path
    shape: tuple[int, int]
    cells: Cells
    share: float


@dataclass(frozen=True)
class NotSearched:
    """Says why a photo could not be searched.

    Attributes:
        photo: which.
        message: what happened.
        hint: what helps.
        by_finder: True if it is the finder that cannot be used, for this photo and every other.
    """

    photo: Path
    message: str
    hint: str
    by_finder: bool


class FinderMarks(QObject):
    """Searches one photo at a time; a photo that is wanted no more is given up between two tiles."""

    found = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = ThreadPoolExecutor(1, "photocolor-damage")
        self._wanted: Path | None = None
        self._finder: Finder | None = None
        self._ended = False
        self.found.connect(self._settle)
        self.failed.connect(self._settle)

    @property
    def wanted(self) -> Path | None:
        """Returns the photo that is searched; None if none is."""
        return self._wanted

    def want(self, photo: Path) -> None:
        """Searches a photo in place of the one before; what comes of it is told by a signal."""
        if not self._ended and photo != self._wanted:
            self._wanted = photo
            self._thread.submit(self._search, photo)

    def drop(self) -> None:
        """Gives up the photo that is searched."""
        self._wanted = None

    def end(self) -> None:
        """Gives up what is at work, because the window closes."""
        self._ended = True
        self.drop()
        self._thread.shutdown()

    def _search(self, photo: Path) -> None:
        def check() -> None:
            if self._wanted != photo:
                raise Canceled("another photo is shown")

        try:
            check()
            marks = self._marks(photo, check)
            check()
        except Canceled:
            return
        except OSError as error:
            self._fail(NotSearched(photo, f"{photo} cannot be read: {error.strerror or error}", "", by_finder=False))
        except PhotocolorError as error:
            by_finder = isinstance(error, EnvironmentFault)
            self._fail(NotSearched(photo, error.message, error.hint, by_finder))
        else:
            self.found.emit(marks)

    def _fail(self, why: NotSearched) -> None:
        if self._wanted == why.photo:
            self.failed.emit(why)

    def _settle(self, answer: FoundMarks | NotSearched) -> None:
        """Notes, in the window's thread, that a search is over."""
        if self._wanted == answer.photo:
            self._wanted = None

    def _marks(self, photo: Path, check: Callable[[], None]) -> FoundMarks:
        """Returns what the finder marks in the first page of a photo, at its full size, as in a run."""
        if self._finder is None:
            self._finder = Finder(
                find_finder(), max(1, usable_cpus() // 2)
            )  # the colors of the photo are made meanwhile
        finder, files = self._finder, FileSettings()
        maker = MaskMaker(finder, files, allowed_bytes(None))
        with open_photo(read_regular(photo)[0], files.max_megapixels, 0, maker.admits) as opened:
            marked = _through(opened, lambda: _marked(finder, opened, check))
            seen = upright(marked, opened.orientation)
        height, width = seen.shape
        return FoundMarks(photo, (height, width), cells_of(seen), float(np.count_nonzero(marked) / marked.size))


def _through(opened: Reading, look: Callable[[], NDArray[np.bool_]]) -> NDArray[np.bool_]:
    return opened.through(look) if isinstance(opened, StripReader) else look()


def _marked(finder: Finder, opened: Reading, check: Callable[[], None]) -> NDArray[np.bool_]:
    """Returns (H, W) bool on the stored grid: what is marked."""
    shape = (opened.height, opened.width)
    marked = np.empty(shape, np.bool_)
    top = 0
    for kinds in finder.find(gray_rows(opened), shape, check):
        np.greater(kinds, 0, out=marked[top : top + len(kinds)])
        top += len(kinds)
    return marked
