"""Measures what detail size, tiles, hints and joint upsampling do to the error in ab, to seams, and to time.

    python benchmarks/detail.py FOLDER_OF_COLOR_PHOTOS [MODEL]

Every photo is made gray, colored, and compared with its true color; the Markdown table goes to standard output.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from photocolor.color.lab import gray_of, lab_of, lightness_of
from photocolor.color.resize import resize
from photocolor.engine.colorizer import Colorizer
from photocolor.engine.passes import View
from photocolor.engine.providers import choose
from photocolor.engine.session import OnnxSession
from photocolor.engine.sizes import Sizes, tile_grid
from photocolor.models.card import ModelCard
from photocolor.models.registry import ModelFile, find_model
from photocolor.outcome import NoProgress
from photocolor.render.upsample import guide
from photocolor.settings import DETAIL_MIN_PX, ColorSettings
from photocolor.tiling.blend import windows

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Case:
    """One row of the table.

    Attributes:
        title: of the row.
        global_px: size of the global pass.
        color: detail, tiles and their overlap.
        hints: whether tiles are told the global answer.
        guided: whether ab is upsampled along the photo's edges.
    """

    title: str
    global_px: int
    color: ColorSettings
    hints: bool = True
    guided: bool = True


@dataclass(frozen=True)
class Figures:
    """What one photo gave."""

    error: float
    seam: float
    tiles: int
    seconds: float


DEFAULT_PX = 256
"""Of the bundled model."""
NO_TILES = ColorSettings(detail=DETAIL_MIN_PX)
TILES = ColorSettings(detail=768)
SIZES = ((256, 384), (320, 512), (384, 512), (DEFAULT_PX, 768), (DEFAULT_PX, 1024))
CASES = (
    Case(f"**global pass only, {DEFAULT_PX} px: the default**", DEFAULT_PX, NO_TILES),
    *(Case(f"global pass only, {px} px", px, NO_TILES) for px in (256, 384, 480, 512, 768)),
    *(Case(f"global pass {px} px, detail {detail} px", px, ColorSettings(detail=detail)) for px, detail in SIZES),
    *(
        Case(
            f"global pass {DEFAULT_PX} px, detail 1024 px, tile {tile}, overlap {overlap}",
            DEFAULT_PX,
            ColorSettings(detail=1024, tile_px=tile, overlap_px=overlap),
        )
        for tile, overlap in ((512, 0), (512, 64), (512, 128), (256, 64))
    ),
    Case(
        f"global pass {DEFAULT_PX} px, detail 768 px, not told the global answer (classical mix)",
        DEFAULT_PX,
        TILES,
        hints=False,
    ),
    Case("the default, bicubic instead of guided", DEFAULT_PX, NO_TILES, guided=False),
)


class Blindfolded:
    """The session with its hint channels hidden: what a model without them could do."""

    def __init__(self, session: OnnxSession) -> None:
        self._session = session
        self.card = replace(session.card, has_hints=False)
        self.provider = session.provider

    def run(self, lightness: Array, hints: Array | None) -> tuple[Array, Array | None]:
        """Runs with zero hints."""
        zeros = np.zeros((lightness.shape[0], 3, *lightness.shape[2:]), np.float32)
        return self._session.run(lightness, zeros if hints is None else hints)

    def cancel(self) -> None:
        """Cancels the session behind."""
        self._session.cancel()


def session_for(case: Case, model: ModelFile) -> OnnxSession | Blindfolded:
    """The default model, its working size such that the case's global pass comes out; one thread."""
    card = replace(model.card, working_px=case.global_px)
    session = OnnxSession(replace(model, card=card), choose("cpu"), 1)
    return session if case.hints else Blindfolded(session)


def measure(photo: Path, case: Case, colorizer: Colorizer) -> Figures:
    """Colors one photo made gray and compares."""
    rgb = np.asarray(Image.open(photo).convert("RGB"))
    gray, (_, truth) = gray_of(rgb), lab_of(rgb)
    height, width = gray.shape
    sizes = colorizer.sizes(height, width, case.color)
    small = lightness_of(resize(gray, *sizes.detail))
    started = time.process_time()
    answer = colorizer.color(View(small, sizes), NoProgress())
    seconds = time.process_time() - started
    if case.guided:
        ab = guide(answer.ab, small, height, width).band(0, lightness_of(gray))
    else:
        ab = np.asarray(cv2.resize(answer.ab, (width, height), interpolation=cv2.INTER_CUBIC))
    error = float(np.hypot(*np.moveaxis(ab - truth, -1, 0)).mean())
    return Figures(error, seam_ratio(answer.ab, sizes, colorizer.session.card), answer.tiles, seconds)


NEAR_LINES = tuple(d for d in range(-6, 7) if abs(d) > 1)


def seam_ratio(ab: Array, sizes: Sizes, card: ModelCard) -> float:
    """Mean step of ab across borders of tiles and halos, over that of the lines near by; NaN without tiles.

    Lines near by, inside the tiles, show the same content; all other lines of a photo do not, and a horizon that
    happens to lie on a border would look like a seam.
    """
    if not sizes.tiled:
        return float("nan")
    grid = tile_grid(sizes.detail, sizes.tile_px, sizes.overlap_px, card)
    if len(grid.tiles()) == 1:
        return float("nan")
    down = np.hypot(*np.moveaxis(np.diff(ab, axis=0), -1, 0)).mean(axis=1)
    across = np.hypot(*np.moveaxis(np.diff(ab, axis=1), -1, 0)).mean(axis=0)
    at: list[float] = []
    near: list[float] = []
    for steps, starts, side in ((down, grid.tops, grid.tile_height), (across, grid.lefts, grid.tile_width)):
        lines = border_lines(len(steps) + 1, side, starts)
        at += [steps[i] for i in lines]
        near += [steps[i + d] for i in lines for d in NEAR_LINES if 0 <= i + d < len(steps)]
    return float(np.mean(at) / np.mean(near))


def border_lines(length: int, tile: int, starts: tuple[int, ...]) -> list[int]:
    """Steps between pixels at which a tile, or the used part of one, begins or ends."""
    lines = set()
    for start, weights in windows(length, tile, starts).items():
        used = np.flatnonzero(weights)
        lines |= {start - 1, start + tile - 1, start + int(used[0]) - 1, start + int(used[-1])}
    return sorted(line for line in lines if 0 <= line < length - 1)


def main() -> None:
    """Prints the table."""
    photos = sorted(path for path in Path(sys.argv[1]).iterdir() if path.suffix.lower() in (".jpg", ".png"))
    model = find_model(sys.argv[2] if len(sys.argv) > 2 else "default")
    print(f"Model {model.card.name} {model.card.version}, {len(photos)} photos, medians of processor seconds.\n")
    print("| | mean &#124;Δab&#124; | more than the default | seam ratio, mean (worst) | tiles | model s |")
    print("|---|---|---|---|---|---|")
    usual: Array | None = None
    for case in CASES:
        colorizer = Colorizer(session_for(case, model))
        found = [measure(photo, case, colorizer) for photo in photos]
        errors = np.array([figures.error for figures in found], np.float32)
        usual = errors if usual is None else usual
        print(f"| {case.title} | {errors.mean():.2f} | {more(errors, usual)} | {seams(found)} | ", end="")
        print(f"{max(f.tiles for f in found)} | {np.median([f.seconds for f in found]):.2f} |", flush=True)


def more(errors: Array, usual: Array) -> str:
    """The mean difference of pairs with its standard error."""
    apart = errors - usual
    return f"{apart.mean():+.2f} ± {apart.std(ddof=1) / np.sqrt(len(apart)):.2f}" if apart.any() else ""


def seams(found: list[Figures]) -> str:
    """Mean and worst of the photos that have several tiles."""
    ratios = np.array([figures.seam for figures in found])
    known = ratios[np.isfinite(ratios)]
    return f"{known.mean():.3f} ({known.max():.3f})" if 2 * known.size > len(found) else "–"


if __name__ == "__main__":
    main()
