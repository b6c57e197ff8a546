"""Finds sidecars whose names belong to no photo, so that a user's hints are not lost in silence."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from photocolor.containers.recognize import PHOTO_SUFFIXES
from photocolor.hints.sidecar import SUFFIX
from photocolor.system.printable import clean
from photocolor.system.spelling import folded

_LIKE_HINTS = re.compile(r"(.+?)\.hints?(?:\.jso?n)?(?:\.txt)?", re.IGNORECASE | re.DOTALL)
"""What people make of photo.jpg.hints.json: without the photo's suffix, in the singular, with what an editor adds."""
_XMP_SUFFIXES = (".xmp", ".XMP")
STRAYS_NAMED = 20
"""So many are named one by one."""


@dataclass(frozen=True, slots=True)
class Stray:
    """Describes a sidecar that no photo uses.

    Attributes:
        path: where it lies.
        why: what is the matter with its name, and what name it should have where that is known.
    """

    path: str
    why: str


def misnamed(strays: Sequence[Stray]) -> list[str]:
    """Returns a sentence on each sidecar or mask that no photo uses; only on the first ones of many."""
    sentences = [f"Not used: {clean(stray.path)}: {clean(stray.why)}." for stray in strays[:STRAYS_NAMED]]
    if len(strays) > STRAYS_NAMED:
        sentences.append(f"{len(strays) - STRAYS_NAMED:,} more sidecars or masks are not used.")
    return sentences


def is_like_sidecar(name: str) -> bool:
    """Returns whether a file's name looks like that of a sidecar."""
    return name.lower().endswith(".xmp") or is_like_hints(name)


def is_like_hints(name: str) -> bool:
    """Returns whether a file's name looks like that of a sidecar with color points."""
    return ".hint" in name.lower() and _LIKE_HINTS.fullmatch(name) is not None


def strays_beside(files: Sequence[str]) -> Iterator[Stray]:
    """Yields the misnamed sidecars beside files that were named one by one; each folder is listed once."""
    by_folder: dict[str, list[str]] = {}
    for path in files:
        folder, name = os.path.split(path)
        by_folder.setdefault(folder, []).append(name)
    for folder, photos in by_folder.items():
        try:
            sidecars = [name for name in os.listdir(folder) if is_like_sidecar(name)]  # noqa: PTH208
        except OSError:
            continue
        yield from strays_in(folder, sidecars, photos)


def strays_in(folder: str, sidecars: Iterable[str], only: Iterable[str] | None = None) -> list[Stray]:
    """Returns the sidecars of one folder that no photo uses.

    Args:
        folder: the folder.
        sidecars: names of what is like a sidecar there.
        only: the photos that are worked on, where these are not all of the folder: strays of others are left out.
    """
    try:
        names = set(os.listdir(folder))  # noqa: PTH208 -- strings of any bytes
    except OSError:
        return []
    photos = [name for name in names if name.lower().endswith(tuple(PHOTO_SUFFIXES))]
    files = names - set(sidecars)
    strays = []
    for name in sorted(sidecars):
        why = _why_not_xmp(name, files) if name.lower().endswith(".xmp") else _why_not_hints(name, names, photos)
        wanted = only is None or any(_meant(name, photo) for photo in only)
        if why and wanted and not _is_found(folder, name, names):
            strays.append(Stray(os.path.join(folder, name), why))  # noqa: PTH118 -- as above
    return strays


def _is_found(folder: str, name: str, names: set[str]) -> bool:
    """Returns whether a photo finds its sidecar under another spelling, because case does not count in this folder."""
    beside = [other for other in names if _meant(name, other)]
    ends = [(other, SUFFIX) for other in beside]
    ends += [(stem, suffix) for other in beside for stem in (other, _stem(other)) for suffix in _XMP_SUFFIXES]
    asked = {stem + end for stem, end in ends if folded(stem + end) == folded(name)} - names
    return any(os.path.lexists(os.path.join(folder, each)) for each in asked)  # noqa: PTH118 -- as above


def renamed(name: str, right: str) -> str:
    """Returns the advice to rename a file, with the reason where both names look the same."""
    same = unicodedata.normalize("NFC", name) == unicodedata.normalize("NFC", right)
    return f"rename it to {right}" + (", whose accents are encoded as those of the photo's name are" if same else "")


def _why_not_hints(name: str, names: set[str], photos: Iterable[str]) -> str:
    if name.endswith(SUFFIX) and name.removesuffix(SUFFIX) in names:
        return ""
    meant = sorted(photo for photo in photos if _meant(name, photo))
    if not meant:
        return f"there is no photo of its name; color points of photo.jpg belong into photo.jpg{SUFFIX}"
    right = meant[0] + SUFFIX
    return f"the color points of {meant[0]} are those in {right}" if right in names else renamed(name, right)


def _why_not_xmp(name: str, files: set[str]) -> str:
    stem = name[: -len(".xmp")]
    if not name.endswith(_XMP_SUFFIXES):
        return renamed(name, f"{stem}.xmp")
    if stem in files or any(_stem(other) == stem for other in files):
        return ""
    like = sorted(other for other in files if _meant(name, other))
    return renamed(name, f"{like[0]}.xmp") if like else "there is no file of its name beside it"


def _meant(sidecar: str, photo: str) -> bool:
    """Returns whether a sidecar's name begins like a photo's, ignoring case, composition and the photo's suffix."""
    match = _LIKE_HINTS.fullmatch(sidecar)
    stem = folded(match[1] if match else _stem(sidecar))
    return stem in (folded(photo), folded(_stem(photo)))


def _stem(name: str) -> str:
    return os.path.splitext(name)[0]  # noqa: PTH122 -- as above
