"""The plan of a run with an end in a remote storage; sources there are listed once, into an atlas on disk."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from photocolor.batch.plan.targets import PAIRS_SHOWN, TOKEN_BYTES, FilePlan, folded, make_plan, target_of
from photocolor.batch.plan.walk import OUTPUTS, Fault
from photocolor.batch.remote.index import IndexedSource, SourceIndex
from photocolor.batch.remote.listing import Kind, ListedObject, Listing
from photocolor.errors import TargetCollision, UsageError
from photocolor.outcome import Fingerprint, Job, Remote
from photocolor.settings import FileSettings, Settings, Shard, Sidecars
from photocolor.storage.address import Address, parse_address
from photocolor.storage.staging import staging_path

_SUFFIX_LETTERS = 12


@dataclass(frozen=True, slots=True)
class Locations:
    """From where to where photos go, and where they are meanwhile.

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

    def job(self, chart: IndexedSource) -> Job:
        """The job of one source."""
        token = secrets.token_hex(TOKEN_BYTES)
        source = self.stage / f"{token}{_suffix(chart.name)}" if self.base else Path(chart.name)
        target = self.stage / f"{token}-result{_suffix(chart.target)}" if self.out else self.folder / chart.target
        remote = Remote(
            str(self.base / chart.name) if self.base else "",
            str(self.out / chart.target) if self.out else "",
            chart.hints,
            chart.xmp,
            copies=self.sidecars is Sidecars.COPY,
        )
        return Job(source, target, chart.target, Fingerprint(chart.size_bytes, chart.mtime_ns), token, remote)


def _suffix(name: str) -> str:
    suffix = os.path.splitext(name)[1]  # noqa: PTH122 -- of an object's name, which is no path
    return suffix if len(suffix) <= _SUFFIX_LETTERS and suffix.isascii() else ""


@dataclass(frozen=True, slots=True)
class RemotePlan:
    """All that such a run will do; the same to a runner as any `Plan`.

    Attributes:
        route: from where to where.
        charts: gives the sources, as often as it is called.
        count: how many there are.
        faults: what cannot be worked on by its name.
        passed: how many objects of which kind were passed over on purpose.
        shard: whose photos these are; None if they are all.
    """

    route: Locations
    charts: Callable[[], Iterator[IndexedSource]]
    count: int
    faults: Sequence[Fault]
    passed: Mapping[str, int]
    shard: Shard | None = None

    @property
    def out(self) -> Path:
        """The output folder of this machine."""
        return self.route.folder

    @property
    def place(self) -> str:
        """Where the results go, as people name it."""
        return str(self.route.out or self.route.folder)

    def __len__(self) -> int:
        return self.count

    def jobs(self) -> Iterator[Job]:
        """The jobs, each made when it is asked for."""
        yield from map(self.route.job, self.charts())

    def fault_jobs(self) -> Iterator[tuple[Job, Fault]]:
        """For each fault a job to name it by."""
        for fault in self.faults:
            yield self.route.job(IndexedSource(fault.relative, fault.path, 0, 0)), fault


def plan_remote(settings: Settings) -> RemotePlan:
    """Every photo with its target; nothing is written, and the photos are not opened.

    Raises:
        UsageError: a source is missing or named twice, or lies in the output folder.
        TargetCollision: two sources share a target.
        EnvironmentFault: the storage cannot be asked.
    """
    ends = settings.remote
    if ends is None:
        raise AssertionError("no end of the run is remote")
    if settings.retry_failed:
        raise UsageError("--retry-failed reads the manifest of a local folder", "Run the same command without it.")
    out = parse_address(ends.out) if ends.out else None
    if not ends.sources:
        plan = make_plan(settings.sources, staging_path(), settings.files.format).only(settings.shard)
        return _of_files(plan, Locations(None, out, settings.out, staging_path(), settings.files.sidecars))
    atlas = SourceIndex()
    survey = Listing([parse_address(source) for source in ends.sources], out, settings.shard)
    _chart(survey, atlas, settings.files)
    route = Locations(survey.base, out, settings.out, staging_path(), settings.files.sidecars)
    return RemotePlan(route, atlas.sources, len(atlas), survey.faults, survey.passed, settings.shard)


def _chart(survey: Listing, atlas: SourceIndex, files: FileSettings) -> None:
    """Puts all sources into the atlas.

    Raises:
        TargetCollision: two share a target; also if only on a file system that ignores case, where results are files.
    """
    pairs, more = [], 0
    place = folded if survey.out is None else str
    with atlas.at_once():
        for found in survey.walk():
            if found.kind is not Kind.PHOTO:
                _chart_beside(found, atlas, place(target_of(found.name, files.format)), files.sidecars)
                continue
            target = target_of(found.name, files.format)
            if files.sidecars is not Sidecars.IGNORE:
                atlas.count_stem(found.name)
            other = atlas.add_source(place(target), IndexedSource(target, found.name, found.size_bytes, found.mtime_ns))
            if other:
                pairs.append(f"{survey.base / other} and {survey.base / found.name} (to {target})")
                more, pairs = more + (len(pairs) > PAIRS_SHOWN), pairs[:PAIRS_SHOWN]
    for folder in survey.output_folders:
        survey.passed[OUTPUTS] += atlas.drop_folder(folder)
    if pairs:
        pairs += [f"… and {more} more"] * bool(more)
        raise TargetCollision("sources would share one target, pair by pair", lines=tuple(pairs))


def _chart_beside(found: ListedObject, atlas: SourceIndex, key: str, sidecars: Sidecars) -> None:
    """Puts what lies beside photos into the atlas; `key` is that of the photo whose hints they are."""
    if found.kind is Kind.HINTS:
        atlas.hint_at(key, found.name)
    elif sidecars is Sidecars.IGNORE:
        return
    elif found.kind is Kind.XMP:
        atlas.add_xmp(found.name, found.size_bytes, found.mtime_ns)
    else:
        atlas.count_stem(found.name)


def _of_files(plan: FilePlan, route: Locations) -> RemotePlan:
    def charts() -> Iterator[IndexedSource]:
        for entry in plan.entries:
            found = entry.found
            yield IndexedSource(entry.relative, found.path, found.size_bytes, found.mtime_ns)

    return RemotePlan(route, charts, len(plan), plan.faults, plan.passed, plan.shard)
