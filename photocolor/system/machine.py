"""Returns the processors and memory that this process may use, limits of its container included."""

from __future__ import annotations

import ctypes
import math
import mmap
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

_CGROUP_ROOT = Path("/sys/fs/cgroup")
_CGROUP_OF_PROCESS = Path("/proc/self/cgroup")
_MEMINFO = Path("/proc/meminfo")

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_MADV_NOHUGEPAGE = 15
_KEPT_BLOCK_BYTES = 32 << 20
"""Larger blocks are always given back; glibc takes no more. The gray of 24 megapixels is smaller."""
_KEPT_BYTES = 128 << 20


@dataclass(frozen=True, slots=True)
class Memory:
    """Holds memory in bytes; None where the system does not tell.

    Attributes:
        total_bytes: what the machine has, or its container may use.
        available_bytes: what can be had now without swapping.
    """

    total_bytes: int | None
    available_bytes: int | None


def usable_cpus(cgroup_root: Path = _CGROUP_ROOT) -> int:
    """Returns how many processors this process may use at a time: its affinity, cut by the cgroup's quota."""
    if sys.platform == "linux":
        available = len(os.sched_getaffinity(0))
    else:
        available = os.cpu_count() or 1
    quota = _cpu_quota(cgroup_root)
    return max(1, available if quota is None else min(available, math.ceil(quota)))


def memory(cgroup_root: Path = _CGROUP_ROOT) -> Memory:
    """Returns the memory of the machine, or of the container if that is less."""
    total, available = _system_memory()
    for folder in _cgroup_folders(cgroup_root):
        limit, used = _number(folder / "memory.max"), _used_bytes(folder)
        if limit is not None and (total is None or limit < total):
            total = limit
            if used is not None:
                available = max(0, min(available if available is not None else limit, limit - used))
    return Memory(total, available)


def _used_bytes(folder: Path) -> int | None:
    """Returns the memory that a cgroup's processes hold; what the system keeps of files it gives away when asked.

    Source: Linux, Documentation/admin-guide/cgroup-v2.rst, "memory.current" and "memory.stat".
    """
    if (charged := _number(folder / "memory.current")) is None:
        return None
    rows = dict(line.split() for line in _text(folder / "memory.stat").splitlines() if len(line.split()) == 2)
    return charged - sum(int(rows[key]) for key in ("active_file", "inactive_file") if rows.get(key, "").isdigit())


def keep_freed_memory() -> None:
    """Makes the C library keep up to `_KEPT_BYTES` of freed memory for this process to use again.

    The system clears each page that it hands out: a tenth of the time of a photo, if each photo asks for its own.
    """
    if (option := _of_glibc("mallopt")) is not None:
        option(_M_MMAP_THRESHOLD, _KEPT_BLOCK_BYTES)
        option(_M_TRIM_THRESHOLD, _KEPT_BYTES)


def share_freed_memory() -> None:
    """Lets later threads of this process use what others have freed, where the C library would part it among them.

    A model that a thread opens leaves 70 MB of freed memory, which the thread that runs it can use.
    """
    if (option := _of_glibc("mallopt")) is not None:
        option(_M_ARENA_MAX, 1)


def return_freed_memory() -> None:
    """Makes the C library give freed memory back to the system: some 100 MB after a run of the model."""
    if (trim := _of_glibc("malloc_trim")) is not None:
        trim(0)


def take_single_pages(address: int, size_bytes: int) -> None:
    """Makes the system hand out untouched memory page by page, where it would give 2 MB at the first touch.

    NumPy asks for that wherever it takes 4 MB or more. Of memory that is touched here and there it is a waste: all of
    it is cleared, and counts as used.
    """
    if (advise := _of_glibc("madvise")) is not None:
        start = -(-address // mmap.PAGESIZE) * mmap.PAGESIZE
        advise(ctypes.c_void_p(start), ctypes.c_size_t(address + size_bytes - start), _MADV_NOHUGEPAGE)


def _of_glibc(name: str) -> Callable[..., int] | None:
    """Returns a function that only glibc has; None elsewhere."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None


def _cpu_quota(root: Path) -> float | None:
    """Returns the processors' worth of time that the cgroup grants; None without a limit."""
    quotas = [quota for folder in _cgroup_folders(root) if (quota := _quota_v2(folder)) is not None]
    for name in ("cpu", "cpu,cpuacct"):
        micros, period = _number(root / name / "cpu.cfs_quota_us"), _number(root / name / "cpu.cfs_period_us")
        if micros is not None and period:
            quotas.append(micros / period)
    return min(quotas, default=None)


def _quota_v2(folder: Path) -> float | None:
    """Returns the quota in "MICROSECONDS PERIOD"; None for "max PERIOD", which is no limit."""
    words = _text(folder / "cpu.max").split()
    if len(words) == 2 and words[0].isdigit() and words[1].isdigit() and int(words[1]):
        return int(words[0]) / int(words[1])
    return None


def _cgroup_folders(root: Path) -> Iterator[Path]:
    """Yields the process's cgroup and those around it: a limit on any of them binds."""
    lines = _text(_CGROUP_OF_PROCESS).splitlines()
    own = next((line.removeprefix("0::").lstrip("/") for line in lines if line.startswith("0::")), "")
    folder = root / own
    while folder != root and root in folder.parents:
        yield folder
        folder = folder.parent
    yield root


def _system_memory() -> tuple[int | None, int | None]:
    if _MEMINFO.is_file():
        rows = dict(line.split(":", 1) for line in _text(_MEMINFO).splitlines() if ":" in line)
        kibibytes = [int(rows[key].split()[0]) if key in rows else None for key in ("MemTotal", "MemAvailable")]
        total, available = (None if value is None else value * 1024 for value in kibibytes)
        return total, available
    if sys.platform == "win32":
        return _windows_memory()
    try:  # macOS tells its pages, but what is available only through its private host statistics
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"), None
    except (ValueError, OSError):
        return None, None


def _windows_memory() -> tuple[int | None, int | None]:
    """Returns the memory of a Windows machine. Source: learn.microsoft.com, GlobalMemoryStatusEx."""

    class Status(ctypes.Structure):
        _fields_ = (
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            *((name, ctypes.c_ulonglong) for name in ("total", "available", "pt", "pa", "vt", "va", "ve")),
        )

    status = Status(length=ctypes.sizeof(Status))
    windll = getattr(ctypes, "windll")  # noqa: B009 - the attribute exists on Windows only
    if not windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):
        return None, None
    return int(status.total), int(status.available)


def _number(path: Path) -> int | None:
    word = _text(path).strip()
    return int(word) if word.isdigit() else None


def _text(path: Path) -> str:
    """Returns the file's text; empty if the system has no such file."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
