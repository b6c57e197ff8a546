"""Starts a run with a remote source or output; `batch.start` does the same for files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePath

from photocolor.batch.inspector import (
    COPY_MISSING,
    FileTargetInspector,
    TargetState,
    change_of_sidecars,
    has_copy,
    is_free,
    is_made_of,
    sentence_on_blocked,
    uncopied,
)
from photocolor.batch.plan.results_folder import RECORD_FOLDER
from photocolor.batch.pools.pool import Pool
from photocolor.batch.records.in_progress import on_damage, read_in_progress, remove_temporaries_of, unsettled
from photocolor.batch.records.lock import OutputLock, make_output_folder
from photocolor.batch.records.manifest import Past, Recipe, Record, recall
from photocolor.batch.remote.claim import DEAD_S, Claim
from photocolor.batch.remote.index import SourceIndex
from photocolor.batch.remote.plan import RemotePlan
from photocolor.batch.remote.records import Earlier, RemoteRecords, recall_remote
from photocolor.batch.reporter import Reporter, Summary
from photocolor.batch.resume import ResumeDecider
from photocolor.batch.runner import Run, run
from photocolor.batch.stop import Stop
from photocolor.errors import OutputError, StorageFailed
from photocolor.hints.sidecar import SUFFIX
from photocolor.metadata.limits import SOURCE_XMP_MOST_BYTES
from photocolor.outcome import Job
from photocolor.pipeline.xmp_files import digest_of_files, read_sidecars, why_not
from photocolor.settings import Sidecars
from photocolor.storage.address import Address, parse_address, without_secrets
from photocolor.storage.opening import open_store
from photocolor.storage.refusal import advice
from photocolor.storage.staging import PREFIX, staging_folder
from photocolor.storage.store import StoredObject, upload_name
from photocolor.system.temporary.folders import has_room, temporary_folder
from photocolor.xmp_places import XmpPlace

DONE_KIND, PASSED_KIND = 0, 1


@dataclass(frozen=True, slots=True)
class RemoteRun:
    """Holds what a run needs besides its plan.

    Attributes:
        recipe: what decides the results' bytes.
        overwrite: whether results that are not photocolor's may be replaced.
        reporter: receives the reports.
    """

    recipe: Recipe
    overwrite: bool
    reporter: Reporter


def color_remote(plan: RemotePlan, options: RemoteRun, pool: Pool, stop: Stop) -> Summary:
    """Colors every photo of the plan that needs it.

    Raises:
        PhotocolorError: the run is refused, and nothing was written; or its records cannot be written.
    """
    with staging_folder(plan.locations.stage):
        if plan.locations.out is None:
            make_output_folder(plan.out, ())
            with OutputLock(plan.out, plan.shard) as lock:
                decider, _ = remote_decider(plan, options)
                if lock.held:
                    remove_temporaries_of(plan.out, decider.in_progress)
                return run(Run(plan, decider, pool, options.reporter, stop))
        with Claim(plan.locations.out, options.recipe, plan.shard, options.reporter.note):
            decider, earlier = remote_decider(plan, options)
            records = RemoteRecords(plan.locations.out, options.recipe, earlier, decider.inspector.target, plan.shard)
            return run(Run(plan, decider, pool, options.reporter, stop, records))


def remote_decider(plan: RemotePlan, options: RemoteRun) -> tuple[ResumeDecider, Earlier]:
    """Returns what decides which photos need work, and the records that earlier runs left at the output.

    Raises:
        OutputError: the output folder cannot be read.
    """
    index, out = SourceIndex(), plan.locations.out
    if out is None:
        damaged: Counter[str] = Counter()
        past = recall(plan.out, plan.shard)
        notes = unsettled(read_in_progress(plan.out, plan.shard, damaged), past)
        earlier = Earlier(past, notes, damaged=damaged)
    else:
        records: list[StoredObject] = []
        index.add_results(_results(out, records))
        past = Past(index.records(DONE_KIND), index.records(PASSED_KIND), occupied=index.taken())
        with index.transaction():
            earlier = recall_remote(out, records, past, plan.shard)
        _sweep_uploads(out, earlier, index, max((record.mtime_ns for record in records), default=0))
    for sentence in on_damage(earlier.past.damaged, earlier.damaged):
        options.reporter.note(sentence)
    return ResumeDecider(
        earlier.past,
        options.recipe,
        earlier.in_progress,
        options.overwrite,
        RemoteTargetInspector(index, plan.locations.sidecars),
    ), earlier


def _sweep_uploads(out: Address, earlier: Earlier, index: SourceIndex, now_ns: int) -> None:
    """Removes what killed runs left of uploads where these show before they are complete.

    Args:
        out: the output folder.
        earlier: knows which photos were begun, and under which token.
        index: knows what lies in the output folder.
        now_ns: the storage's own time, nearly: a young object may be that of another run, which lives.
    """
    for note in earlier.in_progress.values():
        name = upload_name(note.relative, note.token)
        half = index.result(name)
        if half is not None and now_ns - half.mtime_ns > DEAD_S * 1e9:
            with suppress(StorageFailed, OSError):  # it is no result under any name
                open_store(out).remove(out / name)


def _results(out: Address, records: list[StoredObject]) -> Iterator[tuple[str, TargetState]]:
    """Yields the objects in the output folder; those in its folder of records are added to `records`."""
    try:
        for listed in open_store(out).list(out):
            if listed.name.startswith(f"{RECORD_FOLDER}/"):
                records.append(replace(listed, name=listed.name.removeprefix(f"{RECORD_FOLDER}/")))
            else:
                yield listed.name, TargetState(listed.size_bytes, listed.mtime_ns)
    except FileNotFoundError as error:
        raise OutputError(
            f"{out} cannot be listed: {without_secrets(str(error))}", "Make the bucket, or correct its name."
        ) from error
    except (StorageFailed, OSError) as error:
        raise OutputError(
            f"{out} cannot be listed: {without_secrets(str(error))}",
            advice(error, "Check the rights of the credentials."),
        ) from error


class RemoteTargetInspector:
    """Inspects targets and sources in a remote storage, and files where the job names a file.

    Args:
        index: knows what lay in the remote output folder when the run began.
        sidecars: what happens to XMP files beside a photo.
    """

    def __init__(self, index: SourceIndex, sidecars: Sidecars) -> None:
        self._index, self._sidecars = index, sidecars
        self._files = FileTargetInspector(sidecars)

    def target(self, job: Job) -> TargetState | None:
        """Returns the state of what lies at the target; None if nothing does."""
        return self._index.result(job.relative) if job.remote and job.remote.target else self._files.target(job)

    def source_sha256(self, job: Job) -> str:
        """Returns the digest of the source as it is now; "" if it cannot be read."""
        if not (job.remote and job.remote.source):
            return self._files.source_sha256(job)
        address = parse_address(job.origin)
        try:
            return open_store(address).sha256(address)
        except (StorageFailed, OSError):
            return ""  # the worker fails the same way, and reports it

    def result_sha256(self, job: Job) -> str:
        """Returns "": the records of a run with a remote end have no digests of results to compare it with."""
        return ""

    def is_own_result(self, job: Job) -> bool:
        """Returns whether the target was made of this source; a remote one is downloaded."""
        if not (job.remote and job.remote.target):
            return is_made_of(job.target, self.source_sha256(job))
        address = parse_address(job.destination)
        with temporary_folder(PREFIX) as folder:
            copy = folder / f"result{Path(job.relative).suffix}"
            try:
                if not has_room(folder, open_store(address).look(address).size_bytes):
                    return False
                open_store(address).fetch(address, copy)
            except (StorageFailed, OSError):
                return False
            return is_made_of(copy, self.source_sha256(job))

    def sidecars_change(self, job: Job, record: Record) -> str:
        """Returns how a photo's XMP files differ from its record; "" if they do not."""
        if self._sidecars is Sidecars.IGNORE:
            return ""
        far = bool(job.remote and job.remote.target)
        is_there = self._is_in_storage if far else partial(has_copy, job)
        sha256, places = self._sidecars_of(job)
        if change := change_of_sidecars(record, sha256, is_there):
            return change
        missing = () if self._sidecars is Sidecars.MERGE else uncopied(record, places)
        folder = job.relative.rpartition("/")[0]
        free = (not is_there(f"{folder}/{each.copy}".lstrip("/")) if far else is_free(each.target) for each in missing)
        return COPY_MISSING if any(free) else ""

    def blocked_copies(self, job: Job, record: Record) -> str:
        """Returns a sentence about XMP files of a finished photo that another file kept from being copied."""
        if self._sidecars is not Sidecars.COPY or not record.sidecars_sha256:
            return ""
        if job.remote and job.remote.source and len(record.sidecars) == len(job.remote.xmp):
            return ""  # nothing needs to be fetched
        return sentence_on_blocked(uncopied(record, self._sidecars_of(job)[1]))

    def _is_in_storage(self, place: str) -> bool:
        return self._index.result(place) is not None

    def mending_change(self, job: Job, record: Record) -> str:
        """Returns "": nothing is mended in a remote storage."""
        return ""

    def mask_change(self, job: Job, record: Record) -> str:
        """Returns "": masks are made of files alone."""
        return ""

    def _sidecars_of(self, job: Job) -> tuple[str, list[XmpPlace]]:
        """Returns one digest of a photo's XMP files, and where they and their copies lie."""
        to = parse_address(job.destination) if job.remote and job.remote.target else None
        if not (job.remote and job.remote.source):
            now = read_sidecars(job.source, job.target.with_name(job.name), self._sidecars)
            near = (item.place for item in now.found)
            return now.sha256, [replace(each, destination=str(to.beside(each.copy)) if to else "") for each in near]
        address, contents, places = parse_address(job.origin), list[tuple[str, bytes]](), list[XmpPlace]()
        for item in job.remote.xmp:
            if item.size_bytes > SOURCE_XMP_MOST_BYTES:
                continue
            try:
                data = open_store(address).read(address.beside(item.name))
            except (StorageFailed, OSError):
                continue  # the worker fails the same way, and reports it
            if not why_not(data, PurePath(job.origin).suffix):
                contents.append((item.copy, data))
                origin, goes_to = str(address.beside(item.name)), str(to.beside(item.copy)) if to else ""
                target = job.target.with_name(item.copy)
                places.append(XmpPlace(Path(item.name), item.copy, target, origin, goes_to))
        return digest_of_files(contents), places

    def hints_sha256(self, job: Job) -> str:
        """Returns the digest of the sidecar with color hints; "" without one."""
        if not (job.remote and job.remote.source):
            return self._files.hints_sha256(job)
        if not job.remote.hints:
            return ""
        address = parse_address(job.origin)
        try:
            return open_store(address).sha256(replace(address, path=address.path + SUFFIX))
        except (StorageFailed, OSError):
            return ""
