#!/usr/bin/env python3
"""Puts a damage finder into the package: its file, its checksum, and a list of what the docs say of the former one.

Usage: python scripts/ship_finder.py FINDER.onnx [--into FOLDER]

The file is the one that `python -m training damage export` wrote, which names no folder of the machine that trained it.
Its card must be whole, and it must run; not a byte of it is changed. Nothing is written if anything is wrong.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
from pathlib import Path

import numpy as np

from photocolor.engine.damage.finder import Finder
from photocolor.errors import PhotocolorError
from photocolor.models.contract import FINDER_NAME
from photocolor.models.finder import FinderFile, find_finder

ROOT = Path(__file__).resolve().parents[1]
MODELS = ROOT / "photocolor" / "models"
MOST_BYTES = 4_000_000
NEEDED = ("license", "intended_use", "weaknesses", "data_terms", "training")
"""What the card must say besides what the contract asks for."""
TO_RENEW = (
    ("docs/damage.md", r"^## How good it is|^\| .*(clean test photos|samples)|megapixels|parameters"),
    ("CHANGELOG.md", r"[Dd]amage finder"),
)
"""Pages with figures of the finder, and the lines on which they stand."""


def main() -> int:
    """Ships the finder that the command line names; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("finder", type=Path)
    parser.add_argument("--into", type=Path, default=MODELS, help="folder of the package's models")
    given = parser.parse_args()
    try:
        place = ship(given.finder, given.into)
    except (PhotocolorError, ValueError) as error:
        print(f"Not shipped: {error}", file=sys.stderr)
        return 1
    shipped = find_finder(place)
    card = shipped.card
    print(f"{place}: {card.name} {card.version}, {place.stat().st_size / 1e6:.2f} MB, SHA-256 {shipped.sha256}")
    for line in lines_to_renew():
        print(f"  look at {line}")
    return 0


def ship(finder: Path, folder: Path) -> Path:
    """Copies a finder into a folder, writes its checksum, and returns the copy.

    Raises:
        PhotocolorError: it is no finder, or does not run.
        ValueError: it is too large, or its card lacks what the package promises.
    """
    place = folder / f"{FINDER_NAME}.onnx"
    trial = place.with_suffix(".trial.onnx")
    trial.write_bytes(find_finder(finder.absolute()).read())
    try:
        _check(find_finder(trial.absolute()), trial.stat().st_size)
        digest = hashlib.sha256(trial.read_bytes()).hexdigest()
        trial.replace(place)
    finally:
        trial.unlink(missing_ok=True)
    place.with_suffix(".sha256").write_text(f"{digest}  {place.name}\n", encoding="utf-8")
    return place


def _check(finder: FinderFile, size_bytes: int) -> None:
    card = finder.card
    if card.name != FINDER_NAME:
        raise ValueError(f"its name is {card.name}, not {FINDER_NAME}")
    if size_bytes > MOST_BYTES:
        raise ValueError(f"it has {size_bytes / 1e6:.1f} MB; at most {MOST_BYTES / 1e6:.0f} are shipped")
    if missing := [key for key in NEEDED if not card.extra.get(key)]:
        raise ValueError(f"its card does not say {', '.join(missing)}")
    ramp = np.tile(np.linspace(60, 190, 300), (200, 1)).astype(np.uint8)
    marked = sum(int(np.count_nonzero(kinds)) for kinds in Finder(finder, 1).find([ramp], ramp.shape))
    if marked:
        raise ValueError(f"it marks {marked} pixels of an even ramp of grays")


def lines_to_renew() -> list[str]:
    """Returns the lines of the docs that have figures of the finder, each with its page and number."""
    found = []
    for name, pattern in TO_RENEW:
        for number, line in enumerate((ROOT / name).read_text(encoding="utf-8").splitlines(), 1):
            if re.search(pattern, line):
                found.append(f"{name}:{number}: {line[:100]}")
    return found


if __name__ == "__main__":
    sys.exit(main())
