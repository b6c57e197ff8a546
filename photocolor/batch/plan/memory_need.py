"""Estimates the memory that a plan's photos take, from the headers of the largest files, so that workers get enough."""

from __future__ import annotations

import os
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from heapq import nlargest
from pathlib import Path
from queue import Empty, SimpleQueue

from photocolor.batch.pools.pool import PHOTO_BYTES
from photocolor.errors import PhotoError, UsageError
from photocolor.image.decode import probe
from photocolor.outcome import Job
from photocolor.pipeline.footprint import detail_pixels, footprint
from photocolor.pipeline.source import is_read_in_place
from photocolor.settings import MEMORY_MIN_BYTES, Settings
from photocolor.system.file_bytes import DiskBytes
from photocolor.system.safe_files import open_regular

HEADERS_PER_SUFFIX = 4
"""Files of each suffix whose headers are read: the largest ones."""
HEADERS_TIMEOUT_S = 10.0
"""A medium that does not give its headers in this time is not waited for."""
_HEAD_BYTES = 1 << 20


def largest_photo_bytes(jobs: Iterable[Job], settings: Settings) -> int:
    """Returns the bytes that the largest photo takes while it is colored; a default if no header is readable."""
    files_by_suffix: defaultdict[str, list[tuple[int, Path]]] = defaultdict(list)
    for job in jobs:
        files = files_by_suffix[os.path.splitext(job.source)[1].lower()]  # noqa: PTH122 -- names may hold any bytes
        files.append((job.fingerprint.size_bytes, job.source))
        if len(files) > 4 * HEADERS_PER_SUFFIX:
            files[:] = nlargest(HEADERS_PER_SUFFIX, files)
    largest = [path for files in files_by_suffix.values() for _, path in nlargest(HEADERS_PER_SUFFIX, files)]
    need = max((need for need in _needs(largest, settings) if need), default=PHOTO_BYTES)
    return max(need, MEMORY_MIN_BYTES)


def memory_per_worker(settings: Settings, allowed_bytes: int, workers: int) -> int:
    """Returns the bytes of memory that one photo may take while others are at work.

    Who asks for a number of workers and for no limit gets the workers; each photo may then take all that is free.

    Raises:
        UsageError: both were asked for, and together they leave too little for any photo.
    """
    if settings.max_memory is None and settings.workers is not None:
        return allowed_bytes
    share = allowed_bytes // workers
    if settings.max_memory is not None and share < MEMORY_MIN_BYTES:
        least, total = MEMORY_MIN_BYTES // 10**6, settings.max_memory // 10**6
        raise UsageError(
            f"{total}M for {workers} workers are {share // 10**6}M each; with the model, a small photo takes {least}M",
            "Use fewer --workers, or raise --max-memory.",
        )
    return share


def _needs(paths: Iterable[Path], settings: Settings) -> Iterator[int]:
    """Yields the memory need of each photo whose medium answers; a photo whose medium hangs fails by its time limit.

    Each is read in a thread of its own, since nothing ends a thread that waits for a dead medium.
    """
    answers: SimpleQueue[int] = SimpleQueue()
    headers_read, deadline = 0, time.monotonic() + HEADERS_TIMEOUT_S
    for path in paths:
        read_header = partial(_answer, answers, path, settings)
        threading.Thread(target=read_header, name="photocolor-header", daemon=True).start()
        headers_read += 1
    with suppress(Empty):
        for _ in range(headers_read):
            yield answers.get(timeout=max(0.0, deadline - time.monotonic()))


def _answer(answers: SimpleQueue[int], path: Path, settings: Settings) -> None:
    need = 0
    try:
        need = _need(path, settings)
    finally:
        answers.put(need)  # whoever waits learns it at once, also of a fault


def _need(path: Path, settings: Settings) -> int:
    """Returns the estimated memory of one photo in bytes; 0 if its header is unreadable, which the run will report."""
    try:
        with open_regular(path) as file:
            size = os.fstat(file.fileno()).st_size
            stored = is_read_in_place(file)
            file.seek(0)
            header = probe(DiskBytes(file) if stored else file.read(_HEAD_BYTES))
    except (OSError, PhotoError):
        return 0
    detail = detail_pixels(header.height, header.width, settings.color)
    return footprint(header, size, settings.files, detail).quick
