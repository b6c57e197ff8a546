"""`prepare`: checks, splits and decodes folders of photos into one set."""

from __future__ import annotations

import csv
import os
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import features
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from training.data.inspect import Inspected, inspect, split_of
from training.data.pairs import pairs_in
from training.data.prepared import Row, load, write_table
from training.data.samples import save_samples
from training.data.sources import SPLITS, SUFFIXES, Candidate, candidates_in
from training.errors import MissingData, MissingDecoder
from training.writing import writing

DROPPED = "dropped.tsv"
"""Every file that was left out, with the reason."""
NAMED_KINDS, NAMED = ("broken", "unreadable"), 8
"""Which files are named in the end, and how many of each kind at most."""


@dataclass(frozen=True, slots=True)
class PrepareSettings:
    """Says how photos are checked and stored.

    Attributes:
        store_px: short side kept, in pixels.
        least_px: photos with a shorter side are dropped.
        duplicate_bits: photos whose difference hashes differ in at most so many of 64 bits are one; −1 keeps all.
        keep_gray: photos without color stay, for test sets that others have measured on.
        processes: decoding processes.
    """

    store_px: int = 208
    least_px: int = 32
    duplicate_bits: int = 2
    keep_gray: bool = False
    processes: int = 0


def prepare(
    sources: Sequence[Path],
    out: Path,
    settings: PrepareSettings,
    console: Console,
    pairs: Sequence[tuple[Path, Path]] = (),
) -> str:
    """Writes pixels.bin, photos.tsv, manifest.json, dropped.tsv and samples.png to `out`; returns the digest.

    Of photos that are nearly the same, those of the test and validation splits are kept before those of the training
    split, pairs before photos without a partner, larger ones before smaller ones, and else the first.

    Args:
        sources: folders, zip archives and packed sets.
        out: the set's folder.
        settings: how photos are checked and stored.
        console: for progress and the closing table.
        pairs: folders of pictures that a network is given, each with the folder of the color photos it should make.

    Raises:
        MissingData: a source is not there, or not one photo is good.
        PairMismatch: paired folders do not fit.
        DiskFull, OutputError: the set cannot be written.
    """
    candidates = [candidate for source in sources for candidate in candidates_in(source)]
    candidates += [candidate for given, wanted in pairs for candidate in pairs_in(given, wanted)]
    if not candidates:
        hint = f"Give folders or archives of photos that end in {', '.join(sorted(SUFFIXES))}."
        raise MissingData(f"there are no photos in {', '.join(map(str, sources))}", hint)
    _check_decoder(candidates)
    try:
        with writing(out):
            out.mkdir(parents=True, exist_ok=True)
            (out / ".gitignore").write_text("*\n", encoding="utf-8")
            return _write(candidates, out, settings, console, with_pairs=bool(pairs))
    finally:
        with suppress(OSError):  # the cause of leaving is the news
            (out / "pixels.tmp").unlink(missing_ok=True)


def _write(
    candidates: list[Candidate], out: Path, settings: PrepareSettings, console: Console, *, with_pairs: bool
) -> str:
    """Checks the photos and writes the set; returns its digest."""
    with_val = {candidate.source for candidate in candidates if candidate.split == "val"}
    kept = _Kept(settings.duplicate_bits)
    dropped: list[tuple[str, str]] = []
    with (out / "pixels.tmp").open("wb") as pixels, Progress(console=console) as progress:
        task = progress.add_task("preparing", total=len(candidates))
        for candidate, photo in _inspected(candidates, settings):
            progress.advance(task)
            if photo.verdict != "good":
                dropped.append((candidate.name, photo.verdict))
                continue
            row = _row(candidate, photo, _split(candidate, photo.digest, with_val), pixels.tell())
            duplicates = kept.add(candidate.name, row)
            dropped += [(name, "duplicate") for name in duplicates]
            if candidate.name in duplicates:
                continue
            pixels.write(photo.pixels.tobytes())
            if photo.given is not None:
                pixels.write(photo.given.tobytes())
    rows = kept.rows
    _write_dropped(dropped, out)
    if not rows:
        order = "--pairs takes the gray folder first, the color one second."
        hint = order if with_pairs else "Give folders of color photos."
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in _counted(why for _, why in dropped).items())
        raise MissingData(f"none of {len(candidates):,} files is a usable color photo: {reasons}", hint)
    (out / "photos.tsv").unlink(missing_ok=True)  # or a stop here would leave a table of other pixels
    (out / "pixels.tmp").replace(out / "pixels.bin")
    digest = write_table(out, rows, _facts(rows, dropped))
    _report(rows, dropped, digest, console)
    shown = next(split for split in SPLITS if any(row.split == split for row in rows))
    console.print(f"samples: {save_samples(load(out, shown))}", soft_wrap=True, highlight=False)
    return digest


def _facts(rows: Sequence[Row], dropped: Sequence[tuple[str, str]]) -> dict[str, object]:
    """Returns the manifest's counts: photos in the set by kind, and photos that were dropped."""
    return {
        "dropped": _counted(verdict for _, verdict in dropped),
        "sources": _counted(row.source for row in rows),
        "short_sides_px": _counted(str(min(row.height, row.width)) for row in rows),
        "pairs": sum(row.given_offset >= 0 for row in rows),
    }


def _check_decoder(candidates: list[Candidate]) -> None:
    """Raises if there are AVIF photos and this Pillow cannot read any: all would count as broken."""
    if any(candidate.member.lower().endswith(".avif") for candidate in candidates) and not features.check("avif"):
        raise MissingDecoder("these sources hold AVIF photos, and the installed Pillow reads none")


def _row(candidate: Candidate, photo: Inspected, split: str, offset: int) -> Row:
    """Returns the table's line of a photo whose pixels begin at `offset`; its partner's pixels follow them."""
    height, width = photo.pixels.shape[:2]
    given_offset = offset + photo.pixels.nbytes if photo.given is not None else -1
    hexadecimal = f"{photo.fingerprint:016x}"
    return Row(
        photo.digest, candidate.source, candidate.folder, split, height, width, offset, hexadecimal,
        photo.given_digest, given_offset,
    )  # fmt: skip


def _split(candidate: Candidate, digest: str, with_val: set[str]) -> str:
    """Returns the collection's own split; folders with only train and test give a share of train to val."""
    if candidate.final:
        return candidate.split
    if candidate.split == "train" and candidate.source not in with_val:
        return "val" if split_of(digest) == "val" else "train"
    return candidate.split or split_of(digest)


def _inspected(candidates: list[Candidate], settings: PrepareSettings) -> Iterator[tuple[Candidate, Inspected]]:
    """Yields every candidate with its verdict, in order; many are decoded by several processes."""
    work = partial(_inspect_one, settings=settings)
    processes = settings.processes or os.cpu_count() or 1
    if processes == 1 or len(candidates) < 500:
        yield from zip(candidates, map(work, candidates), strict=True)
        return
    with ProcessPoolExecutor(processes) as pool:
        yield from zip(candidates, pool.map(work, candidates, chunksize=32), strict=True)


def _inspect_one(candidate: Candidate, settings: PrepareSettings) -> Inspected:
    cv2.setNumThreads(1)
    try:
        content = candidate.read_bytes()
        given = candidate.given.read_bytes() if candidate.given is not None else None
    except (zipfile.BadZipFile, zlib.error):
        return Inspected("broken", "", np.zeros((0, 0, 3), np.uint8))
    except OSError:
        return Inspected("unreadable", "", np.zeros((0, 0, 3), np.uint8))
    return inspect(content, settings.store_px, settings.least_px, keep_gray=settings.keep_gray, given=given)


class _Kept:
    """Holds the photos that are kept so far; of nearly equal difference hashes only the best photo stays.

    The pixels of a photo that had to go for a better one remain in the file, where no row names them.
    """

    def __init__(self, bits: int) -> None:
        self.bits = bits
        self.photos: list[tuple[str, Row] | None] = []
        self.hashes: NDArray[np.uint64] = np.zeros(1024, np.uint64)

    @property
    def rows(self) -> list[Row]:
        return [photo[1] for photo in self.photos if photo is not None]

    def add(self, name: str, row: Row) -> list[str]:
        """Adds a photo; returns the names of photos that are dropped for it, or its own if it is dropped."""
        near = self._near(int(row.fingerprint, 16))
        if any(_worth(other) >= _worth(row) for _, other in near.values()):
            return [name]
        for index in near:
            self.photos[index] = None
        if len(self.photos) == len(self.hashes):
            self.hashes = np.concatenate([self.hashes, np.zeros_like(self.hashes)])
        self.hashes[len(self.photos)] = int(row.fingerprint, 16)
        folder = row.folder or next((other.folder for _, other in near.values() if other.source == row.source), "")
        self.photos.append((name, replace(row, folder=folder)))  # its smaller copy may have said what it shows
        return [other for other, _ in near.values()]

    def _near(self, fingerprint: int) -> dict[int, tuple[str, Row]]:
        if self.bits < 0:
            return {}
        distance = np.bitwise_count(self.hashes[: len(self.photos)] ^ np.uint64(fingerprint))
        near = np.flatnonzero(distance <= self.bits).tolist()
        return {index: photo for index in near if (photo := self.photos[index]) is not None}


def _worth(row: Row) -> tuple[bool, bool, int]:
    """Returns the sort key of near-duplicates: the split first, then whether it is one of a pair, then the size."""
    return row.split != "train", row.given_offset >= 0, min(row.height, row.width)


def _write_dropped(dropped: list[tuple[str, str]], out: Path) -> None:
    with (out / DROPPED).open("w", newline="", encoding="utf-8") as lines:
        table = csv.writer(lines, delimiter="\t")
        table.writerow(("file", "reason"))
        table.writerows(dropped)


def _counted(names: Iterable[str]) -> dict[str, int]:
    """Returns how often each name occurs, sorted by name (numbers by value)."""
    counts = Counter(names)
    return {name: counts[name] for name in sorted(counts, key=lambda name: (len(name) if name.isdigit() else 0, name))}


def _report(rows: list[Row], dropped: list[tuple[str, str]], digest: str, console: Console) -> None:
    table = Table(title=f"prepared set {digest}")
    for heading in ("split", "photos"):
        table.add_column(heading)
    for split, count in _counted(row.split for row in rows).items():
        table.add_row(split, f"{count:,}")
    if pairs := sum(row.given_offset >= 0 for row in rows):
        table.add_row("in pairs", f"{pairs:,}")
    for reason, count in _counted(reason for _, reason in dropped).items():
        table.add_row(f"dropped: {reason}", f"{count:,}")
    console.print(table)
    for kind in NAMED_KINDS:
        names = [name for name, reason in dropped if reason == kind]
        for name in names[:NAMED]:
            console.print(f"{kind}: {name}", soft_wrap=True, markup=False, highlight=False)
        if len(names) > NAMED:
            console.print(f"and {len(names) - NAMED} more {kind} files, named in {DROPPED}", soft_wrap=True)
