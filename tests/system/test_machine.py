"""Limits of containers bind as the machine's own do."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from photocolor.system.machine import memory, return_freed_memory, usable_cpus

linux = pytest.mark.skipif(sys.platform != "linux", reason="cgroups and affinity masks are Linux's")
RSS_SLACK = 0.1  # share by which other processes may change the available memory between two looks


@linux
def test_without_a_quota_the_affinity_mask_counts(tmp_path: Path):
    assert usable_cpus(tmp_path) == len(os.sched_getaffinity(0))


@linux
def test_a_process_bound_to_one_processor_uses_one():
    code = (
        "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))});"
        "from photocolor.system.machine import usable_cpus; print(usable_cpus())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"


@linux
@pytest.mark.parametrize(("quota", "most"), [("100000 100000", 1), ("50000 100000", 1), ("10000 100000", 1)])
def test_a_quota_of_the_container_binds_and_leaves_at_least_one(tmp_path: Path, quota: str, most: int):
    (tmp_path / "cpu.max").write_text(quota)
    assert usable_cpus(tmp_path) == most


@linux
@pytest.mark.parametrize("quota", ["max 100000", "", "garbage", "100000 0"])
def test_a_quota_that_is_none_or_unreadable_does_not_bind(tmp_path: Path, quota: str):
    (tmp_path / "cpu.max").write_text(quota)
    assert usable_cpus(tmp_path) == len(os.sched_getaffinity(0))


@linux
def test_the_older_kind_of_cgroup_binds_too(tmp_path: Path):
    (tmp_path / "cpu").mkdir()
    (tmp_path / "cpu" / "cpu.cfs_quota_us").write_text("100000\n")
    (tmp_path / "cpu" / "cpu.cfs_period_us").write_text("100000\n")
    assert usable_cpus(tmp_path) == 1


@linux
def test_memory_agrees_with_psutil(tmp_path: Path):
    mine, other = memory(tmp_path), psutil.virtual_memory()
    assert mine.total_bytes == other.total
    assert mine.available_bytes == pytest.approx(other.available, rel=RSS_SLACK)


@linux
def test_a_memory_limit_of_the_container_binds(tmp_path: Path):
    (tmp_path / "memory.max").write_text("100000000\n")
    (tmp_path / "memory.current").write_text("30000000\n")
    assert (memory(tmp_path).total_bytes, memory(tmp_path).available_bytes) == (100_000_000, 70_000_000)


@linux
def test_what_the_system_keeps_of_files_counts_as_available(tmp_path: Path):
    (tmp_path / "memory.max").write_text("100000000\n")
    (tmp_path / "memory.current").write_text("99000000\n")  # as after a run over many photos
    (tmp_path / "memory.stat").write_text("anon 30000000\nfile 69000000\nactive_file 9000000\ninactive_file 60000000\n")
    assert memory(tmp_path).available_bytes == 70_000_000


@linux
def test_no_memory_limit_does_not_bind(tmp_path: Path):
    (tmp_path / "memory.max").write_text("max\n")
    assert memory(tmp_path).total_bytes == psutil.virtual_memory().total


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps what was freed, and takes orders")
def test_freed_memory_goes_back_to_the_system():
    piece = 60_000  # small enough for the heap, which keeps all of it as long as its end is in use
    pieces = [bytearray(piece) for _ in range(2000)]
    end = pieces.pop()
    pieces.clear()
    before = psutil.Process().memory_info().rss
    return_freed_memory()
    assert before - psutil.Process().memory_info().rss > 1000 * piece
    assert len(end) == piece


FAULTS_OF_A_SECOND_USE = """
import resource, sys
from photocolor.system.machine import keep_freed_memory

if sys.argv[1] == "kept":
    keep_freed_memory()
for _ in range(2):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    blocks = [b"x" * 20_000_000 for _ in range(5)]
    blocks.clear()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""
"""Touches five blocks of 20 MB, frees them, and does so again; prints how many pages the system then had to clear."""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps what was freed, and takes orders")
def test_freed_memory_is_used_again_without_asking_the_system_where_that_is_wanted():
    def faults(how: str) -> int:
        command = [sys.executable, "-c", FAULTS_OF_A_SECOND_USE, how]
        return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

    assert faults("kept") < 100
    assert faults("returned") > 1000
