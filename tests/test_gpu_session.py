"""The script for a borrowed GPU works: its own code, here on the CPU, with real commands."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import photos
import psutil
import pytest
from runs import write_tree

from benchmarks.gpu_session import VARIANTS

ROOT = Path(__file__).resolve().parents[1]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="GPUs are borrowed on Linux")


def asked(out: Path, *arguments: object) -> list[dict[str, Any]]:
    """The rows of one call on the CPU."""
    command = [sys.executable, "-m", "benchmarks.gpu_session", out, "--device", "cpu", "--quick", *arguments]
    subprocess.run(list(map(str, command)), cwd=ROOT, check=True, capture_output=True, timeout=300)
    rows = out / "rows.jsonl"
    return [json.loads(line) for line in rows.read_text().splitlines()] if rows.exists() else []


def test_shapes_and_folders_are_measured_on_the_photos_that_are_given(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "in", {"a.png": photos.png(), "b.png": photos.png()})
    row = asked(tmp_path / "out", "--photos", scans, "--step", "shapes")[-1]
    assert (row["photos"], row["twice_the_same"], row["ab_max"]) == (2, 2, 0.0)
    rows = [row for row in asked(tmp_path / "out", "--photos", scans, "--step", "folders") if row["step"] == "folders"]
    assert [row["exit_code"] for row in rows] == [0] * 6
    assert [row["same_bytes"] for row in rows if row["run"] != "auto"] == [2] * 5


def test_every_set_of_options_has_a_row_with_all_shapes(tmp_path: Path) -> None:
    rows = asked(tmp_path, "--step", "options")
    assert [row["options"] for row in rows] == list(VARIANTS)
    assert all(row["twice_the_same"] and row["ab_max"] == 0 for row in rows)
    assert {"1 × 128 × 128: ms", "1 × 128 × 192: ms", "1 × 128 × 128 once more: ms", "8 × 128 × 128: ms"} < set(rows[0])


def test_what_takes_too_long_is_ended_whole_and_the_tables_say_so(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "in", {f"{number}.png": photos.png() for number in range(4)})
    asked(tmp_path / "out", "--photos", scans, "--seconds", "3")
    table = (tmp_path / "out" / "tables.md").read_text()
    assert "| folders | out of time" in table
    assert "| paces | out of time" in table
    left = [one for one in psutil.process_iter(["cmdline"]) if str(tmp_path) in " ".join(one.info["cmdline"] or [])]
    assert not left
