"""Measures what it does to the error in ab that four pixels of a large photo share one color.

    python benchmarks/cells.py FOLDER_OF_COLOR_PHOTOS

The true ab of every photo is made small, so many times that the photo is as large beside it as one of 8 or 24
megapixels beside what the model says. Laid onto the photo's gray again, it is compared with the truth: once with a
color for each pixel, once with one for four. The Markdown table goes to standard output.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from photocolor.color.lab import gray_of, lab_of, lightness_of
from photocolor.color.resize import resize
from photocolor.render.buffers import Workspace
from photocolor.render.codebook_keys import COARSE, in_cells, means_of_cells
from photocolor.render.exact_gray import stitch
from photocolor.render.rows import RowPainter
from photocolor.render.upsample import guide

Array = NDArray[np.float32]
TIMES = {"8": COARSE, "24": 10.2}
"""Megapixels of a photo, and how many times it is as wide as what the default model says about it."""


@dataclass(frozen=True)
class Figures:
    """Mean |Δab| of one photo, in CIELAB units; `fitted` and what follows as sRGB has it."""

    pixels: float
    cells: float
    apart: float
    fitted: float
    chromaticities: float
    chromaticities_apart: float


def measure(path: Path, times: float) -> Figures:
    """The photo's true ab made small and large again."""
    rgb = np.asarray(Image.open(path).convert("RGB"))
    gray, (_, truth) = gray_of(rgb), lab_of(rgb)
    height, width = gray.shape
    small = (int(height / times), int(width / times))
    ab = cv2.resize(truth, small[::-1], interpolation=cv2.INTER_AREA)
    guided = guide(ab, lightness_of(resize(gray, *small)), height, width)
    coarse = in_cells(guided)
    if coarse is None:
        raise ValueError(f"{path.name}: no cells at {times} times")
    pixels = guided.band(0, lightness_of(gray))
    cells = coarse.band(0, lightness_of(means_of_cells(gray, Workspace())))
    cells = cells.repeat(2, axis=0).repeat(2, axis=1)[:height, :width]
    wide = gray.astype(np.uint16) * 257
    painted = np.empty((*wide.shape, 3), np.uint16)
    RowPainter(guided).color(0, wide, painted)
    shared = lab_of(painted)[1]
    fitted = lab_of(stitch(wide, pixels))[1]  # what of each pixel's own color exists in sRGB
    pairs = ((pixels, truth), (cells, truth), (pixels, cells), (fitted, truth), (shared, truth), (fitted, shared))
    return Figures(*(float(_distance(*pair)) for pair in pairs))


def _distance(one: Array, other: Array) -> np.float32:
    return np.hypot(*np.moveaxis(one - other, -1, 0)).mean(dtype=np.float64)


def main() -> None:
    """Prints the table."""
    photos = sorted(Path(sys.argv[1]).glob("*.jpg"))
    print("| megapixels | a color for each pixel | four share | | more ± half of its 95 % interval | apart |")
    print("|---|---|---|---|---|---|")
    for megapixels, times in TIMES.items():
        found = [measure(photo, times) for photo in photos]
        of = {name: np.array([getattr(one, name) for one in found]) for name in Figures.__annotations__}
        for alone, shared, what, apart in (
            ("pixels", "cells", "ab", "apart"),
            ("fitted", "chromaticities", "chromaticity", "chromaticities_apart"),
        ):
            more = of[shared] - of[alone]
            half = 1.96 * more.std(ddof=1) / len(more) ** 0.5
            print(
                f"| {megapixels} | {of[alone].mean():.2f} | {what} | {of[shared].mean():.2f} "
                f"| {more.mean():+.3f} ± {half:.3f} | {of[apart].mean():.2f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
