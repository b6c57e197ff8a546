"""Finds the photos that `prepare` reads: in folders, zip archives and packed sets."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePath, PurePosixPath

from training.errors import MissingData

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".avif", ".tif", ".tiff", ".bmp"})
SPLITS = ("train", "val", "test")
INDEX = "index.tsv"
INDEX_COLUMNS = ("name", "shard", "source", "folder", "split")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Describes a photo that might be used.

    Attributes:
        container: the zip archive or folder it lies in.
        member: its path inside, with forward slashes.
        source: the collection it belongs to.
        folder: its class folder, or "".
        split: given by its collection, or "" when the hash of its content decides.
        final: the split stands in an index and is obeyed to the letter; a `train/` folder without a `val/` beside it
            gives a share of its photos to validation.
        given: the picture that a network is given for this photo, where the two are paired.
    """

    container: Path
    member: str
    source: str
    folder: str
    split: str = ""
    final: bool = False
    given: Path | None = None

    @property
    def name(self) -> str:
        """Returns where the file is: its path, or the archive and the path inside."""
        return f"{self.container}/{self.member}"

    def read_bytes(self) -> bytes:
        """Returns the file's content."""
        if self.container.suffix == ".zip":
            return _archive(self.container).read(self.member)
        return (self.container / self.member).read_bytes()


@lru_cache(maxsize=16)
def _archive(path: Path) -> zipfile.ZipFile:
    """Opens an archive and keeps it open: its table of contents is read once per process, not once per photo."""
    return zipfile.ZipFile(path)


def candidates_in(path: Path) -> Iterator[Candidate]:
    """Yields every photo below a path: a packed set (a folder with index.tsv), a zip archive, or any folder.

    Raises:
        MissingData: nothing is there, it is a prepared set, an archive cannot be opened, or an index names what is not
            there.
    """
    if (path / INDEX).is_file():
        yield from _packed(path)
    elif path.suffix == ".zip" and path.is_file():
        yield from _zipped(path)
    elif path.is_dir():
        yield from _folder(path)
    else:
        raise MissingData(f"{path} is neither a folder nor a zip archive", "Give folders of photos.")


def _packed(path: Path) -> Iterator[Candidate]:
    """Yields the photos that an index lists, each with the split in the index."""
    index = path / INDEX
    members: dict[str, frozenset[str]] = {}
    with index.open(newline="", encoding="utf-8") as lines:
        table = csv.DictReader(lines, delimiter="\t")
        missing = [name for name in INDEX_COLUMNS if name not in (table.fieldnames or ())]
        if missing:
            raise MissingData(
                f"{index} has no column {', '.join(missing)}",
                f"Its first line names, with tabs between: {', '.join(INDEX_COLUMNS)}.",
            )
        for row in table:
            where = f"{index}, line {table.line_num}"
            if row["split"] not in ("", *SPLITS):
                raise MissingData(
                    f"{where}: there is no split {row['split']!r}", f"Known splits: {', '.join(SPLITS)}, or nothing."
                )
            archive = path / f"photos-{row['shard']}.zip"
            if row["shard"] not in members:
                members[row["shard"]] = frozenset(_members(archive))
            if row["name"] not in members[row["shard"]]:
                raise MissingData(
                    f"{where}: {archive.name} holds no {row['name']}", "Copy the index and its archives together."
                )
            yield Candidate(archive, row["name"], row["source"], row["folder"], row["split"], final=bool(row["split"]))


def _members(archive: Path) -> list[str]:
    """Returns the names inside of a zip archive.

    Raises:
        MissingData: the archive is not there, or cannot be opened.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            return opened.namelist()
    except (OSError, zipfile.BadZipFile) as cause:
        raise MissingData(f"{archive} cannot be opened: {cause}", "Copy it once more; it may be cut off.") from cause


def _zipped(path: Path) -> Iterator[Candidate]:
    for name in sorted(_members(path)):
        if is_photo(PurePosixPath(name)):
            split, folder = split_and_folder(name)
            yield Candidate(path, name, path.stem, folder, split)


def _folder(path: Path) -> Iterator[Candidate]:
    if (path / "photos.tsv").is_file() and (path / "pixels.bin").is_file():
        raise MissingData(f"{path} is a set that prepare made", "Give the photos that it was made of.")
    for file in sorted(path.rglob("*")):
        if is_photo(file) and file.is_file():
            name = file.relative_to(path).as_posix()
            split, folder = split_and_folder(name)
            yield Candidate(path, name, path.resolve().name, folder, split)


def is_photo(path: PurePath) -> bool:
    """Returns whether a name is that of a photo; hidden files are not, such as those that macOS adds to each copy."""
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".")


def split_and_folder(name: str) -> tuple[str, str]:
    """Returns the split that a leading train/, val/ or test/ folder names, and the next folder as the class."""
    parts = PurePosixPath(name).parts[:-1]
    split = parts[0] if parts and parts[0] in SPLITS else ""
    rest = parts[1:] if split else parts
    return split, rest[-1] if rest else ""
