"""Hard places: where a finder took clean training photos for damage, so that the next one sees them more often."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from training.errors import MissingData


@dataclass(frozen=True, slots=True)
class Place:
    """Describes where clean content looks damaged.

    Attributes:
        large: the photo is one of the large ones.
        photo: its number in the training split.
        top, left: of the place, in pixels of the stored photo.
        factor: scale at which it looked damaged.
        likely: the probability of damage that it was given.
    """

    large: bool
    photo: int
    top: int
    left: int
    factor: float
    likely: float

    @property
    def center(self) -> tuple[int, int]:
        """Returns top and left."""
        return self.top, self.left


def read_places(path: Path) -> list[Place]:
    """Returns the places of a file.

    Raises:
        MissingData: it is not there, or holds none.
    """
    if not path.is_file():
        raise MissingData(
            f"{path} is not there", "Make it with `python -m training damage mine`, or clear material.hard."
        )
    with path.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    if not rows:
        raise MissingData(f"{path} has no places", "Clear material.hard.")
    return [
        Place(
            row["large"] == "True",
            int(row["photo"]),
            int(row["top"]),
            int(row["left"]),
            float(row["factor"]),
            float(row["likely"]),
        )
        for row in rows
    ]
