"""Measures how often positives are taken for negatives, and how many negatives are missed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from photocolor.engine.negatives.classifier import NegativeClassifier
from photocolor.errors import PhotoError
from photocolor.image.decode import decode
from photocolor.image.gray_source import gray_of_photo, inverse
from photocolor.image.orient import upright
from photocolor.models.negatives import BUNDLED, find_classifier
from training.data.prepared import load
from training.negatives.export import pictures

Gray = NDArray[np.uint8] | NDArray[np.uint16]
MOST_MEGAPIXELS = 200.0
AGED_TIMES = 2
"""Each photo of the set is judged clean, and aged in so many ways."""


def evaluate_classifier(
    data: Path, folders: Sequence[Path], model: Path | None, limit: int, console: Console, split: str = "test"
) -> None:
    """Prints for each group of photos how many are taken for negatives, and of their inverses how many are missed.

    Args:
        data: a prepared set.
        folders: folders of further photos, each a group of its own; what is no photo in them is left out.
        model: the classifier; None for the bundled one.
        limit: photos of the set at most; 0 for all.
        console: for the table.
        split: which part of the set is used.
    """
    classifier = NegativeClassifier(find_classifier(model or BUNDLED))
    table = Table("photos", "positives", "taken for negatives", "negatives", "missed")
    clean: list[Gray] = []
    old: list[Gray] = []
    for picture in pictures(load(data, split, limit=limit), AGED_TIMES):
        first, *others = picture.gray
        clean.append(first)
        old.extend(others)
    for name, group in (("clean", clean), ("aged", old)):
        table.add_row(name, *_counted(classifier, group, console, name))
    for folder in folders:
        named = list(_photos_of(folder))
        table.add_row(folder.name, *_counted(classifier, [gray for _, gray in named], console, folder.name, named))
    console.print(table)


def _counted(
    classifier: NegativeClassifier,
    group: Sequence[Gray],
    console: Console,
    name: str,
    named: Sequence[tuple[str, Gray]] = (),
) -> list[str]:
    """Returns the cells of a group's row, and prints the names of those photos that are taken for negatives."""
    taken = [number for number, gray in enumerate(group) if classifier.is_negative(gray, _shape(gray))]
    found = [number for number, gray in enumerate(group) if classifier.is_negative(inverse(gray), _shape(gray))]
    for number in taken:
        shown = named[number][0] if named else f"number {number}"
        console.print(f"{name}: {shown} is taken for a negative")
    missed = len(group) - len(found)
    return [
        f"{len(group)}",
        f"{len(taken)} ({len(taken) / len(group):.2%})",
        f"{len(group)}",
        f"{missed} ({missed / len(group):.1%})",
    ]


def _photos_of(folder: Path) -> Iterator[tuple[str, Gray]]:
    """Yields name and upright gray codes of each photo in a folder."""
    for path in sorted(folder.iterdir()):
        if path.is_file():
            try:
                photo = decode(path.read_bytes(), MOST_MEGAPIXELS)
            except PhotoError:
                continue
            yield path.name, np.ascontiguousarray(upright(gray_of_photo(photo), photo.orientation))


def _shape(gray: Gray) -> tuple[int, int]:
    return gray.shape[0], gray.shape[1]
