"""Timing: pairs measured alternately, medians with their spread, processor time and peak memory."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Spread:
    """Repeated measurements of one thing.

    Attributes:
        median: the middle one.
        low: the smallest.
        high: the largest.
    """

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: list[float]) -> Spread:
        """The spread of the values."""
        return cls(statistics.median(values), min(values), max(values))

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.low:.2f}–{self.high:.2f})"


def alternately(works: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, tuple[Spread, Spread]]:
    """Wall and processor seconds of each work, one of each per round so that a busy machine hits all alike."""
    wall: dict[str, list[float]] = {name: [] for name in works}
    processor: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            started, used = time.perf_counter(), time.process_time()
            work()
            wall[name].append(time.perf_counter() - started)
            processor[name].append(time.process_time() - used)
    return {name: (Spread.of(wall[name]), Spread.of(processor[name])) for name in works}


@dataclass(frozen=True)
class ProcessCost:
    """What a whole process cost.

    Attributes:
        wall_s: from start to end.
        cpu_s: processor time of it and its children.
        peak_mb: largest resident memory of the largest process.
    """

    wall_s: float
    cpu_s: float
    peak_mb: float


_WRAPPER = """
import ctypes, json, os, resource, subprocess, sys, time
if sys.platform == "linux":
    PR_SET_CHILD_SUBREAPER = 36  # processes whose parent ended before them come here, and are counted, too
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
started = time.perf_counter()
code = subprocess.run(sys.argv[2:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
wall_s = time.perf_counter() - started
try:
    while True:
        os.wait()
except ChildProcessError:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
with open(sys.argv[1], "w") as file:
    json.dump({"wall_s": wall_s, "cpu_s": used.ru_utime + used.ru_stime,
               "peak_mb": used.ru_maxrss / 1024, "code": code.returncode, "error": code.stderr.decode()[-2000:]}, file)
"""


def whole_process(command: list[str], report: str) -> ProcessCost:
    """Runs a command and measures it with all its children, with bytecode as an installation has it.

    Raises:
        RuntimeError: the command failed; its last words are in the message.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run([sys.executable, "-c", _WRAPPER, report, *command], check=True, env=environment)
    with open(report, encoding="utf-8") as file:  # noqa: PTH123
        found: dict[str, Any] = json.load(file)
    if found["code"]:
        raise RuntimeError(f"{command} ended with {found['code']}: {found['error']}")
    return ProcessCost(found["wall_s"], found["cpu_s"], found["peak_mb"])
