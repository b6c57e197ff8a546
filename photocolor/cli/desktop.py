"""Opens the window: `photocolor desktop`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from photocolor.errors import UsageError
from photocolor.system.spelling import spelling_hint

Photos = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[PHOTO|FOLDER]…", help="Photos or folders to open.", show_default=False),
]


class WindowLanguage(StrEnum):
    """Names the languages of the window, as `desktop.language` does; that one needs Qt."""

    EN = "en"
    DE = "de"
    FR = "fr"
    ES = "es"


Language = Annotated[
    WindowLanguage | None,
    typer.Option(
        "--language",
        show_default="the system's, or that of View → Language",
        help="Language of the window this time.",
    ),
]


def desktop(photos: Photos = None, language: Language = None) -> None:
    """Open a window: compare before and after, set color points, run a folder. Needs photocolor[desktop]."""
    for photo in photos or ():
        if not photo.exists():
            raise UsageError(f"there is no file or folder {photo}", spelling_hint(photo))
    from importlib import import_module

    import_module("photocolor.desktop.display").refuse_without_window()
    app = import_module("photocolor.desktop.app")
    raise typer.Exit(app.start(tuple(photos or ()), None if language is None else language.value))
