"""Shows what a person and the finder marked over the photo, and paints; every stroke is saved beside the photo."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QUndoCommand

from photocolor.desktop.damage.finder_marks import FinderMarks, FoundMarks, NotSearched
from photocolor.desktop.damage.legend import Legend, legend_of
from photocolor.desktop.damage.mask_files import MaskFiles, TakenMask
from photocolor.desktop.language import figure, tr
from photocolor.desktop.photo.tools import USUAL_RADIUS, Tool
from photocolor.desktop.preview_worker import Read
from photocolor.hints.brush import Stroke, stroke_parts
from photocolor.image.regions.hand_mask import CLEAN, DAMAGED
from photocolor.models.finder import bundled_finder
from photocolor.pipeline.mending.hand import hand_mask_path

if TYPE_CHECKING:
    from photocolor.desktop.window import Window

Levels = NDArray[np.uint8]
SAVE_DELAY_MS = 700
_EDGE_PX = 2.0
"""How much wider a mark may be than twice the brush's radius, which is rounded to pixels."""


class MaskEditor(QObject):
    """Keeps the mask of the photo that is shown.

    Args:
        window: whose photo, canvas and history these are.
    """

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._mask: TakenMask | None = None
        self._waiting: dict[Path, list[Callable[[TakenMask], None]]] = {}
        self._refused: Path | None = None
        self._mended_px = 0.0
        self._unsaved = False
        self._shown = False
        self._found: FoundMarks | None = None
        self._finder_fails = False
        self._marks = FinderMarks(self)
        self._files = MaskFiles(self)
        self._timer = QTimer(self, singleShot=True, interval=SAVE_DELAY_MS)
        self._timer.timeout.connect(self.save)
        self._files.taken.connect(self._taken)
        self._files.untaken.connect(self._untaken)
        self._files.refused.connect(window.complain)
        self._marks.found.connect(self._take_found)
        self._marks.failed.connect(self._told_failure)
        window.preview_worker.read.connect(self._read)
        window.canvas.stroked.connect(self._stroked)

    @property
    def levels(self) -> Levels | None:
        """Returns the mask, (H, W) uint8 as the photo is seen; None before it is read."""
        return self._mask.levels if self._mask is not None else None

    @property
    def found(self) -> FoundMarks | None:
        """Returns what the finder marks in the photo that is shown; None before it has looked."""
        return self._found

    def has_damage(self, photo: Path) -> bool:
        """Returns True if anything of a photo is marked as damage by hand."""
        if self._mask is not None and self._mask.photo == photo:
            return self._mask.picture.damaged
        return os.path.exists(hand_mask_path(photo))  # noqa: PTH110 -- Path raises where a name is too long

    def show(self, on: bool) -> None:
        """Sets whether the mask lies over the photo, and lets the finder look at the photo if it does."""
        self._shown = on
        self._look()
        self._draw()

    def leave(self) -> None:
        """Gives up the search in the photo that was shown, because another one is."""
        self._marks.drop()
        self._found = None

    def save(self) -> None:
        """Has the mask written beside its photo, if it was changed; a mask that says nothing is removed."""
        self._timer.stop()
        if self._unsaved and self._mask is not None:
            self._unsaved = False
            self._files.write(self._mask.photo, self._mask.levels)

    def wait(self) -> None:
        """Returns when what was saved is written; for threads that read it next."""
        self._files.wait()

    def end(self) -> None:
        """Saves the mask and waits until it is written, because the window closes."""
        self.save()
        self._marks.end()
        self._files.end()

    def put(self, photo: Path, patches: Sequence[Patch]) -> None:
        """Replaces parts of a photo's mask; shows the photo, as what is undone is to be seen."""
        self._window.showing.bring(photo)
        self._when_taken(photo, partial(self._put, patches))

    def _put(self, patches: Sequence[Patch], mask: TakenMask) -> None:
        for patch in patches:
            rows, columns = patch.place
            mask.levels[rows, columns] = patch.levels
            mask.picture.follow(mask.levels, (rows.start, columns.start), patch.levels.shape)
        self._unsaved = True
        self._timer.start()
        self._draw()

    def _when_taken(self, photo: Path, change: Callable[[TakenMask], None]) -> None:
        """Changes the mask of a photo, as soon as that is there."""
        if self._mask is not None and self._mask.photo == photo == self._window.photo:
            change(self._mask)
        else:
            self._waiting.setdefault(photo, []).append(change)

    def _read(self, read: Read) -> None:
        """Takes up the mask of a photo that is shown."""
        if read.path != self._window.photo:
            return
        self.save()
        self.leave()
        self._mask = self._refused = None
        self._mended_px = read.mended_px
        radius = (read.mended_px - _EDGE_PX) / 2 / max(read.shape)
        self._window.steering.set_radius(Tool.DAMAGE, min(radius, USUAL_RADIUS))
        self._files.take(read.path, read.shape)
        self._look()
        self._draw()

    def _look(self) -> None:
        """Lets the finder of the package look at the photo that is shown, unless it has or cannot."""
        photo = self._window.photo
        idle = self._found is None and not self._finder_fails
        if self._shown and idle and photo is not None and self._mended_px and bundled_finder() is not None:
            self._marks.want(photo)

    def _take_found(self, found: FoundMarks) -> None:
        """Shows what the finder marks."""
        if found.photo != self._window.photo:
            return
        self._found = found
        self._lay_found()
        self._draw()

    def _told_failure(self, why: NotSearched) -> None:
        """Tells why the finder could not look: in a box if it never can, else in the status line."""
        if why.by_finder:
            self._finder_fails = True
            self._window.complain(why.message, why.hint)
        else:
            message = tr("The finder cannot look at this photo: {why}").format(why=why.message)
            self._window.statusBar().showMessage(message, 8000)
        self._draw()

    def _lay_found(self) -> None:
        """Puts the finder's marks under those by hand, where both are of the same photo."""
        mask, found = self._mask, self._found
        if mask is not None and found is not None and (mask.photo, mask.levels.shape) == (found.photo, found.shape):
            mask.picture.show_found(found.cells)

    def _taken(self, mask: TakenMask) -> None:
        """Shows a mask that was read, with what was painted meanwhile."""
        if mask.photo != self._window.photo:
            return
        self._mask = mask
        self._lay_found()
        for change in self._waiting.pop(mask.photo, []):
            change(mask)
        self._draw()

    def _untaken(self, photo: Path, message: str, hint: str) -> None:
        """Tells that a mask cannot be used; it is not painted over."""
        self._refused = photo
        self._waiting.pop(photo, None)
        self._window.complain(message, hint)

    def _stroked(self, tool: Tool, stroke: Stroke) -> None:
        """Marks what a stroke covers as damage, or as none."""
        photo = self._window.photo
        if tool is not Tool.DAMAGE or photo is None:
            return
        if photo == self._refused:
            message = tr("The mask beside this photo cannot be used, and is not painted over.")
            self._window.statusBar().showMessage(message, 8000)
            return
        self._window.actions_.show_mask()
        self._when_taken(photo, partial(self._paint, stroke))

    def _paint(self, stroke: Stroke, mask: TakenMask) -> None:
        level = CLEAN if stroke.erases else DAMAGED
        before, after = [], []
        for part in stroke_parts(stroke, *mask.levels.shape):
            rows, columns = part.covered.shape
            place = slice(part.top, part.top + rows), slice(part.left, part.left + columns)
            before.append(Patch(place, mask.levels[place].copy()))
            after.append(Patch(place, np.where(part.covered, level, mask.levels[place]).astype(np.uint8)))
            mask.levels[place] = after[-1].levels  # the next part of the stroke overlaps this one
        self._window.history.push(_MaskChange(self, mask.photo, before[::-1], after))
        if not stroke.erases and 2 * stroke.radius * max(mask.levels.shape) > self._mended_px:
            message = tr("What is wider than {width} pixels is left as it is; [ makes the brush smaller.")
            self._window.statusBar().showMessage(message.format(width=figure(int(self._mended_px))), 8000)

    def _draw(self) -> None:
        seen = self._shown and self._mask is not None
        image = self._mask.picture.image() if seen and self._mask is not None else None
        self._window.canvas.show_overlay(image, self._legend() if seen else ())

    def _legend(self) -> tuple[Legend, ...]:
        looks = self._marks.wanted is not None and self._marks.wanted == self._window.photo
        return legend_of(None if self._found is None else self._found.share, looks=looks)


@dataclass(frozen=True, slots=True)
class Patch:
    """Holds a rectangle of a mask.

    Attributes:
        place: its rows and columns.
        levels: (H, W) uint8.
    """

    place: tuple[slice, slice]
    levels: Levels


class _MaskChange(QUndoCommand):
    """Changes parts of one photo's mask."""

    def __init__(self, editor: MaskEditor, photo: Path, before: list[Patch], after: list[Patch]) -> None:
        super().__init__(tr("paint damage"))
        self._editor, self._photo = editor, photo
        self._before, self._after = before, after

    def redo(self) -> None:
        """Paints the stroke."""
        self._editor.put(self._photo, self._after)

    def undo(self) -> None:
        """Takes the stroke away."""
        self._editor.put(self._photo, self._before)
