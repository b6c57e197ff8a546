"""Damaged files of all formats, decoded in one process: refused by name or decoded, in bounded memory, without a sound.

`PHOTOCOLOR_DECODED_MUTANTS=10000 pytest tests/image/test_decoded_mutants.py` tries more of them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

from commands import ROOT

MUTANTS = int(os.environ.get("PHOTOCOLOR_DECODED_MUTANTS", "800"))
MOST_BYTES = 1_000_000_000
MOST_SECONDS = 10.0


def test_no_mutant_raises_anything_else_takes_much_memory_or_lets_a_library_speak(shared: Path) -> None:
    command = [sys.executable, "-W", "ignore", str(ROOT / "tests" / "decode_mutants.py"), str(MUTANTS)]
    oddities = shared / "oddities"
    found = subprocess.run(
        [*command, *([str(oddities)] if oddities.is_dir() else [])], capture_output=True, check=False
    )
    assert found.returncode == 0, found.stderr.decode(errors="replace")[-2000:]
    assert found.stderr == b"", "a library wrote between our lines"
    report = json.loads(found.stdout)
    assert report["unexpected"] == []
    assert report["peak_bytes"] < MOST_BYTES
    assert report["slowest_s"][0] < MOST_SECONDS
    outcomes = Counter[str]()
    for name, count in report["outcomes"].items():
        outcomes[name.split()[1]] += count
    assert min(outcomes["truncated"], outcomes["decoded"]) > MUTANTS // 10, "some must survive and some must fail"
