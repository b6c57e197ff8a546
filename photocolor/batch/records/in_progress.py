"""The note of photos at work, so that a crash between a result and its manifest line loses nothing.

A result gets its final name first and its line in the manifest second. Killed in between, the next run finds a file
that the manifest does not know; this note tells it that the file is photocolor's own, and where temporary files lie.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from photocolor.batch.plan.shard import belongs
from photocolor.batch.records.checked import NUMBER_MOST, RUN_MOST, checked_path, checked_place, whole_number
from photocolor.batch.records.files import AT_WORK, record_path, shards_of
from photocolor.batch.records.jsonl import LineFile, read_lines, record_folder, write_failure
from photocolor.batch.records.manifest import Past
from photocolor.batch.records.whole import repair_command
from photocolor.outcome import Job
from photocolor.pipeline.xmp_files import copy_token
from photocolor.settings import Shard
from photocolor.system.atomic import temporary_path
from photocolor.system.open_writers import is_open_for_writing
from photocolor.system.safe_files import lies_in
from photocolor.system.strict_json import loads

_TOKEN = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class InProgressNote:
    """Describes one photo that an earlier run began.

    Attributes:
        relative: the target's path inside the output folder.
        token: eight hex digits in the temporary file's name.
        foreign: (size in bytes, mtime in ns) of a file that lay there before and was not photocolor's; None if none.
        run: number of the run that began it.
        masks: absolute path of the folder for masks of damage that the run had, as its system writes it; "" for none.
    """

    relative: str
    token: str
    foreign: tuple[int, int] | None = None
    run: int = 0
    masks: str = ""


def in_progress_path(out: Path, shard: Shard | None = None) -> Path:
    """Returns the path of an output folder's note, or that of one shard."""
    return record_path(out, AT_WORK, shard)


def read_in_progress(
    out: Path, shard: Shard | None = None, damaged: Counter[str] | None = None
) -> dict[str, InProgressNote]:
    """Returns the photos that earlier runs began and did not finish, by relative path; counts damaged lines.

    Args:
        out: the output folder.
        shard: whose photos are of interest. The notes of the other shards of the same number are not read: they may be
            at work, and have none of its photos.
        damaged: gets the numbers of damaged lines, by the file's name.

    Raises:
        OutputError: a note cannot be read.
    """
    found: dict[str, InProgressNote] = {}
    for part in (None, *shards_of(out, AT_WORK)):
        if part is None or shard is None or part == shard or part.count != shard.count:
            for note in _read(in_progress_path(out, part), Counter() if damaged is None else damaged):
                known = found.get(note.relative)
                if belongs(note.relative, shard) and (known is None or note.run >= known.run):
                    found[note.relative] = note
    return found


def _read(path: Path, damaged: Counter[str]) -> Iterator[InProgressNote]:
    for line, whole in read_lines(path):
        try:
            yield note_of(loads(line))
        except (ValueError, KeyError, TypeError, IndexError):
            damaged[path.name] += whole  # a torn last line is what a crash leaves


def unsettled(notes: Mapping[str, InProgressNote], past: Past) -> dict[str, InProgressNote]:
    """Returns the notes that still count: no line of the same run or a later one knows what became of their photos."""
    return {place: note for place, note in notes.items() if note.run > _last_run(place, past)}


def _last_run(place: str, past: Past) -> int:
    """Returns the highest number of a run that finished a photo or left it alone; -1 if none did."""
    lines = (past.done.get(place), past.passed.get(place))
    return max((line.run for line in lines if line is not None), default=-1)


def note_of(row: dict[str, Any]) -> InProgressNote:
    """Returns the photo that a line of the note describes.

    Raises:
        ValueError, KeyError, TypeError, IndexError: it is damaged.
    """
    foreign = row["foreign"]
    if foreign is not None:
        foreign = whole_number(foreign[0]), whole_number(foreign[1], low=-NUMBER_MOST)
    if not isinstance(row["token"], str) or not _TOKEN.fullmatch(row["token"]):
        raise ValueError("no token")
    if row["relative"] == ".":
        raise ValueError("no file's place")
    masks = checked_path(row["masks"]) if "masks" in row else ""
    run = whole_number(row.get("run", 0), high=RUN_MOST)
    return InProgressNote(checked_place(row["relative"]), row["token"], foreign, run, masks)


def on_damage(manifest_lines: int, notes: Counter[str], out: Path | None = None) -> list[str]:
    """Returns a sentence about the damaged lines of the manifest, and one about those of each note.

    Args:
        manifest_lines: how many of the manifest are damaged.
        notes: how many of each note.
        out: the output folder, if the manifest is a file there.
    """
    sentences = []
    if manifest_lines:
        lines = "1 damaged line" if manifest_lines == 1 else f"{manifest_lines:,} damaged lines"
        what = f"; to take out what is damaged: {repair_command(out)}" if out else "."
        sentences.append(f"The manifest has {lines}; their photos are looked at again{what}")
    for name, number in notes.items():
        lines = "1 damaged line" if number == 1 else f"{number:,} damaged lines"
        sentences.append(
            f"{name}, the note of what was at work, has {lines}; results that only they knew are not replaced."
        )
    return sentences


class InProgressFile:
    """Writes the note while a run is going on.

    Args:
        out: the output folder.
        earlier: what earlier runs began and did not clear; kept until it is settled.
        run: number of this run.
        shard: which share of the photos it works on.
        masks: its folder for masks of damage; None if none are wanted.
    """

    def __init__(
        self,
        out: Path,
        earlier: Mapping[str, InProgressNote],
        run: int = 1,
        shard: Shard | None = None,
        masks: Path | None = None,
    ) -> None:
        self._out, self._run, self._shard = out, run, shard
        self._masks = "" if masks is None else str(masks.absolute())
        self._path = in_progress_path(out, shard)
        self._earlier = dict(earlier)
        self._lines = LineFile(self._path, durable=False)

    def add(self, job: Job, foreign: tuple[int, int] | None) -> None:
        """Notes, before the work begins, that the job's target is about to be written."""
        self._lines.append(row_of(InProgressNote(job.relative, job.token, foreign, self._run, self._masks)))

    def settle(self, relative: str) -> None:
        """Marks a photo as recorded in the manifest."""
        self._earlier.pop(relative, None)

    def clear(self) -> None:
        """Removes this run's photos from the note, as the manifest has them; photos of other sources stay.

        A plain run, which no shard runs beside, takes over what is left in the notes of shards.
        """
        self._lines.close()
        self._remove(self._path)
        if self._earlier:
            with LineFile(self._path, durable=False) as lines:
                for note in self._earlier.values():
                    lines.append(row_of(note))
        if self._shard is None:
            for shard in shards_of(self._out, AT_WORK):
                self._remove(in_progress_path(self._out, shard))

    def _remove(self, path: Path) -> None:
        try:
            with record_folder(path.parent) as folder:
                folder.remove(path.name)
        except OSError as error:
            raise write_failure(path, error) from error

    def close(self) -> None:
        """Keeps the note for the next run."""
        self._lines.close()


def remove_temporaries_of(out: Path, in_progress: Mapping[str, InProgressNote], masks: Path | None = None) -> None:
    """Removes the temporary files of photos that were at work when a run died; only under the folder's lock.

    Args:
        out: the output folder.
        in_progress: the photos.
        masks: folder for masks of the photos' damage; None if none are wanted. That of the run that died is in its
            note, if it was one of this system. Nothing is removed in either that another run is writing.
    """
    for note in in_progress.values():
        theirs = Path(note.masks) if Path(note.masks).is_absolute() else None  # that of another system may be none
        for folder in dict.fromkeys(each for each in (out, masks, theirs) if each is not None):
            target = folder / note.relative
            with suppress(OSError):  # one that cannot be removed is hidden, harmless, and no reason to stop
                if lies_in(target, folder):
                    for token in (note.token, copy_token(note.token)):
                        path = temporary_path(target, token)
                        if folder == out or not is_open_for_writing(path):
                            path.unlink(missing_ok=True)


def row_of(note: InProgressNote) -> dict[str, object]:
    """Returns the line of the note that `note_of` reads."""
    row: dict[str, object] = {"relative": note.relative, "token": note.token, "foreign": note.foreign, "run": note.run}
    return row | ({"masks": note.masks} if note.masks else {})
