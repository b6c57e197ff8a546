"""A file is hashed while it is written, and anew where that cannot be right."""

from __future__ import annotations

import hashlib
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from photocolor.system.growing_file import GrowingDigest, reserve, written_back

HEAD, TAIL = b"II*\0" + bytes(4), b"a directory that was appended"


@pytest.fixture
def descriptor(tmp_path: Path) -> Iterator[int]:
    """An empty file, open for reading and writing."""
    opened = os.open(tmp_path / "file", os.O_RDWR | os.O_CREAT)
    yield opened
    os.close(opened)


def parts(count: int, size: int) -> list[bytes]:
    dice = np.random.default_rng(count)
    return [dice.bytes(size) for _ in range(count)]


def write(descriptor: int, samples: list[bytes], head: bytes) -> bytes:
    """Writes samples behind a place for the head, the tail, and the head last; returns the whole file."""
    os.lseek(descriptor, len(head), os.SEEK_SET)
    for part in samples:
        os.write(descriptor, part)
    os.write(descriptor, TAIL)
    os.pwrite(descriptor, head, 0)
    return head + b"".join(samples) + TAIL


@pytest.mark.parametrize(("count", "size"), [(0, 1), (1, 10), (40, 252_000), (3, 5_000_000)])
def test_the_digest_is_that_of_the_finished_file(descriptor: int, count: int, size: int) -> None:
    with GrowingDigest(descriptor) as digest:
        digest.begin(HEAD)
        whole = write(descriptor, parts(count, size), HEAD)
        assert digest.finish() == (hashlib.sha256(whole).hexdigest(), len(whole))


def test_a_file_with_another_head_has_to_be_hashed_anew(descriptor: int) -> None:
    with GrowingDigest(descriptor) as digest:
        digest.begin(HEAD)
        write(descriptor, parts(3, 1000), HEAD[:-1] + b"\1")
        assert digest.finish() is None


def test_nothing_is_known_of_a_file_that_was_not_followed(descriptor: int) -> None:
    with GrowingDigest(descriptor) as digest:
        assert digest.finish() is None


def test_no_thread_is_left_after_a_failure(descriptor: int) -> None:
    before = threading.active_count()
    with pytest.raises(ZeroDivisionError), GrowingDigest(descriptor) as digest:
        digest.begin(HEAD)
        raise ZeroDivisionError
    assert threading.active_count() == before


def test_a_file_that_cannot_be_read_is_told(descriptor: int) -> None:
    other = os.open("/dev/null", os.O_WRONLY)
    try:
        with GrowingDigest(other) as digest:
            digest.begin(HEAD)
            with pytest.raises(OSError, match="Bad file descriptor"):
                digest.finish()
    finally:
        os.close(other)


def test_a_file_that_is_written_back_early_gets_all_its_parts(descriptor: int) -> None:
    given, taken = parts(12, 3_000_000), []
    for part in written_back(given, descriptor):
        os.write(descriptor, part)
        taken.append(part)
    assert taken == given
    assert os.pread(descriptor, 40_000_000, 0) == b"".join(given)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux reserves room for a file that stays empty")
def test_room_is_reserved_and_the_file_stays_as_long_as_it_is(descriptor: int) -> None:
    os.write(descriptor, b"some")
    reserve(descriptor, 20_000_000)
    state = os.fstat(descriptor)
    assert state.st_size == 4
    assert state.st_blocks * 512 >= 20_000_000


def test_where_there_is_no_such_room_nothing_is_reserved_and_nothing_told(descriptor: int) -> None:
    reserve(descriptor, 1 << 62)
    assert os.fstat(descriptor).st_size == 0
