from __future__ import annotations

import errno
from pathlib import Path

import pytest

from photocolor.batch.records.jsonl import LineFile, read_lines, write_failure
from photocolor.errors import DiskFull, OutputError


def test_lines_are_added_to_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "lines.jsonl"
    for number in range(2):
        with LineFile(path, durable=True) as lines:
            lines.append({"number": number})
    assert list(read_lines(path)) == [(b'{"number":0}\n', True), (b'{"number":1}\n', True)]


def test_a_torn_last_line_is_closed_and_the_next_line_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_bytes(b'{"number":0}\n{"numb')
    with LineFile(path, durable=False) as lines:
        lines.append({"number": 2})
    assert path.read_bytes() == b'{"number":0}\n{"numb\n{"number":2}\n'


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
