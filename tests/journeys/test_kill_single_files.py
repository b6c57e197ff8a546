"""kill -9 while one file is written of which no records tell: the next time it is written nothing else is left."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import photos
import pytest
from commands import ROOT, photocolor, started
from runs import write_tree

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a process is killed")

KILLER = """
import os, signal, sys

def kill(event, args):
    if event == "os.rename" and str(args[0]).startswith(".pc-"):
        os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(kill)
"""
"""A `sitecustomize` that kills its process when a file is written, just before it gets its name."""
BESIDE = {
    "hints": """
from photocolor.hints.sidecar import Hints, Point
from photocolor.pipeline.source import write_hints
write_hints(photo, Hints(points=(Point(0.5, 0.5, "#d2a98f"),)))
""",
    "mask": """
import numpy as np
from photocolor.pipeline.mending.hand import write_hand_mask
write_hand_mask(photo, np.full((48, 64), 255, np.uint8))
""",
    "export": """
from photocolor.desktop.export.photo_export import job_of
from photocolor.system.atomic import AtomicFile
job = job_of(photo, photo.with_name("color.png"))
with AtomicFile(job.target, job.token) as file:
    file.content.write_bytes(b"whole")
    file.commit()
""",
}


@pytest.fixture
def killer(tmp_path: Path) -> str:
    """The path of modules of a process that is killed."""
    return f"{write_tree(tmp_path / 'killer', {'sitecustomize.py': KILLER.encode()})}:{ROOT}"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("name", ["compare.png", "compare.html"])
def test_a_killed_preview_leaves_nothing_behind_the_next_one(tmp_path: Path, killer: str, name: str) -> None:
    place = write_tree(tmp_path / "place", {"scan.png": photos.png()})
    command = ("preview", place / "scan.png", "--out", place / name, "--device", "cpu")
    for _ in range(2):
        with started(*command, PYTHONPATH=killer) as process:
            process.communicate()
        assert process.returncode == -signal.SIGKILL
        left = [each for each in names(place) if each != "scan.png"]
        assert len(left) == 1 and left[0].startswith(".pc-"), "one file, however often"
    assert photocolor(*command).code == 0
    assert names(place) == [name, "scan.png"]


@pytest.mark.parametrize("kind", BESIDE)
def test_what_the_window_writes_beside_a_photo_leaves_nothing_behind(tmp_path: Path, killer: str, kind: str) -> None:
    photo = write_tree(tmp_path / "place", {"scan.png": photos.png()}) / "scan.png"
    script = f"from pathlib import Path\nphoto = Path({str(photo)!r})\n{BESIDE[kind]}"
    run = [sys.executable, "-c", script]
    killed = subprocess.run(run, env={"PYTHONPATH": killer, "PATH": ""}, check=False)
    assert killed.returncode == -signal.SIGKILL and any(name.startswith(".pc-") for name in names(photo.parent))
    subprocess.run(run, env={"PYTHONPATH": str(ROOT), "PATH": ""}, check=True)
    assert len(names(photo.parent)) == 2 and not any(name.startswith(".pc-") for name in names(photo.parent))
