"""Fake works for the batch: what a source's bytes say is what happens to it. Importable in spawned processes."""

from __future__ import annotations

import hashlib
import importlib
import os
import signal
import time
from pathlib import Path

from photocolor.errors import DiskFull, ModelInvalid, NotAnImage
from photocolor.outcome import Done, Job, Outcome, ProgressListener, Skipped
from photocolor.system.atomic import AtomicFile, Placement

DEVICE = "CopyProvider"
SLOW_S = 20.0


class ScriptedWork:
    """Copies the source, unless its first word names a mishap.

    `slow` takes 20 s and listens to the watch; `deaf` takes as long and does not; `late` takes 2 s and does not;
    `syncing` takes 2 s after it asked for the last time; `stopped` stops its process, as a debugger or a full machine
    does; `killed` kills its process each time, `killed-once` only the first time; `bad`, `bug`, `full`, `skip` and
    `memory` fail, skip or run out as they say; `full-later` waits for a result beside its own first.
    """

    def __call__(self, job: Job, watch: ProgressListener) -> Outcome:
        """What the source's first word says."""
        watch.stage("decode")
        data = job.source.read_bytes()
        watch.stage("color")
        mishap = getattr(self, "_" + data.split(b" ")[0].decode("ascii", "replace").replace("-", "_"), None)
        with AtomicFile(job.target, job.token, Placement(job.root)) as file:
            if mishap is not None and (early := mishap(job, watch)) is not None:
                return early
            watch.tiles(1, 1)
            file.path.write_bytes(data)
            watch.check()
            if data.startswith(b"syncing"):
                time.sleep(2.0)
            file.commit()
        digest = hashlib.sha256(data).hexdigest()
        return Done(job, digest, digest, len(data), len(data) / 1e6, 0.01, DEVICE, 1)

    def cancel(self) -> None:
        """Does nothing: what is slow listens to the watch."""

    def _slow(self, job: Job, watch: ProgressListener) -> None:
        _wait_for(job, watch.check)

    def _deaf(self, job: Job, watch: ProgressListener) -> None:
        _wait_for(job, lambda: None)

    def _late(self, job: Job, watch: ProgressListener) -> None:
        time.sleep(2.0)

    def _stopped(self, job: Job, watch: ProgressListener) -> None:
        os.kill(os.getpid(), signal.SIGSTOP)

    def _killed(self, job: Job, watch: ProgressListener) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def _killed_once(self, job: Job, watch: ProgressListener) -> None:
        marker = job.source.with_name(f".{job.source.name}.killed")
        if not marker.exists():
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)

    def _bad(self, job: Job, watch: ProgressListener) -> None:
        raise NotAnImage("the file is bad on purpose")

    def _bug(self, job: Job, watch: ProgressListener) -> None:
        raise ZeroDivisionError("on purpose")

    def _memory(self, job: Job, watch: ProgressListener) -> None:
        raise MemoryError

    def _full(self, job: Job, watch: ProgressListener) -> None:
        raise DiskFull(f"no space left while writing {job.target}")

    def _full_later(self, job: Job, watch: ProgressListener) -> None:
        deadline = time.monotonic() + SLOW_S
        while time.monotonic() < deadline and not any(job.target.parent.glob("[!.]*")):
            time.sleep(0.01)
        self._full(job, watch)

    def _skip(self, job: Job, watch: ProgressListener) -> Outcome:
        return Skipped(job, "already_color", "the photo has color")


class HeededWork(ScriptedWork):
    """Deaf to the watch, but ends when `cancel` is called, as a session in native code does."""

    def __init__(self) -> None:
        self._canceled = False

    def cancel(self) -> None:
        """Ends what is slow."""
        self._canceled = True

    def _slow(self, job: Job, watch: ProgressListener) -> None:
        _wait_for(job, lambda: watch.check() if self._canceled else None)


def _wait_for(job: Job, check: object) -> None:
    _begun_marker(job).touch()
    deadline = time.monotonic() + SLOW_S
    while time.monotonic() < deadline:
        time.sleep(0.01)
        if callable(check):
            check()


def _begun_marker(job: Job) -> Path:
    return job.source.with_name(f".{job.source.name}.begun")


def open_scripted(threads: int) -> ScriptedWork:
    return ScriptedWork()


def open_heeded(threads: int) -> HeededWork:
    return HeededWork()


def open_broken(threads: int) -> ScriptedWork:
    raise ModelInvalid("the model is broken on purpose")


def open_and_die(threads: int) -> ScriptedWork:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("unreachable")


def open_what_is_not_there(threads: int) -> ScriptedWork:
    importlib.import_module("no_such_package")
    raise AssertionError("unreachable")
