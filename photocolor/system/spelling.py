"""Guesses which file or folder is meant by a name that does not exist."""

from __future__ import annotations

import os
from pathlib import Path

_NAMES_MOST = 10_000
"""A folder with more entries is not searched for a name that is like another one."""
_WEB = ("http:", "https:")


def spelling_hint(path: Path) -> str:
    """Returns what helps somebody who named a file or folder that is not there: a name like it, if there is one."""
    if path.parts and path.parts[0].lower() in _WEB:  # as a path, // is /
        return "An address of the web is no file: save the photo first, and name that file."
    for part in (path, *path.parents):
        if like := _like(part.name, part.parent):
            meant = part.with_name(like) / path.relative_to(part)
            if meant.exists():
                return f"Did you mean {meant}?"
    if "*" in path.name or "?" in path.name:
        return f"The shell fills in * and ?, outside of quotes alone; or name the folder: {path.parent}"
    return "Check the spelling, and quote spaces."


def _like(name: str, folder: Path) -> str:
    """Returns the entry of a folder whose name is most like this one; empty if none is, or it is there itself."""
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for _, entry in zip(range(_NAMES_MOST), entries, strict=False)]
    except OSError:
        return ""
    if not name or name in names:
        return ""
    from difflib import get_close_matches  # few names are misspelled

    folded = {each.casefold(): each for each in names}
    close = get_close_matches(name.casefold(), folded, n=1, cutoff=0.75)
    return folded[close[0]] if close else ""
