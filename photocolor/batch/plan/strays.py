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


def sidecars_among(files: Sequence[str]) -> list[str]:
    """Returns which of the files that were named one by one are sidecars, as a shell names them that means scans/*.

    One is by its name, and either the photo that it is meant for was named, too, or there is none beside it. Where
    that photo is there and was not named, somebody may have mistaken the one for the other.
    """
    sidecars: list[str] = []
    for folder, names in _by_folder(files).items():
        like = [name for name in names if is_like_sidecar(name)]
        named = _ways_to_mean(name for name in names if not is_like_sidecar(name))
        beside = _ways_to_mean(_files_in(folder) if like else ())
        taken = [name for name in like if (key := _begin(name)) in named or key not in beside]
        sidecars.extend(os.path.join(folder, name) for name in taken)  # noqa: PTH118 -- as below
    return sidecars


def strays_beside(files: Sequence[str], sidecars: Sequence[str] = ()) -> Iterator[Stray]:
    """Yields the misnamed sidecars beside files that were named one by one; each folder is listed once.

    Args:
        files: those that were named.
        sidecars: those of them that are sidecars.
    """
    worked_on = [path for path in files if not is_like_sidecar(os.path.basename(path))]  # noqa: PTH119 -- as below
    for folder, names in _by_folder([*worked_on, *sidecars]).items():
        try:
            beside = [name for name in os.listdir(folder) if is_like_sidecar(name)]  # noqa: PTH208
        except OSError:
            continue
        yield from strays_in(folder, beside, names)


def _by_folder(files: Iterable[str]) -> dict[str, list[str]]:
    """Returns the names of files by their folders."""
    by_folder: dict[str, list[str]] = {}
    for path in files:
        folder, name = os.path.split(path)
        by_folder.setdefault(folder, []).append(name)
    return by_folder


def _files_in(folder: str) -> list[str]:
    """Returns what a sidecar in a folder may be meant for."""
    try:
        with os.scandir(folder) as listing:
            return [entry.name for entry in listing if not is_like_sidecar(entry.name) and not entry.is_dir()]
    except OSError:
        return []


def strays_in(folder: str, sidecars: Iterable[str], only: Iterable[str] | None = None) -> list[Stray]:
    """Returns the sidecars of one folder that no photo uses.

    Args:
        folder: the folder.
        sidecars: names of what is like a sidecar there.
        only: the photos that are worked on, and the sidecars that were named with them, where these are not all of the
            folder: other strays are left out.
    """
    try:
        names = set(os.listdir(folder))  # noqa: PTH208 -- strings of any bytes
    except OSError:
        return []
    photos = [name for name in names if name.lower().endswith(tuple(PHOTO_SUFFIXES))]
    files, chosen = names - set(sidecars), set(only or ())
    meant, stems, strays = _ways_to_mean(chosen), set(map(_stem, files)), []
    for name in sorted(sidecars):
        why = _why_not_xmp(name, files, stems) if name.lower().endswith(".xmp") else _why_not_hints(name, names, photos)
        wanted = only is None or name in chosen or _begin(name) in meant
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


def _why_not_xmp(name: str, files: set[str], stems: set[str]) -> str:
    stem = name[: -len(".xmp")]
    if not name.endswith(_XMP_SUFFIXES):
        return renamed(name, f"{stem}.xmp")
    if stem in files or stem in stems:
        return ""
    like = sorted(other for other in files if _meant(name, other))
    return renamed(name, f"{like[0]}.xmp") if like else "there is no file of its name beside it"


def _meant(sidecar: str, photo: str) -> bool:
    """Returns whether a sidecar's name begins like a photo's, ignoring case, composition and the photo's suffix."""
    return _begin(sidecar) in _ways_to_mean([photo])


def _begin(sidecar: str) -> str:
    """Returns what a sidecar's name says of its photo's, ignoring case and composition."""
    match = _LIKE_HINTS.fullmatch(sidecar)
    return folded(match[1] if match else _stem(sidecar))


def _ways_to_mean(photos: Iterable[str]) -> set[str]:
    """Returns the beginnings of sidecars' names that mean these photos, with and without the photo's suffix."""
    return {folded(way) for photo in photos for way in (photo, _stem(photo))}


def _stem(name: str) -> str:
    return os.path.splitext(name)[0]  # noqa: PTH122 -- as above
