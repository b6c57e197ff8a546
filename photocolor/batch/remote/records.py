"""The records of a run in a remote output folder: objects that are written once, because none can be appended to.

The manifest is the sequence of its parts. Before a block of photos is begun, a note of it is written; after a crash it
says which results are photocolor's own though no manifest knows them. The note of a block goes when all of it is known.
"""

from __future__ import annotations

import secrets
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice

from photocolor.batch.inspector import TargetState
from photocolor.batch.plan.results_folder import RECORD_FOLDER
from photocolor.batch.plan.shard import belongs
from photocolor.batch.records.checked import DamagedLine, NewerLine, checked_line
from photocolor.batch.records.folder import PlannedJob
from photocolor.batch.records.in_progress import InProgressNote, note_of, row_of
from photocolor.batch.records.manifest import Past, Recipe, manifest_line, remember
from photocolor.errors import OutputError, StorageFailed
from photocolor.outcome import Failed, Job, Outcome
from photocolor.settings import Shard
from photocolor.storage.address import Address, without_secrets
from photocolor.storage.opening import open_store
from photocolor.storage.refusal import advice
from photocolor.storage.store import Store, StoredObject
from photocolor.system.file_bytes import fits_into_memory
from photocolor.system.strict_json import dumps, loads

BLOCK = 256
"""Photos in one note: three requests for a block cost little beside two for each photo."""
LINES = 500
FLUSH_S = 15.0
"""A part of the manifest is written after so many lines or seconds; a crash costs what was done since."""
MANIFEST, AT_WORK = "manifest-", "at-work-"


@dataclass(slots=True)
class Earlier:
    """Holds what earlier runs left in the remote output folder.

    Attributes:
        past: what they finished.
        in_progress: what they began and no manifest knows, by relative path.
        notes: those photos by the object that notes them.
        damaged: lines of the notes that could not be read, by object.
    """

    past: Past
    in_progress: dict[str, InProgressNote] = field(default_factory=dict)
    notes: dict[str, set[str]] = field(default_factory=dict)
    damaged: Counter[str] = field(default_factory=Counter)


def recall_remote(out: Address, objects: Iterable[StoredObject], past: Past, shard: Shard | None) -> Earlier:
    """Reads the records in a remote output folder into `past` and returns them with the unfinished notes.

    Args:
        out: the output folder.
        objects: what lies in its folder of records.
        past: empty.
        shard: whose photos are of interest; None for all.

    Raises:
        OutputError: they cannot be read, or a newer photocolor wrote them.
    """
    store, earlier = open_store(out), Earlier(past)
    ordered = sorted(_readable(objects, earlier))
    for name in (name for name in ordered if name.startswith(MANIFEST)):
        for line in _lines(store, out, name):
            try:
                remember(past, checked_line(line), shard)
            except DamagedLine:
                past.damaged += 1
            except NewerLine as newer:
                raise newer.as_output_error(out / RECORD_FOLDER / name) from newer
    for name in (name for name in ordered if name.startswith(AT_WORK)):
        for line in _lines(store, out, name):
            try:
                _remember_note(earlier, name, note_of(loads(line)), shard)
            except (ValueError, KeyError, TypeError, IndexError):
                earlier.damaged[name] += 1
    return earlier


def _readable(objects: Iterable[StoredObject], earlier: Earlier) -> Iterator[str]:
    """Yields the names of the records; one that is longer than any of ours counts as one damaged line."""
    for item in objects:
        if fits_into_memory(item.size_bytes):
            yield from [item.name] * item.name.endswith(".jsonl")
        elif item.name.startswith(MANIFEST):
            earlier.past.damaged += 1
        else:
            earlier.damaged[item.name] += 1


def _remember_note(earlier: Earlier, name: str, note: InProgressNote, shard: Shard | None) -> None:
    earlier.past.run = max(earlier.past.run, note.run)
    pending = earlier.notes.setdefault(name, set())
    record = earlier.past.done.get(note.relative)
    if record is not None and record.run >= note.run:
        return  # its line came after its note
    pending.add(note.relative)
    if belongs(note.relative, shard):
        earlier.in_progress[note.relative] = note


def _lines(store: Store, out: Address, name: str) -> Iterator[bytes]:
    address = out / RECORD_FOLDER / name
    try:
        yield from store.read(address).splitlines()
    except FileNotFoundError:
        return  # a run of another shard finished with it meanwhile
    except (StorageFailed, OSError) as error:
        raise OutputError(
            f"{address} cannot be read: {without_secrets(str(error))}", advice(error, OutputError.default_hint)
        ) from error


class RemoteRecords:
    """Writes parts of the manifest, and notes of the photos at work.

    Args:
        out: the output folder.
        recipe: of the run.
        earlier: what earlier runs left.
        target: what lay at a job's target when the run began.
        shard: which share of the photos is worked on.
    """

    def __init__(
        self,
        out: Address,
        recipe: Recipe,
        earlier: Earlier,
        target: Callable[[Job], TargetState | None],
        shard: Shard | None = None,
    ) -> None:
        self._out, self._recipe, self._target = out, recipe, target
        self._store = open_store(out)
        self._run = earlier.past.next_run
        label = f"{shard.label}-" if shard else ""
        self._label = f"{self._run:06d}-{label}{secrets.token_hex(4)}"
        self._parts, self._blocks = 0, 0
        self._lines: list[bytes] = []
        self._since = 0.0
        self._notes = {name: set(photos) for name, photos in earlier.notes.items()}
        self._noted: defaultdict[str, list[str]] = defaultdict(list)
        for name, photos in self._notes.items():
            for photo in photos:
                self._noted[photo].append(name)

    def announced(self, jobs: Iterable[PlannedJob]) -> Iterator[Job]:
        """Yields the same jobs in blocks; the note of a block is written before its first job is yielded."""
        waiting = iter(jobs)
        while block := list(islice(waiting, BLOCK)):
            self._blocks += 1
            name = f"{AT_WORK}{self._label}-{self._blocks:06d}.jsonl"
            rows = (row_of(InProgressNote(job.relative, job.token, foreign, self._run)) for job, foreign in block)
            self._write(name, [_line(row) for row in rows])
            self._notes[name] = {job.relative for job, _ in block}
            for job, _ in block:
                self._noted[job.relative].append(name)
            for job, _ in block:
                yield self._with_target(job)

    def _with_target(self, job: Job) -> Job:
        """Returns the job with what lies at its target, so that whoever delivers the result notices another."""
        there = self._target(job)
        if job.remote is None or there is None:
            return job
        return replace(job, remote=replace(job.remote, there=(there.size_bytes, there.mtime_ns)))

    def add(self, outcome: Outcome) -> None:
        """Adds a line to the manifest; the storage has it after `LINES` lines or `FLUSH_S` seconds."""
        if not self._lines:
            self._since = time.monotonic()
        self._lines.append(_line(manifest_line(outcome, self._recipe, self._run)))
        if not (isinstance(outcome, Failed) and outcome.reason == StorageFailed.reason):  # the storage may have it yet
            for name in self._noted.pop(outcome.job.relative, ()):
                self._notes[name].discard(outcome.job.relative)
        if len(self._lines) >= LINES or time.monotonic() - self._since > FLUSH_S:
            self._flush()

    def finish(self) -> None:
        """Writes the remaining lines, and removes the notes of earlier runs that are settled."""
        self._flush()

    def close(self) -> None:
        """Writes the remaining lines if possible; otherwise the notes tell the next run."""
        with suppress(OutputError):
            self._flush()

    def _flush(self) -> None:
        if self._lines:
            self._parts += 1
            self._write(f"{MANIFEST}{self._label}-{self._parts:06d}.jsonl", self._lines)
            self._lines = []
        for name in [name for name, photos in self._notes.items() if not photos]:
            del self._notes[name]
            self._asked(lambda name=name: self._store.remove(self._out / RECORD_FOLDER / name))  # type: ignore[misc]

    def _write(self, name: str, lines: list[bytes]) -> None:
        self._asked(lambda: self._store.write(self._out / RECORD_FOLDER / name, b"".join(lines)))

    def _asked(self, action: Callable[[], None]) -> None:
        try:
            action()
        except (StorageFailed, OSError) as error:
            raise OutputError(
                f"the records in {self._out} cannot be written: {without_secrets(str(error))}",
                advice(error, "Check the rights of the credentials, then run the same command again."),
            ) from error


def _line(record: Mapping[str, object]) -> bytes:
    return dumps(record, compact=True).encode("ascii") + b"\n"
