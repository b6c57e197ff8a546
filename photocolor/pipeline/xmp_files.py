"""Finds and reads the XMP files of a photo, and names their copies beside its result."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePath
from unicodedata import normalize

from photocolor.containers.formats import FORMATS
from photocolor.containers.recognize import PHOTO_SUFFIXES
from photocolor.metadata.limits import SOURCE_XMP_MOST_BYTES
from photocolor.metadata.xmp.sidecar_packet import extension_of
from photocolor.settings import Sidecars
from photocolor.system.printable import shortened
from photocolor.system.safe_files import open_regular
from photocolor.system.writing.readers import EVERYBODY, Readers, readers_of
from photocolor.xmp_places import XmpPlace

_SUFFIXES = (".xmp", ".XMP")
TOO_LARGE = f"it has more than {SOURCE_XMP_MOST_BYTES >> 20} MiB"
_FORMAT_OF = {suffix.removeprefix("."): row.name for row in FORMATS for suffix in row.suffixes + row.raw_suffixes}
"""The format that a suffix without its dot belongs to."""


@dataclass(frozen=True, slots=True)
class Sidecar:
    """Holds one XMP file beside a source.

    Attributes:
        place: where it lies, and where its copy goes.
        data: its bytes.
        readers: who may read it.
    """

    place: XmpPlace
    data: bytes
    readers: Readers = EVERYBODY

    @property
    def copy(self) -> str:
        """Returns the file name of its copy beside the result."""
        return self.place.copy


@dataclass(frozen=True, slots=True)
class SourceSidecars:
    """Holds all XMP files of a source.

    Attributes:
        found: in the order in which they count: a later one is the newer statement.
        sha256: one digest of all of them; "" without any.
        warnings: what does not go along, one sentence each.
    """

    found: tuple[Sidecar, ...] = ()
    sha256: str = ""
    warnings: tuple[str, ...] = ()

    def is_recorded_as(self, sha256: str) -> bool:
        """Returns whether a record is of these files, also if their names went through a system that spells accents.

        Args:
            sha256: as a record has it; "" for none.
        """
        if sha256 == self.sha256:
            return True
        if all(item.copy.isascii() for item in self.found):
            return False
        spelled = ([(normalize(form, item.copy), item.data) for item in self.found] for form in ("NFC", "NFD"))
        return any(sha256 == digest_of_files(contents) for contents in spelled)


def read_sidecars(source: Path, result: Path, mode: Sidecars) -> SourceSidecars:
    """Returns the XMP files of a photo: `photo.xmp` and `photo.jpg.xmp`.

    Args:
        source: the photo.
        result: path of its result.
        mode: whether they are looked at.
    """
    return SourceSidecars() if mode is Sidecars.IGNORE else read_places(xmp_places(source, result), source.suffix)


def read_places(places: Iterable[XmpPlace], suffix: str) -> SourceSidecars:
    """Returns the XMP files in these places, with a warning for each that cannot be taken.

    Args:
        places: of a photo's XMP files.
        suffix: of the photo.
    """
    sidecars, warnings = list[Sidecar](), list[str]()
    for place in places:
        data, fault, readers = b"", place.fault, EVERYBODY
        try:
            if not fault:
                with open_regular(place.source) as file:
                    data, readers = file.read(SOURCE_XMP_MOST_BYTES + 1), readers_of(os.fstat(file.fileno()))
        except OSError as error:
            if isinstance(error, FileNotFoundError) or error.errno == errno.ENAMETOOLONG:
                continue
            fault = error.strerror or str(error)
        if fault := fault or why_not(data, suffix):
            warnings.append(f"the sidecar {place.shown} does not go along: {fault}")
        else:
            sidecars.append(Sidecar(place, data, readers))
    return SourceSidecars(
        tuple(sidecars), digest_of_files((item.copy, item.data) for item in sidecars), tuple(warnings)
    )


def why_not(data: bytes, suffix: str) -> str:
    """Returns why an XMP file is not carried along; "" if it is.

    Args:
        data: its bytes, or the first that are more than is taken.
        suffix: of the photo.
    """
    if len(data) > SOURCE_XMP_MOST_BYTES:
        return TOO_LARGE
    if _is_for_another(data, suffix):
        return f"it is for .{shortened(extension_of(data), 16)} files"
    return ""


def digest_of_files(contents: Iterable[tuple[str, bytes]]) -> str:
    """Returns one digest of XMP files, each given by its copy's name and bytes; "" without any."""
    parts = "".join(f"{copy}\0{hashlib.sha256(data).hexdigest()}\n" for copy, data in contents)
    return hashlib.sha256(parts.encode("utf-8", "surrogateescape")).hexdigest() if parts else ""


def _is_for_another(data: bytes, suffix: str) -> bool:
    """Returns whether a sidecar says that it belongs to files of another suffix, as raw converters write."""
    meant, own = extension_of(data).lower(), suffix.lower().removeprefix(".")
    return bool(meant) and _FORMAT_OF.get(meant, meant) != _FORMAT_OF.get(own, own)


def xmp_names(photo: str) -> tuple[str, ...]:
    """Returns the file names that an XMP file of a photo may have."""
    return *_short_names(photo), *_whole_names(photo)


def _short_names(photo: str) -> list[str]:
    path = PurePath(photo)
    return [path.stem + suffix for suffix in _SUFFIXES] if path.suffix else []


def _whole_names(photo: str) -> list[str]:
    return [photo + suffix for suffix in _SUFFIXES]


def names_of_copies(photo: str, result: str, there: Collection[str], is_shared: Callable[[], bool]) -> dict[str, str]:
    """Returns the names of the copies by the names of a photo's XMP files, in the order of precedence.

    `photo.xmp` may belong to several photos; then the copy beside each result has the result's whole name.

    Args:
        photo: its file name.
        result: file name of its result.
        there: the names of XMP files that are there.
        is_shared: whether another photo in the folder has the same name without its suffix; asked only if it matters.
    """
    stem = os.path.splitext(result)[0]  # noqa: PTH122 -- names may hold any bytes
    short = [name for name in _short_names(photo) if name in there]
    whole = [name for name in _whole_names(photo) if name in there]
    if short and is_shared():
        stem = result + (".shared" if whole else "")
    return {name: stem + PurePath(name).suffix for name in short} | {
        name: result + PurePath(name).suffix for name in whole
    }


def possible_copies(result: str) -> set[str]:
    """Returns all names that copies of a photo's XMP files may have.

    Args:
        result: file name of the photo's result.
    """
    stems = os.path.splitext(result)[0], result, result + ".shared"  # noqa: PTH122 -- as above
    return {stem + suffix for stem in stems for suffix in _SUFFIXES}


def xmp_places(source: Path, result: Path) -> tuple[XmpPlace, ...]:
    """Returns the places of a photo's XMP files, and of their copies.

    Args:
        source: the photo.
        result: path of its result.
    """
    there = list[str]()
    folder = os.path.dirname(source)  # noqa: PTH120 -- asked for each photo of a collection, where a Path costs more
    for name in xmp_names(source.name):
        path = os.path.join(folder, name)  # noqa: PTH118
        if os.path.lexists(path) and not any(is_one_file(path, os.path.join(folder, other)) for other in there):  # noqa: PTH118
            there.append(name)
    if not there:
        return ()
    copies = names_of_copies(source.name, result.name, there, lambda: _has_siblings(source))
    return tuple(XmpPlace(source.with_name(name), copy, result.with_name(copy)) for name, copy in copies.items())


def is_one_file(path: str, other: str) -> bool:
    """Returns whether two names in a folder are one file, as two spellings are where case does not count.

    The system's numbers of files tell. A file system in user space may number each spelling anew; there the folder's
    list tells, which has a file once.

    Args:
        path: of a file that is there.
        other: of one that is there, too, in the same folder.
    """
    (folder, name), other_name = os.path.split(path), os.path.basename(other)  # noqa: PTH119 -- as in xmp_places
    try:
        if os.path.samestat(os.lstat(path), os.lstat(other)):
            return True
        return name.casefold() == other_name.casefold() and not {name, other_name} <= set(os.listdir(folder or "."))  # noqa: PTH208
    except FileNotFoundError:
        return False


def is_in_its_own_way(place: XmpPlace) -> bool:
    """Returns whether an XMP file itself lies where its copy would, as where results lie beside their sources."""
    try:
        return place.source.samefile(place.target)
    except OSError:
        return False


def sibling_names(photo: str) -> list[str]:
    """Returns the names of possible other photos that differ only in their suffix."""
    stem = PurePath(photo).stem
    suffixes = {spelled for suffix in PHOTO_SUFFIXES for spelled in (suffix, suffix.upper(), suffix.capitalize())}
    return [name for name in (stem, *(stem + suffix for suffix in sorted(suffixes))) if name != photo]


def _has_siblings(source: Path) -> bool:
    """Returns whether another photo in the folder has the same name without its suffix."""
    return any(_is_other(source.with_name(name), source) for name in sibling_names(source.name))


def _is_other(path: Path, source: Path) -> bool:
    try:
        return path.is_file() and not path.samefile(source) and not is_one_file(str(path), str(source))
    except OSError:
        return False


def copy_token(token: str) -> str:
    """Returns the token of a sidecar's temporary file, derived from the result's, which is written at that time."""
    return f"{int(token, 16) ^ 0xFFFFFFFF:08x}"
