"""Stages a remote photo: downloads it, has it colored as a file, and uploads the result when it is whole."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from photocolor.errors import OutputError, PhotoError, SourceChanged, SourceVanished, StorageFailed, UnreadableSource
from photocolor.hints.sidecar import SUFFIX, refuse_long_sidecar, sidecar_of
from photocolor.outcome import EXISTS, Done, Fingerprint, Job, Outcome, ProgressListener, Skipped, Work
from photocolor.storage.address import Address, parse_address, without_secrets
from photocolor.storage.opening import open_store
from photocolor.storage.refusal import advice
from photocolor.storage.staged_xmp import (
    clear_xmp,
    deliver_xmp,
    digests_of,
    fetched_xmp,
    put_in_place,
    xmp_places_of,
)
from photocolor.system.temporary.folders import has_room, no_temporary_files, system_folder
from photocolor.system.writing.refusal import output_error

PREFIX = "photocolor-stage-"
STALE_S = 86400.0
"""A folder that nobody wrote to for a day belongs to a run that was killed."""
FAILURES_IN_A_ROW = 5
"""A worker for which the storage fails photo after photo ends the run: the next million would fare alike."""
FETCH, DELIVER = "fetch", "deliver"


def staging_path() -> Path:
    """Returns a fresh name for the staging folder below TMPDIR; each machine of a run makes its own."""
    return system_folder() / f"{PREFIX}{secrets.token_hex(8)}"


@contextmanager
def staging_folder(folder: Path) -> Iterator[None]:
    """Makes the staging folder and removes it afterwards, with those that runs killed long ago left."""
    for old in folder.parent.glob(f"{PREFIX}*"):
        with suppress(OSError):  # somebody else's, or gone meanwhile
            if time.time() - old.stat().st_mtime > STALE_S:
                shutil.rmtree(old)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise no_temporary_files(error) from error
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class RemoteWork:
    """Does a work's job for photos that lie in a remote storage.

    Args:
        work: does the same for files.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._failures = 0

    def __call__(self, job: Job, watch: ProgressListener) -> Outcome:
        """Returns the outcome of one photo.

        Raises:
            PhotoError: it could not be read, colored or written.
            OutputError: results cannot be written, or the storage fails again and again.
        """
        try:
            outcome = self._carried_out(job, watch)
        except StorageFailed as error:
            self._failures += 1
            if self._failures >= FAILURES_IN_A_ROW:
                hint = "Wait until the storage works, then run the same command again; it goes on where it stopped."
                raise OutputError(f"the storage failed for {self._failures} photos in a row: {error}", hint) from error
            raise
        self._failures = 0
        return outcome

    def cancel(self) -> None:
        """Cancels the photo at work."""
        self._work.cancel()

    def _carried_out(self, job: Job, watch: ProgressListener) -> Outcome:
        remote, started = job.remote, time.perf_counter()
        if remote is None:
            return self._work(job, watch)
        staged = replace(job, remote=None, xmp=xmp_places_of(job))
        try:
            if remote.source:
                watch.stage(FETCH)
                staged = replace(staged, fingerprint=_fetch(job))
            staged = replace(staged, xmp=fetched_xmp(job, staged.xmp))
            before = digests_of(staged.xmp)
            watch.check()
            outcome = self._work(staged, watch)
            if isinstance(outcome, Done) and remote.target:
                watch.check()
                watch.stage(DELIVER)
                if _is_another_there(job):
                    return Skipped(job, EXISTS, "something took the result's name meanwhile; --overwrite replaces it")
                deliver_xmp(staged, outcome, before)
                _deliver(job)
        except PhotoError as error:
            raise _renamed(error, job) from error
        finally:
            _clear(job)
            clear_xmp(staged.xmp)
        outcome = replace(outcome, job=job)
        return replace(outcome, seconds=time.perf_counter() - started) if isinstance(outcome, Done) else outcome


def _fetch(job: Job) -> Fingerprint:
    """Downloads the source and its sidecar to the job's paths; returns size and time of the downloaded file."""
    address = asked = parse_address(job.origin)
    store = open_store(address)
    try:
        job.source.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_without_room(address, job)
        store.fetch(address, job.source)
        if job.remote and job.remote.hints:
            asked = replace(address, path=address.path + SUFFIX)
            refuse_long_sidecar(store.look(asked).size_bytes, str(asked))
            store.fetch(asked, sidecar_of(job.source))
        if job.fingerprint.mtime_ns:
            os.utime(job.source, ns=(time.time_ns(), job.fingerprint.mtime_ns))
        copy = job.source.stat()
    except FileNotFoundError as error:
        raise SourceVanished(f"{asked} was there when the run began and is gone") from error
    except PermissionError as error:
        hint = advice(error, UnreadableSource.default_hint)
        raise UnreadableSource(f"{asked} cannot be read: {without_secrets(str(error))}", hint) from error
    except OSError as error:
        raise output_error(error, job.source) from error
    if copy.st_size != job.fingerprint.size_bytes:
        raise SourceChanged(f"{address} changed after the run was planned")
    return Fingerprint(copy.st_size, copy.st_mtime_ns)


def _refuse_without_room(address: Address, job: Job) -> None:
    """Raises if the source is so long that its copy alone would fill the disk: it fails, and the run goes on.

    Raises:
        UnreadableSource: it is.
    """
    folder, size_bytes = job.source.parent, job.fingerprint.size_bytes
    if not has_room(folder, size_bytes):
        raise UnreadableSource(
            f"{address} has {size_bytes / 1e9:,.1f} GB, more than half of the space that is free in {folder.parent}",
            "Let TMPDIR name a folder on a disk with more space, or use fewer --workers.",
        )


def _is_another_there(job: Job) -> bool:
    """Returns whether the object at the target is neither the one that was there before, nor the result itself.

    Raises:
        StorageFailed: the storage does not answer.
        OutputError: it cannot be looked at.
    """
    address = parse_address(job.destination)
    store = open_store(address)
    try:
        now = store.look(address)
        known = job.remote.there if job.remote else None
        if known and (now.size_bytes, now.mtime_ns // 10**9) == (known[0], known[1] // 10**9):  # HEAD tells seconds
            return False
        with job.target.open("rb") as result:
            return store.sha256(address) != hashlib.file_digest(result, "sha256").hexdigest()
    except FileNotFoundError:
        return False
    except OSError as error:
        hint = advice(error, "Check the rights of the credentials: nobody else's object is replaced without a look.")
        raise OutputError(f"{address} cannot be looked at: {without_secrets(str(error))}", hint) from error


def _deliver(job: Job) -> None:
    put_in_place(job.target, parse_address(job.destination), job.token)


def _clear(job: Job) -> None:
    copies = [job.source, sidecar_of(job.source)] if job.remote and job.remote.source else []
    for path in [*copies, *([job.target] if job.remote and job.remote.target else [])]:
        with suppress(OSError):  # the folder of copies is removed at the end of the run in any case
            path.unlink(missing_ok=True)


def _renamed(error: PhotoError, job: Job) -> PhotoError:
    """Returns the error with the addresses that the user knows instead of the staged files' names."""
    message = error.message.replace(str(job.source), job.origin).replace(str(job.target), job.destination)
    return type(error)(message, error.hint)


def open_remote(opener: Callable[[int], Work], threads: int) -> RemoteWork:
    """Returns the work of an opener, for remote photos; workers import this function by name."""
    return RemoteWork(opener(threads))
