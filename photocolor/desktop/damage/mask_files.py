"""Reads and writes masks in a thread of its own: a large photo's takes a second, in which the window goes on."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from photocolor.desktop.damage.mask_picture import MaskPicture, picture_of
from photocolor.errors import PhotocolorError
from photocolor.image.regions.hand_mask import UNSAID, parse_hand_mask
from photocolor.pipeline.mending.hand import read_hand_mask, write_hand_mask

Levels = NDArray[np.uint8]


@dataclass(frozen=True)
class TakenMask:
    """Holds the mask of a photo, empty where none lies beside it.

    Attributes:
        photo: whose.
        levels: (H, W) uint8 as the photo is seen.
        picture: what is shown of it.
    """

    photo: Path
    levels: Levels
    picture: MaskPicture


class MaskFiles(QObject):
    """Does one thing after the other, so that a mask is read as it was written last."""

    taken = Signal(object)
    untaken = Signal(object, str, str)
    """A photo has a mask that cannot be used."""
    refused = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = ThreadPoolExecutor(1, "photocolor-mask")
        self._last: Future[None] | None = None
        self._ended = False

    def take(self, photo: Path, shape: tuple[int, int]) -> None:
        """Reads the mask of a photo of this (height, width); what comes of it is told by a signal."""
        if not self._ended:  # a photo may still arrive while the window closes
            self._last = self._thread.submit(self._take, photo, shape)

    def write(self, photo: Path, levels: Levels) -> None:
        """Writes a mask beside its photo; one that says nothing is removed."""
        self._last = self._thread.submit(self._write, photo, levels)

    def wait(self) -> None:
        """Returns when everything is done that was asked for until now."""
        if self._last is not None:
            self._last.result()

    def end(self) -> None:
        """Does what was asked for, and no more."""
        self._ended = True
        self._thread.shutdown()

    def _take(self, photo: Path, shape: tuple[int, int]) -> None:
        try:
            file = read_hand_mask(photo)
            levels = np.full(shape, UNSAID, np.uint8)
            if file is not None:
                levels = parse_hand_mask(file.data, shape, 1, str(file.path)).levels()
        except PhotocolorError as error:
            self.untaken.emit(photo, error.message, error.hint)
        else:
            self.taken.emit(TakenMask(photo, levels, picture_of(levels)))

    def _write(self, photo: Path, levels: Levels) -> None:
        try:
            write_hand_mask(photo, levels)
        except PhotocolorError as error:
            self.refused.emit(error.message, error.hint)
