"""Remembers which folders were opened last, and offers them in a menu."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QMenu

from photocolor.desktop.language import tr

MOST = 10
KEY = "recent_folders"


def recent_folders(settings: QSettings) -> list[Path]:
    """Returns the folders, the latest first."""
    stored = settings.value(KEY)
    texts = [stored] if isinstance(stored, str) else stored if isinstance(stored, list) else []
    return [Path(str(text)) for text in texts if text]


def remember_folder(settings: QSettings, folder: Path) -> None:
    """Puts a folder before all others."""
    folder = folder.absolute()
    others = [each for each in recent_folders(settings) if each != folder]
    settings.setValue(KEY, [str(each) for each in [folder, *others][:MOST]])


def fill_menu(menu: QMenu, settings: QSettings, open_folder: Callable[[Path], None]) -> None:
    """Offers the folders that are still there, and to forget all."""
    menu.clear()
    for folder in recent_folders(settings):
        action = menu.addAction(str(folder).replace("&", "&&"))
        action.setEnabled(os.path.isdir(folder))  # noqa: PTH112 -- Path raises where a name is too long
        action.triggered.connect(lambda _=False, folder=folder: open_folder(folder))
    if menu.isEmpty():
        menu.addAction(tr("none yet")).setEnabled(False)
        return
    menu.addSeparator()
    menu.addAction(tr("&Forget these folders")).triggered.connect(lambda _=False: settings.remove(KEY))
