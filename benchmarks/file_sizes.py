"""Measures how far a photo's colors depend on the size and the age of its file, through the product's own pipeline.

    python -m benchmarks.file_sizes FOLDER_OF_LARGE_COLOR_PHOTOS

A network answers differently at every size that it is shown (`training.evaluation.robustness`); photocolor shows it all
photos at one. Each photo is made gray, made smaller, and colored; the color differences (ΔE00, at one lightness) to
the colors of the largest go to standard output as a Markdown table, and beside them the same for the network alone,
shown the photo at those sizes (`--detail` does that on purpose). A second table says how far the colors of the photo
in a file of 1024² px move when that is faded, grainy, blurred or orthochromatic, as `training.evaluation.robustness`
ages what a network sees at 256² px.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from photocolor.color.lab import gray_of, lightness_of
from photocolor.color.resize import resize
from photocolor.models.card import ModelCard
from photocolor.outcome import NoProgress
from photocolor.pipeline.coloring import answer_of
from photocolor.pipeline.photo import Pipeline, open_pipeline
from photocolor.settings import Settings
from training.color import photo_of_lab
from training.evaluation.metrics import ciede2000
from training.evaluation.robustness import aged_versions

SIDES_PX = (1024, 512, 384, 256, 192)
"""Square roots of the numbers of pixels."""
AGED_PX = 1024
"""The same of files that are aged."""


def smaller(photo: NDArray[np.uint8], side_px: int) -> NDArray[np.uint8]:
    """The photo, gray or in color, with as many pixels as a square of that side."""
    height, width = photo.shape[:2]
    scale = side_px / np.sqrt(height * width)
    return np.asarray(resize(photo, round(height * scale), round(width * scale)))


def product(gray: NDArray[np.uint8], pipeline: Pipeline) -> NDArray[np.float32]:
    """The product's ab."""
    return answer_of(gray, 1, pipeline, NoProgress()).ab


def network(gray: NDArray[np.uint8], pipeline: Pipeline) -> NDArray[np.float32]:
    """The network's ab for the photo at its own size, to the next multiple that it takes."""
    session, card = pipeline.colorizer.session, pipeline.colorizer.session.card
    height, width = (_taken(side, card) for side in gray.shape)
    lightness = resize(lightness_of(gray), height, width)[None, None]
    ab, _ = session.run(np.ascontiguousarray(lightness), np.zeros((1, 3, height, width), np.float32))
    return np.ascontiguousarray(np.moveaxis(ab[0], 0, -1))


def _taken(side_px: int, card: ModelCard) -> int:
    return max(card.min_px, round(side_px / card.multiple) * card.multiple)


def apart(one: NDArray[np.float32], other: NDArray[np.float32], lightness: NDArray[np.float32]) -> float:
    """Mean ΔE00 of two answers, compared at the lightness's size."""
    both = (np.dstack([lightness, resize(ab, *lightness.shape)]) for ab in (one, other))
    return float(ciede2000(*both).mean())


def by_age(rgb: NDArray[np.uint8], pipeline: Pipeline) -> dict[str, float]:
    """How far the product's colors of each aged version are from those of the photo as it is."""
    photo = smaller(rgb, AGED_PX)
    gray = gray_of(photo)
    clean, no_ab = product(gray, pipeline), np.zeros((*gray.shape, 2), np.float32)
    lightness = lightness_of(resize(gray, *clean.shape[:2]))
    moved = {}
    for name, aged in aged_versions(lightness_of(gray), photo).items():
        answer = product(gray_of(photo_of_lab(aged, no_ab)), pipeline)
        moved[name] = apart(answer, clean, lightness)
    return moved


def main() -> None:
    """Prints the tables."""
    settings = Settings(sources=(), out=Path(), device="cpu")
    pipeline = open_pipeline(settings, threads=1)
    photos = sorted(path for path in Path(sys.argv[1]).iterdir() if path.suffix.lower() in (".jpg", ".png"))
    colors = [np.asarray(Image.open(photo).convert("RGB")) for photo in photos]
    grays = [gray_of(rgb) for rgb in colors]
    rows: dict[str, list[list[float]]] = {"photocolor": [], "the network alone, shown that size": []}
    for gray in grays:
        whole = product(gray, pipeline)
        lightness = lightness_of(resize(gray, *whole.shape[:2]))
        fits = [smaller(gray, side) for side in SIDES_PX]
        rows["photocolor"].append([apart(product(each, pipeline), whole, lightness) for each in fits])
        alone = [network(each, pipeline) for each in fits]
        rows["the network alone, shown that size"].append([apart(each, whole, lightness) for each in alone])
    print(f"Model {pipeline.model.card.name} {pipeline.model.card.version}, {len(grays)} photos.\n")
    print("| ΔE00 to the whole file's colors, file of | " + " | ".join(f"{side}² px" for side in SIDES_PX) + " |")
    print("|---" * (len(SIDES_PX) + 1) + "|")
    for title, values in rows.items():
        print(f"| {title} | " + " | ".join(f"{value:.1f}" for value in np.mean(values, axis=0)) + " |")
    ages = [by_age(rgb, pipeline) for rgb in colors]
    print(f"\n| ΔE00 of an aged file of {AGED_PX}² px to the clean one | " + " | ".join(ages[0]) + " |")
    print("|---" * (len(ages[0]) + 1) + "|")
    print("| photocolor | " + " | ".join(f"{np.mean([each[name] for each in ages]):.1f}" for name in ages[0]) + " |")


if __name__ == "__main__":
    main()
