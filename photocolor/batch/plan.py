"""The plan of a run: every source with its one target, refused before any work if two could meet."""

from __future__ import annotations

import os
import secrets
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from photocolor.batch.shard import belongs
from photocolor.batch.walk import Fault, Found, Harvest, harvest
from photocolor.errors import TargetCollision, UsageError
from photocolor.image.formats import result_suffix
from photocolor.outcome import Fingerprint, Job
from photocolor.settings import OutputFormat, Shard

PAIRS_SHOWN = 200
TOKEN_BYTES = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """One planned photo, small enough for a million of them.

    Attributes:
        found: the source.
        relative: the target's path inside the output folder, with forward slashes.
    """

    found: Found
    relative: str


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a run will do.

    Attributes:
        out: the output folder.
        entries: the photos in the order of work.
        faults: what could not be looked at.
        passed: how many entries of which kind were passed over on purpose.
        shard: whose photos these are; None if they are all.
    """

    out: Path
    entries: Sequence[Entry]
    faults: Sequence[Fault]
    passed: Mapping[str, int]
    shard: Shard | None = None

    def __len__(self) -> int:
        return len(self.entries)

    def only(self, shard: Shard | None) -> Plan:
        """The part of the plan that is one shard's; all of it for None.

        Every photo is in one shard. A folder that could not be read is in all of them: what another machine can read
        there is in any shard, so each must say that it did not see it.
        """
        if shard is None:
            return self
        entries = [entry for entry in self.entries if belongs(entry.relative, shard)]
        faults = [fault for fault in self.faults if fault.folder or belongs(fault.relative, shard)]
        return replace(self, entries=entries, faults=faults, shard=shard)

    def jobs(self) -> Iterator[Job]:
        """The jobs, each made when it is asked for."""
        for entry in self.entries:
            found = entry.found
            yield _job(self.out, found.path, entry.relative, Fingerprint(found.size_bytes, found.mtime_ns))

    def fault_jobs(self) -> Iterator[tuple[Job, Fault]]:
        """For each fault a job to name it by."""
        for fault in self.faults:
            yield _job(self.out, fault.path, fault.relative, Fingerprint(0, 0)), fault


def _job(out: Path, source: str, relative: str, fingerprint: Fingerprint) -> Job:
    return Job(Path(source), out / relative, relative, fingerprint, secrets.token_hex(TOKEN_BYTES))


def make_plan(sources: Sequence[Path], out: Path, output_format: OutputFormat = OutputFormat.KEEP) -> Plan:
    """Every photo with its target; nothing is written, and the photos are not opened.

    A target is the source's path under the folder that all sources share (one folder: the folder itself), with the
    suffix of the result's format.

    Raises:
        UsageError: a source is missing or named twice, `out` is no folder, or a result would overwrite a source.
        TargetCollision: two sources share a target, also if only on a file system that ignores case or composition.
    """
    if out.exists() and not out.is_dir():
        raise UsageError(f"the output {out} is a file, not a folder", "Choose a folder as --out.")
    return plan_of(harvest(sources, out), out, output_format)


def plan_of(harvested: Harvest, out: Path, output_format: OutputFormat, beside: Sequence[Found] = ()) -> Plan:
    """What was found as a plan; see `make_plan`.

    Args:
        harvested: the sources.
        out: the output folder.
        output_format: of the results.
        beside: further sources, which are not worked on, but whose names and whose results' names count.

    Raises:
        UsageError, TargetCollision: as `make_plan`.
    """
    every = [Entry(found, target_of(found.relative, output_format)) for found in (*harvested.found, *beside)]
    places = _Places(out)
    _refuse_overwritten_sources(every, places)
    _refuse_shared_targets(every, places)
    return Plan(out, every[: len(harvested.found)], harvested.faults, dict(harvested.passed))


def target_of(relative: str, output_format: OutputFormat) -> str:
    """The result's path in the output folder, for a source's path under the folder that all sources share."""
    stem, suffix = os.path.splitext(relative)  # noqa: PTH122 -- on a string, a million times
    return stem + result_suffix(suffix, output_format)


def folded(name: str) -> str:
    """The name as a file system sees it that ignores case and Unicode composition: equal here, one file there."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


class _Places:
    """Where files really lie: folded paths, with links in their folders resolved once per folder."""

    def __init__(self, out: Path) -> None:
        self._out = str(out)
        self._folders: dict[str, str] = {}

    def folder(self, path: str) -> str:
        found = self._folders.get(path)
        if found is None:
            found = self._folders[path] = folded(os.path.realpath(path))
        return found

    def source(self, found: Found) -> tuple[str, str]:
        parent, name = os.path.split(found.path)
        return self.folder(parent), folded(name)

    def target(self, entry: Entry) -> tuple[str, str]:
        parent, name = os.path.split(os.path.join(self._out, entry.relative))  # noqa: PTH118
        return self.folder(parent), folded(name)


def _refuse_overwritten_sources(entries: Iterable[Entry], places: _Places) -> None:
    shared = {places.source(entry.found)[0] for entry in entries} & {places.target(entry)[0] for entry in entries}
    if not shared:
        return
    sources = {places.source(entry.found): entry.found.path for entry in entries}
    pairs = [(entry.found.path, sources[place]) for entry in entries if (place := places.target(entry)) in sources]
    if pairs:
        lines = _listed(f"the result of {a} would overwrite the source {b}" for a, b in pairs)
        raise UsageError(
            f"{_count(len(pairs), 'result')} would overwrite a source:\n{lines}",
            "Choose an --out outside of the sources; photocolor never overwrites a source.",
        )


def _refuse_shared_targets(entries: Iterable[Entry], places: _Places) -> None:
    first: dict[tuple[str, str], Entry] = {}
    pairs: list[tuple[Entry, Entry]] = []
    for entry in entries:
        before = first.setdefault(places.target(entry), entry)
        if before is not entry:
            pairs.append((before, entry))
    folders = {folder for folder, _ in first}
    for (folder, name), entry in first.items():
        if f"{folder}{os.sep}{name}" in folders:  # "a.tif" becomes "a.png" beside a folder "a.png"
            inside = next(e for (f, _), e in first.items() if f == f"{folder}{os.sep}{name}")
            pairs.append((entry, inside))
    if pairs:
        lines = _listed(f"{a.found.path} and {b.found.path} (to {a.relative})" for a, b in pairs)
        raise TargetCollision(f"{_count(len(pairs), 'pair')} of sources would share one target:\n{lines}")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _listed(lines: Iterable[str]) -> str:
    every = list(lines)
    shown = [f"  {line}" for line in every[:PAIRS_SHOWN]]
    if len(every) > PAIRS_SHOWN:
        shown.append(f"  … and {len(every) - PAIRS_SHOWN} more")
    return "\n".join(shown)
