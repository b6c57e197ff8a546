"""Finds the file or folder that is meant by a name that does not exist in this spelling."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Generic, TypeVar

_NAMES_MOST = 10_000
"""A folder with more entries is not searched for a name that is like another one."""
_FOLDERS_KEPT = 16
_AT_ENDS = re.compile(r"(?<=[^/\\])[. ]+(?=[/\\]|$)")
"""Dots and spaces at the end of a path's parts, but for those of which a part is all."""
_WEB = ("http:", "https:")
Value = TypeVar("Value")


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


def folded(name: str) -> str:
    """Returns the name as a file system sees it that ignores case and Unicode composition.

    Two names that are equal here are one file there.
    """
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def as_kept(path: str) -> str:
    """Returns a folded path as FAT and Windows keep it, too: without dots and spaces at the ends of its parts."""
    return _AT_ENDS.sub("", folded(path))


class Respelled(Generic[Value]):
    """Finds what belongs to a name, also where that is spelled otherwise: in case, or in how accents are encoded.

    Args:
        by_name: what belongs to each name.
    """

    def __init__(self, by_name: Mapping[str, Value]) -> None:
        self._by_name = by_name

    def meant(self, name: str) -> Value | None:
        """Returns what belongs to this name, or to the only one that differs in its spelling alone."""
        if name in self._by_name:
            return self._by_name[name]
        alike = self._by_folded.get(folded(name), ())
        return self._by_name[alike[0]] if len(alike) == 1 else None

    @cached_property
    def _by_folded(self) -> dict[str, list[str]]:
        """Returns the names by what they are folded; needed only where one is not there as it is spelled."""
        alike: dict[str, list[str]] = {}
        for name in self._by_name:
            alike.setdefault(folded(name), []).append(name)
        return alike


def composed(name: str) -> str:
    """Returns the name with its accents composed (NFC), whichever way a file system encodes them."""
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def encodings_of(name: str) -> tuple[str, ...]:
    """Returns the name as it is, and as file systems encode its accents; mostly one."""
    return tuple(dict.fromkeys((name, composed(name), unicodedata.normalize("NFD", name))))


class PlacesNow:
    """Finds files of a folder under the names that they have after a copy that encodes accents in another way.

    Names of letters without accents are taken as they are, without a look at the folder.

    Args:
        folder: holds them at any depth.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self._names = lru_cache(maxsize=_FOLDERS_KEPT)(self._names_by_composed)
        self._folders = lru_cache(maxsize=_FOLDERS_KEPT)(self._alike)

    def place(self, relative: str) -> str:
        """Returns where a file lies, with forward slashes; as asked for, if nothing or several could be meant."""
        if relative.isascii():
            return relative
        alike = self._alike(relative)
        return alike[0] if len(alike) == 1 and relative not in alike else relative

    def _alike(self, relative: str) -> tuple[str, ...]:
        """Returns the places that are equal but for how accents are encoded."""
        parent, slash, name = relative.rpartition("/")
        parents = self._folders(parent) if slash else ("",)
        if name.isascii():
            places = tuple(place + slash + name for place in parents)
            return places if len(places) < 2 else tuple(filter(self._is_there, places))
        wanted = composed(name)
        return tuple(place + slash + there for place in parents for there in self._names(place).get(wanted, ()))

    def _is_there(self, place: str) -> bool:
        return os.path.lexists(os.path.join(self._folder, place))  # noqa: PTH118 -- as below

    def _names_by_composed(self, place: str) -> dict[str, list[str]]:
        names: dict[str, list[str]] = {}
        try:
            for name in os.listdir(os.path.join(self._folder, place)):  # noqa: PTH118, PTH208 -- names of any bytes
                if not name.isascii():
                    names.setdefault(composed(name), []).append(name)
        except OSError:
            pass
        return names


def as_spelled_now(path: str) -> str:
    """Returns the path of a file or folder under the name that it has now; "" if none is there, or several could be."""
    if os.path.lexists(path):
        return path
    parent, name = os.path.split(path)
    if not name or parent == path:
        return ""
    there = as_spelled_now(parent)
    names = _names_in(there, _changed_at(there)).get(folded(name), ()) if there else ()
    return os.path.join(there, names[0]) if len(names) == 1 else ""  # noqa: PTH118 -- names of any bytes


def spelled_alike(path: str) -> int:
    """Returns how many names beside a path are equal to its own but for their spelling, with its own; 0 if unknown."""
    folder, name = os.path.split(path)
    folder = folder or os.curdir
    return len(_names_in(folder, _changed_at(folder)).get(folded(name), ()))


@lru_cache(maxsize=16)  # the folders of a path are asked for in turns
def _names_in(folder: str, _: int) -> dict[str, list[str]]:
    """Returns the names in a folder, by what they are folded; listed again when it was changed."""
    names: dict[str, list[str]] = {}
    try:
        for name in os.listdir(folder):  # noqa: PTH208 -- Path would make an object of each
            names.setdefault(folded(name), []).append(name)
    except OSError:
        pass
    return names


def _changed_at(folder: str) -> int:
    try:
        return os.stat(folder).st_mtime_ns  # noqa: PTH116 -- as above
    except OSError:
        return 0
