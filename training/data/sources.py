"""The photos that `prepare` is given, one by one: folders, zip archives, the packed set."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

from training.errors import MissingData

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp"})
SPLITS = ("train", "val", "test")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A photo that might be used.

    Attributes:
        container: the zip archive or folder it lies in.
        member: its path inside, with forward slashes.
        source: the collection it belongs to.
        folder: its class folder, or "".
        split: given by its collection, or "" when the hash of its content decides.
    """

    container: Path
    member: str
    source: str
    folder: str
    split: str = ""

    def read_bytes(self) -> bytes:
        """The file's content."""
        if self.container.suffix == ".zip":
            return _archive(self.container).read(self.member)
        return (self.container / self.member).read_bytes()


@lru_cache(maxsize=16)
def _archive(path: Path) -> zipfile.ZipFile:
    """An open archive, kept: its table of contents is read once a process, not once a photo."""
    return zipfile.ZipFile(path)


def candidates_in(path: Path) -> Iterator[Candidate]:
    """Every photo below a path: a packed set (a folder with index.tsv), a zip archive, or any folder.

    Raises:
        MissingData: nothing is there.
    """
    if (path / "index.tsv").is_file():
        yield from _packed(path)
    elif path.suffix == ".zip" and path.is_file():
        yield from _zipped(path)
    elif path.is_dir():
        yield from _folder(path)
    else:
        raise MissingData(f"{path} is neither a folder nor a zip archive", "Give folders of photos.")


def _packed(path: Path) -> Iterator[Candidate]:
    with (path / "index.tsv").open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            archive = path / f"photos-{row['shard']}.zip"
            yield Candidate(archive, row["name"], row["source"], row["folder"], row["split"])


def _zipped(path: Path) -> Iterator[Candidate]:
    with zipfile.ZipFile(path) as archive:
        names = sorted(archive.namelist())
    for name in names:
        if PurePosixPath(name).suffix.lower() in SUFFIXES:
            split, folder = _split_and_folder(name)
            yield Candidate(path, name, path.stem, folder, split)


def _folder(path: Path) -> Iterator[Candidate]:
    for file in sorted(path.rglob("*")):
        if file.suffix.lower() in SUFFIXES and file.is_file():
            name = file.relative_to(path).as_posix()
            split, folder = _split_and_folder(name)
            yield Candidate(path, name, path.name, folder, split)


def _split_and_folder(name: str) -> tuple[str, str]:
    """A leading train/, val/ or test/ folder is obeyed; the next folder is the class."""
    parts = PurePosixPath(name).parts[:-1]
    split = parts[0] if parts and parts[0] in SPLITS else ""
    rest = parts[1:] if split else parts
    return split, rest[-1] if rest else ""
