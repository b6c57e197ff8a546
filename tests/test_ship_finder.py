"""`scripts/ship_finder.py` puts a whole finder into the package, and nothing else."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import fakes
import pytest

SCRIPT = Path(__file__).resolve().parents[1] / "scripts" / "ship_finder.py"
CARD: dict[str, str | None] = {
    "name": "damage",
    "license": "Apache-2.0",
    "intended_use": "marking dust",
    "weaknesses": "many",
    "data_terms": "none",
    "training": "1 sample",
}


def shipped(finder: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), str(finder), "--into", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_finder_is_copied_byte_for_byte_with_its_checksum(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    finder = fakes.write_finder(tmp_path / "f.onnx", CARD)
    answer = shipped(finder, tmp_path / "models")
    assert answer.returncode == 0, answer.stderr
    place = tmp_path / "models" / "damage.onnx"
    assert place.read_bytes() == finder.read_bytes()
    digest = hashlib.sha256(place.read_bytes()).hexdigest()
    assert place.with_suffix(".sha256").read_text(encoding="utf-8") == f"{digest}  damage.onnx\n"
    assert digest in answer.stdout and "docs/damage.md:" in answer.stdout
    again = shipped(place, tmp_path / "models")
    assert again.returncode == 0 and hashlib.sha256(place.read_bytes()).hexdigest() == digest
    assert {path.name for path in (tmp_path / "models").iterdir()} == {"damage.onnx", "damage.sha256"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"weaknesses": None, "license": ""}, "does not say license, weaknesses"),
        ({"name": "bright"}, "its name is bright, not damage"),
        ({"thresholds": "0.5"}, "photocolor.thresholds"),
    ],
)
def test_one_that_cannot_ship_leaves_the_package_as_it_was(
    tmp_path: Path, change: dict[str, str | None], said: str
) -> None:
    (tmp_path / "models").mkdir()
    answer = shipped(fakes.write_finder(tmp_path / "f.onnx", CARD | change), tmp_path / "models")
    assert answer.returncode == 1 and said in answer.stderr
    assert list((tmp_path / "models").iterdir()) == []
