"""Measures model files beside each other: time, and error by the size at which they see a photo.

    python -m benchmarks.models MODEL MODEL … [--data PREPARED_SET] [--photos FOLDER_OF_LARGER_COLOR_PHOTOS]

Times are of one thread, taken in turns; the ratio is the median of each turn's ratio to the first model. Errors on the
prepared set are of its first 120 validation photos, whose truth is at 256 px; larger photos are brought to 768 px.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from photocolor.color.resize import resize
from training.color import lab_of_photo, photo_of_lab
from training.data.crops import central_crop, square
from training.data.prepared import load
from training.evaluation import metrics
from training.evaluation.evaluated_model import ModelFile, name_apart, resized

ROUNDS = 9
TRUTH_PX, LARGE_PX = 256, 768
SIZES_PX, LARGE_SIZES_PX = (128, 160, 192, 256, 384, 480, 576), (256, 384, 480, 576)
PHOTOS = 120


@dataclass(frozen=True, slots=True)
class Truth:
    """A photo with its true color: L* (H, W), a*, b* (H, W, 2) and sRGB (H, W, 3)."""

    lightness: NDArray[np.float32]
    ab: NDArray[np.float32]
    rgb: NDArray[np.uint8]


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="+", type=Path)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--photos", type=Path)
    options = parser.parse_args()
    models = [ModelFile(path, threads=1) for path in options.models]
    for model in models:
        model.name = f"{model.name} {model.card.get('version', '')}".strip()
    name_apart(models)
    times(models)
    if options.data:
        truths = list(of_the_set(options.data))
        print("\n| | px | ΔE00 | ab RMSE | colorfulness | |Δcolorf.| |\n|---|---|---|---|---|---|")
        for model in models:
            for size in SIZES_PX:
                print(f"| {model.name} | {size} | {' | '.join(errors(model, truths, size))} |")
    if options.photos:
        truths = list(of_the_folder(options.photos))
        print("\n| mean |Δab| of larger photos | px | |\n|---|---|---|")
        print(f"| gray | | {np.mean([np.hypot(*truth.ab.transpose(2, 0, 1)).mean() for truth in truths]):.2f} |")
        for model in models:
            for size in LARGE_SIZES_PX:
                off = [np.hypot(*(answer(model, t, size) - t.ab).transpose(2, 0, 1)).mean() for t in truths]
                print(f"| {model.name} | {size} | {np.mean(off):.2f} |")


def times(models: list[ModelFile]) -> None:
    """The processor's seconds for one square photo, without doubt."""
    print("| | px | s | ratio to the first row |\n|---|---|---|---|")
    rows = [(model, size) for model in models for size in sorted({model.working_px, models[0].working_px})]
    seconds: list[list[float]] = [[] for _ in rows]
    for _ in range(ROUNDS):
        for (model, size), taken in zip(rows, seconds, strict=True):
            lightness = np.full((size, size), 50, np.float32)
            began = time.process_time()
            model.color(lightness)
            taken.append(time.process_time() - began)
    first = next(taken for (model, size), taken in zip(rows, seconds, strict=True) if size == models[0].working_px)
    for (model, size), taken in zip(rows, seconds, strict=True):
        ratio = statistics.median(mine / theirs for mine, theirs in zip(taken, first, strict=True))
        print(f"| {model.name} | {size} | {statistics.median(taken):.3f} | {ratio:.2f} |")


def errors(model: ModelFile, truths: list[Truth], size_px: int) -> list[str]:
    """Mean ΔE00, ab RMSE, colorfulness and its mean distance from the truth's."""
    answers = [answer(model, truth, size_px) for truth in truths]
    mine = [metrics.colorfulness(photo_of_lab(t.lightness, ab)) for t, ab in zip(truths, answers, strict=True)]
    real = [metrics.colorfulness(truth.rgb) for truth in truths]
    apart = [
        metrics.ciede2000(np.dstack([t.lightness, ab]), np.dstack([t.lightness, t.ab])).mean()
        for t, ab in zip(truths, answers, strict=True)
    ]
    squares = [((ab - truth.ab) ** 2).sum(-1).mean() for truth, ab in zip(truths, answers, strict=True)]
    distance = np.mean(np.abs(np.array(mine) - np.array(real)))
    return [f"{np.mean(apart):.2f}", f"{np.sqrt(np.mean(squares)):.2f}", f"{np.mean(mine):.1f}", f"{distance:.1f}"]


def answer(model: ModelFile, truth: Truth, size_px: int) -> NDArray[np.float32]:
    """The model's ab (H, W, 2), seen with the longer side at that size."""
    height, width = truth.lightness.shape
    scale = size_px / max(height, width)
    seen = tuple(max(64, round(side * scale / model.multiple) * model.multiple) for side in (height, width))
    small = resized(truth.lightness, (seen[0], seen[1]))
    return resized(model.color(small), (height, width))


def of_the_set(folder: Path) -> Iterator[Truth]:
    """Central squares of validation photos."""
    data = load(folder, "val", (), PHOTOS)
    for index in range(len(data)):
        pixels = data.photo(index)
        rgb = square(pixels, central_crop(index, (pixels.shape[0], pixels.shape[1])), TRUTH_PX)
        yield Truth(*lab_of_photo(rgb), rgb)


def of_the_folder(folder: Path) -> Iterator[Truth]:
    """Whole photos."""
    for path in sorted(path for path in folder.iterdir() if path.suffix.lower() in (".jpg", ".png")):
        with Image.open(path) as image:
            pixels = np.asarray(image.convert("RGB"))
        scale = LARGE_PX / max(pixels.shape[:2])
        rgb = resize(pixels, round(pixels.shape[0] * scale), round(pixels.shape[1] * scale))
        yield Truth(*lab_of_photo(rgb), rgb)


if __name__ == "__main__":
    main()
