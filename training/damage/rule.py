"""The rule by which a finder keeps or drops each mark: fitted to marks on clean and on damaged pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import gray_of, lightness_of
from photocolor.color.marks import marks_of
from photocolor.engine.damage.finder import CORE_PX, Finder
from training.damage.evaluate import near_damage
from training.damage.samples import SampleMaker
from training.damage.settings import KINDS, FinderRecipe
from training.data.prepared import Prepared, load

Plane = NDArray[np.float32]
Numbers = NDArray[np.float64]
SAMPLE_PX = 320
"""Side of the damaged samples."""
LARGE_FACTORS = (1.0, 0.5)
"""Scales at which clean large photos are looked at."""
NEVER = 1e4
"""No mark has such a score."""
STEPS = 60
RIDGE = 1.0
"""Weight of the squared weights in the fit, over features of unit variance and `EVIDENCE` marks of each sort."""
EVIDENCE = 1000.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """Marks of many pictures.

    Attributes:
        features: (marks, len(FEATURES)).
        area: (marks,) pixels of each.
        right: (marks,) of them within reach of true damage.
        kind: (marks,) which of `KINDS` most of them are.
        picture: (marks,) 0 for a damaged sample, 1 for a clean small photo, 2 for a clean large one.
        pixels: of all pictures of each of these sorts.
    """

    features: Numbers
    area: Numbers
    right: Numbers
    kind: NDArray[np.int64]
    picture: NDArray[np.int64]
    pixels: tuple[int, int, int]


def fit_rule(finder: Finder, recipe: FinderRecipe, least: float) -> tuple[float, ...]:
    """Returns the rule's numbers: one for each kind, then the weight of each feature.

    The weights come from a logistic regression of damaged against clean. A kind's number is the largest with which of
    neither the small nor the large clean photos more than that kind's part of `export.clean_share` is marked.

    Args:
        finder: whose marks these are.
        recipe: its data, and how much of clean photos may be marked.
        least: probability of damage from which on a pixel belongs to a mark.
    """
    evidence = collect(finder, recipe, least)
    weights = logistic(evidence)
    score = evidence.features @ weights
    wanted = [kind for kind, name in enumerate(KINDS) if name not in recipe.export.unmarked]
    share = recipe.export.clean_share / len(wanted)
    cuts = {kind: max(_cut(score, evidence, kind, sort, share) for sort in (1, 2)) for kind in wanted}
    highest = max((cut for cut in cuts.values() if np.isfinite(cut)), default=0.0)
    numbers = [-NEVER] * len(KINDS)
    for kind, cut in cuts.items():
        numbers[kind] = -(cut if np.isfinite(cut) else highest) - 1e-3  # where no clean mark says where a cut lies
    return tuple(float(f"{value:.6g}") for value in (*numbers, *weights))


def collect(finder: Finder, recipe: FinderRecipe, least: float) -> Evidence:
    """Returns the marks on damaged samples and clean photos of the validation split, and on clean training photos."""
    rows: list[Numbers] = []
    pixels = [0, 0, 0]
    for sort, lightness, labels in _pictures(recipe):
        pixels[sort] += lightness.size
        near = near_damage(labels)
        for part in _parts(lightness.shape):
            probabilities = finder.probabilities(np.ascontiguousarray(lightness[part]))
            likely, kinds = probabilities.sum(0), (probabilities.argmax(0) + 1).astype(np.uint8)
            marks = marks_of(likely >= least, likely, np.ascontiguousarray(lightness[part]))
            count = len(marks.features) + 1
            area = np.bincount(marks.labels.ravel(), minlength=count)[1:]
            right = np.bincount(marks.labels.ravel(), near[part].ravel(), count)[1:]
            kind = marks.commonest(kinds, len(KINDS))
            rows.append(np.column_stack([np.full(count - 1, sort), kind, area, right, marks.features]))
    table = np.concatenate(rows)
    sort_of, kind_of = table[:, 0].astype(int), table[:, 1].astype(int)
    return Evidence(table[:, 4:], table[:, 2], table[:, 3], kind_of, sort_of, (pixels[0], pixels[1], pixels[2]))


def logistic(evidence: Evidence) -> Numbers:
    """Returns the weights that tell marks on damage from others; larger marks count more, as the root of their area.

    Source: Newton's method for the logistic loss, as in Hastie et al., "The elements of statistical learning", 4.4.1.
    """
    damaged = 2 * evidence.right > evidence.area
    weight = np.sqrt(evidence.area)
    for sort in (damaged, ~damaged):
        weight[sort] *= EVIDENCE / max(1e-9, weight[sort].sum())
    mean, spread = evidence.features.mean(0), evidence.features.std(0) + 1e-6
    inputs = np.column_stack([np.ones(len(damaged)), (evidence.features - mean) / spread])
    ridge = RIDGE * np.eye(inputs.shape[1])
    ridge[0, 0] = 1e-6  # the constant is free
    numbers = np.zeros(inputs.shape[1])
    for _ in range(STEPS):
        share = 1 / (1 + np.exp(-np.clip(inputs @ numbers, -30, 30)))
        curvature = (inputs * (weight * share * (1 - share))[:, None]).T @ inputs + ridge
        slope = inputs.T @ (weight * (damaged - share)) - ridge @ numbers
        numbers += np.linalg.solve(curvature, slope)
    return np.asarray(numbers[1:] / spread, np.float64)


def _cut(score: Numbers, evidence: Evidence, kind: int, sort: int, share: float) -> float:
    """Returns the score above which no more than that share of a sort of clean photos is marked so; -inf for none."""
    chosen = (evidence.picture == sort) & (evidence.kind == kind)
    order = np.argsort(-score[chosen])
    marked = np.cumsum(evidence.area[chosen][order])
    first = int(np.searchsorted(marked, share * evidence.pixels[sort], "right"))
    return float(score[chosen][order[first]]) if first < len(order) else -np.inf


def _pictures(recipe: FinderRecipe) -> Iterator[tuple[int, Plane, NDArray[np.uint8]]]:
    """Yields sort, L* and labels of each picture."""
    material = replace(recipe.material, damaged=1.0, lookalikes=0.0, hard="")
    for large in (0.0, 1.0) if recipe.material.large else (0.0,):
        maker = SampleMaker(replace(material, large_share=large), "val", SAMPLE_PX, recipe.seed)
        for number in range(recipe.export.rule_samples):
            sample = maker.sample(number)
            yield 0, sample.lightness, sample.labels
    small, more = load(Path(recipe.material.prepared), "val"), recipe.export.clean_photos
    for lightness in _clean(small, range(len(small)), (1.0,)):
        yield 1, lightness, np.zeros(lightness.shape, np.uint8)
    if more:
        learned = load(Path(recipe.material.prepared), "train")
        spread = np.linspace(0, len(learned) - 1, min(more, len(learned))).astype(int).tolist()
        for lightness in _clean(learned, spread, (1.0,)):
            yield 1, lightness, np.zeros(lightness.shape, np.uint8)
    if recipe.material.large:
        photos = load(Path(recipe.material.large), "val")
        for lightness in _clean(photos, range(len(photos)), LARGE_FACTORS):
            yield 2, lightness, np.zeros(lightness.shape, np.uint8)


def _clean(photos: Prepared, chosen: Iterable[int], factors: tuple[float, ...]) -> Iterator[Plane]:
    for index in chosen:
        gray = gray_of(np.ascontiguousarray(photos.photo(index)))
        for factor in factors:
            small = gray if factor == 1 else cv2.resize(gray, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
            yield lightness_of(np.asarray(small, np.uint8))


def _parts(shape: tuple[int, ...]) -> Iterator[tuple[slice, slice]]:
    for top in range(0, shape[0], CORE_PX):
        for left in range(0, shape[1], CORE_PX):
            yield slice(top, top + CORE_PX), slice(left, left + CORE_PX)
