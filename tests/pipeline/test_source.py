"""A source is hashed while it is read: in memory, by a thread, or before, always the bytes of the file."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
import tifffile

from photocolor.batch.plan.targets import make_plan
from photocolor.outcome import Job
from photocolor.pipeline.source import open_source
from photocolor.settings import OutputFormat
from photocolor.system.file_bytes import DiskBytes
from photocolor.system.photo_threads import limit_threads


def job_of(folder: Path, side: int) -> Job:
    """Returns the job of a square 16-bit TIFF."""
    pixels = np.random.default_rng(1).integers(0, 65536, (side, side), np.uint16)
    tifffile.imwrite(folder / "scan.tif", pixels)
    return next(iter(make_plan((folder / "scan.tif",), folder / "out", OutputFormat.KEEP).jobs()))


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("side", [100, 3000])
def test_the_digest_is_that_of_the_file_whoever_reads_it_meanwhile(tmp_path: Path, side: int, threads: int) -> None:
    job = job_of(tmp_path, side)
    whole = job.source.read_bytes()
    try:
        limit_threads(threads)
        with open_source(job) as source:
            parts = [source.data[at : at + 100_000] for at in range(0, len(whole), 100_000)]
            assert source.sha256 == hashlib.sha256(whole).hexdigest()
            assert isinstance(source.data, DiskBytes) == (side == 3000)
    finally:
        limit_threads(None)
    assert b"".join(parts) == whole
