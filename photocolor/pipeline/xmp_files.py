"""XMP files beside a photo: which of them belong to it, what is in them, and what they are called beside its result."""

from __future__ import annotations

import errno
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from photocolor.image.formats import PHOTO_SUFFIXES
from photocolor.metadata.limits import SOURCE_XMP_MOST_BYTES
from photocolor.metadata.xmp.sidecar_packet import extension_of
from photocolor.settings import Sidecars
from photocolor.system.printable import shortened
from photocolor.system.safe_files import open_regular

_SUFFIXES = (".xmp", ".XMP")
_SAME = {"jpeg": "jpg", "tiff": "tif"}


@dataclass(frozen=True, slots=True)
class Sidecar:
    """One XMP file beside a source.

    Attributes:
        path: where it lies.
        copy: its file name beside the result.
        data: its bytes.
    """

    path: Path
    copy: str
    data: bytes


@dataclass(frozen=True, slots=True)
class SourceSidecars:
    """All of a source.

    Attributes:
        found: in the order in which they count: a later one is the newer statement.
        sha256: one digest of all of them; "" without any.
        warnings: what does not go along, one sentence each.
    """

    found: tuple[Sidecar, ...] = ()
    sha256: str = ""
    warnings: tuple[str, ...] = ()


def read_sidecars(source: Path, result_name: str, mode: Sidecars) -> SourceSidecars:
    """The XMP files of a photo: `photo.xmp` and `photo.jpg.xmp`.

    Args:
        source: the photo.
        result_name: file name of its result.
        mode: whether they are looked at.
    """
    found, warnings = list[Sidecar](), list[str]()
    for path, copy in _places(source, result_name) if mode is not Sidecars.IGNORE else ():
        try:
            with open_regular(path) as file:
                data = file.read(SOURCE_XMP_MOST_BYTES + 1)
        except OSError as error:
            if not isinstance(error, FileNotFoundError) and error.errno != errno.ENAMETOOLONG:
                warnings.append(f"the sidecar {path} does not go along: {error.strerror or error}")
            continue
        if len(data) > SOURCE_XMP_MOST_BYTES:
            warnings.append(f"the sidecar {path} does not go along: it has more than {SOURCE_XMP_MOST_BYTES >> 20} MiB")
        elif _is_for_another(data, source):
            warnings.append(
                f"the sidecar {path} does not go along: it is for .{shortened(extension_of(data), 16)} files"
            )
        else:
            found.append(Sidecar(path, copy, data))
    return SourceSidecars(tuple(found), _digest(found), tuple(warnings))


def digest_of_sidecars(source: Path, result_name: str, mode: Sidecars) -> str:
    """One digest of a photo's XMP files; "" without any, or if they are not looked at."""
    return read_sidecars(source, result_name, mode).sha256


def _digest(found: list[Sidecar]) -> str:
    if not found:
        return ""
    parts = (f"{item.copy}\0{hashlib.sha256(item.data).hexdigest()}\n" for item in found)
    return hashlib.sha256("".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


def _is_for_another(data: bytes, source: Path) -> bool:
    """Whether a sidecar says that it belongs to files of another suffix, as raw converters write it."""
    said, own = extension_of(data).lower(), source.suffix.lower().removeprefix(".")
    return bool(said) and _SAME.get(said, said) != _SAME.get(own, own)


def _places(source: Path, result_name: str) -> list[tuple[Path, str]]:
    """Where XMP files of a photo may lie, and what their copies are called, those that are there.

    `photo.xmp` may belong to several photos; then the copy beside each result has the result's whole name.
    """
    found, seen = list[tuple[Path, str]](), set[tuple[int, int]]()
    result_stem = os.path.splitext(result_name)[0]  # noqa: PTH122 -- names may hold any bytes
    whole = [source.with_name(source.name + suffix) for suffix in _SUFFIXES]
    short = [source.with_name(source.stem + suffix) for suffix in _SUFFIXES] if source.suffix else []
    has_whole = any(map(os.path.lexists, whole))
    shared = any(map(os.path.lexists, short)) and _has_siblings(source)
    for path in (*short, *whole):
        try:
            state = path.lstat()
        except OSError:
            continue
        if (state.st_dev, state.st_ino) in seen:
            continue  # one file under both spellings, where case does not count
        seen.add((state.st_dev, state.st_ino))
        if path in whole:
            copy = result_name + path.suffix
        elif not shared:
            copy = result_stem + path.suffix
        else:
            copy = result_name + (".shared" if has_whole else "") + path.suffix
        found.append((path, copy))
    return found


def _has_siblings(source: Path) -> bool:
    """Whether another photo in the folder has the same name without its suffix."""
    stem = source.stem
    suffixes = {spelled for suffix in PHOTO_SUFFIXES for spelled in (suffix, suffix.upper(), suffix.capitalize())}
    others = (stem + suffix for suffix in ("", *sorted(suffixes)))
    return any(_is_other(source.with_name(name), source) for name in others if name != source.name)


def _is_other(path: Path, source: Path) -> bool:
    try:
        return path.is_file() and not path.samefile(source)
    except OSError:
        return False


def copy_token(token: str) -> str:
    """The token of a sidecar's temporary file, for a result's own: both are written at the same time."""
    return f"{int(token, 16) ^ 0xFFFFFFFF:08x}"
