"""Measures how a color point should be spread over the thing that it stands on, through the product's own pipeline.

    python -m benchmarks.points PREPARED_SET [FOLDER_OF_LARGER_COLOR_PHOTOS]

Photos of the validation split are made gray and colored; an object is what is connected in true color and lightness
(`training.evaluation.robustness`). One point says a color that the object does not have, then its true one. Markdown
tables go to standard output.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from skimage.graph import MCP_Geometric

from photocolor.color.lab import gray_of, lab_of
from photocolor.color.resize import resize
from photocolor.hints import effect, raster, regions, spread
from photocolor.hints.raster import ab_of
from photocolor.hints.sidecar import Hints, Point
from photocolor.outcome import NoProgress
from photocolor.pipeline import coloring
from photocolor.pipeline.photo import Pipeline, open_pipeline
from photocolor.preview.suggest import color_at
from photocolor.settings import Settings
from training.data.prepared import load
from training.evaluation.evaluate import Photo
from training.evaluation.robustness import object_and_neighbor

Array = NDArray[np.float32]
Mask = NDArray[np.bool_]
Spread = Callable[[tuple[Point, ...], Array], NDArray[np.int32]]

PHOTOS = 60
POINTS_OF_A_LARGE_PHOTO = 2
TRIES = 40
LEAST_OBJECT = 0.006
MOST_OBJECT = 0.5
"""Shares of the photo."""
TOLD_CHROMA = 50.0
TURN = 2 * np.pi / 3
SEVERAL = 5


@dataclass(frozen=True)
class Case:
    """One row of the table.

    Attributes:
        title: of the row.
        owners: which pixels a point speaks for; None says no point at all.
        constants: of the product's modules that are other than they are.
        limits: whether what hardly follows a point stays as it is without it.
    """

    title: str
    owners: Spread | None = spread.owners_of
    constants: dict[str, float] = field(default_factory=dict)
    limits: bool = True


def unlimited(before: Array, after: Array, told: Array) -> Array:
    """All that the network changes."""
    return after


def spot(points: tuple[Point, ...], lightness: Array) -> NDArray[np.int32]:
    """Nothing but the points' own squares."""
    return np.zeros(lightness.shape, np.int32)


def disc(share: float) -> Spread:
    """All that is no farther than a share of the longer side."""

    def owners(points: tuple[Point, ...], lightness: Array) -> NDArray[np.int32]:
        found = np.zeros(lightness.shape, np.int32)
        for number, point in enumerate(points, 1):
            row, column = spread.place_of(point, lightness.shape)
            cv2.circle(found, (column, row), round(share * max(lightness.shape)), number, -1)
        return found

    return owners


def summed(most: float, per_px: float = 0.05) -> Spread:
    """Geodesic distance: the sum of all steps of L* on the way, and a little for each pixel (Criminisi et al. 2008)."""

    def owners(points: tuple[Point, ...], lightness: Array) -> NDArray[np.int32]:
        smooth = regions.without_grain(lightness)
        down, right = np.gradient(smooth)
        cost = per_px + np.hypot(down, right)
        away = [MCP_Geometric(cost).find_costs([spread.place_of(p, smooth.shape)])[0] for p in points]
        return np.where(np.min(away, axis=0) < most, np.argmin(away, axis=0) + 1, 0).astype(np.int32)

    return owners


CASES = (
    Case("no point", None),
    Case("its spot of 7 px", spot),
    Case("a disc of 10 % of the longer side", disc(0.1)),
    Case("geodesic distance ≤ 20", summed(20)),
    Case("geodesic distance ≤ 40", summed(40)),
    Case("global range 8", constants={"GLOBAL_RANGE": 8.0}),
    Case("**global range 10, local range 10: the default**"),
    Case("the same, with all that the network changes elsewhere", limits=False),
    Case("global range 12", constants={"GLOBAL_RANGE": 12.0}),
    Case("global range 16", constants={"GLOBAL_RANGE": 16.0}),
    Case("global range 12, any local range", constants={"GLOBAL_RANGE": 12.0, "LOCAL_RANGE": np.inf}),
    Case("global range 12, told as “about this” (0.5)", constants={"GLOBAL_RANGE": 12.0, "EXACT_WEIGHT": 0.5}),
)


@dataclass(frozen=True)
class Subject:
    """A photo with a point on an object.

    Attributes:
        gray: (H, W) uint8, the photo as the product gets it.
        truth: (h, w, 2) its true ab at the size of the answer.
        lightness: (h, w) at that size.
        place: row and column there.
        inside: the object.
        ring: what lies around it.
        chance: seed of further points.
    """

    gray: NDArray[np.uint8]
    truth: Array
    lightness: Array
    place: tuple[int, int]
    inside: Mask
    ring: Mask
    chance: int

    def point(self, ab: Array, place: tuple[int, int] | None = None) -> Point:
        """A point of that ab, as far as sRGB has it at the place's lightness."""
        (row, column), (height, width) = place or self.place, self.lightness.shape
        down, across = (row + 0.5) / height, (column + 0.5) / width
        code = self.gray[int(down * self.gray.shape[0]), int(across * self.gray.shape[1])]
        return Point(across, down, color_at(code, ab))

    def true_at(self, place: tuple[int, int]) -> Array:
        """The true ab around a place."""
        row, column = place
        return self.truth[max(row - 2, 0) : row + 3, max(column - 2, 0) : column + 3].mean((0, 1))

    def true_points(self) -> tuple[Point, ...]:
        """Several points at random places, each of its true color."""
        chance = np.random.default_rng(self.chance)
        height, width = self.lightness.shape
        places = [(int(chance.integers(height)), int(chance.integers(width))) for _ in range(SEVERAL)]
        return tuple(self.point(self.true_at(place), place) for place in places)


def subjects(rgb: NDArray[np.uint8], pipeline: Pipeline, most: int, seed: int) -> Iterator[Subject]:
    """Up to `most` points on objects of one photo."""
    gray = gray_of(rgb)
    shape = pipeline.colorizer.sizes(*gray.shape, pipeline.color).detail
    lightness, truth = lab_of(resize(rgb, *shape))
    photo = Photo(lightness, truth, rgb, np.ones(shape, np.float32), lightness)
    chance = np.random.default_rng(seed)
    found = 0
    for _ in range(TRIES):
        place = (int(chance.integers(16, shape[0] - 16)), int(chance.integers(16, shape[1] - 16)))
        inside, ring = object_and_neighbor(photo, *place)
        least = LEAST_OBJECT * inside.size
        if inside.sum() >= least and ring.sum() >= least and inside.mean() <= MOST_OBJECT:
            yield Subject(gray, truth, lightness, place, inside, ring, 1000 * seed + found)
            found += 1
        if found == most:
            return


@dataclass(frozen=True)
class Figures:
    """What one point did: shares of the way, mean moves and errors of ab, processor milliseconds of the spreading."""

    inside: float
    ring: float
    elsewhere: float
    true_error: float
    several_error: float
    spread_ms: float


def measure(subject: Subject, plain: Array, case: Case, pipeline: Pipeline) -> Figures:
    """One case on one subject; `plain` is the answer without a point."""
    if case.owners is None:
        return Figures(0, 0, 0, 0, 0, 0)
    turn = np.arctan2(*plain[subject.inside].mean(0)[::-1]) + TURN
    false = subject.point(TOLD_CHROMA * np.array([np.cos(turn), np.sin(turn)], np.float32))
    wanted = np.array(ab_of(false.color), np.float32)
    moved = answered(subject, (false,), pipeline) - plain
    true = answered(subject, (subject.point(subject.true_at(subject.place)),), pipeline)
    several = answered(subject, subject.true_points(), pipeline)
    rest = ~subject.inside & ~subject.ring
    started = time.process_time()
    case.owners((false,), subject.lightness)
    spent = time.process_time() - started
    return Figures(
        way(moved, plain, wanted, subject.inside),
        way(moved, plain, wanted, subject.ring),
        float(np.hypot(*moved[rest].T).mean()),
        error(true, subject.truth) - error(plain, subject.truth),
        error(several, subject.truth) - error(plain, subject.truth),
        1000 * spent,
    )


def answered(subject: Subject, points: tuple[Point, ...], pipeline: Pipeline) -> Array:
    """The product's ab, (h, w, 2)."""
    return coloring.answer_of(subject.gray, 1, pipeline, NoProgress(), Hints(points)).ab


def way(moved: Array, plain: Array, wanted: Array, where: Mask) -> float:
    """Which share of the way to the told color was gone, over some pixels."""
    ahead = wanted - plain[where].mean(0)
    return float((moved[where].mean(0) * ahead).sum() / (ahead**2).sum())


def error(ab: Array, truth: Array) -> float:
    """Mean distance in ab."""
    return float(np.hypot(*np.moveaxis(ab - truth, -1, 0)).mean())


def table(title: str, found: list[Subject], pipeline: Pipeline) -> None:
    """Prints one table."""
    plain = [answered(subject, (), pipeline) for subject in found]
    print(f"\n{title}: {len(found)} points.\n")
    print("| a point colors | object | neighbor | moved elsewhere | error, true color | … of 5 points | ms |")
    print("|---|---|---|---|---|---|---|")
    for case in CASES:
        with patched(case):
            figures = [measure(*both, case, pipeline) for both in zip(found, plain, strict=True)]
        columns = np.array([list(vars(figure).values()) for figure in figures]).T
        cells = [f"{column.mean():.2f}" for column in columns[:3]]
        cells += [f"{c.mean():+.2f} ± {c.std(ddof=1) / np.sqrt(len(c)):.2f}" for c in columns[3:5]]
        print(f"| {case.title} | {' | '.join(cells)} | {np.median(columns[5]):.0f} |", flush=True)


def patched(case: Case) -> ExitStack:
    """The product with the case's way of spreading in place of its own."""
    stack = ExitStack()
    stack.enter_context(mock.patch.object(spread, "owners_of", case.owners or spread.owners_of))
    if not case.limits:
        stack.enter_context(mock.patch.object(effect, "limited", unlimited))
    for name, value in case.constants.items():
        stack.enter_context(mock.patch.object(raster if hasattr(raster, name) else regions, name, value))
    return stack


def main() -> None:
    """Prints the tables."""
    pipeline = open_pipeline(Settings(sources=(), out=Path(), device="cpu"), threads=1)
    print(f"Model {pipeline.model.card.name} {pipeline.model.card.version}.")
    data = load(Path(sys.argv[1]), "val", (), PHOTOS)
    found = [s for index in range(len(data)) for s in subjects(data.photo(index), pipeline, 1, index)]
    table("Validation photos, 208 px", found, pipeline)
    if len(sys.argv) > 2:
        photos = sorted(path for path in Path(sys.argv[2]).iterdir() if path.suffix.lower() in (".jpg", ".png"))
        pictures = [np.asarray(Image.open(photo).convert("RGB")) for photo in photos]
        found = [s for seed, rgb in enumerate(pictures) for s in subjects(rgb, pipeline, POINTS_OF_A_LARGE_PHOTO, seed)]
        table("Larger photos, 512 px", found, pipeline)


if __name__ == "__main__":
    main()
