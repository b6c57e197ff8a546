"""From a plan with an end in a remote storage to its run; the counterpart of `start` for files."""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePath

from photocolor.batch.plan.walk import RECORD_FOLDER
from photocolor.batch.pools.pool import Pool
from photocolor.batch.records.in_progress import on_damage, read_begun, sweep_begun
from photocolor.batch.records.lock import OutputLock, make_output_folder
from photocolor.batch.records.manifest import Past, Recipe, Record, recall
from photocolor.batch.remote.index import SourceIndex
from photocolor.batch.remote.plan import RemotePlan
from photocolor.batch.remote.records import Earlier, RemoteRecords, recall_remote
from photocolor.batch.reporter import Reporter, Summary
from photocolor.batch.resume import FileEyes, ResumeDecider, TargetState, change_of_sidecars, has_copy, is_made_of
from photocolor.batch.runner import Run, run
from photocolor.batch.stop import Stop
from photocolor.errors import OutputError, StorageFailed
from photocolor.hints.sidecar import SUFFIX
from photocolor.metadata.limits import SOURCE_XMP_MOST_BYTES
from photocolor.outcome import Job
from photocolor.pipeline.xmp_files import digest_of_files, digest_of_sidecars, why_not
from photocolor.settings import Sidecars
from photocolor.storage.address import Address, parse_address, without_secrets
from photocolor.storage.staging import PREFIX, staging_folder
from photocolor.storage.store import open_store

DONE_KIND, PASSED_KIND = 0, 1


@dataclass(frozen=True, slots=True)
class RemoteRun:
    """What a run needs besides its plan.

    Attributes:
        recipe: what decides the results' bytes.
        overwrite: whether results that are not photocolor's may be replaced.
        reporter: is told.
    """

    recipe: Recipe
    overwrite: bool
    reporter: Reporter


def color_remote(plan: RemotePlan, wanted: RemoteRun, pool: Pool, stop: Stop) -> Summary:
    """The whole run.

    Raises:
        PhotocolorError: the run is refused, and nothing was written; or its records cannot be written.
    """
    with staging_folder(plan.route.stage):
        if plan.route.out is None:
            make_output_folder(plan.out, ())
            with OutputLock(plan.out, plan.shard) as lock:
                decider, _ = remote_sieve(plan, wanted)
                if lock.held:
                    sweep_begun(plan.out, decider.begun)
                return run(Run(plan, decider, pool, wanted.reporter, stop))
        decider, earlier = remote_sieve(plan, wanted)
        records = RemoteRecords(plan.route.out, wanted.recipe, earlier, plan.shard)
        return run(Run(plan, decider, pool, wanted.reporter, stop, records))


def remote_sieve(plan: RemotePlan, wanted: RemoteRun) -> tuple[ResumeDecider, Earlier]:
    """Which photos of the plan need work, by what earlier runs into the folder left.

    Raises:
        OutputError: the output folder cannot be read.
    """
    atlas, out = SourceIndex(), plan.route.out
    if out is None:
        damaged: Counter[str] = Counter()
        earlier = Earlier(recall(plan.out, plan.shard), read_begun(plan.out, plan.shard, damaged), damaged=damaged)
    else:
        names: list[str] = []
        atlas.add_results(_results(out, names))
        past = Past(atlas.records(DONE_KIND), atlas.records(PASSED_KIND), occupied=atlas.taken())
        with atlas.at_once():
            earlier = recall_remote(out, names, past, plan.shard)
    for sentence in on_damage(earlier.past.damaged, earlier.damaged):
        wanted.reporter.note(sentence)
    return ResumeDecider(
        earlier.past, wanted.recipe, earlier.begun, wanted.overwrite, RemoteEyes(atlas, plan.route.sidecars)
    ), earlier


def _results(out: Address, records: list[str]) -> Iterator[tuple[str, TargetState]]:
    """What lies in the output folder; names in its folder of records go into `records`."""
    try:
        for thing in open_store(out.scheme).list(out):
            if thing.name.startswith(f"{RECORD_FOLDER}/"):
                records.append(thing.name.removeprefix(f"{RECORD_FOLDER}/"))
            else:
                yield thing.name, TargetState(thing.size_bytes, thing.mtime_ns)
    except FileNotFoundError as error:
        raise OutputError(
            f"{out} cannot be listed: {without_secrets(str(error))}", "Make the bucket, or correct its name."
        ) from error
    except (StorageFailed, OSError) as error:
        raise OutputError(
            f"{out} cannot be listed: {without_secrets(str(error))}", "Check the rights of the credentials."
        ) from error


class RemoteEyes:
    """Looks at addresses, and at files where a job's end is one.

    Args:
        atlas: knows what lay in the remote output folder when the run began.
        sidecars: what happens to XMP files beside a photo.
    """

    def __init__(self, atlas: SourceIndex, sidecars: Sidecars) -> None:
        self._atlas, self._sidecars = atlas, sidecars
        self._files = FileEyes(sidecars)

    def target(self, job: Job) -> TargetState | None:
        """What lies at the target; None if nothing does."""
        return self._atlas.result(job.relative) if job.remote and job.remote.target else self._files.target(job)

    def source_sha256(self, job: Job) -> str:
        """Digest of the source as it is now; "" if it cannot be read."""
        if not (job.remote and job.remote.source):
            return self._files.source_sha256(job)
        address = parse_address(job.origin)
        try:
            return open_store(address.scheme).sha256(address)
        except (StorageFailed, OSError):
            return ""  # the worker meets it again, and names it

    def is_own_result(self, job: Job) -> bool:
        """Whether what lies at the target was made of this source; an object is copied here to be looked at."""
        if not (job.remote and job.remote.target):
            return is_made_of(job.target, self.source_sha256(job))
        address = parse_address(job.destination)
        with tempfile.TemporaryDirectory(prefix=PREFIX) as folder:
            copy = Path(folder) / f"result{Path(job.relative).suffix}"
            try:
                open_store(address.scheme).fetch(address, copy)
            except (StorageFailed, OSError):
                return False
            return is_made_of(copy, self.source_sha256(job))

    def sidecars_change(self, job: Job, record: Record) -> str:
        """What is not with a photo's XMP files as its record says; all that lie beside a remote one are read."""
        if self._sidecars is Sidecars.IGNORE:
            return ""
        to_files = not (job.remote and job.remote.target)
        is_there = partial(has_copy, job) if to_files else lambda place: self._atlas.result(place) is not None
        return change_of_sidecars(record, self._sidecars_sha256(job), is_there)

    def _sidecars_sha256(self, job: Job) -> str:
        if not (job.remote and job.remote.source):
            return digest_of_sidecars(job.source, job.target.with_name(job.name), self._sidecars)
        address, found = parse_address(job.origin), list[tuple[str, bytes]]()
        for item in job.remote.xmp:
            if item.size_bytes > SOURCE_XMP_MOST_BYTES:
                continue
            try:
                data = open_store(address.scheme).read(address.beside(item.name))
            except (StorageFailed, OSError):
                continue  # the worker meets it again, and names it
            if not why_not(data, PurePath(job.origin).suffix):
                found.append((item.copy, data))
        return digest_of_files(found)

    def hints_sha256(self, job: Job) -> str:
        """Digest of the sidecar with color hints; "" without one."""
        if not (job.remote and job.remote.source):
            return self._files.hints_sha256(job)
        if not job.remote.hints:
            return ""
        address = parse_address(job.origin)
        try:
            return hashlib.sha256(
                open_store(address.scheme).read(replace(address, path=address.path + SUFFIX))
            ).hexdigest()
        except (StorageFailed, OSError):
            return ""
