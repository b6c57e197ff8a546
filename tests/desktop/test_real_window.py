"""The journey in a real window, with the X server's mouse and keyboard."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import find_browser
from screens import missing_programs, screen


@pytest.fixture
def environment() -> Iterator[dict[str, str]]:
    """A screen of its own."""
    missing = missing_programs()
    if missing and os.environ.get("CI") == "true":
        pytest.fail(f"CI needs {', '.join(missing)}")
    if missing:
        pytest.skip(f"this machine has no {', '.join(missing)}")
    with screen() as variables:
        yield variables


@pytest.mark.needs_group("desktop")
@pytest.mark.slow
@pytest.mark.parametrize(
    ("walk", "steps"), [("everybody", 9), ("photographer", 12), ("archivist", 7), ("retoucher", 3)]
)
def test_a_person_walks_through_a_real_window(
    environment: dict[str, str], tmp_path: Path, walk: str, steps: int
) -> None:
    if walk == "archivist" and find_browser() is None and os.environ.get("CI") != "true":
        pytest.skip("this machine has no browser")
    script = Path(__file__).with_name("real_window.py")
    done = subprocess.run(
        [sys.executable, script, tmp_path / "pictures", walk],
        env=environment, capture_output=True, text=True, timeout=560,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{steps} steps done in a real window" in done.stdout
    assert len(list((tmp_path / "pictures").glob("*.png"))) == steps
