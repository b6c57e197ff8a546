"""Lets finished results keep the times of their sources where an earlier run did not ask for that."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from photocolor.batch.records.manifest import Record
from photocolor.outcome import Job
from photocolor.pipeline.extra_files import MENDED_SUFFIXES
from photocolor.pipeline.xmp_files import xmp_places


def keep_times(job: Job, record: Record) -> str:
    """Gives a finished result, and what lies beside it, the time when its source was changed last.

    Args:
        job: a photo that an earlier run finished.
        record: of it.

    Returns:
        A sentence about a file that cannot be given one; "" if all have it.
    """
    try:
        for path, mtime_ns in _files(job, record):
            state = path.lstat()
            if stat.S_ISREG(state.st_mode) and state.st_mtime_ns != mtime_ns:
                os.utime(path, ns=(time.time_ns(), mtime_ns))
    except OSError as error:
        return f"{job.target} cannot keep the time of its source: {error.strerror or error}"
    return ""


def _files(job: Job, record: Record) -> Iterator[tuple[Path, int]]:
    """Yields the files of a result that are there, each with its time."""
    beside = [place.rpartition("/")[2] for place in record.layers or ()]
    beside += [job.name + suffix for suffix in MENDED_SUFFIXES if record.mended]
    for path in (job.target, *(job.target.with_name(name) for name in beside)):
        if os.path.lexists(path):
            yield path, job.fingerprint.mtime_ns
    copies = {place.rpartition("/")[2] for place in record.sidecars}
    for place in xmp_places(job.source, job.target.with_name(job.name)) if copies else ():
        with suppress(FileNotFoundError):
            if place.copy in copies and os.path.lexists(place.target):
                yield place.target, place.source.stat().st_mtime_ns
