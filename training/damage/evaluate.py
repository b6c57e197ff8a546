"""How good a finder is: precision and recall by kind on damage it never saw, and what it marks on clean photos."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from photocolor.color.lab import gray_of
from photocolor.engine.damage.finder import Finder
from photocolor.models.finder import find_finder
from training.damage.loss import IGNORED
from training.damage.network import KINDS
from training.damage.samples import SampleMaker
from training.damage.settings import FinderRecipe
from training.data.prepared import load

TEST_PX = 192
"""Side of the samples that precision and recall are measured on."""
NEAR_PX = 2
"""A marked pixel this close to damage is no false one: outlines are not sharper than that."""


@dataclass(slots=True)
class Score:
    """Pixels of one kind.

    Attributes:
        damaged: truly of this kind.
        found: of them marked, as whatever kind.
        named: of them marked as this kind.
        marked: marked as this kind.
        right: of them within `NEAR_PX` of damage of any kind.
    """

    damaged: int = 0
    found: int = 0
    named: int = 0
    marked: int = 0
    right: int = 0


@dataclass(frozen=True, slots=True)
class CleanPhotos:
    """What a finder marks on clean photos: how many there are, how many have any mark, and the share of all pixels."""

    photos: int
    with_marks: int
    share: float


def evaluate_finder(recipe: FinderRecipe, model: Path | None, samples: int, console: Console) -> None:
    """Prints both measures of a finder, on the test split.

    Args:
        recipe: its data.
        model: the ONNX file; None for the bundled one.
        samples: damaged samples that are made.
        console: where the tables go.
    """
    finder = Finder(find_finder(model))
    scores = score(finder, SampleMaker(recipe.material, "test", TEST_PX, recipe.seed), samples)
    table = Table(title=f"{samples} samples of {TEST_PX} px, damage held out")
    for heading in ("kind", "pixels", "recall", "named so", "precision"):
        table.add_column(heading)
    for kind, one in scores.items():
        shares = (one.found / max(1, one.damaged), one.named / max(1, one.damaged), one.right / max(1, one.marked))
        table.add_row(kind, f"{one.damaged:,}", *(f"{100 * share:.1f} %" for share in shares))
    console.print(table)
    clean = mark_clean(finder, Path(recipe.material.prepared))
    console.print(
        f"{clean.photos} clean test photos: {clean.with_marks} have a mark, {100 * clean.share:.4f} % of pixels"
    )


def score(finder: Finder, maker: SampleMaker, samples: int) -> dict[str, Score]:
    """Returns the pixels of each kind over that many samples, and of "any"."""
    scores = {kind: Score() for kind in (*KINDS, "any")}
    for number in range(samples):
        sample = maker.sample(number)
        found = found_in(finder, sample.lightness)
        near = near_damage(sample.labels)
        for index, kind in enumerate(KINDS, 1):
            true, marked = sample.labels == index, found == index
            _count(scores[kind], true, found > 0, marked, near)
            scores[kind].named += int((true & marked).sum())
        true = (sample.labels > 0) & (sample.labels != IGNORED)
        _count(scores["any"], true, found > 0, found > 0, near)
        scores["any"].named = scores["any"].found
    return scores


def _count(
    one: Score, true: NDArray[np.bool_], found: NDArray[np.bool_], marked: NDArray[np.bool_], near: NDArray[np.bool_]
) -> None:
    one.damaged += int(true.sum())
    one.found += int((true & found).sum())
    one.marked += int(marked.sum())
    one.right += int((marked & near).sum())


def found_in(finder: Finder, lightness: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Returns what the finder says of each pixel of a small L* picture."""
    return finder.kinds(lightness)


def mark_clean(finder: Finder, prepared: Path) -> CleanPhotos:
    """Returns what a finder marks on the clean test photos of a prepared set, at their stored size."""
    photos = load(prepared, "test")
    pixels = marks = with_marks = 0
    for index in range(len(photos)):
        gray = gray_of(photos.photo(index))
        count = sum(int((rows > 0).sum()) for rows in finder.find([gray], (gray.shape[0], gray.shape[1])))
        pixels, marks, with_marks = pixels + gray.size, marks + count, with_marks + (count > 0)
    return CleanPhotos(len(photos), with_marks, marks / pixels)


def near_damage(labels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Returns where a mark is right: within `NEAR_PX` of damage, or where damage is too faint to be called either."""
    near: NDArray[np.bool_] = _grown((labels > 0) & (labels != IGNORED), NEAR_PX) | (labels == IGNORED)
    return near


def _grown(mask: NDArray[np.bool_], by_px: int) -> NDArray[np.bool_]:
    """Returns the mask with every pixel within `by_px` of it, row- and columnwise."""
    grown = mask.copy()
    for axis in (0, 1):
        base = grown.copy()
        for step in range(1, by_px + 1):
            for shift in (step, -step):
                moved = np.roll(base, shift, axis)
                edge = [slice(None), slice(None)]
                edge[axis] = slice(0, step) if shift > 0 else slice(-step, None)
                moved[tuple(edge)] = False
                grown |= moved
    return grown
