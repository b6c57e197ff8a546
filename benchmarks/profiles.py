"""Profiles of one photo as text: the Python functions of the whole way, and the model's operations."""

from __future__ import annotations

import cProfile
import io
import json
import pstats
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np

from photocolor.engine.runtime import load_runtime
from photocolor.models.registry import find_model

LINES = 30


def functions(work: Callable[[], object], page: Path, title: str) -> None:
    """Writes where the processor time of the work goes, by function, own time first; run once before to warm up."""
    work()
    profile = cProfile.Profile(time.process_time)
    profile.runcall(work)
    text = io.StringIO()
    pstats.Stats(profile, stream=text).strip_dirs().sort_stats("tottime").print_stats(LINES)
    rows = [line.rstrip() for line in text.getvalue().splitlines() if line.strip()]
    page.parent.mkdir(exist_ok=True)
    page.write_text("\n".join([title, *rows]) + "\n", encoding="utf-8")


def operations(shape: tuple[int, int], page: Path, rounds: int = 5) -> None:
    """Writes where the time of one run of the model goes, by kind of operation; one thread."""
    ort = load_runtime()

    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.enable_profiling = True
    options.profile_file_prefix = str(page.with_suffix(""))
    session = ort.InferenceSession(str(find_model("default").path), options, providers=["CPUExecutionProvider"])
    given = {item.name: np.zeros((1, item.shape[1], *shape), np.float32) for item in session.get_inputs()}
    for _ in range(rounds):
        session.run(None, given)
    trace = Path(session.end_profiling())
    spent: Counter[str] = Counter()
    calls: Counter[str] = Counter()
    for event in json.loads(trace.read_text(encoding="utf-8")):
        if event.get("cat") == "Node" and event["name"].endswith("_kernel_time"):
            spent[event["args"]["op_name"]] += event["dur"]
            calls[event["args"]["op_name"]] += 1
    trace.unlink()
    total = sum(spent.values())
    rows = [f"One run of the model at {shape[0]} × {shape[1]} px, {total / rounds / 1000:.1f} ms on one thread"]
    for name, micros in spent.most_common():
        if micros / total >= 0.001:
            rows.append(f"{micros / total:7.1%} {micros / rounds / 1000:9.2f} ms {calls[name] // rounds:4} × {name}")
    page.write_text("\n".join(rows) + "\n", encoding="utf-8")
