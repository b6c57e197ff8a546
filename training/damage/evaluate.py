"""How good a finder is: precision and recall by kind on damage it never saw, and what it marks on clean photos."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from photocolor.color.lab import gray_of
from photocolor.engine.damage.finder import Finder
from photocolor.image.decode import decode
from photocolor.image.gray_source import gray_of_photo
from photocolor.models.finder import find_finder
from training.damage.loss import IGNORED
from training.damage.samples import SampleMaker
from training.damage.settings import KINDS, FinderRecipe, Material
from training.data.prepared import load
from training.data.sources import SUFFIXES

TEST_PX = 192
"""Side of the samples that precision and recall are measured on."""
LARGE_TEST_PX = 384
"""Side of those of large photos."""
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
    """Holds what a finder marks on clean photos.

    Attributes:
        photos: how many there are.
        with_marks: how many have any mark.
        share: of all pixels.
        most: of the pixels of the photo that has the largest share.
    """

    photos: int
    with_marks: int
    share: float
    most: float


def evaluate_finder(
    recipe: FinderRecipe, model: Path | None, samples: int, folder: Path | None, console: Console
) -> None:
    """Prints the measures of a finder, on the test split.

    Args:
        recipe: its data.
        model: the ONNX file; None for the bundled one.
        samples: damaged samples that are made, of small photos and, if the recipe has them, as many of large ones.
        folder: further clean photos, each seen at its full size; None for none.
        console: where the tables go.
    """
    finder = Finder(find_finder(model))
    for title, material, size_px in _sorts(recipe.material):
        scores = score(finder, SampleMaker(material, "test", size_px, recipe.seed), samples)
        table = Table(title=f"{samples} {title} samples of {size_px} px, damage held out")
        for heading in ("kind", "pixels", "recall", "named so", "precision"):
            table.add_column(heading)
        for kind, one in scores.items():
            shares = (one.found / max(1, one.damaged), one.named / max(1, one.damaged), one.right / max(1, one.marked))
            table.add_row(kind, f"{one.damaged:,}", *(f"{100 * share:.1f} %" for share in shares))
        console.print(table)
    photos = load(Path(recipe.material.prepared), "test")
    _print_clean("clean test photos", finder, (gray_of(photos.photo(index)) for index in range(len(photos))), console)
    if folder is not None:
        paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
        _print_clean(f"clean photos of {folder}", finder, map(_gray_of_file, paths), console)


def _sorts(material: Material) -> Iterator[tuple[str, Material, int]]:
    """Yields what samples are measured on: their name, what they are made of, and their side."""
    yield "small", replace(material, large="", scaled=0.0), TEST_PX
    if material.large:
        yield "large", replace(material, large_share=1.0), LARGE_TEST_PX


def _print_clean(title: str, finder: Finder, photos: Iterable[NDArray[Any]], console: Console) -> None:
    clean = mark_clean(finder, photos)
    console.print(
        f"{clean.photos} {title}: {clean.with_marks} have a mark, {100 * clean.share:.4f} % of pixels, "
        f"at most {100 * clean.most:.3f} % of one"
    )


def _gray_of_file(path: Path) -> NDArray[Any]:
    return gray_of_photo(decode(path.read_bytes(), 1000.0))


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


def mark_clean(finder: Finder, photos: Iterable[NDArray[Any]]) -> CleanPhotos:
    """Returns what a finder marks on clean photos, given as gray codes, at their stored size."""
    shares, pixels, marks = list[float](), 0, 0
    for gray in photos:
        count = sum(int((rows > 0).sum()) for rows in finder.find([gray], (gray.shape[0], gray.shape[1])))
        pixels, marks = pixels + gray.size, marks + count
        shares.append(count / gray.size)
    return CleanPhotos(len(shares), sum(share > 0 for share in shares), marks / pixels, max(shares))


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
