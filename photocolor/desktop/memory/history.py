"""Holds the one history of the window: what was done to points, areas and settings, in its order."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import SignalInstance
from PySide6.QtGui import QUndoCommand, QUndoStack

from photocolor.desktop.language import tr

MERGED_S = 1.0
"""Changes of one setting that follow each other within this time, as of a slider that is drawn, are one step."""
_SETTING_ID = 2


class History(QUndoStack):
    """Undoes and redoes everything that a person changes in the window; new settings are watched by `watch`."""

    def __init__(self) -> None:
        super().__init__()
        self._quiet = False
        self._known: dict[str, object] = {}

    def watch(
        self,
        name: str,
        changed: SignalInstance,
        get: Callable[[], object],
        put: Callable[[object], None],
    ) -> None:
        """Makes a setting undoable.

        Args:
            name: of the setting, in English; translated for the menu.
            changed: emitted when a person has changed it; its arguments do not matter.
            get: returns the setting's value.
            put: gives it another one, with all that follows from that.
        """
        self._known[name] = get()

        def note() -> None:
            before, after = self._known[name], get()
            self._known[name] = after
            if not self._quiet and before != after:
                self.push(_SettingChange(self, name, (before, after), put))

        changed.connect(lambda *_: note())

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Keeps changes that the window makes itself out of the history."""
        was, self._quiet = self._quiet, True
        try:
            yield
        finally:
            self._quiet = was

    def restore(self, name: str, value: object, put: Callable[[object], None]) -> None:
        """Gives a setting a value out of the history."""
        with self.quiet():
            self._known[name] = value
            put(value)


class _SettingChange(QUndoCommand):
    """Changes one setting from one value to another."""

    def __init__(
        self, history: History, name: str, values: tuple[object, object], put: Callable[[object], None]
    ) -> None:
        super().__init__(tr("change {setting}").format(setting=tr(name)))
        self._history, self._name, self._put = history, name, put
        self._before, self._after = values
        self._changed_s = time.monotonic()
        self._first = True

    def id(self) -> int:
        """Returns a number; Qt may merge commands with the same one."""
        return _SETTING_ID

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Merges the next step of the same movement."""
        if not isinstance(other, _SettingChange) or other._name != self._name:
            return False
        if other._changed_s - self._changed_s > MERGED_S:
            return False
        self._after, self._changed_s = other._after, other._changed_s
        return True

    def redo(self) -> None:
        """Makes the change again; the first time a person has made it already."""
        if not self._first:
            self._history.restore(self._name, self._after, self._put)
        self._first = False

    def undo(self) -> None:
        """Reverts the change."""
        self._history.restore(self._name, self._before, self._put)
