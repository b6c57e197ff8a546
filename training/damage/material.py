"""Real damage as material: single artifacts as alpha pictures, and the outlines of whole frames."""

from __future__ import annotations

import csv
import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from training.errors import MissingData

KIND_OF_PIECE = {
    **dict.fromkeys(("dots", "sprinkles", "dirt", "spots"), "dust"),
    **dict.fromkeys(("hair", "hair-short", "lint"), "hair"),
    **dict.fromkeys(("scratches",), "scratch"),
    **dict.fromkeys(("smut", "stain"), "stain"),
}
KIND_OF_OUTLINE = {"Dust": "dust", "Dirt": "dust", "Short hair": "hair", "Long hair": "hair", "Scratch": "scratch"}
HELD_OUT = 10
"""One of so many pieces is kept from training, for validation and tests; so is the last frame."""


@dataclass(frozen=True, slots=True)
class Outline:
    """Describes one artifact of a frame: its kind, and its (points, 2) float32 polygon, x and y in pixels there."""

    kind: str
    points: NDArray[np.float32]


class DamageMaterial:
    """Holds the pieces and frames of one part of the material.

    Args:
        folder: with `pieces.zip` and `scan-polygons.tsv`.
        held_out: take the part that is kept from training instead of the other.

    Raises:
        MissingData: one of the two files is not there.
    """

    def __init__(self, folder: Path, *, held_out: bool) -> None:
        archive, table = folder / "pieces.zip", folder / "scan-polygons.tsv"
        for file in (archive, table):
            if not file.is_file():
                raise MissingData(f"{file} is not there", "Set material.damage to the folder with the damage material.")
        self.pieces: dict[str, list[bytes]] = {}
        with zipfile.ZipFile(archive) as pieces:
            for name in sorted(pieces.namelist()):
                source = name.partition("/")[0]
                if source in KIND_OF_PIECE and _is_held_out(name) == held_out:
                    self.pieces.setdefault(source, []).append(pieces.read(name))
        frames = _frames(table)
        last = max(frames, key=int)
        self.frames = [outlines for name, outlines in frames.items() if (name == last) == held_out]

    def piece(self, source: str, chance: np.random.Generator) -> NDArray[np.uint8]:
        """Returns one alpha picture of that folder, (H, W) uint8, 255 where the damage is full."""
        coded = self.pieces[source][chance.integers(len(self.pieces[source]))]
        return np.asarray(cv2.imdecode(np.frombuffer(coded, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)

    def frame(self, chance: np.random.Generator) -> list[Outline]:
        """Returns the outlines of one frame."""
        return self.frames[chance.integers(len(self.frames))]


def _is_held_out(name: str) -> bool:
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % HELD_OUT == 0


def _frames(table: Path) -> dict[str, list[Outline]]:
    frames: dict[str, list[Outline]] = {}
    with table.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            points = [tuple(map(float, point.split(","))) for point in row["points"].split()]
            outline = Outline(KIND_OF_OUTLINE[row["kind"]], np.array(points, np.float32))
            frames.setdefault(row["scan"], []).append(outline)
    return frames
