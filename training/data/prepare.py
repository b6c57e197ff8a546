"""`prepare`: folders of any photos become one checked, split, decoded set."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from training.data.inspect import Inspected, inspect, split_of
from training.data.prepared import Row, write_table
from training.data.sources import Candidate, candidates_in
from training.errors import MissingData


@dataclass(frozen=True, slots=True)
class PrepareSettings:
    """How photos are checked and stored.

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


def prepare(sources: list[Path], out: Path, settings: PrepareSettings, console: Console) -> str:
    """Writes pixels.bin, photos.tsv and manifest.json into `out`; gives the digest.

    Raises:
        MissingData: a source is not there, or not one photo is good.
    """
    candidates = [candidate for source in sources for candidate in candidates_in(source)]
    out.mkdir(parents=True, exist_ok=True)
    (out / ".gitignore").write_text("*\n", encoding="utf-8")
    with_val = {candidate.source for candidate in candidates if candidate.split == "val"}
    rows: list[Row] = []
    dropped: Counter[str] = Counter()
    seen = _Seen(settings.duplicate_bits)
    with (out / "pixels.tmp").open("wb") as pixels, Progress(console=console) as progress:
        task = progress.add_task("preparing", total=len(candidates))
        for candidate, photo in _inspected(candidates, settings):
            progress.advance(task)
            verdict = photo.verdict if photo.verdict != "good" or seen.is_new(photo) else "duplicate"
            if verdict != "good":
                dropped[verdict] += 1
                continue
            height, width = photo.pixels.shape[:2]
            split = _split(candidate, photo.digest, with_val)
            hexadecimal = f"{photo.fingerprint:016x}"
            rows.append(
                Row(photo.digest, candidate.source, candidate.folder, split, height, width, pixels.tell(), hexadecimal)
            )
            pixels.write(photo.pixels.tobytes())
    if not rows:
        raise MissingData(f"none of {len(candidates)} files is a usable color photo", "Give folders of color photos.")
    (out / "pixels.tmp").replace(out / "pixels.bin")
    facts: dict[str, object] = {"dropped": dict(dropped), "sources": dict(Counter(row.source for row in rows))}
    digest = write_table(out, rows, facts)
    _tell(rows, dropped, digest, console)
    return digest


def _split(candidate: Candidate, digest: str, with_val: set[str]) -> str:
    """The collection's own split; one that brings train and test only gives a share of train to val."""
    if candidate.split == "train" and candidate.source not in with_val:
        return "val" if split_of(digest) == "val" else "train"
    return candidate.split or split_of(digest)


def _inspected(candidates: list[Candidate], settings: PrepareSettings) -> Iterator[tuple[Candidate, Inspected]]:
    """Every candidate with its verdict, in order; decoded by several processes when there is enough to do."""
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
    except OSError:
        return Inspected("broken", "", np.zeros((0, 0, 3), np.uint8))
    return inspect(content, settings.store_px, settings.least_px, keep_gray=settings.keep_gray)


class _Seen:
    """The difference hashes so far; a photo near one of them is not new."""

    def __init__(self, bits: int) -> None:
        self.bits = bits
        self.hashes: NDArray[np.uint64] = np.zeros(1024, np.uint64)
        self.count = 0

    def is_new(self, photo: Inspected) -> bool:
        if self.bits < 0:
            return True
        mine = np.uint64(photo.fingerprint)
        distance = np.bitwise_count(self.hashes[: self.count] ^ mine)
        if self.count and int(distance.min()) <= self.bits:
            return False
        if self.count == len(self.hashes):
            self.hashes = np.concatenate([self.hashes, np.zeros_like(self.hashes)])
        self.hashes[self.count] = mine
        self.count += 1
        return True


def _tell(rows: list[Row], dropped: Counter[str], digest: str, console: Console) -> None:
    table = Table(title=f"prepared set {digest}")
    for heading in ("split", "photos"):
        table.add_column(heading)
    for split, count in sorted(Counter(row.split for row in rows).items()):
        table.add_row(split, str(count))
    for reason, count in sorted(dropped.items()):
        table.add_row(f"dropped: {reason}", str(count))
    console.print(table)
