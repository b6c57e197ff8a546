"""The note of what is at work, so that a crash between a result and its manifest line loses nothing.

A result gets its final name first and its line in the manifest second. Killed in between, the next run finds a file
that the manifest does not know; this note tells it that the file is photocolor's own, and where temporary files lie.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from photocolor.batch.lines import LineFile, read_lines
from photocolor.batch.parts import BEGUN, record_path, shards_of
from photocolor.batch.shard import belongs
from photocolor.image.atomic import temporary_path
from photocolor.outcome import Job
from photocolor.settings import Shard


@dataclass(frozen=True, slots=True)
class Begun:
    """One photo that an earlier run began.

    Attributes:
        relative: the target's path inside the output folder.
        token: eight hex digits in the temporary file's name.
        foreign: (size in bytes, mtime in ns) of a file that lay there before and was not photocolor's; None if none.
        run: number of the run that began it.
    """

    relative: str
    token: str
    foreign: tuple[int, int] | None = None
    run: int = 0


def begun_path(out: Path, shard: Shard | None = None) -> Path:
    """Where the note of an output folder lies, or that of one shard."""
    return record_path(out, BEGUN, shard)


def read_begun(out: Path, shard: Shard | None = None) -> dict[str, Begun]:
    """What earlier runs began and did not clear, by relative path; damaged lines say nothing.

    Args:
        out: the output folder.
        shard: whose photos are of interest. The notes of the other shards of the same number are not read: they may be
            at work, and have none of its photos.

    Raises:
        OutputError: a note cannot be read.
    """
    found: dict[str, Begun] = {}
    for part in (None, *shards_of(out, BEGUN)):
        if part is None or shard is None or part == shard or part.count != shard.count:
            for begun in _read(begun_path(out, part)):
                known = found.get(begun.relative)
                if belongs(begun.relative, shard) and (known is None or begun.run >= known.run):
                    found[begun.relative] = begun
    return found


def _read(path: Path) -> Iterator[Begun]:
    for line, _ in read_lines(path):
        try:
            yield begun_of(json.loads(line))
        except (ValueError, KeyError, TypeError, IndexError):
            continue


def begun_of(row: dict[str, Any]) -> Begun:
    """A line of the note.

    Raises:
        ValueError, KeyError, TypeError, IndexError: it is damaged.
    """
    foreign = None if row["foreign"] is None else (int(row["foreign"][0]), int(row["foreign"][1]))
    return Begun(str(row["relative"]), str(row["token"]), foreign, int(row.get("run", 0)))


class BegunNote:
    """Writes the note while a run is going on.

    Args:
        out: the output folder.
        earlier: what earlier runs began and did not clear; kept until it is settled.
        run: number of this run.
        shard: which share of the photos it works on.
    """

    def __init__(self, out: Path, earlier: Mapping[str, Begun], run: int = 1, shard: Shard | None = None) -> None:
        self._out, self._run, self._shard = out, run, shard
        self._path = begun_path(out, shard)
        self._earlier = dict(earlier)
        self._lines = LineFile(self._path, durable=False)

    def add(self, job: Job, foreign: tuple[int, int] | None) -> None:
        """Says, before the work begins, that the job's target is about to be written."""
        self._lines.append(row_of(Begun(job.relative, job.token, foreign, self._run)))

    def settle(self, relative: str) -> None:
        """The manifest knows this photo from now on."""
        self._earlier.pop(relative, None)

    def clear(self) -> None:
        """Ends the note: all that this run began is in the manifest; photos of other sources stay noted.

        A plain run, which no shard runs beside, takes over what is left in the notes of shards.
        """
        self._lines.close()
        self._path.unlink(missing_ok=True)
        if self._earlier:
            with LineFile(self._path, durable=False) as lines:
                for begun in self._earlier.values():
                    lines.append(row_of(begun))
        if self._shard is None:
            for shard in shards_of(self._out, BEGUN):
                begun_path(self._out, shard).unlink(missing_ok=True)

    def close(self) -> None:
        """Keeps the note for the next run."""
        self._lines.close()


def sweep_begun(out: Path, begun: Mapping[str, Begun]) -> None:
    """Removes the temporary files of photos that were at work when a run died; only under the folder's lock."""
    for note in begun.values():
        with suppress(OSError):  # one that cannot be removed is hidden, harmless, and no reason to stop
            temporary_path(out / note.relative, note.token).unlink(missing_ok=True)


def row_of(begun: Begun) -> dict[str, object]:
    """The line of the note that `begun_of` reads."""
    return {"relative": begun.relative, "token": begun.token, "foreign": begun.foreign, "run": begun.run}
