"""Reads and writes a prepared set: one file with the bytes of all decoded photos, and a table of their places."""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.errors import MissingData

LABEL_LEAST_PHOTOS = 5
"""A class folder is a label where its source has at least this many photos in it."""

NOT_CLASSES = frozenset({"", "train", "val", "test", "images"})


@dataclass(frozen=True, slots=True)
class Row:
    """Describes one photo of the set.

    Attributes:
        name: digest of its file.
        source: the collection it belongs to.
        folder: its class folder, or "".
        split: "train", "val" or "test".
        height, width: as stored.
        offset: where its (height, width, 3) uint8 sRGB begin in pixels.bin.
        fingerprint: 64-bit difference hash, hexadecimal.
        given_name: digest of the file of the picture that is paired with it; "" without.
        given_offset: where that picture begins in pixels.bin, of the same height and width; −1 without.
    """

    name: str
    source: str
    folder: str
    split: str
    height: int
    width: int
    offset: int
    fingerprint: str
    given_name: str = ""
    given_offset: int = -1


@dataclass(frozen=True)
class Prepared:
    """Holds the set; its pixels are memory-mapped, not read.

    Attributes:
        rows: the photos chosen.
        labels: label names; index i is class i.
        label_of: (photos,) int64, −1 where a photo has no label.
        digest: over every row's name, split and folder.
        size_digest: over the sizes at which the photos are stored.
    """

    folder: Path
    rows: tuple[Row, ...]
    labels: tuple[str, ...]
    digest: str
    pixels: NDArray[np.uint8] = field(repr=False)
    label_of: NDArray[np.int64] = field(repr=False)
    size_digest: str = ""

    def __len__(self) -> int:
        return len(self.rows)

    def __getstate__(self) -> dict[str, Any]:
        """Returns what another process needs: all but the pixels, which it maps itself."""
        return {name: value for name, value in self.__dict__.items() if name != "pixels"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, pixels=_mapped(state["folder"]))

    def photo(self, index: int) -> NDArray[np.uint8]:
        """Returns (H, W, 3) uint8 sRGB, a view into the mapped file."""
        return self._at(index, self.rows[index].offset)

    def pair(self, index: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Returns input and target of a pair: two (H, W, 3) uint8 sRGB views of one size.

        A photo without a partner is both: its input is its own lightness, which the caller computes and may age. The
        lightness of a partner is the input as it is; real scans have aged already.
        """
        row = self.rows[index]
        photo = self.photo(index)
        return (self._at(index, row.given_offset) if row.given_offset >= 0 else photo), photo

    def _at(self, index: int, offset: int) -> NDArray[np.uint8]:
        row = self.rows[index]
        flat = self.pixels[offset : offset + row.height * row.width * 3]
        return flat.reshape(row.height, row.width, 3)


def write_table(folder: Path, rows: list[Row], facts: dict[str, object]) -> str:
    """Writes photos.tsv and manifest.json; returns the digest."""
    digest = digest_of(rows)
    with (folder / "photos.tmp").open("w", newline="", encoding="utf-8") as out:
        table = csv.DictWriter(out, list(Row.__dataclass_fields__), delimiter="\t")
        table.writeheader()
        table.writerows(asdict(row) for row in rows)
    (folder / "photos.tmp").replace(folder / "photos.tsv")
    manifest = {"digest": digest, "photos": len(rows), **facts}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    return digest


def digest_of(rows: list[Row] | tuple[Row, ...]) -> str:
    """Returns the first 16 hex digits of the SHA-256 over what is in which split."""
    lines = sorted(
        f"{row.name}\t{row.split}\t{row.source}\t{row.folder}" + (f"\t{row.given_name}" if row.given_name else "")
        for row in rows
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def _size_digest(rows: list[Row]) -> str:
    """Returns the first 16 hex digits of the SHA-256 over the photos' sizes, which the other digest does not see."""
    lines = sorted(f"{row.name}\t{row.height}\t{row.width}" for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def load(folder: Path, split: str, only: tuple[str, ...] = (), limit: int = 0) -> Prepared:
    """Returns one split of a prepared set.

    Args:
        folder: what `prepare` wrote.
        split: "train", "val" or "test".
        only: sources, or "source/folder", to keep; empty keeps all.
        limit: at most so many photos (the first by name's hash), 0 for all.

    Raises:
        MissingData: the folder is not a prepared set, its files do not belong together, or nothing remains.
    """
    if not (folder / "photos.tsv").is_file():
        raise MissingData(f"{folder} holds no prepared set (photos.tsv)")
    every = _rows(folder)
    known = sorted({row.source for row in every})
    every = [row for row in every if not only or row.source in only or f"{row.source}/{row.folder}" in only]
    labels = _labels(every)
    rows = [row for row in every if row.split == split]
    if limit and len(rows) > limit:
        rows = sorted(sorted(rows, key=lambda row: row.name)[:limit], key=lambda row: row.offset)
    if not rows:
        raise _nothing(folder, split, only, known)
    number = {name: index for index, name in enumerate(labels)}
    label_of = np.array([number.get(_label_name(row), -1) for row in rows], np.int64)
    return Prepared(folder, tuple(rows), labels, digest_of(every), _mapped(folder), label_of, _size_digest(every))


def _nothing(folder: Path, split: str, only: tuple[str, ...], known: list[str]) -> MissingData:
    """Returns the error that no photo is left; what helps depends on whether sources were named."""
    if only:
        hint = f"Name sources of the set, in data.only or with --only: {', '.join(known)}."
    else:
        hint = "Prepare more photos, or put some into a folder of that name."
    return MissingData(f"{folder} has no {split} photos of {', '.join(only) or 'any source'}", hint)


def _mapped(folder: Path) -> NDArray[np.uint8]:
    """Returns every byte of a set's pixels, read when they are touched."""
    return np.memmap(folder / "pixels.bin", np.uint8, "c")  # private: torch wants writable memory


def _rows(folder: Path) -> list[Row]:
    """Returns the lines of a set's table, once all pixels that it names were found to be there."""
    again = "Copy photos.tsv and pixels.bin together once more, or prepare the set again."
    with (folder / "photos.tsv").open(newline="", encoding="utf-8") as lines:
        table = csv.DictReader(lines, delimiter="\t")
        try:
            rows = [_row(values) for values in table]
        except (KeyError, TypeError, ValueError) as cause:
            where = f"{folder / 'photos.tsv'}, line {table.line_num}"
            raise MissingData(f"{where} is none that prepare wrote: {cause}", again) from cause
    end = max((max(row.offset, row.given_offset) + row.height * row.width * 3 for row in rows), default=0)
    pixels = folder / "pixels.bin"
    has = pixels.stat().st_size if pixels.is_file() else 0
    if has < end:
        raise MissingData(f"{pixels} has {has:,} bytes, and its table names {end:,}", again)
    return rows


def _row(values: dict[str, str]) -> Row:
    name, source, folder, split, fingerprint = (
        values[key] for key in ("name", "source", "folder", "split", "fingerprint")
    )
    height, width, offset = (int(values[key]) for key in ("height", "width", "offset"))
    given_name, given_offset = values.get("given_name", ""), int(values.get("given_offset", -1))  # old sets: no pairs
    return Row(name, source, folder, split, height, width, offset, fingerprint, given_name, given_offset)


def _label_name(row: Row) -> str:
    return f"{row.source}/{row.folder}"


def _labels(rows: list[Row]) -> tuple[str, ...]:
    """Returns labels from folders with enough training photos, in sources that have at least two of them."""
    counts: dict[str, dict[str, int]] = {}
    for row in rows:
        if row.split == "train" and row.folder not in NOT_CLASSES:
            folders = counts.setdefault(row.source, {})
            folders[row.folder] = folders.get(row.folder, 0) + 1
    names = []
    for source, folders in sorted(counts.items()):
        enough = [name for name, count in sorted(folders.items()) if count >= LABEL_LEAST_PHOTOS]
        names += [f"{source}/{name}" for name in enough if len(enough) > 1]
    return tuple(names)
