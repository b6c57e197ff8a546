"""Walks through the sources: every photo that a run would read, in a stable order."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from photocolor.batch.plan.masks import (
    FolderMasks,
    awaited,
    is_awaited,
    is_like_mask,
    is_mask_beside,
    is_mended_mask,
    is_photo_name,
    mask_strays,
    mask_strays_beside,
    masks_of,
    without_masks,
)
from photocolor.batch.plan.passed import Passed
from photocolor.batch.plan.results_folder import is_bag_of_results, is_output_folder
from photocolor.batch.plan.roots import identity_of, roots_of
from photocolor.batch.plan.strays import Stray, is_like_hints, is_like_sidecar, sidecars_among, strays_beside, strays_in
from photocolor.errors import UnreadableSource
from photocolor.system.safe_files import leaves

SIDECARS = "XMP file (see --sidecars)"
MASKS, AWAITED = "mask beside its photo or result", "mask whose photo or result is not beside it"
HIDDEN, OF_SYSTEM, LINKED_FOLDERS, SPECIAL, OUTPUTS, BAGS = (
    "hidden",
    "folder of a storage system (its trash or thumbnails)",
    "link to a folder",
    "no regular file",
    "output folder",
    "bag of results",
)
NAMED = " named beside other sources (alone it is read)"
"""Stands behind the kind of a folder of results that is no source; whoever named it on purpose has to learn that."""
_SYSTEM_FOLDERS = frozenset(
    {
        *("@eadir", "#recycle", "#snapshot"),  # Synology: thumbnails of every photo, trash, copies of the whole folder
        *("@recycle", "@recently-snapshot", "@__thumb"),  # QNAP, likewise
        *("$recycle.bin", "system volume information", "__macosx"),
    }
)
"""Folders that a storage system or an archive program makes: what lies there is a thumbnail, thrown away, or a copy."""

_LEAVES = "where a backslash parts names, as on Windows, its name is no place in a folder of results"


@dataclass(frozen=True, slots=True)
class Found:
    """Describes one source file by strings, not paths, because a run may have a million of them.

    Attributes:
        path: where to read it.
        relative: its place under the folder that all sources share, with forward slashes.
        size_bytes: length of the file.
        mtime_ns: time of its last change, in nanoseconds.
        device: number of the file system that the file is on, wherever a link led to; 0 if it was not looked at.
        inode: the file's number there; 0 likewise, or where a file system has none.
    """

    path: str
    relative: str
    size_bytes: int
    mtime_ns: int
    device: int = 0
    inode: int = 0


@dataclass(frozen=True, slots=True)
class Fault:
    """Describes an entry of the sources that could not be examined, so that photos may be missing.

    Attributes:
        path: the file or folder.
        relative: its place under the folder that all sources share.
        message: what the operating system said, or that it is a link to nothing.
        folder: whether it is a folder, with who knows how many photos in it.
        hint: what to do about it.
    """

    path: str
    relative: str
    message: str
    folder: bool = False
    hint: str = UnreadableSource.default_hint


@dataclass(slots=True)
class Harvest:
    """Holds everything that one walk found.

    Attributes:
        found: the photos, sorted by their place.
        faults: what could not be read.
        passed: how many entries of which kind were passed over on purpose.
        links: paths of those photos that are links to files.
        strays: sidecars and masks that belong to no photo by their names.
        masks: those of the folders of files that were named one by one, so that each is listed once.
    """

    found: list[Found] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    passed: Passed = field(default_factory=Passed)
    links: list[str] = field(default_factory=list)
    strays: list[Stray] = field(default_factory=list)
    masks: dict[str, FolderMasks] = field(default_factory=dict)


def harvest(sources: Sequence[Path], out: Path) -> Harvest:
    """Returns all photos of files and folders; a file that is named is taken whatever its suffix is.

    Folders are read recursively. Links to folders are not followed; hidden entries, folders of storage systems, `out`
    and the output folders of other runs are not read, also where they are named among photos, as by a shell. A file
    that is named like a mask or a sidecar is one, unless it is all that was asked for.

    Args:
        sources: files and folders, as the user named them.
        out: the output folder, which need not exist.

    Raises:
        UsageError: a source is missing, named twice, inside another one, or is the output folder or inside it.
    """
    roots, base, results = roots_of(sources, out)
    harvested, alone = Harvest(), len(sources) == 1
    for folder in results:
        named = NAMED * (identity_of(Path(folder)) != identity_of(out))
        harvested.passed[(BAGS if is_bag_of_results(folder) else OUTPUTS) + named] += 1
    files = [root for root in roots if not Path(root).is_dir()]
    sidecars = dict.fromkeys([] if alone else sidecars_among(files))
    harvested.passed.update(SIDECARS for path in sidecars if path.lower().endswith(".xmp"))
    for root in roots:
        if root not in sidecars:
            gather(harvested, base, root, out, alone=alone)
    harvested.strays.extend((*strays_beside(files, list(sidecars)), *mask_strays_beside(files, alone=alone)))
    harvested.found.sort(key=lambda item: item.relative.split("/"))
    harvested.strays.sort(key=lambda stray: Path(stray.path).parts)
    return harvested


def gather(harvested: Harvest, base: str, path: str, out: Path, *, alone: bool = False) -> None:
    """Adds one file, or a folder with everything below it, to a harvest; `alone` if nothing else was asked for."""
    if Path(path).is_dir():
        if is_of_system(os.path.basename(path)) and not alone:  # noqa: PTH119 -- by a shell that was asked for scans/*
            harvested.passed[OF_SYSTEM] += 1
            return
        _Walk(base, identity_of(out), harvested).read(path)
    elif is_mask_beside(path, harvested.masks, alone=alone):  # a shell that was asked for scans/* names the masks, too
        harvested.passed[MASKS] += 1  # one whose photo is not there is named
    else:
        harvested.links.extend([path] * Path(path).is_symlink())
        _add(harvested, base, path)


def is_of_system(folder_name: str) -> bool:
    """Returns whether a folder is one that a storage system makes for itself, by its name."""
    return folder_name.lower() in _SYSTEM_FOLDERS


def photos_in(folder: str, base: str) -> list[Found]:
    """Returns the photos of one folder by name alone, without size and time; none if it cannot be read."""
    try:
        names = os.listdir(folder)  # noqa: PTH208 -- as `harvest`, on strings
    except OSError:
        return []
    photos = without_masks(folder, names)
    return [Found(path, _relative(base, path), 0, 0) for path in (os.path.join(folder, name) for name in photos)]  # noqa: PTH118


def first_photo(folder: Path) -> str:
    """Returns the first photo below a folder, those in the folder itself before deeper ones; "" if there is none."""
    for here, below, names in os.walk(folder):
        below[:] = sorted(name for name in below if not name.startswith(".") and not is_of_system(name))
        photos = without_masks(here, names)
        if photos:
            return os.path.join(here, min(photos))  # noqa: PTH118 -- as `harvest`, on strings
    return ""


def _relative(base: str, path: str) -> str:
    return os.path.relpath(path, base).replace(os.sep, "/")


def _is_special(path: str) -> bool:
    """Returns True for pipes, devices and the like.

    A link that leads nowhere, or in a circle, is a fault and not special.
    """
    try:
        return not stat.S_ISREG(os.stat(path).st_mode)  # noqa: PTH116 -- as in _add
    except OSError:
        return False


def _add(harvested: Harvest, base: str, path: str) -> None:
    if leaves(relative := _relative(base, path)):
        harvested.faults.append(Fault(path, relative, _LEAVES, hint="Rename the photo or its folder."))
        return
    try:
        status = os.stat(path)  # noqa: PTH116 -- a million Path objects are what this module avoids
    except OSError as error:
        harvested.faults.append(_fault_of(path, relative, error))
        return
    photo = Found(path, relative, status.st_size, status.st_mtime_ns, status.st_dev, status.st_ino)
    harvested.found.append(photo)


def _fault_of(path: str, relative: str, error: OSError) -> Fault:
    """Returns the fault of an entry that cannot be examined; of a link to nothing, that it is one."""
    if isinstance(error, FileNotFoundError) and os.path.islink(path):  # noqa: PTH114 -- as above
        to = os.readlink(path)  # noqa: PTH115 -- likewise
        return Fault(path, relative, f"it is a link to {to}, which is not there", hint="Mend the link, or remove it.")
    return Fault(path, relative, error.strerror or str(error))


class _Walk:
    """Walks through folders with a stack of its own, so that a deep tree cannot exhaust Python's."""

    def __init__(self, base: str, out_identity: tuple[int, int] | None, harvested: Harvest) -> None:
        self._base = base
        self._out = out_identity
        self._harvested = harvested
        self._folders: list[str] = []

    def read(self, root: str) -> None:
        self._folders.append(root)
        while self._folders:
            folder, sidecars, like_masks = self._folders.pop(), list[str](), list[os.DirEntry[str]]()
            for entry in self._entries(folder):
                if is_like_mask(entry.name) and not entry.name.startswith("."):
                    like_masks.append(entry)  # the names beside it decide
                    continue
                self._take(entry)
                if is_like_sidecar(entry.name) and not entry.name.startswith("."):
                    sidecars.append(entry.name)
            if sidecars:
                self._harvested.strays.extend(strays_in(folder, sidecars))
            if like_masks:
                self._take_like_masks(folder, like_masks)

    def _take_like_masks(self, folder: str, entries: Sequence[os.DirEntry[str]]) -> None:
        """Takes the files that are named like masks: as masks by their whole names, or where their photos are there."""
        masks = masks_of(folder)
        files = [entry for entry in entries if not entry.is_dir()]
        self._harvested.strays.extend(mask_strays(folder, [entry.name for entry in files], masks))
        for entry in entries:
            if not entry.is_dir() and masks.is_mask(entry.name):
                self._harvested.passed[MASKS if masks.photo_of(entry.name) else AWAITED] += 1
            else:
                self._take(entry)

    def _entries(self, folder: str) -> Iterator[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as listing:
                yield from listing
        except OSError as error:
            fault = Fault(folder, _relative(self._base, folder), error.strerror or str(error), folder=True)
            self._harvested.faults.append(fault)

    def _take(self, entry: os.DirEntry[str]) -> None:
        passed = self._harvested.passed
        if entry.name.startswith("."):
            passed[HIDDEN] += 1
        elif entry.is_dir(follow_symlinks=False):
            self._take_folder(entry)
        elif entry.is_symlink() and os.path.isdir(entry.path):  # noqa: PTH112 -- Path raises where it may not look
            passed[LINKED_FOLDERS] += 1
        elif not is_photo_name(entry.name):
            if entry.name.lower().endswith(".xmp"):
                passed[SIDECARS] += 1
            elif not is_like_hints(entry.name):  # it is used with its photo, or named as a stray
                passed.add_no_photo(entry.name)
        elif is_awaited(entry.path):
            passed[AWAITED] += 1
            self._harvested.strays.append(awaited(os.path.dirname(entry.path), entry.name))  # noqa: PTH120 -- as above
        elif is_mended_mask(entry.path):
            passed[MASKS] += 1
        elif _is_special(entry.path):
            passed[SPECIAL] += 1
        else:
            self._harvested.links.extend([entry.path] * entry.is_symlink())
            _add(self._harvested, self._base, entry.path)  # a dangling link becomes a fault there

    def _take_folder(self, entry: os.DirEntry[str]) -> None:
        if is_of_system(entry.name):
            self._harvested.passed[OF_SYSTEM] += 1
        elif identity_of(Path(entry.path)) == self._out and self._out is not None:
            self._harvested.passed[OUTPUTS] += 1
        elif is_output_folder(entry.path):
            self._harvested.passed[OUTPUTS] += 1  # the results of an earlier run into another folder
        elif is_bag_of_results(entry.path):
            self._harvested.passed[BAGS] += 1
        else:
            self._folders.append(entry.path)
