"""Prints how near the mean of a model's answers at several sizes comes to the true colors of photos.

    python -m benchmarks.looks MODEL.onnx LOOKS LOOKS … [--data PREPARED_SET] [--photos FOLDER] [--every N]

LOOKS are sizes in pixels with an optional weight, and a gain for all: 256:2+160*1.05 is two parts of the answer at
256 px and one at 160, multiplied by 1.05; OTHER.onnx@160 is the answer of another model at that size. Or they are
another model's file, which is seen whole and at its own working size. The first LOOKS are what the others are compared
with, photo by photo. A MODEL that looks twice, or has vibrance, is taken with its first look alone. Photos of the
folder are seen by their area, as photocolor does it, and judged at 384 px; central squares of the set's validation
photos are judged at 256 px.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray

from benchmarks.tables import table_of
from photocolor.color.lab import gray_of, lightness_of
from photocolor.color.resize import resize
from photocolor.image.decode import decode
from training.color import lab_of_photo, photo_of_lab
from training.data.crops import central_crop, square
from training.data.prepared import load
from training.evaluation import metrics
from training.evaluation.evaluated_model import ModelFile, resized
from training.exporting.second_look import first_look

Plane = NDArray[np.float32]
LARGE_PX, JUDGED_PX, SQUARE_PX = 768, 384, 256
MEASURES = ("ΔE00", "ab RMSE", "colorfulness", "|Δcolorf.|", "mean |Δab|")


@dataclass(frozen=True, slots=True)
class Looks:
    """Says which answers are mixed: sizes in pixels with their weights, and what the mean is multiplied with.

    Attributes:
        name: the word on the command line.
        weights: of the answer of each model at each size in pixels; None is the first model.
        gain: what the mean is multiplied with.
    """

    name: str
    weights: dict[tuple[ModelFile | None, int], float]
    gain: float

    @classmethod
    def of(cls, word: str) -> Looks:
        """Returns what a word like 256:2+160*1.05 says, or the name of a model's file."""
        if word.endswith(".onnx"):
            model = opened(word)
            return cls(Path(word).stem, {(model, model.working_px): 1.0}, 1.0)
        sizes, _, gain = word.partition("*")
        parts = [part.partition(":") for part in sizes.split("+")]
        weights = {seen_by(look): float(weight or 1) for look, _, weight in parts}
        total = sum(weights.values())
        return cls(word, {look: weight / total for look, weight in weights.items()}, float(gain or 1))


def seen_by(look: str) -> tuple[ModelFile | None, int]:
    """Returns the model and the size in pixels of a word like 160 or OTHER.onnx@160; None is the first model."""
    path, _, px = look.rpartition("@")
    return (opened(path) if path else None), int(px)


@cache
def opened(path: str) -> ModelFile:
    """Returns another model, opened once."""
    return ModelFile(Path(path), threads=1)


@dataclass(frozen=True, slots=True)
class Photo:
    """Holds a photo: L* (H, W) as a model may see it, and L* (h, w), ab (h, w, 2), sRGB (h, w, 3) as it is judged."""

    seen: Plane
    lightness: Plane
    ab: Plane
    rgb: NDArray[np.uint8]


def main() -> None:
    """Prints a table for each kind of photos."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("looks", nargs="+", type=Looks.of)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--photos", type=Path)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="each Nth validation photo")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        once = Path(folder) / wanted.model.name
        onnx.save(first_look(onnx.load(str(wanted.model))), str(once))
        model = ModelFile(once, threads=1)
    if wanted.photos:
        print_table(model, wanted.looks, of_the_folder(wanted.photos))
    if wanted.data:
        print_table(model, wanted.looks, of_the_set(wanted.data, wanted.every))


def print_table(model: ModelFile, looks: list[Looks], photos: Iterable[Photo]) -> None:
    """Prints each measure's mean, and the difference to the first looks with its 95 % interval."""
    values = np.array([measured(model, looks, photo) for photo in photos])
    rows = []
    for number, look in enumerate(looks):
        mine, more = values[:, number], values[:, number] - values[:, 0]
        spread = 1.96 * more.std(axis=0) / np.sqrt(len(values))
        cells = (f"{m:.2f} ({d:+.2f} ± {s:.2f})" for m, d, s in zip(mine.mean(0), more.mean(0), spread, strict=True))
        rows.append([look.name, *cells])
    print(f"{len(values)} photos\n\n{table_of(['looks', *MEASURES], rows)}\n", flush=True)


def measured(model: ModelFile, looks: list[Looks], photo: Photo) -> list[tuple[float, ...]]:
    """Returns the measures of each mixture."""
    judged = photo.lightness.shape
    answers = {}
    for by, px in {each for look in looks for each in look.weights}:
        each = by or model
        answers[by, px] = resized(each.color(seen_at(photo.seen, px, each.multiple)), judged)
    rows = []
    for look in looks:
        ab = look.gain * sum(weight * answers[each] for each, weight in look.weights.items())
        mine, real = (np.dstack([photo.lightness, each]) for each in (ab, photo.ab))
        color = metrics.colorfulness(photo_of_lab(photo.lightness, np.asarray(ab, np.float32)))
        rows.append((
            float(metrics.ciede2000(mine, real).mean()),
            metrics.ab_rmse(ab, photo.ab),
            color,
            abs(color - metrics.colorfulness(photo.rgb)),
            float(np.hypot(*np.moveaxis(ab - photo.ab, -1, 0)).mean()),
        ))  # fmt: skip
    return rows


def seen_at(lightness: Plane, px: int, multiple: int) -> Plane:
    """Returns L* whose area is that of a square of this side, or as it is if it is smaller."""
    scale = px / np.sqrt(lightness.size)
    height, width = (max(2 * multiple, round(side * scale / multiple) * multiple) for side in lightness.shape)
    return resized(lightness, (height, width))


def of_the_set(folder: Path, every: int) -> Iterator[Photo]:
    """Yields central squares of validation photos."""
    data = load(folder, "val")
    for index in range(0, len(data), every):
        pixels = data.photo(index)
        rgb = square(pixels, central_crop(index, (pixels.shape[0], pixels.shape[1])), SQUARE_PX)
        lightness, ab = lab_of_photo(rgb)
        yield Photo(lightness, lightness, ab, rgb)


def of_the_folder(folder: Path) -> Iterator[Photo]:
    """Yields whole color photos."""
    for path in sorted(path for path in folder.iterdir() if path.suffix.lower() in (".jpg", ".png", ".webp", ".avif")):
        pixels = decode(path.read_bytes(), 1000).pixels
        if pixels.ndim == 3:
            large, rgb = (np.asarray(at_most(pixels, px)) for px in (LARGE_PX, JUDGED_PX))
            lightness, ab = lab_of_photo(rgb)
            yield Photo(np.asarray(lightness_of(gray_of(large)), np.float32), lightness, ab, rgb)


def at_most(pixels: NDArray[np.uint8], px: int) -> NDArray[np.uint8]:
    """Returns a photo of at most this many pixels squared."""
    scale = min(1.0, px / np.sqrt(pixels.shape[0] * pixels.shape[1]))
    return np.asarray(resize(pixels, *(round(side * scale) for side in pixels.shape[:2])), np.uint8)


if __name__ == "__main__":
    main()
