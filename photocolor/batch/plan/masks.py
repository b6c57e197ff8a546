"""Recognizes masks by their names, also misnamed ones, so that no mask is colored, and none is lost in silence."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence

from photocolor.batch.plan.strays import Stray, renamed
from photocolor.containers.recognize import PHOTO_SUFFIXES
from photocolor.pipeline.extra_files import HAND_MASK_SUFFIX, result_of_mended
from photocolor.system.spelling import folded

_LIKE_MASK = re.compile(r"(.+?)\.masks?(\.[^.]+)", re.IGNORECASE | re.DOTALL)
"""What people make of photo.jpg.mask.png: without the photo's suffix, in the plural, in another format."""


def is_like_mask(name: str) -> bool:
    """Returns whether a file that could be a photo is named like a mask by hand."""
    match = _LIKE_MASK.fullmatch(name)
    return match is not None and match[2].lower() in PHOTO_SUFFIXES


def masked_name(name: str) -> str:
    """Returns the photo or the result whose mask a file is by its name alone, as `photo.jpg.mask.png`; "" for none.

    In a folder such a file is never taken for a photo, so that a mask that arrives before its photo is not colored.
    """
    match = _LIKE_MASK.fullmatch(name)
    whole = match[1] if match is not None and match[2].lower() in PHOTO_SUFFIXES else result_of_mended(name) or ""
    return whole if whole.lower().endswith(tuple(PHOTO_SUFFIXES)) else ""


def stem_of_mask(name: str) -> str:
    """Returns what stands before `.mask.` in a file's name; "" if it is not named like a mask by hand."""
    match = _LIKE_MASK.fullmatch(name)
    return match[1] if match is not None else ""


def awaited(folder: str, name: str, *, alone: bool = False) -> Stray:
    """Returns what is said of a mask whose photo is not there.

    Args:
        folder: where it lies.
        name: of the mask.
        alone: whether it is all that a run was asked for, which therefore takes it for a photo.
    """
    path, whole = os.path.join(folder, name), masked_name(name)  # noqa: PTH118 -- names of any bytes
    if alone:
        return Stray(path, f"as a mask, because there is no {whole} beside it; it counts as a photo")
    there_is_none = f"it is named like the mask of {whole}, which is not beside it"
    return Stray(path, f"{there_is_none}; to color it, name it alone, or give it another name")


class FolderMasks:
    """Tells which files of one folder are masks of the photos beside them.

    Args:
        names: all names of the folder.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = set(names)
        self._photos: dict[str, str] = {}
        photos = [name for name in sorted(self._names) if name.lower().endswith(tuple(PHOTO_SUFFIXES))]
        for photo in (name for name in photos if not is_like_mask(name)):
            self._photos.setdefault(folded(photo), photo)
        for photo in [*self._photos.values()]:  # a whole name comes before one without its suffix
            stem = os.path.splitext(photo)[0]  # noqa: PTH122 -- names of any bytes
            self._photos.setdefault(folded(stem), photo)

    def photo_of(self, name: str) -> str:
        """Returns the photo beside a file that is named like its mask; or "".

        Case, Unicode composition and the photo's suffix are ignored.
        """
        match = _LIKE_MASK.fullmatch(name)
        if match is None:
            return ""
        # A photo that was named one by one may have any suffix, but it has one.
        exact = match[1] if "." in match[1] and match[1] in self._names else ""
        return exact or self._photos.get(folded(match[1]), "")

    def is_mask(self, name: str) -> bool:
        """Returns whether a file of this name is a mask and no photo."""
        return bool(masked_name(name) or self.photo_of(name))

    def stray(self, folder: str, name: str, *, alone: bool = False) -> Stray | None:
        """Returns what is the matter with the name of a file that is like a mask; None if nothing is.

        Args:
            folder: where it lies.
            name: of the file.
            alone: whether it is all that a run was asked for.
        """
        photo = self.photo_of(name)
        path = os.path.join(folder, name)  # noqa: PTH118 -- as above
        if not photo:
            return awaited(folder, name, alone=alone) if masked_name(name) else None
        right = photo + HAND_MASK_SUFFIX
        if name == right:
            return None
        if right in self._names:
            return Stray(path, f"the mask of {photo} is {right}")
        if not name.lower().endswith(".png"):
            return Stray(path, f"a mask by hand is a PNG; save it as {right}")
        return Stray(path, f"it looks like the mask of {photo}; {renamed(name, right)}")


def mask_strays(folder: str, names: Iterable[str], masks: FolderMasks) -> Iterator[Stray]:
    """Yields the misnamed ones among the names that are like masks, in order."""
    for name in sorted(names):
        if (stray := masks.stray(folder, name)) is not None:
            yield stray


def masks_of(folder: str) -> FolderMasks:
    """Returns what a folder's masks are; one that cannot be listed has none."""
    try:
        return FolderMasks(os.listdir(folder))  # noqa: PTH208 -- as above
    except OSError:
        return FolderMasks(())


def mask_strays_beside(files: Sequence[str], *, alone: bool = False) -> Iterator[Stray]:
    """Yields the misnamed masks of files that were named one by one; each folder is listed once.

    Args:
        files: those that were named.
        alone: whether a run was asked for nothing else than one file.
    """
    by_folder: dict[str, set[str]] = {}
    for path in files:
        folder, name = os.path.split(path)
        by_folder.setdefault(folder, set()).add(name)
    for folder, chosen in by_folder.items():
        try:
            names = os.listdir(folder)  # noqa: PTH208 -- as above
        except OSError:
            continue
        masks = FolderMasks(names)
        for name in sorted(filter(is_like_mask, names)):
            stray = masks.stray(folder, name, alone=alone) if chosen & {name, masks.photo_of(name)} else None
            if stray is not None:
                yield stray
        for name in sorted(chosen):
            if not is_like_mask(name) and is_awaited(os.path.join(folder, name)):  # noqa: PTH118 -- as above
                yield awaited(folder, name, alone=alone)


def is_photo_name(name: str) -> bool:
    """Returns whether a walk takes a file of this name for a photo."""
    return not name.startswith(".") and name.lower().endswith(tuple(PHOTO_SUFFIXES))


def without_masks(folder: str, names: Sequence[str]) -> list[str]:
    """Returns the photos of a folder whose names are known, without masks of photos and results."""
    photos = [name for name in names if is_photo_name(name)]
    if any(map(is_like_mask, photos)):
        masks = FolderMasks(names)
        photos = [name for name in photos if not masks.is_mask(name)]
    return [name for name in photos if not is_mended_mask(os.path.join(folder, name))]  # noqa: PTH118


def is_mask_beside(path: str, known: dict[str, FolderMasks], *, alone: bool = False) -> bool:
    """Returns whether a file is a mask by its name and by what lies beside it, and no photo.

    Args:
        path: the file.
        known: the masks of folders that were listed; takes up those of this file's folder.
        alone: whether it is all that a run was asked for; then it is a photo unless its photo or result is there.
    """
    folder, name = os.path.split(path)
    if not is_like_mask(name):
        return is_mended_mask(path) and not (alone and is_awaited(path))
    if folder not in known:
        known[folder] = masks_of(folder)
    masks = known[folder]
    return bool(masks.photo_of(name)) if alone else masks.is_mask(name)


def is_mended_mask(path: str) -> bool:
    """Returns whether a file says what was painted over in a result, be it beside it or not there yet."""
    result = result_of_mended(path)
    return result is not None and (os.path.isfile(result) or is_awaited(path))  # noqa: PTH113 -- as `harvest`, on strings


def is_awaited(path: str) -> bool:
    """Returns whether a file is, by its name, the mask of what was painted over in a result that is not beside it."""
    result = result_of_mended(path)
    return result is not None and bool(masked_name(os.path.split(path)[1])) and not os.path.isfile(result)  # noqa: PTH113
