from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from photocolor.batch.records.jsonl import HOLES_MOST_BYTES, LineFile, raw_lines, read_lines, write_failure
from photocolor.errors import DiskFull, OutputError


@pytest.mark.timeout(60)
@pytest.mark.skipif(not hasattr(os, "SEEK_HOLE"), reason="this system does not tell of holes")
def test_a_file_that_is_nothing_but_holes_is_refused_and_a_small_hole_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "records" / "lines.jsonl"
    with LineFile(path, durable=False) as lines:
        lines.append({"n": 1})
    length = path.stat().st_size
    os.truncate(path, HOLES_MOST_BYTES)
    with path.open("ab") as file:
        file.write(b" " * (1 << 20))
    assert next(raw_lines(path)) == b'{"n":1}\n'
    os.truncate(path, length)
    for end in (1 << 40, 1 << 41):
        os.truncate(path, end)
        with path.open("ab") as file:
            file.write(b"{}\n")
    for begin in (0, length):
        with pytest.raises(OutputError, match="most of it is holes"):
            next(raw_lines(path, begin))


def test_lines_are_added_to_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "lines.jsonl"
    for number in range(2):
        with LineFile(path, durable=True) as lines:
            lines.append({"number": number})
    assert list(read_lines(path)) == [(b'{"number":0}\n', True), (b'{"number":1}\n', True)]


@pytest.mark.parametrize(
    ("last", "kept"),
    [
        (b'{"numb', b""),
        (b"{", b""),
        (b'{"number":1}', b'{"number":1}\n'),
        (b"\0\0\0", b"\0\0\0\n"),
        (b"a note of somebody", b"a note of somebody\n"),
    ],
)
def test_a_line_that_a_crash_tore_is_cut_off_and_anything_else_is_kept(
    tmp_path: Path, last: bytes, kept: bytes
) -> None:
    path = tmp_path / "lines.jsonl"
    for before in (b"", b'{"number":0}\n'):
        path.write_bytes(before + last)
        with LineFile(path, durable=False) as lines:
            lines.append({"number": 2})
        assert path.read_bytes() == before + kept + b'{"number":2}\n'


def test_only_a_line_that_a_crash_may_have_torn_is_expected_to_be_damaged(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    for last, counts in ((b'{"numb', False), (b"\0" * 4096, True), (b"umber", True)):
        path.write_bytes(b'{"number":0}\n' + last)
        assert [whole for _, whole in read_lines(path)] == [True, counts]


def test_no_file_is_no_lines(tmp_path: Path) -> None:
    assert list(read_lines(tmp_path / "nowhere")) == []


def test_a_name_that_is_no_utf8_is_written_as_ascii(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    with LineFile(path, durable=False) as lines:
        lines.append({"relative": "caf\udce9\n.jpg"})
    assert path.read_bytes() == rb'{"relative":"caf\udce9\n.jpg"}' + b"\n"


def test_a_full_disk_is_an_output_error_and_leaves_the_earlier_lines(tmp_path: Path, file_size_limit: int) -> None:
    path = tmp_path / "lines.jsonl"
    with LineFile(path, durable=False) as lines:
        lines.append({"number": 0})
        with pytest.raises(OutputError, match=r"lines\.jsonl"):
            lines.append({"text": "x" * file_size_limit})
        lines.append({"number": 2})
    assert path.read_bytes() == b'{"number":0}\n{"number":2}\n'


def test_no_space_and_no_quota_are_a_full_disk() -> None:
    for number in (errno.ENOSPC, errno.EDQUOT):
        assert isinstance(write_failure(Path("x"), OSError(number, "no")), DiskFull)
    assert not isinstance(write_failure(Path("x"), OSError(errno.EACCES, "no")), DiskFull)


def test_a_folder_that_cannot_be_made_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot be written"):
        LineFile(tmp_path / "file" / "lines.jsonl", durable=False)
