"""The commands of README's first minutes and of the tutorial work as they stand, in one shell, one after another."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from commands import ROOT

INSTALLING = ("python3 -m venv", "pip install")
"""Where the tests run, photocolor is installed already."""


def shell_blocks(page: str) -> str:
    """The lines of all blocks of a page that are marked as sh, without those that install."""
    blocks = re.findall(r"^```sh\n(.*?)^```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    lines = "".join(blocks).splitlines()
    return "\n".join(line for line in lines if not line.startswith(INSTALLING))


def run_page(page: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs the commands of a page beside the samples; the first one that fails ends it."""
    shutil.copytree(ROOT / "samples", folder / "samples")
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    script = f"set -eux\n{shell_blocks(page)}\n"
    return subprocess.run(
        ["bash", "-c", script], cwd=folder, env=os.environ | {"PATH": programs}, capture_output=True, text=True
    )


@pytest.mark.slow
def test_the_first_commands_of_the_readme_work(tmp_path: Path) -> None:
    done = run_page("README.md", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "every check holds" in done.stdout and (tmp_path / "color" / "photocolor-report.html").is_file()


@pytest.mark.slow
def test_the_tutorial_works_and_says_what_happens(tmp_path: Path) -> None:
    done = run_page("docs/tutorial.md", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "exit code 3" in done.stdout
    runs = re.findall(r"^(done +\d+|skipped +\d+|failed +\d+)", done.stderr, re.MULTILINE)
    told = [" ".join(each.split()) for each in runs]
    assert told == ["done 5", "done 0", "skipped 5", "done 1", "skipped 4", "done 0", "skipped 5", "failed 1", "done 1"]
    assert (tmp_path / "compare.html").is_file()
