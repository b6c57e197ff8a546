"""Makes the small pictures of a contact sheet once, and keeps them beside the manifest."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISLNK, S_ISREG

from photocolor.batch.plan.results_folder import RECORD_FOLDER
from photocolor.batch.records.jsonl import not_ours, record_folder, write_failure
from photocolor.batch.records.line import DONE, FAILED
from photocolor.errors import OutputError, PhotoError, TargetBlocked
from photocolor.image.display.before_after import side_by_side, small_picture
from photocolor.outcome import OutputFolder
from photocolor.report.history import HistoryEntry
from photocolor.storage.address import is_address
from photocolor.system.atomic import AtomicFile, Placement
from photocolor.system.file_bytes import digest_of, fits_into_memory, read_whole
from photocolor.system.prefetch import map_ordered
from photocolor.system.safe_files import Folder, NotOurs, lies_in, open_below, open_regular, read_regular
from photocolor.system.writing.readers import common, readers_of

SIDE_PX = 256
AHEAD = 4
"""Photos per worker that may wait: memory does not grow with their number."""
FOLDER = "report"
_PART = re.compile(r"[0-9a-f]{2}")
_PICTURE = re.compile(r"[0-9a-f]{32}-[0-9]{1,5}x[0-9]{1,5}\.webp")
SOURCE_FAR = "the source is in a remote storage"
SOURCE_GONE, SOURCE_CHANGED = "the source is gone", "the source was changed since"
SOURCE_LONG = "the source is too long to be shown"
SOURCE_UNKNOWN = "the source is not shown: the manifest has no checksum of it"
RESULT_GONE, RESULT_CHANGED = "the result is gone", "the result was changed since"


@dataclass(frozen=True, slots=True)
class Shown:
    """Holds the pictures of one photo.

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
    """Manages the pictures of an output folder: `.photocolor/report`, in up to 256 folders.

    A picture's name tells which versions of the two files it shows, so it is made once, and again when one changes. A
    manifest may have been written by anybody: a result is opened only below the output folder, and a source only shown
    if its bytes have the checksum that the manifest says, which nobody knows of a file that he has not.

    Args:
        out: the output folder.
        max_megapixels: larger pictures are not opened.
        home: the folder in whose `.photocolor` the pictures lie; None for the output folder.

    Raises:
        OutputError: the folder is a link, or cannot be read.
    """

    def __init__(self, out: Path, max_megapixels: float, home: Path | None = None) -> None:
        self._out, self._home = out, home or out
        self.path = self._home / RECORD_FOLDER / FOLDER
        self._max_megapixels = max_megapixels
        self._known = {name.split("-")[0]: name for _, name in self._names()}
        self.made = 0

    def all(self, entries: Iterable[HistoryEntry], workers: int) -> Iterator[Shown]:
        """Yields the pictures of all photos in order; missing ones are made, several at a time.

        Raises:
            OutputError: a picture cannot be written.
        """
        yield from map_ordered(self.of, entries, workers, AHEAD * workers)

    def of(self, entry: HistoryEntry) -> Shown:
        """Returns the picture of one photo; a failed one has none, because most cannot be decoded.

        Raises:
            OutputError: it cannot be written.
        """
        source, seen = Path(entry.source), _seen(Path(entry.source))
        if entry.status == FAILED:
            return Shown(notes=_notes_on_source(entry, seen))
        files = {"b": (source, seen)}
        if entry.status == DONE:
            result = self._out / entry.relative
            files["a"] = (result, _seen(result, links=False) if lies_in(result, self._out) else None)
        notes = _notes(entry, *(files[side][1] if side in files else None for side in "ba"))
        if (name := self._known.get(_key(entry, files))) is None and seen and (why := _why_hidden(entry, source)):
            del files["b"]
            notes = notes or (why,)
            name = self._known.get(_key(entry, files))
        if not (sides := _sides(files)):
            return Shown(notes=notes)
        if name is None:
            try:
                name = self._make(_key(entry, files), {side: files[side][0] for side in sides})
            except (PhotoError, OSError) as error:
                cause = error.message if isinstance(error, PhotoError) else error.strerror or str(error)
                return Shown(notes=(*notes, f"it cannot be shown: {cause}"))
        height, width = map(int, name.removesuffix(".webp").split("-")[1].split("x"))
        return Shown(f"{name[:2]}/{name}", height, width, sides, notes)

    def keep_only(self, names: set[str]) -> None:
        """Removes outdated pictures that this command made, and no other file.

        Raises:
            OutputError: one cannot be removed.
        """
        for folder, name in self._names():
            if f"{name[:2]}/{name}" not in names:
                try:
                    folder.remove(name)
                except OSError as error:
                    raise write_failure(folder.path / name, error) from error

    def _make(self, key: str, files: Mapping[str, Path]) -> str:
        read = [read_regular(path) if side == "b" else self._read_result(path) for side, path in files.items()]
        pictures = [small_picture(data, self._max_megapixels, SIDE_PX) for data, _ in read]
        height, width = pictures[-1].shape[:2]
        name = f"{key}-{height}x{width}.webp"
        readers = common(readers_of(state) for _, state in read)
        placement = Placement(OutputFolder(self._home), readers.mode, readers.group)
        try:
            with AtomicFile(self.path / name[:2] / name, secrets.token_hex(4), placement) as file:
                file.content.write_bytes(side_by_side(pictures))
                file.commit(durable=False)
        except TargetBlocked as error:
            raise OutputError(error.message, error.hint) from error
        self.made += 1
        return name

    def _read_result(self, path: Path) -> tuple[bytes, os.stat_result]:
        with open_below(self._out, path) as file:
            return read_whole(file), os.fstat(file.fileno())

    def _names(self) -> Iterator[tuple[Folder, str]]:
        """Yields the names of the pictures that this command made, and no others."""
        try:
            with record_folder(self._home / RECORD_FOLDER) as records, Folder(self.path, records) as pictures:
                for part in filter(_PART.fullmatch, pictures.names()):
                    with suppress(NotOurs), Folder(self.path / part, pictures) as folder:
                        yield from ((folder, name) for name in folder.names() if _is_picture(folder, part, name))
        except FileNotFoundError:
            return
        except NotOurs as error:
            raise not_ours(error) from error
        except OSError as error:
            raise OutputError(f"{self.path} cannot be read: {error.strerror or error}") from error


def _is_picture(folder: Folder, part: str, name: str) -> bool:
    if not _PICTURE.fullmatch(name) or not name.startswith(part):
        return False
    state = folder.stat(name)
    return S_ISREG(state.st_mode) and state.st_nlink == 1 and state.st_size > 0


def _seen(path: Path, *, links: bool = True) -> tuple[int, int] | None:
    """Returns length and time of a file or folder; None if there is none, or if it is a link and links are none."""
    try:
        status = path.stat(follow_symlinks=links)
    except (OSError, ValueError):
        return None
    return None if S_ISLNK(status.st_mode) else (status.st_size, status.st_mtime_ns)


def _why_hidden(entry: HistoryEntry, source: Path) -> str:
    """Returns why a source is not shown, "" if it is; one of another length, or beyond memory, is not read for that."""
    if not entry.source_sha256:
        return SOURCE_UNKNOWN
    try:
        with open_regular(source) as file:
            size_bytes = os.fstat(file.fileno()).st_size
            if not fits_into_memory(size_bytes):
                return SOURCE_LONG
            is_same = size_bytes == entry.source_bytes and digest_of(file) == entry.source_sha256
    except OSError:
        return SOURCE_CHANGED
    return "" if is_same else SOURCE_CHANGED


def _sides(files: Mapping[str, tuple[Path, tuple[int, int] | None]]) -> str:
    return "".join(side for side, (_, seen) in files.items() if seen)


def _key(entry: HistoryEntry, files: Mapping[str, tuple[Path, tuple[int, int] | None]]) -> str:
    states = [state for _, state in files.values()]
    text = repr((SIDE_PX, entry.relative, entry.source, _sides(files), states))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _notes(entry: HistoryEntry, source: tuple[int, int] | None, result: tuple[int, int] | None) -> tuple[str, ...]:
    notes = [*_notes_on_source(entry, source)]
    if entry.status == DONE and result is None:
        notes.append(RESULT_GONE)
    elif result is not None and result[0] != entry.result_bytes:
        notes.append(RESULT_CHANGED)
    return tuple(notes)


def _notes_on_source(entry: HistoryEntry, source: tuple[int, int] | None) -> tuple[str, ...]:
    if is_address(entry.source):
        return (SOURCE_FAR,)
    if source is None:
        return (SOURCE_GONE,)
    changed = source[0] != entry.source_bytes and entry.status != FAILED  # a failed one may have been a folder
    return (SOURCE_CHANGED,) * changed  # another time alone means nothing: trees are copied
