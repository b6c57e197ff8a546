"""Decides permissions and time of a result's file."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from photocolor.outcome import Job
from photocolor.settings import FileSettings
from photocolor.system.atomic import Placement


def placement_of(job: Job, files: FileSettings, beside: Path | None = None) -> Placement:
    """Returns how a result is placed in the output folder: who cannot read the source cannot read it either.

    A source in a remote storage has no permissions, so its result gets the usual ones.

    Args:
        job: the photo.
        files: whether the result keeps the source's time.
        beside: a file beside the source that a file beside the result is made of; None for the photo itself.
    """
    mtime_ns = job.fingerprint.mtime_ns if files.keep_times else None
    if os.name != "posix" or (job.remote and job.remote.source):
        return Placement(job.root, mtime_ns=mtime_ns)
    depth = job.relative.count("/") if job.root else 0
    modes = tuple(_mode(folder, 0o700) for folder in job.source.parents[:depth])
    try:
        state = (beside or job.source).stat()
        mtime_ns = state.st_mtime_ns if beside and files.keep_times else mtime_ns
    except OSError:  # it vanished meanwhile, and with it who might read it
        return Placement(job.root, 0o600, None, mtime_ns, modes)
    return Placement(job.root, stat.S_IMODE(state.st_mode), state.st_gid, mtime_ns, modes)


def _mode(folder: Path, unknown: int) -> int:
    try:
        return stat.S_IMODE(folder.stat().st_mode) & 0o777
    except OSError:
        return unknown
