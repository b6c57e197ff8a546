"""Holds the photos of the film strip as a Qt model: their states, their order, and their small pictures."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from unicodedata import normalize

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QUrl,
)
from PySide6.QtGui import QImage

from photocolor.desktop.language import QT_TR_NOOP, tr
from photocolor.desktop.plain import tooltip
from photocolor.desktop.strip.past import PastResult
from photocolor.desktop.strip.state import State
from photocolor.desktop.strip.thumbnails import Thumbnails

_Index = QModelIndex | QPersistentModelIndex
_ITEM = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsDragEnabled


class Order(StrEnum):
    """Names an order of the photos."""

    OPENED = "opened"
    NAME = "name"
    STATE = "state"
    DOUBT = "doubt"
    DAMAGE = "damage"


ORDERS = {
    Order.OPENED: QT_TR_NOOP("as opened"),
    Order.NAME: QT_TR_NOOP("by name"),
    Order.STATE: QT_TR_NOOP("by state"),
    Order.DOUBT: QT_TR_NOOP("most doubtful first"),
    Order.DAMAGE: QT_TR_NOOP("most damaged first"),
}
_STATES = (State.FAILED, State.SKIPPED, State.WORKING, State.WAITING, State.OPEN, State.DONE)
"""The order by state: what wants a person's eye first."""


@dataclass
class Frame:
    """Describes one photo of the strip.

    Attributes:
        path: the photo.
        state: what became of it.
        note: why, or what else is to be known.
        points: whether a person set color points or areas.
        thumb: its small picture, of the result where there is one.
        result: where its result lies; None without one.
        doubt: mean doubt of the model; None if it is not known.
        damage: share of damaged pixels; None if nobody looked.
    """

    path: Path
    state: State = State.OPEN
    note: str = ""
    points: bool = False
    thumb: QImage | None = None
    result: Path | None = None
    doubt: float | None = None
    damage: float | None = None


_KEYS: dict[Order, Callable[[Frame], tuple[object, ...]]] = {
    Order.OPENED: lambda frame: (),
    Order.NAME: lambda frame: (frame.path.name.lower(),),
    Order.STATE: lambda frame: (_STATES.index(frame.state),),
    Order.DOUBT: lambda frame: (-1.0 if frame.doubt is None else frame.doubt,),
    Order.DAMAGE: lambda frame: (-1.0 if frame.damage is None else frame.damage,),
}


class Film(QAbstractListModel):
    """Holds all photos, and those that are shown in their order; small pictures are read when they are first seen.

    Attributes:
        frames: all photos, as opened.
        shown: those that the search leaves, in the chosen order; a row of the model is one of these.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.frames: list[Frame] = []
        self.shown: list[Frame] = []
        self._by_path: dict[Path, Frame] = {}
        self._rows: dict[Path, int] = {}
        self._arranged = ("", Order.OPENED)
        self._thumbnails = Thumbnails(self)
        self._thumbnails.read.connect(self._take)

    def set_photos(self, paths: Sequence[Path], pointed: Collection[Path] = ()) -> None:
        """Shows the photos of another folder; those in `pointed` have color points or areas."""
        self._thumbnails.forget()
        self.frames = [Frame(path, points=path in pointed) for path in paths]
        self._by_path = {frame.path: frame for frame in self.frames}
        self.arrange(*self._arranged)

    def arrange(self, text: str, order: Order) -> None:
        """Shows the photos whose paths contain a text, in an order."""
        self.beginResetModel()
        self._arranged = (text, order)
        wanted = _comparable(text.strip())
        kept = [frame for frame in self.frames if wanted in _searched(frame)] if wanted else list(self.frames)
        falling = order in (Order.DOUBT, Order.DAMAGE)
        self.shown = sorted(kept, key=_KEYS[order], reverse=falling)
        self._rows = {frame.path: row for row, frame in enumerate(self.shown)}
        self.endResetModel()

    def row(self, path: Path) -> int:
        """Returns the row of a photo; -1 if it is not shown."""
        return self._rows.get(path, -1)

    def frame(self, path: Path) -> Frame | None:
        """Returns what is known of a photo, shown or not; None if it is not open."""
        return self._by_path.get(path)

    def set_state(self, path: Path, state: State, note: str = "") -> None:
        """Sets the state of a photo."""
        frame = self.frame(path)
        if frame is not None and (frame.state, frame.note) != (state, note):
            frame.state, frame.note = state, note
            self._changed(path)

    def set_waiting(self, chosen: frozenset[Path] | None) -> None:
        """Shows that a run begins with these photos, or with all."""
        for frame in self.frames:
            if chosen is None or frame.path in chosen:
                frame.state, frame.note = State.WAITING, ""
        self._all_changed()

    def set_open(self) -> None:
        """Shows that no photo is at work any more: what was not reached is as before."""
        for frame in self.frames:
            if frame.state in (State.WAITING, State.WORKING):
                frame.state = State.OPEN
        self._all_changed()

    def set_points(self, path: Path, points: bool) -> None:
        """Marks whether the user set color points on a photo."""
        frame = self.frame(path)
        if frame is not None and frame.points != points:
            frame.points = points
            self._changed(path)

    def set_result(self, path: Path, past: PastResult) -> None:
        """Shows a photo's result in place of the photo, and takes over what is known of it."""
        frame = self.frame(path)
        if frame is None:
            return
        frame.state, frame.note, frame.doubt, frame.damage = past.state, past.note, past.doubt, past.damage
        if past.result is not None:
            frame.result = past.result
            if frame.thumb is not None:
                self._thumbnails.ask(path, past.result)
        self._changed(path)

    def set_past(self, results: Mapping[Path, PastResult]) -> None:
        """Takes over what earlier runs made of the photos."""
        for path, past in results.items():
            self.set_result(path, past)
        if self._arranged[1] not in (Order.OPENED, Order.NAME):
            self.arrange(*self._arranged)

    def end(self) -> None:
        """Ends the thread that reads small pictures."""
        self._thumbnails.end()

    # -- the model

    def rowCount(self, parent: _Index | None = None) -> int:
        """Returns how many photos are shown."""
        return len(self.shown)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Allows to select a photo and to drag it out."""
        return _ITEM

    def mimeTypes(self) -> list[str]:
        """Returns what is dragged out: files."""
        return ["text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Returns the files behind photos: their results, or the photos themselves where there is none."""
        data = QMimeData()
        frames = [self.shown[index.row()] for index in indexes]
        data.setUrls([QUrl.fromLocalFile(str((frame.result or frame.path).absolute())) for frame in frames])
        return data

    def supportedDragActions(self) -> Qt.DropAction:
        """Allows to copy only: a file that is dragged out stays."""
        return Qt.DropAction.CopyAction

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Returns what the view and screen readers present."""
        frame = self.shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return frame.path.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return _name_and_state(frame)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip("\n".join([_name_and_state(frame), *_figures(frame), *([frame.note] if frame.note else [])]))
        if role == Qt.ItemDataRole.UserRole:
            if frame.thumb is None:
                self._thumbnails.ask(frame.path, frame.result or frame.path)
            return frame
        return None

    def _all_changed(self) -> None:
        if self.shown:
            self.dataChanged.emit(self.index(0), self.index(len(self.shown) - 1))

    def _changed(self, path: Path) -> None:
        if (row := self.row(path)) >= 0:
            index = self.index(row)
            self.dataChanged.emit(index, index)

    def _take(self, path: Path, found: QImage | str) -> None:
        frame = self.frame(path)
        if frame is None:
            return
        if isinstance(found, str):
            self.set_state(path, State.FAILED, found)
        else:
            frame.thumb = found
            self._changed(path)


def _searched(frame: Frame) -> str:
    """Returns what a search looks in: name and folder."""
    return _comparable(f"{frame.path.parent.name}/{frame.path.name}")


def _comparable(text: str) -> str:
    """Returns a text in small letters, an ü as one letter: macOS takes it apart in names, and keyboards do not."""
    return normalize("NFC", text.lower())


def _name_and_state(frame: Frame) -> str:
    """Returns name and state in words."""
    words = f"{frame.path.name}, {tr(frame.state)}"
    return words + tr(", with color points") * frame.points


def _figures(frame: Frame) -> list[str]:
    """Returns what was measured, a phrase each."""
    doubt, damage = frame.doubt, frame.damage
    phrases = [] if doubt is None else [tr("mean doubt {share}").format(share=f"{doubt:.0%}")]
    return phrases + ([] if damage is None else [tr("damaged: {share}").format(share=f"{damage:.2%}")])
