"""The walk over a JPEG's markers reads no more of the file than it is asked for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import photos
import pytest
from commands import ROOT

from photocolor.containers.jpeg import DHT, DQT, SOS, header_segments, walk

SCRIPT = """
import mmap, os, sys
from photocolor.containers.jpeg import header_segments

with open(sys.argv[1], "r+b") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
    os.truncate(sys.argv[1], mmap.PAGESIZE)  # to read what is behind ends the process
    print(len(list(header_segments(data))))
"""


def test_the_segments_before_the_first_scan_are_those_of_the_whole_walk() -> None:
    data = photos.jpeg(photos.gray(200, 300))
    before = list(header_segments(data))
    whole = list(walk(data))
    assert whole[: len(before)] == before and whole[len(before)].marker == SOS
    assert {DQT, DHT} <= {segment.marker for segment in before}


@pytest.mark.skipif(sys.platform == "win32", reason="a file that is mapped cannot be cut off there")
def test_what_lies_before_the_first_scan_is_found_without_reading_the_coded_data(tmp_path: Path) -> None:
    data = photos.jpeg(photos.gray(1200, 1200))
    path = tmp_path / "large.jpg"
    path.write_bytes(data)
    assert len(data) > 200_000
    told = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(path)], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert (told.returncode, told.stdout) == (0, f"{len(list(header_segments(data)))}\n"), told.stderr
