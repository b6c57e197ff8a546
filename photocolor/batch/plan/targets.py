"""Plans a run over files: each source with its one target, refused before any work if two targets could coincide."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from photocolor.batch.plan.masks import is_photo_name
from photocolor.batch.plan.passed import Passed
from photocolor.batch.plan.shard import belongs
from photocolor.batch.plan.strays import Stray
from photocolor.batch.plan.walk import Fault, Found, Harvest, harvest
from photocolor.containers.formats import result_suffix
from photocolor.errors import TargetCollision, UsageError
from photocolor.outcome import Fingerprint, Job
from photocolor.settings import OutputFormat, Shard
from photocolor.system.safe_files import lies_in
from photocolor.system.spelling import as_kept, folded

PAIRS_SHOWN = 200
TOKEN_BYTES = 4
_TO_A_FOLDER = (
    "Each result keeps its photo's name in a folder, as --out color. If that name is meant, make the folder first."
)


@dataclass(frozen=True, slots=True)
class PlannedPhoto:
    """Describes one planned photo, and is small enough for a million of them.

    Attributes:
        found: the source.
        relative: the target's path inside the output folder, with forward slashes.
    """

    found: Found
    relative: str


@dataclass(frozen=True, slots=True)
class FilePlan:
    """Describes everything that a run over files will do; a `Plan`.

    Attributes:
        out: the output folder.
        entries: the photos in the order of work.
        faults: what could not be looked at.
        passed: how many entries of which kind were passed over on purpose.
        shard: whose photos these are; None if they are all.
        strays: sidecars that belong to no photo by their names.
    """

    out: Path
    entries: Sequence[PlannedPhoto]
    faults: Sequence[Fault]
    passed: Passed
    shard: Shard | None = None
    strays: Sequence[Stray] = ()

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def place(self) -> str:
        """Returns where the results go, as the user names it."""
        return str(self.out)

    def only(self, shard: Shard | None) -> FilePlan:
        """Returns the part of the plan that belongs to one shard; all of it for None.

        Every photo is in one shard. A folder that could not be read is in all of them: what another machine can read
        there is in any shard, so each must say that it did not see it.
        """
        if shard is None:
            return self
        entries = [entry for entry in self.entries if belongs(entry.relative, shard)]
        faults = [fault for fault in self.faults if fault.folder or belongs(fault.relative, shard)]
        return replace(self, entries=entries, faults=faults, shard=shard)

    def jobs(self) -> Iterator[Job]:
        """Yields the jobs, each made when it is asked for."""
        for entry in self.entries:
            photo = entry.found
            yield _job(self.out, photo.path, entry.relative, Fingerprint(photo.size_bytes, photo.mtime_ns))

    def fault_jobs(self) -> Iterator[tuple[Job, Fault]]:
        """Yields each fault with a job that names its photo."""
        for fault in self.faults:
            yield _job(self.out, fault.path, fault.relative, Fingerprint(0, 0)), fault


def _job(out: Path, source: str, relative: str, fingerprint: Fingerprint) -> Job:
    return Job(Path(source), out / relative, relative, fingerprint, secrets.token_hex(TOKEN_BYTES))


def make_plan(
    sources: Sequence[Path],
    out: Path,
    output_format: OutputFormat = OutputFormat.KEEP,
    naming: Callable[[str], str] | None = None,
) -> FilePlan:
    """Returns the plan of all photos with their targets; nothing is written, and no photo is opened.

    A target is the source's path under the folder that all sources share (one folder: the folder itself), with the
    suffix of the result's format, or as `naming` makes it of that path.

    Raises:
        UsageError: a source is missing or named twice, `out` is no folder, or a result would overwrite a source.
        TargetCollision: two sources share a target, also if only on a file system that ignores case, composition, or
            dots and spaces at the end of a folder's name.
    """
    if os.path.lexists(out) and not os.path.isdir(out):  # noqa: PTH112 -- Path raises where it may not look
        raise UsageError(f"the output {out} is a file, not a folder", "Choose a folder as --out.")
    if is_photo_name(out.name) and not os.path.lexists(out):
        raise UsageError(f"--out names a folder, and {out} is named like a photo", _TO_A_FOLDER)
    return plan_of(harvest(sources, out), out, naming or partial(target_of, output_format=output_format))


def plan_of(harvested: Harvest, out: Path, naming: Callable[[str], str], beside: Sequence[Found] = ()) -> FilePlan:
    """Returns the plan for the photos that a walk found; see `make_plan`.

    Args:
        harvested: the sources.
        out: the output folder.
        naming: makes a target's path of a source's.
        beside: further sources, which are not worked on, but whose names and whose results' names count.

    Raises:
        UsageError, TargetCollision: as `make_plan`.
    """
    every = [PlannedPhoto(found, naming(found.relative)) for found in (*harvested.found, *beside)]
    places = _Places(out)
    _refuse_links_into(out, harvested.links)
    _refuse_overwritten_sources(every, places)
    _refuse_leaving(every, places)
    _refuse_same_files(every, out)
    _refuse_shared_targets(every, places)
    return FilePlan(out, every[: len(harvested.found)], harvested.faults, harvested.passed, strays=harvested.strays)


def target_of(relative: str, output_format: OutputFormat) -> str:
    """Returns the result's path in the output folder, for a source's path under the folder that all sources share."""
    stem, suffix = os.path.splitext(relative)  # noqa: PTH122 -- on a string, a million times
    return stem + result_suffix(suffix, output_format)


class _Places:
    """Resolves where files really lie: case-folded paths, with the links in their folders resolved once per folder.

    A folder that is mounted in two places has the path that was met first.
    """

    def __init__(self, out: Path) -> None:
        self.out = str(out)
        self._folders: dict[str, str] = {}
        self._first: dict[tuple[int, int], str] = {}

    def folder(self, path: str) -> str:
        resolved = self._folders.get(path)
        if resolved is None:
            resolved = folded(os.path.realpath(path))
            if (identity := _identity(path)) is not None:
                resolved = self._first.setdefault(identity, resolved)
            self._folders[path] = resolved
        return resolved

    def source(self, photo: Found) -> tuple[str, str]:
        parent, name = os.path.split(photo.path)
        return self.folder(parent), folded(name)

    def target(self, entry: PlannedPhoto) -> tuple[str, str]:
        parent, name = os.path.split(os.path.join(self.out, entry.relative))  # noqa: PTH118
        return self.folder(parent), folded(name)


def _identity(path: str) -> tuple[int, int] | None:
    try:
        state = os.stat(path)  # noqa: PTH116 -- on strings, as everywhere here
    except OSError:
        return None
    return (state.st_dev, state.st_ino) if state.st_ino else None


def _refuse_links_into(out: Path, links: Iterable[str]) -> None:
    """Refuses sources that are links into the output folder, where results would be written over them."""
    real = folded(os.path.realpath(out)).rstrip(os.sep) + os.sep
    inside = [link for link in links if folded(os.path.realpath(link)).startswith(real)]
    if inside:
        lines = [f"the source {link} leads to {os.path.realpath(link)}" for link in inside]
        raise UsageError(
            f"{_count(len(inside), 'source')} would be read from the output folder, through a link",
            "Choose an --out that holds no source; photocolor never overwrites a source.",
            _listed(lines),
        )


def _refuse_leaving(entries: Iterable[PlannedPhoto], places: _Places) -> None:
    """Refuses folders in the output folder that are links elsewhere: results would go where nobody asked."""
    real = os.path.realpath(places.out)
    folders = {os.path.dirname(os.path.join(places.out, entry.relative)) for entry in entries}  # noqa: PTH118, PTH120
    leaving = sorted(folder for folder in folders if not lies_in(os.path.join(folder, "x"), real))  # noqa: PTH118
    if leaving:
        raise UsageError(
            f"{_count(len(leaving), 'folder')} in the output folder would lead results out of it, through a link",
            "Take the link away, or choose another --out; what is mounted there is no link.",
            _listed(f"{folder} leads to {os.path.realpath(folder)}" for folder in leaving),
        )


def _refuse_same_files(entries: Sequence[PlannedPhoto], out: Path) -> None:
    """Refuses targets that are a source under another name: a hard link, a mount or a link."""
    there = [(entry, state) for entry in entries if (state := _state(os.path.join(out, entry.relative)))]  # noqa: PTH118
    if not there:
        return
    sources: dict[tuple[int, int], str] = {}
    for entry in entries:
        photo = entry.found
        identity = (photo.device, photo.inode) if photo.inode else _identity(photo.path)
        if identity is not None:
            sources[identity] = photo.path
    pairs = []
    for entry, state in there:
        source = sources.get((state.st_dev, state.st_ino)) if state.st_ino else None
        if source is not None and _is_still(source, state):
            pairs.append((os.path.join(out, entry.relative), source))  # noqa: PTH118
    if pairs:
        raise UsageError(
            f"{_count(len(pairs), 'result')} would overwrite a source that is the same file under another name",
            "Choose an --out that holds no source by any name; photocolor never overwrites a source.",
            _listed(f"{target} is the source {source}" for target, source in pairs),
        )


def _state(path: str) -> os.stat_result | None:
    try:
        return os.lstat(path)
    except OSError:
        return None


def _is_still(source: str, state: os.stat_result) -> bool:
    """Returns whether the source still has this status: some file systems renumber a file when they see it again."""
    try:
        return os.path.samestat(os.stat(source), state)  # noqa: PTH116
    except OSError:
        return True


def _refuse_overwritten_sources(entries: Iterable[PlannedPhoto], places: _Places) -> None:
    shared = {places.source(entry.found)[0] for entry in entries} & {places.target(entry)[0] for entry in entries}
    if not shared:
        return
    sources = {places.source(entry.found): entry.found.path for entry in entries}
    pairs = [(entry.found.path, sources[place]) for entry in entries if (place := places.target(entry)) in sources]
    if pairs:
        raise UsageError(
            f"{_count(len(pairs), 'result')} would overwrite a source",
            "Choose an --out outside of the sources; photocolor never overwrites a source.",
            _listed(f"the result of {a} would overwrite the source {b}" for a, b in pairs),
        )


def _refuse_shared_targets(entries: Iterable[PlannedPhoto], places: _Places) -> None:
    first: dict[tuple[str, str], PlannedPhoto] = {}
    pairs: list[tuple[PlannedPhoto, PlannedPhoto]] = []
    for entry in entries:
        folder, name = places.target(entry)
        before = first.setdefault((as_kept(folder), name), entry)
        if before is not entry:
            pairs.append((before, entry))
    folders = {folder for folder, _ in first}
    for (folder, name), entry in first.items():
        if f"{folder}{os.sep}{name}" in folders:  # "a.tif" becomes "a.png" beside a folder "a.png"
            inside = next(e for (f, _), e in first.items() if f == f"{folder}{os.sep}{name}")
            pairs.append((entry, inside))
    if pairs:
        lines = _listed(f"{a.found.path} and {b.found.path} (to {a.relative}{_alike(a, b)})" for a, b in pairs)
        raise TargetCollision(f"{_count(len(pairs), 'pair')} of sources would share one target", lines=lines)


def _alike(one: PlannedPhoto, other: PlannedPhoto) -> str:
    """Returns what is said of two results whose names are not the same here, and are elsewhere."""
    alike = one.relative != other.relative and as_kept(one.relative) == as_kept(other.relative)
    return "; Windows, macOS and memory sticks take the two names for one" if alike else ""


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _listed(lines: Iterable[str]) -> tuple[str, ...]:
    every = list(lines)
    more = (f"… and {len(every) - PAIRS_SHOWN} more",) if len(every) > PAIRS_SHOWN else ()
    return (*every[:PAIRS_SHOWN], *more)
