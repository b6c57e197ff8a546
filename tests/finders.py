"""Puts a damage finder into the package, or takes it out, whatever the checkout has; for tests only."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from photocolor.models import finder as finders

ROOT = Path(__file__).resolve().parents[1]
NAME = "damage.onnx"


def take_out_of_package(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Lets this process see a package without a finder.

    Args:
        monkeypatch: undoes it.
        folder: an empty folder.
    """
    monkeypatch.setattr(finders, "_BUNDLED", folder / NAME)


def put_into_package(monkeypatch: pytest.MonkeyPatch, folder: Path, finder: Path) -> Path:
    """Lets this process see a package with this finder; returns the file in its place.

    Args:
        monkeypatch: undoes it.
        folder: gets the file and its checksum.
        finder: the ONNX file.
    """
    place = install(finder, folder)
    monkeypatch.setattr(finders, "_BUNDLED", place)
    return place


def install(finder: Path, folder: Path) -> Path:
    """Copies a finder and its checksum file into a folder of models; returns the copy."""
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / NAME
    shutil.copyfile(finder, place)
    digest = hashlib.sha256(place.read_bytes()).hexdigest()
    place.with_suffix(".sha256").write_text(f"{digest}  {NAME}\n", encoding="utf-8")
    return place


def package_in(folder: Path, finder: Path | None) -> Path:
    """Makes a whole package of links to this one in a folder, with this finder or without; returns the folder.

    Processes of their own, workers among them, see no patch; they are started there with `run_there`.
    """
    (folder / "photocolor" / "models").mkdir(parents=True)
    for place in (ROOT / "photocolor").iterdir():
        if place.name not in ("models", "__pycache__"):
            (folder / "photocolor" / place.name).symlink_to(place)
    for place in (ROOT / "photocolor" / "models").iterdir():
        if place.name not in (NAME, "damage.sha256", "__pycache__"):
            (folder / "photocolor" / "models" / place.name).symlink_to(place)
    if finder is not None:
        install(finder, folder / "photocolor" / "models")
    return folder


def run_there(package: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Runs the command of a package that `package_in` made, in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(package)}
    command = [sys.executable, "-m", "photocolor", *map(str, arguments)]
    return subprocess.run(command, cwd=package, env=environment, capture_output=True, text=True, check=False)
