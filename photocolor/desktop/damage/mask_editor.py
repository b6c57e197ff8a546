"""Shows the mask by hand over the photo, and paints it; every stroke is saved beside the photo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QImage, QUndoCommand

from photocolor.desktop.language import tr
from photocolor.desktop.photo.tools import Tool
from photocolor.desktop.preview_worker import Read
from photocolor.errors import PhotocolorError
from photocolor.hints.brush import Stroke, stroke_mask
from photocolor.image.regions.hand_mask import CLEAN, DAMAGED, UNSAID, parse_hand_mask
from photocolor.pipeline.mending.hand import read_hand_mask, write_hand_mask

if TYPE_CHECKING:
    from photocolor.desktop.window import Window

Levels = NDArray[np.uint8]

SHOWN_PX = 2000
"""Longer side of the picture that lies over the photo."""
SAVE_DELAY_MS = 700
_SLACK = 10
"""Levels: a mark that is smaller than a pixel of the screen is gray there, and is to be seen, too."""
_RED, _BLUE = 0xB0FF2020, 0x903060FF
"""What is marked as damage, and as none; ARGB."""


class MaskEditor(QObject):
    """Keeps the mask of the photo that is shown.

    Args:
        window: whose photo, canvas and history these are.
    """

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._levels: Levels | None = None
        self._photo: Path | None = None
        self._unsaved = False
        self._shown = False
        self._timer = QTimer(self, singleShot=True, interval=SAVE_DELAY_MS)
        self._timer.timeout.connect(self.save)
        window.preview_worker.read.connect(self._read)
        window.canvas.stroked.connect(self._stroked)

    @property
    def levels(self) -> Levels | None:
        """Returns the mask, (H, W) uint8 as the photo is seen; None before there is a photo."""
        return self._levels

    def show(self, on: bool) -> None:
        """Sets whether the mask lies over the photo."""
        self._shown = on
        self._draw()

    def save(self) -> None:
        """Writes the mask beside its photo, if it was changed; a mask that says nothing is removed."""
        self._timer.stop()
        if not self._unsaved or self._photo is None or self._levels is None:
            return
        self._unsaved = False
        try:
            write_hand_mask(self._photo, self._levels)
        except PhotocolorError as error:
            self._window.complain(error.message, error.hint)

    def put(self, photo: Path, corner: tuple[int, int], part: Levels) -> None:
        """Replaces a part of a photo's mask; shows the photo if it is another one."""
        if photo != self._photo or self._levels is None:
            self._window.strip.show_photo(photo)  # what is undone is to be seen; its mask is there when it is read
            return
        top, left = corner
        self._levels[top : top + part.shape[0], left : left + part.shape[1]] = part
        self._unsaved = True
        self._timer.start()
        self._draw()

    def _read(self, read: Read) -> None:
        """Takes up the mask of a photo that is shown."""
        if read.path != self._window.photo:
            return
        self.save()
        self._photo, self._levels = read.path, np.full(read.shape, UNSAID, np.uint8)
        try:
            file = read_hand_mask(read.path)
            if file is not None:
                self._levels = parse_hand_mask(file.data, read.shape, 1, str(file.path)).levels()
        except PhotocolorError as error:
            self._levels = None  # what is there is not painted over
            self._window.complain(error.message, error.hint)
        self._draw()

    def _stroked(self, tool: Tool, stroke: Stroke) -> None:
        """Marks what a stroke covers as damage, or as none."""
        if tool is not Tool.DAMAGE or self._levels is None or self._photo is None:
            return
        covered = stroke_mask(stroke, *self._levels.shape)
        rows, columns = np.flatnonzero(covered.any(1)), np.flatnonzero(covered.any(0))
        box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
        before = self._levels[box].copy()
        after = np.where(covered[box], CLEAN if stroke.erases else DAMAGED, before).astype(np.uint8)
        self._window.actions_.show_mask()
        corner = int(rows[0]), int(columns[0])
        self._window.history.push(_MaskChange(self, self._photo, corner, (before, after)))

    def _draw(self) -> None:
        self._window.canvas.show_overlay(overlay(self._levels) if self._shown and self._levels is not None else None)


class _MaskChange(QUndoCommand):
    """Changes a part of one photo's mask."""

    def __init__(self, editor: MaskEditor, photo: Path, corner: tuple[int, int], parts: tuple[Levels, Levels]) -> None:
        super().__init__(tr("paint damage"))
        self._editor, self._photo, self._corner = editor, photo, corner
        self._before, self._after = parts

    def redo(self) -> None:
        """Paints the stroke."""
        self._editor.put(self._photo, self._corner, self._after)

    def undo(self) -> None:
        """Takes the stroke away."""
        self._editor.put(self._photo, self._corner, self._before)


def overlay(levels: Levels) -> QImage:
    """Returns the picture of a mask that lies over the photo: red is damage, blue is none, the rest is clear."""
    height, width = levels.shape
    image = QImage(np.ascontiguousarray(levels).data, width, height, width, QImage.Format.Format_Grayscale8)
    if max(height, width) > SHOWN_PX:
        kept = Qt.AspectRatioMode.KeepAspectRatio
        image = image.scaled(SHOWN_PX, SHOWN_PX, kept, Qt.TransformationMode.SmoothTransformation)
        image = image.convertToFormat(QImage.Format.Format_Grayscale8)
    line = image.bytesPerLine()
    small = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), line)[:, : image.width()]
    colors = np.zeros(256, np.uint32)
    colors[: UNSAID - _SLACK], colors[UNSAID + _SLACK :] = _BLUE, _RED
    painted = np.ascontiguousarray(colors[small])
    return QImage(painted.data, image.width(), image.height(), 4 * image.width(), QImage.Format.Format_ARGB32).copy()
