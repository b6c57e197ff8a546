"""Prints the error of color against the size at which the model sees a photo, sharp and blurred.

python -m benchmarks.working_size FOLDER [--most N] [--px 192,256,320,384]

Each color photo is made gray and shown to the bundled model at each size, once as it is and once blurred so that half
its size would hold all that it shows. The error is the mean distance to true ab, both at the model's own working size.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import gray_of, lab_of, lightness_of
from photocolor.color.resize import resize
from photocolor.engine.colorizer import Colorizer
from photocolor.engine.passes import View
from photocolor.engine.providers import choose
from photocolor.engine.session import OnnxSession
from photocolor.engine.sizes import Sizes, plan_sizes
from photocolor.image.decode import decode
from photocolor.models.registry import find_model
from photocolor.outcome import NoProgress
from photocolor.settings import ColorSettings

SUFFIXES = {".jpg", ".png", ".webp", ".avif"}
LARGEST_PX = 768
SOFT_PX_PER_SIZE = 1 / 256
"""Standard deviation of the blur in pixels, for each pixel of the square root of the photo's area: what is left fits
into a picture of half the working size."""


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--most", type=int, default=10**6, metavar="N", help="this many photos, evenly chosen")
    parser.add_argument("--px", default="192,256,320,384", metavar="A,B,…")
    wanted = parser.parse_args()
    paths = sorted(path for path in wanted.folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    paths = paths[:: max(1, len(paths) // wanted.most)][: wanted.most]
    sizes = [int(word) for word in wanted.px.split(",")]
    colorizer = Colorizer(OnnxSession(find_model("default"), choose("cpu"), 1))
    errors: dict[tuple[int, bool], list[float]] = {(px, soft): [] for px in sizes for soft in (False, True)}
    spent = dict.fromkeys(sizes, 0.0)
    for path in paths:
        photo = decode(path.read_bytes(), 1000).pixels
        if photo.ndim == 2:
            continue
        photo = fitting(photo)
        gray, place = (
            gray_of(photo),
            plan_sizes(*photo.shape[:2], ColorSettings(detail=min(sizes)), colorizer.session.card),
        )
        true = lab_of(resize(photo, *place.detail))[1]
        for soft in (False, True):
            seen = cv2.GaussianBlur(gray, (0, 0), np.sqrt(gray.size) * SOFT_PX_PER_SIZE) if soft else gray
            for px in sizes:
                started = time.process_time()
                errors[px, soft].append(error(colorizer, np.asarray(seen), true, px))
                spent[px] += time.process_time() - started
    print_table(sizes, errors, spent)


def fitting(photo: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Returns the photo at no more pixels than `LARGEST_PX` squared."""
    scale = min(1.0, LARGEST_PX / np.sqrt(photo.shape[0] * photo.shape[1]))
    return resize(photo, *(round(side * scale) for side in photo.shape[:2]))


def error(colorizer: Colorizer, gray: NDArray[np.uint8], true: NDArray[np.float32], px: int) -> float:
    """Returns the mean |Δab| of a gray photo that the model sees at this size."""
    card = colorizer.session.card
    scale = min(1.0, px / np.sqrt(gray.size))
    height, width = (max(card.min_px, round(side * scale / card.multiple) * card.multiple) for side in gray.shape)
    view = View(lightness_of(resize(gray, height, width)), Sizes((height, width), (height, width), 1024, 0))
    ab = colorizer.color(view, NoProgress()).ab
    return float(np.hypot(*np.moveaxis(resize(ab, *true.shape[:2]) - true, -1, 0)).mean())


def print_table(sizes: list[int], errors: dict[tuple[int, bool], list[float]], spent: dict[int, float]) -> None:
    """Prints a row for each size; differences to the largest, with their standard error."""
    print(f"{len(errors[sizes[0], False])} photos\n")
    print("| size, px | sharp: mean &#124;Δab&#124; | more | blurred: mean &#124;Δab&#124; | more | s |")
    print("|---|---|---|---|---|---|")
    for px in sizes:
        cells = []
        for soft in (False, True):
            mine, most = np.array(errors[px, soft]), np.array(errors[sizes[-1], soft])
            more = mine - most
            cells += [f"{mine.mean():.2f}", f"{more.mean():+.2f} ± {more.std() / np.sqrt(len(more)):.2f}"]
        print(f"| {px} | {' | '.join(cells)} | {spent[px] / 2 / len(mine):.2f} |")


if __name__ == "__main__":
    main()
