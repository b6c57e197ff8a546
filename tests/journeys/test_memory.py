"""Large photos under --max-memory: the peak of the whole process stays below it, and the result is the same."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import photos
import pytest
import tifffile
from commands import ROOT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the system tells no process's peak memory")

WIDTH, HEIGHT = 10_240, 8_192
"""84 megapixels: their gray alone takes 168 MB of 16 bits, more than is left of the limit beside the program."""
LIMIT_BYTES = 500_000_000
VERIFY_BYTES = 200_000_000
"""Less than a half of what the result's pixels alone take."""


def _large_tiff(path: Path) -> Path:
    """A 16-bit scan in deflated strips; written in bands, so that this process does not need it whole either."""
    band = np.tile(photos.gray(256, 2048, 16), (1, WIDTH // 2048))
    bands = (np.roll(band, 97 * number, axis=1) for number in range(HEIGHT // 256))
    with tifffile.TiffWriter(path) as writer:
        writer.write(bands, shape=(HEIGHT, WIDTH), dtype=np.uint16, rowsperstrip=256, metadata=None)
    return path


_WATCHER = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:])
_, status, usage = os.wait4(process.pid, 0)
print(usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""A process counts the memory of the one that started it as its own: so that one has to be small."""


def _peak_of_restore(*arguments: object) -> tuple[int, str, int]:
    """The peak of coloring with one worker."""
    return _peak("restore", *arguments, "--device", "cpu", "--workers", 1)


def _peak(*arguments: object) -> tuple[int, str, int]:
    """Exit code, standard error, and the most memory that the command ever held, in bytes."""
    command = [sys.executable, "-m", "photocolor", *map(str, arguments)]
    variables = os.environ | {"PYTHONPATH": str(ROOT)}
    watcher = [sys.executable, "-c", _WATCHER, *command]
    answer = subprocess.run(watcher, capture_output=True, text=True, env=variables, check=False)
    unit = 1 if sys.platform == "darwin" else 1024
    return answer.returncode, answer.stderr, int(answer.stdout.split()[-1]) * unit


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _large_tiff(tmp_path_factory.mktemp("scans") / "large.tif")


def test_a_tiff_larger_than_the_limit_is_colored_within_it_and_to_the_same_bytes(scan: Path, tmp_path: Path) -> None:
    code, said, peak = _peak_of_restore(scan, "--out", tmp_path / "small", "--max-memory", "500M")
    assert code == 0, said
    assert peak < LIMIT_BYTES, f"{peak / 1e6:.0f} MB"
    code, said, ample = _peak_of_restore(scan, "--out", tmp_path / "ample", "--max-memory", "2G")
    assert code == 0, said
    assert peak < ample < 1_000_000_000, f"{peak / 1e6:.0f} and {ample / 1e6:.0f} MB"
    small, whole = (tmp_path / name / "large.tif" for name in ("small", "ample"))
    assert small.read_bytes() == whole.read_bytes()
    code, said, peak = _peak("verify", scan, small, "--quiet")
    assert code == 0, said
    assert peak < VERIFY_BYTES, f"{peak / 1e6:.0f} MB"


def test_what_fits_in_no_way_fails_by_name_before_memory_is_taken(tmp_path: Path) -> None:
    (tmp_path / "large.png").write_bytes(photos.bomb_png(WIDTH, HEIGHT))
    code, said, peak = _peak_of_restore(tmp_path / "large.png", "--out", tmp_path / "color", "--max-memory", "500M")
    assert code == 3
    assert "large.png" in said
    assert "takes about" in said and "takes more memory than there is" in said
    assert "GB of memory, and 0.5 GB may be used" in said.replace("\n", " ")
    assert peak < LIMIT_BYTES, f"{peak / 1e6:.0f} MB"
    assert not (tmp_path / "color" / "large.png").exists()
