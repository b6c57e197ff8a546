"""The small pictures of a contact sheet, made once and kept beside the manifest."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from photocolor.ahead import in_order
from photocolor.batch.lines import write_failure
from photocolor.batch.record import DONE, FAILED
from photocolor.batch.walk import RECORD_FOLDER
from photocolor.errors import PhotoError
from photocolor.image.contact import side_by_side, small_picture
from photocolor.places.address import Address, parse_place
from photocolor.report.ledger import Entry
from photocolor.source import read_regular

SIDE_PX = 256
AHEAD = 4
"""Photos per worker that may wait: memory does not grow with their number."""
FOLDER = "report"
SOURCE_FAR = "the source is in a remote storage"
SOURCE_GONE, SOURCE_CHANGED = "the source is gone", "the source was changed since"
RESULT_GONE, RESULT_CHANGED = "the result is gone", "the result was changed since"


@dataclass(frozen=True, slots=True)
class Shown:
    """What there is to see of one photo.

    Attributes:
        name: of the file below the picture folder, with forward slashes; empty if there is nothing to see.
        height: of each picture, in pixels.
        width: of each picture.
        sides: "ba" before and after side by side, "b" or "a" one of them, "" none.
        notes: what is missing or not as it was, a phrase each.
    """

    name: str = ""
    height: int = 0
    width: int = 0
    sides: str = ""
    notes: tuple[str, ...] = ()


class PictureFolder:
    """Where the pictures of an output folder lie: `.photocolor/report`, in up to 256 folders.

    A picture's name tells which versions of the two files it shows, so it is made once, and again when one changes.

    Args:
        out: the output folder.
        max_megapixels: larger pictures are not opened.
    """

    def __init__(self, out: Path, max_megapixels: float) -> None:
        self.path = out / RECORD_FOLDER / FOLDER
        self._out = out
        self._max_megapixels = max_megapixels
        self._known = {name.split("-")[0]: name for name in self._names()}
        self.made = 0

    def all(self, entries: Iterable[Entry], workers: int) -> Iterator[Shown]:
        """The pictures of all photos in their order; those that are missing are made, several at a time.

        Raises:
            OutputError: a picture cannot be written.
        """
        yield from in_order(self.of, entries, workers, AHEAD * workers)

    def of(self, entry: Entry) -> Shown:
        """The picture of one photo; a failed one has none, because most cannot be decoded.

        Raises:
            OutputError: it cannot be written.
        """
        if entry.status == FAILED:
            return Shown(notes=_notes_on_source(entry, _seen(Path(entry.source))))
        source, result = Path(entry.source), self._out / entry.relative
        files = {"b": (source, _seen(source)), "a": (result, _seen(result))}
        if entry.status != DONE:
            del files["a"]
        notes = _notes(entry, *(files[side][1] if side in files else None for side in "ba"))
        sides = "".join(side for side, (_, seen) in files.items() if seen)
        key = _key(entry, sides, [seen for _, seen in files.values()])
        if not sides:
            return Shown(notes=notes)
        name = self._known.get(key)
        if name is None:
            try:
                name = self._make(key, [files[side][0] for side in sides])
            except (PhotoError, OSError) as error:
                cause = error.message if isinstance(error, PhotoError) else error.strerror or str(error)
                return Shown(notes=(*notes, f"it cannot be shown: {cause}"))
        height, width = map(int, name.removesuffix(".webp").split("-")[1].split("x"))
        return Shown(f"{name[:2]}/{name}", height, width, sides, notes)

    def keep_only(self, names: set[str]) -> None:
        """Removes the pictures of photos and versions that are not shown any more."""
        for name in self._names():
            if f"{name[:2]}/{name}" not in names:
                (self.path / name[:2] / name).unlink(missing_ok=True)

    def _make(self, key: str, files: Iterable[Path]) -> str:
        pictures = [small_picture(read_regular(path)[0], self._max_megapixels, SIDE_PX) for path in files]
        height, width = pictures[-1].shape[:2]
        name = f"{key}-{height}x{width}.webp"
        path = self.path / name[:2] / name
        unfinished = path.with_suffix(f".{os.getpid()}.tmp")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(side_by_side(pictures))
            unfinished.replace(path)
        except OSError as error:
            raise write_failure(path, error) from error
        self.made += 1
        return name

    def _names(self) -> list[str]:
        return [path.name for path in self.path.glob("??/*.webp") if path.stat().st_size]


def _seen(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_size, found.st_mtime_ns


def _key(entry: Entry, sides: str, seen: Iterable[tuple[int, int] | None]) -> str:
    text = repr((SIDE_PX, entry.relative, entry.source, sides, list(seen)))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _notes(entry: Entry, source: tuple[int, int] | None, result: tuple[int, int] | None) -> tuple[str, ...]:
    notes = [*_notes_on_source(entry, source)]
    if entry.status == DONE and result is None:
        notes.append(RESULT_GONE)
    elif result is not None and result[0] != entry.result_bytes:
        notes.append(RESULT_CHANGED)
    return tuple(notes)


def _notes_on_source(entry: Entry, source: tuple[int, int] | None) -> tuple[str, ...]:
    if isinstance(parse_place(entry.source), Address):
        return (SOURCE_FAR,)
    if source is None:
        return (SOURCE_GONE,)
    changed = source[0] != entry.source_bytes and entry.status != FAILED  # a failed one may have been a folder
    return (SOURCE_CHANGED,) * changed  # another time alone means nothing: trees are copied
