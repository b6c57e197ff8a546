"""The plan of a run with remote sources or results; remote sources are listed once, into an index on disk."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from photocolor.batch.plan.passed import Passed
from photocolor.batch.plan.strays import Stray
from photocolor.batch.plan.targets import PAIRS_SHOWN, TOKEN_BYTES, FilePlan, make_plan, target_of
from photocolor.batch.plan.walk import OUTPUTS, Fault
from photocolor.batch.remote.index import IndexedSource, SourceIndex
from photocolor.batch.remote.listing import Kind, ListedObject, Listing
from photocolor.batch.remote.masks import with_lone_masks
from photocolor.errors import TargetCollision, UsageError
from photocolor.outcome import Fingerprint, Job, Remote
from photocolor.settings import FileSettings, Settings, Shard, Sidecars
from photocolor.storage.address import Address, parse_address
from photocolor.storage.staging import staging_path
from photocolor.system.spelling import as_kept

_SUFFIX_LETTERS = 12


@dataclass(frozen=True, slots=True)
class Locations:
    """Holds the source, output and staging locations of a remote run.

    Attributes:
        base: the remote folder that all sources share; None if they are files.
        out: the remote output folder; None if it is one of this machine.
        folder: the output folder of this machine; of no meaning with a remote one.
        stage: the folder for copies.
        sidecars: what happens to XMP files beside photos.
    """

    base: Address | None
    out: Address | None
    folder: Path
    stage: Path
    sidecars: Sidecars = Sidecars.COPY

    def job(self, indexed: IndexedSource) -> Job:
        """Returns the job that colors one source."""
        token = secrets.token_hex(TOKEN_BYTES)
        source = self.stage / f"{token}{_suffix(indexed.name)}" if self.base else Path(indexed.name)
        target = self.stage / f"{token}-result{_suffix(indexed.target)}" if self.out else self.folder / indexed.target
        remote = Remote(
            str(self.base / indexed.name) if self.base else "",
            str(self.out / indexed.target) if self.out else "",
            indexed.hints,
            indexed.xmp,
            copies=self.sidecars is Sidecars.COPY,
        )
        return Job(source, target, indexed.target, Fingerprint(indexed.size_bytes, indexed.mtime_ns), token, remote)


def _suffix(name: str) -> str:
    suffix = os.path.splitext(name)[1]  # noqa: PTH122 -- of an object's name, which is no path
    return suffix if len(suffix) <= _SUFFIX_LETTERS and suffix.isascii() else ""


@dataclass(frozen=True, slots=True)
class RemotePlan:
    """Holds everything that a remote run will do; a runner treats it as any other `Plan`.

    Attributes:
        locations: from where to where.
        sources: yields the sources anew at each call.
        count: how many there are.
        faults: what cannot be worked on by its name.
        passed: how many objects of which kind were passed over on purpose.
        shard: whose photos these are; None if they are all.
        strays: masks that no photo uses by their names; of sources that are files, sidecars, too.
    """

    locations: Locations
    sources: Callable[[], Iterator[IndexedSource]]
    count: int
    faults: Sequence[Fault]
    passed: Passed
    shard: Shard | None = None
    strays: Sequence[Stray] = ()

    @property
    def out(self) -> Path:
        """Returns the output folder of this machine."""
        return self.locations.folder

    @property
    def place(self) -> str:
        """Returns where the results go, as the user names it."""
        return str(self.locations.out or self.locations.folder)

    def __len__(self) -> int:
        return self.count

    def jobs(self) -> Iterator[Job]:
        """Yields the jobs, each made when it is asked for."""
        yield from map(self.locations.job, self.sources())

    def fault_jobs(self) -> Iterator[tuple[Job, Fault]]:
        """Yields each fault with a job that names its photo."""
        for fault in self.faults:
            yield self.locations.job(IndexedSource(fault.relative, fault.path, 0, 0)), fault


def plan_remote(settings: Settings) -> RemotePlan:
    """Returns the plan of a remote run; nothing is written, and no photo is opened.

    Raises:
        UsageError: a source is missing or named twice, or lies in the output folder.
        TargetCollision: two sources share a target.
        EnvironmentFault: the storage cannot be asked.
    """
    remote = settings.remote
    if remote is None:
        raise AssertionError("no end of the run is remote")
    if settings.retry_failed:
        raise UsageError("--retry-failed reads the manifest of a local folder", "Run the same command without it.")
    out = parse_address(remote.out) if remote.out else None
    if not remote.sources:
        plan = make_plan(settings.sources, staging_path(), settings.files.format).only(settings.shard)
        return _of_files(plan, Locations(None, out, settings.out, staging_path(), settings.files.sidecars))
    index = SourceIndex()
    listing = Listing([parse_address(source) for source in remote.sources], out, settings.shard)
    strays = list[Stray]()
    _index_sources(listing, index, settings.files, strays)
    locations = Locations(listing.base, out, settings.out, staging_path(), settings.files.sidecars)
    return RemotePlan(locations, index.sources, len(index), listing.faults, listing.passed, settings.shard, strays)


def _index_sources(listing: Listing, index: SourceIndex, files: FileSettings, strays: list[Stray]) -> None:
    """Adds all listed sources to the index, and what belongs to no photo to the strays.

    Raises:
        TargetCollision: two share a target; also if only on a file system that ignores case, where results are files.
    """
    pairs, more = [], 0
    key_of = as_kept if listing.out is None else str
    with index.transaction():
        for listed in with_lone_masks(listing, index, strays):
            if listed.kind is not Kind.PHOTO:
                _index_beside(listed, index, key_of(target_of(listed.name, files.format)), files.sidecars)
                continue
            target = target_of(listed.name, files.format)
            index.count_stem(listed.name)
            other = index.add_source(
                key_of(target), IndexedSource(target, listed.name, listed.size_bytes, listed.mtime_ns)
            )
            if other:
                pairs.append(f"{listing.base / other} and {listing.base / listed.name} (to {target})")
                more, pairs = more + (len(pairs) > PAIRS_SHOWN), pairs[:PAIRS_SHOWN]
    for folder in listing.output_folders:
        listing.passed[OUTPUTS] += index.drop_folder(folder)
    if pairs:
        pairs += [f"… and {more} more"] * bool(more)
        raise TargetCollision("sources would share one target, pair by pair", lines=tuple(pairs))


def _index_beside(listed: ListedObject, index: SourceIndex, key: str, sidecars: Sidecars) -> None:
    """Adds what lies beside photos to the index; `key` is the key of the photo that the hints belong to."""
    if listed.kind is Kind.HINTS:
        index.mark_hinted(key, listed.name)
    elif listed.kind is Kind.OTHER:
        index.count_stem(listed.name)
    elif sidecars is not Sidecars.IGNORE:
        index.add_xmp(listed.name, listed.size_bytes, listed.mtime_ns)


def _of_files(plan: FilePlan, locations: Locations) -> RemotePlan:
    def sources() -> Iterator[IndexedSource]:
        for entry in plan.entries:
            photo = entry.found
            yield IndexedSource(entry.relative, photo.path, photo.size_bytes, photo.mtime_ns)

    return RemotePlan(locations, sources, len(plan), plan.faults, plan.passed, plan.shard, plan.strays)
