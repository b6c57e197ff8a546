"""Fixtures for the batch."""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator

import pytest

FILE_LIMIT_BYTES = 300


@pytest.fixture
def file_size_limit() -> Iterator[int]:
    """A file of this process cannot grow beyond this many bytes: writing fails as on a full disk, with EFBIG."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_LIMIT_BYTES, before[1]))
    yield FILE_LIMIT_BYTES
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)
