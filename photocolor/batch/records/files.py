"""The files of records in an output folder: one set for plain runs, and one for each shard.

Shards that run at the same time append to files of their own, because two machines cannot append to one file of a
shared file system. Whoever reads takes all of them together, however often the number of shards changed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from photocolor.batch.plan.results_folder import RECORD_FOLDER
from photocolor.batch.records.jsonl import not_ours, raw_lines, read_lines, record_folder
from photocolor.distribution import SHARDS_MAX, Shard
from photocolor.errors import OutputError, UsageError
from photocolor.system.safe_files import NotOurs
from photocolor.system.spelling import spelling_hint

MANIFEST, AT_WORK, LOCK = "manifest.jsonl", "at-work.jsonl", "lock"
_RUN = re.compile(rb'\{\s*"v"\s*:\s*[0-9]{1,9}\s*,\s*"run"\s*:\s*([0-9]{1,15})(?![0-9])')
_LABEL = re.compile(r"-([0-9]{1,6})-of-([0-9]{1,6})")


def record_path(out: Path, name: str, shard: Shard | None = None) -> Path:
    """Returns where one of the records of an output folder lies.

    It is called `manifest.jsonl`, or `manifest-2-of-8.jsonl` for a shard.
    """
    stem, dot, suffix = name.partition(".")
    label = f"-{shard.label}" if shard else ""
    return out / RECORD_FOLDER / f"{stem}{label}{dot}{suffix}"


def refuse_without_records(out: Path, hint: str = "Name the folder that photocolor restore --out wrote into.") -> None:
    """Raises unless a run is recorded in a folder.

    Args:
        out: the folder that was named.
        hint: what helps somebody who named another folder.

    Raises:
        UsageError: none is.
    """
    if manifests(out):
        return
    if not os.path.lexists(out):
        raise UsageError(f"no run is recorded in {out}: there is no such folder", spelling_hint(out))
    if not out.is_dir():
        raise UsageError(f"no run is recorded in {out}: it is a file", hint)
    raise UsageError(f"no run is recorded in {out}", hint)


def shards_of(out: Path, name: str) -> list[Shard]:
    """Returns the shards that have such a record in the output folder, by their count and number.

    Raises:
        OutputError: the folder cannot be read.
    """
    stem, dot, suffix = name.partition(".")
    try:
        with record_folder(out / RECORD_FOLDER) as folder:
            names = folder.names()
    except (FileNotFoundError, NotADirectoryError):
        return []
    except NotOurs as error:
        raise not_ours(error) from error
    except OSError as error:
        raise OutputError(f"{out / RECORD_FOLDER} cannot be read: {error.strerror or error}") from error
    shards = []
    for other in names:
        label = other.removeprefix(stem).removesuffix(dot + suffix)
        match = _LABEL.fullmatch(label)
        if match and 1 <= int(match[1]) <= int(match[2]) <= SHARDS_MAX:
            shards.append(Shard(number=int(match[1]), count=int(match[2])))
    return sorted(shards, key=lambda shard: (shard.count, shard.number))


def manifests(out: Path) -> list[Path]:
    """Returns every manifest of an output folder: that of plain runs, if there is one, and those of shards.

    Raises:
        OutputError: the folder cannot be read.
    """
    plain = record_path(out, MANIFEST)
    return [plain] * os.path.lexists(plain) + [record_path(out, MANIFEST, shard) for shard in shards_of(out, MANIFEST)]


@dataclass(frozen=True, slots=True, order=True)
class _Stretch:
    """Describes the lines that one run wrote into one manifest, as a range of bytes."""

    run: int
    place: int
    begin: int
    end: int


def replay(out: Path) -> Iterator[tuple[bytes, bool]]:
    """Yields the lines of all manifests of a folder, each with whether it counts; one that a crash tore does not.

    A later line about a photo comes after every earlier one: runs are numbered, and those that write at the same time
    never share a photo. No clock is asked.

    Raises:
        OutputError: one cannot be read.
    """
    paths = manifests(out)
    if len(paths) == 1:
        yield from read_lines(paths[0])
        return
    for stretch in sorted(stretch for stretch in _stretches(paths) if stretch.begin < stretch.end):
        yield from read_lines(paths[stretch.place], stretch.begin, stretch.end)


def _stretches(paths: list[Path]) -> Iterator[_Stretch]:
    for place, path in enumerate(paths):
        run, begin, end = 0, 0, 0
        for line in raw_lines(path):
            match = _RUN.match(line)
            if match and int(match[1]) != run:
                yield _Stretch(run, place, begin, end)
                run, begin = int(match[1]), end
            end += len(line)
        yield _Stretch(run, place, begin, end)
